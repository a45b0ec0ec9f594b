"""A line as bytes: what PostgreSQL's COPY writes for it, in one order of columns, whatever the settings of a server.

COPY marks every column's end and keeps NULL apart from an empty text, so two lines never give the same bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

COLUMNS = {  # each column of ledger_entry, and how it is written
    "id": "e.id::text",
    "at": """to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')""",
    "hub_id": "e.hub_id::text",
    "actor": "e.actor",
    "event": "e.event",
    "about": "e.about",
    "why": "e.why",
    "detail": "e.detail::text",
    "hash": "e.hash",
    "xact": "e.xact::text",
}
WRITTEN = ", ".join(COLUMNS.values())
WHY, HASH = (list(COLUMNS).index(name) for name in ("why", "hash"))
KEY = slice(0, 36)  # where a line's key stands in its bytes
MOMENT = slice(37, 63)  # and the moment it gives, "YYYY-MM-DDTHH:MM:SS.ffffff", UTC


def copied(statement: str, values: Sequence[Any] = ()) -> Iterator[bytes]:
    """Yield each row of a statement as COPY writes it, without the end of the line."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT", values) as rows:
        for row in rows:
            yield bytes(row).removesuffix(b"\n")


def transaction_of(said: bytes) -> int:
    """Return the number of the transaction that wrote a line."""
    return int(said.rsplit(b"\t", 1)[1])


def is_without_words(said: bytes) -> bool:
    """Tell whether a line carries no reason and no hash of one: both were removed with the record it tells of."""
    columns = said.split(b"\t")
    return not columns[WHY] and not columns[HASH]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which transactions had ended, as PostgreSQL says it: "xmin:xmax:xip,..".

    upto: the first that had not begun.
    """

    upto: int = 0
    running: frozenset[int] = frozenset()

    @classmethod
    def read(cls, said: str) -> "Snapshot":
        """Return what the words say.  Raises ValueError."""
        _, upto, running = said.split(":")
        return cls(int(upto), frozenset(int(one) for one in running.split(",") if one))

    def has_ended(self, number: int) -> bool:
        """Tell whether a transaction had ended."""
        return number < self.upto and number not in self.running
