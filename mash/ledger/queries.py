"""What is read of the record: whether each line still says what it said."""

from collections.abc import Iterator
from dataclasses import dataclass

from mash.ledger.actions import line_hash
from mash.ledger.models import Entry

LINES_AT_ONCE = 2000


@dataclass(slots=True)
class Verified:
    """How many lines were looked at, and which no longer agree with their hash, by key."""

    lines: int
    changed: list[str]


def verify(lines: Iterator[Entry] | None = None) -> Verified:
    """Look through every line that whoever acts may read.

    Source: docs/rules.md, "Evidence".
    """
    found = Verified(0, [])
    every = Entry.objects.order_by("at", "pk").iterator(LINES_AT_ONCE) if lines is None else lines
    for entry in every:
        found.lines += 1
        if line_hash(entry) != entry.hash:
            found.changed.append(str(entry.pk))
    return found
