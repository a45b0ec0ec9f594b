"""Witnesses: places outside the database that hold the roots, so that whoever rules the database cannot undo them.

MASH_LEDGER_WITNESSES names them, each as `kind:where`: a folder, an e-mail address, an S3-compatible store, or a
class of a deployment's own.
A witness learns numbers, times, counts and hashes: nothing of anybody.
"""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from mash.ledger.models import Root

SECONDS = 15  # a witness that does not answer is tried again later
KEPT_READ_ONLY = 0o444


class Refused(Exception):
    """A witness did not take a root, or holds another one under its number; the message says which."""


class Witness(Protocol):
    """A place that holds roots.

    name: how it is shown, without what is secret.
    every: how long it rests between two roots.  Where it rests it is given the newest, which binds those before it.
    """

    name: str
    every: timedelta

    def take(self, root: Root) -> None:
        """Hold a root; one it holds already it holds once.  Raises Refused, or OSError where it cannot be reached."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a witness holds of a root.

    leaves: the hashes of its lines, b"" where it holds none.
    is_whole: the witness holds every root; one that is told once an hour does not.
    """

    number: int
    statement: str
    signature: str
    leaves: bytes = b""
    is_whole: bool = True


class Folder:
    """A folder outside the database, to which files are only added: one a root."""

    every = timedelta(0)

    def __init__(self, where: str) -> None:
        self.folder, self.name = Path(where), f"file:{where}"

    def take(self, root: Root) -> None:
        """Write the root's file and make sure it is on the disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file, words = self.folder / f"{root.number:010}.json", as_written(root)
        try:
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, KEPT_READ_ONLY)
        except FileExistsError as why:
            if read(file).statement.encode() != root.statement:
                raise Refused(f"holds another root {root.number}") from why
            return
        with os.fdopen(opened, "wb") as held:
            held.write(words)
            held.flush()
            os.fsync(held.fileno())


class Mail:
    """An e-mail to somebody outside, once an hour: the newest root, which binds every one before it."""

    every = timedelta(hours=1)

    def __init__(self, where: str) -> None:
        self.to, self.name = where, f"mailto:{where}"

    def take(self, root: Root) -> None:
        """Send what is signed, and the signature."""
        words = f"{root.statement.decode()}signature: {root.signature}\n"
        connection = get_connection(timeout=SECONDS)
        subject = f"OpenMASH ledger root {root.number}"
        if EmailMessage(subject, words, to=[self.to], connection=connection).send() != 1:
            raise Refused("the e-mail was not sent")


KINDS: dict[str, type[Any] | str] = {"file": Folder, "mailto": Mail, "s3": "mash.ledger.s3.Store"}


def witnesses() -> list[Witness]:
    """Return the witnesses that the settings name."""
    found: list[Witness] = []
    for said in settings.MASH_LEDGER_WITNESSES:
        kind, _, where = said.partition(":")
        made = KINDS.get(kind, kind)
        found.append((import_string(made) if isinstance(made, str) else made)(where))
    return found


def as_written(root: Root) -> bytes:
    """Return a root as a folder or a store holds it: what is signed, the signature, and the hashes of its lines."""
    said = {
        "statement": root.statement.decode(),
        "signature": root.signature,
        "leaves": base64.b64encode(bytes(root.leaves)).decode(),
    }
    return json.dumps(said, indent=1).encode() + b"\n"


def read(file: Path) -> Held:
    """Return what a file of a witness says: one of a folder, or an e-mail's text.

    Raises Refused for one that is not a root's.
    """
    try:
        words = file.read_text()
        if file.suffix == ".txt":
            statement, _, signature = words.rpartition("signature: ")
            return Held(_number_in(statement), statement, signature.strip(), is_whole=False)
    except (ValueError, AttributeError) as why:
        raise Refused(f"{file.name} is not a root") from why
    return understood(words, file.name)


def understood(words: str, name: str) -> Held:
    """Return what a root says as a folder or a store holds it.  name: of the file.  Raises Refused."""
    try:
        said = json.loads(words)
        leaves = base64.b64decode(said["leaves"])
        return Held(_number_in(said["statement"]), said["statement"], said["signature"], leaves)
    except (KeyError, TypeError, ValueError, AttributeError) as why:
        raise Refused(f"{name} is not a root") from why


def _number_in(statement: str) -> int:
    said = dict(line.split(": ", 1) for line in statement.splitlines() if ": " in line)
    if not {"root", "lines", "made"} <= set(said):
        raise ValueError(statement)
    return int(said["number"])


def held_in(folder: Path) -> Iterator[Held]:
    """Yield every root that a folder holds.  Raises Refused."""
    for file in sorted([*folder.glob("*.json"), *folder.glob("*.txt")]):
        yield read(file)
