"""Looking through rows outside the record: does each say what its line says, and is none gone or put in?"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from mash.ledger.actions.vouching import (
    REMOVED,
    TAKEN_OVER,
    WHO_REMOVES,
    WHO_TAKES_OVER,
    WHO_WRAPS,
    WRAPPED,
    WRITTEN,
    TakenOver,
    take_over,
)
from mash.ledger.findings import Kind, Verified
from mash.ledger.models import Entry
from mash.ledger.rows import EVERYTHING, Digests, Row

EVENTS = (WRITTEN, WRAPPED, REMOVED, TAKEN_OVER)
WRITES = {WRAPPED: WHO_WRAPS, REMOVED: WHO_REMOVES, TAKEN_OVER: WHO_TAKES_OVER}  # who alone may


class Line(NamedTuple):
    """What one line vouches for."""

    event: str
    actor: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(slots=True)
class Said:
    """What all lines say together.

    plain, locked: digests of each row, by its name.  was: ciphertexts that were replaced.  removed: rows that went with
    a record.  from_before: rows taken over as they stood.  began: the moment of the first line of a written row.
    """

    plain: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    locked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    was: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    removed: set[str] = field(default_factory=set)
    from_before: set[str] = field(default_factory=set)
    taken_over: bool = False
    began: datetime | None = None

    @classmethod
    def read(cls, lines: Iterable[Line]) -> "Said":
        """Return what lines say; one by whom it is not for says nothing."""
        said = cls()
        for one in lines:
            if WRITES.get(one.event, one.actor) == one.actor:
                said._add(one)
        return said

    def _add(self, line: Line) -> None:
        rows = {name: Digests(*digests) for name, digests in line.detail.get("rows", {}).items()}
        for name, digests in rows.items():
            self.plain[name].add(digests.plain)
            self.locked[name].add(digests.locked)
        for name, digest in line.detail.get("was", {}).items():
            self.was[name].add(digest)
        self.removed |= set(line.detail.get("gone", []))
        if line.event == TAKEN_OVER:
            self.taken_over, self.from_before = True, self.from_before | set(rows)
        if line.event == WRITTEN:
            self.began = min(self.began or line.at, line.at)

    def has_no_line(self, row: Row) -> bool:
        """Tell whether a row without a line is a finding; else it is from before there were such lines."""
        if self.taken_over or row.parent in self.plain:
            return True
        return bool(row.at and self.began and row.at > self.began)


def lines_said() -> Said:
    """Return what the record says of rows, as far as whoever acts may read it."""
    found = Entry.objects.filter(event__in=EVENTS).values_list("event", "actor", "at", "detail")
    return Said.read(Line(*one) for one in found.iterator(500))


def rows_there() -> Iterable[Row]:
    """Yield every row that the record should vouch for, as far as whoever acts may read it."""
    for kept in EVERYTHING.values():
        with kept.reached():
            rows = list(kept.model._default_manager.order_by("pk").values(*kept.columns))
        yield from (kept.row(one) for one in rows)


def verify_rows(result: Verified, said: Said, rows: Iterable[Row], *, tables: Collection[str]) -> None:
    """Look through rows and add what does not agree.  tables: names of those that were given whole.

    Source: docs/rules.md, "Evidence".
    """
    found: dict[Kind, list[str]] = defaultdict(list)
    there = set()
    for row in rows:
        result.rows += 1
        there.add(row.name)
        if row.name not in said.plain:
            if said.has_no_line(row):
                found[Kind.ROW_PUT_IN].append(row.name)
            else:
                result.rows_from_before += 1
            continue
        result.rows_from_before += row.name in said.from_before
        for kind in _differs(said, row):
            found[kind].append(row.name)
    gone = set(said.plain) - there - said.removed
    found[Kind.ROW_GONE] += [one for one in gone if one.partition(":")[0] in tables]
    for kind, names in found.items():
        if names:
            result.add(kind, keys=tuple(sorted(names)))


def _differs(said: Said, row: Row) -> Iterable[Kind]:
    if row.name in said.removed:
        yield Kind.ROW_PUT_BACK
    if len(said.plain[row.name]) > 1:
        yield Kind.ROW_SAID_TWICE
    if row.digests.plain not in said.plain[row.name]:
        yield Kind.ROW_CHANGED
    if row.digests.locked in said.was[row.name]:
        yield Kind.ROW_OLDER
    elif row.digests.locked not in said.locked[row.name]:
        yield Kind.ROW_LOCKED_CHANGED


def take_over_rows(*, at: datetime) -> int:
    """Vouch once for every row from before there were such lines, as it stands; return of how many.

    Raises TakenOver.
    """
    said = lines_said()
    if said.taken_over:
        raise TakenOver
    rows = [one for one in rows_there() if one.name not in said.plain]
    take_over(rows, at=at)
    return len(rows)
