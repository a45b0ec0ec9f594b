"""Files that `mash import` takes in.  Each app adds its own when it starts, so that one command knows them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


@dataclass(frozen=True, slots=True)
class Importer:
    """One kind of file: `import NAME FILE --hub NAME [--dry-run]`.

    arguments: adds what else it takes.  take: told the command and what was given; writes what came of it.
    """

    name: str
    help: str
    arguments: Callable[[CommandParser], None]
    take: Callable[..., None]


IMPORTERS: dict[str, Importer] = {}


def offer(*importers: Importer) -> None:
    """Let `mash import` take in these; called from an app's `ready()`."""
    IMPORTERS.update({one.name: one for one in importers})


def add_all(parsers: Any) -> None:
    """Add each to the command's kinds of file."""
    for one in IMPORTERS.values():
        one.arguments(parsers.add_parser(one.name, help=one.help))


def take(name: str, command: BaseCommand, **given: Any) -> bool:
    """Take in a file of this kind; tell whether an app knows it."""
    if name not in IMPORTERS:
        return False
    IMPORTERS[name].take(command, **given)
    return True
