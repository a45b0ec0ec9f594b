"""The folder into which packs are written: whole or not at all, and the old ones taken away.  No database here.

Only what is encrypted already comes here, so what a process that was killed leaves says nothing to anybody.
"""

import os
import re
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".unfinished"
NAME = re.compile(r"outage-(?P<number>[A-Z0-9]+-\d{10})\.pdf")


class NotWritten(Exception):
    """A pack could not be laid into its folder; the message says why."""


def name_of(number: str) -> str:
    """Return the name of a pack's file: its number, and no word of anybody."""
    return f"outage-{number}.pdf"


def write(folder: str, number: str, body: bytes) -> None:
    """Lay a pack into the folder.  It has its name only once all of it lies on the disk.

    Raises NotWritten; then nothing of it is left.
    """
    place = Path(folder)
    unfinished = place / f"{name_of(number)}{UNFINISHED}"
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor with its rights set)
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(place / name_of(number))
        _make_lasting(place)
    except OSError as why:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise NotWritten(f"The folder took no pack: {why.strerror or type(why).__name__}") from why


def lying(folder: str, prefix: str) -> list[str]:
    """Return the numbers of a hub's packs that lie in the folder, the oldest first.  None where it is not there."""
    try:
        names = [one.name for one in Path(folder).iterdir()]
    except OSError:
        return []
    found = (NAME.fullmatch(one) for one in names)
    return sorted(one["number"] for one in found if one and one["number"].rpartition("-")[0] == prefix)


def remove(folder: str, numbers: Collection[str]) -> list[str]:
    """Take some packs away; return which are gone."""
    gone = []
    for number in numbers:
        with suppress(OSError):
            (Path(folder) / name_of(number)).unlink(missing_ok=True)
            gone.append(number)
    return gone


def clear_unfinished(folder: str, prefix: str) -> None:
    """Take away what a process that was killed left of a hub's packs."""
    with suppress(OSError):
        for left in Path(folder).glob(f"outage-{prefix}-*.pdf{UNFINISHED}"):
            left.unlink(missing_ok=True)


def _make_lasting(place: Path) -> None:
    """Have the folder itself written to the disk, where its file system can."""
    with suppress(OSError):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
