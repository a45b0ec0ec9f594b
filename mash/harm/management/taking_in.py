"""`mash import areas|postcodes FILE --hub NAME --source WORDS [--dry-run]`: a hub's own boundaries and postcodes."""

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from mash.common.identity import as_service
from mash.common.importing import Importer
from mash.harm import actions, queries
from mash.harm.boundaries import LARGEST_TABLE

AREAS, POSTCODES = "areas", "postcodes"


def _arguments(kind: str, parser: CommandParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--hub", required=True, help="the hub's name")
    parser.add_argument("--source", required=True, help="who published it, when, under which licence")
    if kind == AREAS:
        parser.add_argument("--called", default="Wards", help="what the areas are called")
    parser.add_argument("--dry-run", action="store_true", help="read and check all of it, keep none")


def _take(
    kind: str, command: BaseCommand, *, file: Path, hub: str, source: str, dry_run: bool, **more: Any
) -> None:
    try:
        with file.open("rb") as opened:
            body = opened.read(LARGEST_TABLE + 1)
    except OSError as why:
        raise CommandError(f"{file}: {why.strerror}") from None
    with as_service(actions.SERVICE), transaction.atomic():
        into = queries.hubs().filter(name=hub).first()
        if into is None:
            raise CommandError(f"There is no hub named {hub}")
        said: dict[str, Any] = {"hub": into, "body": body, "source": source, "by": None, "at": timezone.now()}
        try:
            if kind == AREAS:
                count = actions.take_map(name=more["called"], **said).areas.count()
            else:
                count = actions.take_postcodes(**said).rows
        except actions.NotWhole as refusal:
            raise CommandError(f"{refusal}; nothing of it was taken") from None
        except actions.Refused as why_not:
            raise CommandError(f"{file}: {why_not} Nothing of it was taken.") from None
        transaction.set_rollback(dry_run)
    command.stdout.write(f"{hub}: {count} {kind}" + ("; dry run: nothing kept" if dry_run else ""))


IMPORTERS = (
    Importer("areas", "a hub's own boundaries as GeoJSON", partial(_arguments, AREAS), partial(_take, AREAS)),
    Importer(
        "postcodes",
        "which postcode lies in which area, as CSV",
        partial(_arguments, POSTCODES),
        partial(_take, POSTCODES),
    ),
)
