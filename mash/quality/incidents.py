"""A file of incidents, row by row: what each says, what cannot be taken, and what is taken and said to be odd.  Pure.

Source: docs/rules.md, "Incidents of a force".
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mash.common.clock import LONDON
from mash.common.spreadsheets import (
    FORMULA,
    WORKBOOKS,
    Unreadable,
    check_header,
    delimiter_of,
    guess,
    taken_twice,
)
from mash.quality.rows import LONGEST, NOT_CLOSED, TOO_LONG, Record, records

MOST_COLUMNS = 60
NAMED = 20  # lines that are named of each kind
COLUMNS: Mapping[str, str] = {  # ours, in the order in which they are asked for
    "reference": "Reference of the incident",
    "occurred_at": "When it happened",
    "kind": "Type of incident",
    "unit": "Unit",
    "officer": "Reference of the officer",
    "child_present": "Was a child there?",
    "form_required": "Was a form needed?",
    "form_submitted": "Was one sent?",
    "submitted_at": "When it was sent",
}
NEEDED = ("reference", "occurred_at", "kind")
LONGEST_CELLS = {"reference": 60, "kind": 80, "unit": 80, "officer": 60}
GUESSES: Mapping[str, tuple[str, ...]] = {
    "reference": ("incident_ref", "incident reference", "reference", "cad", "incident no", "incident number", "ref"),
    "occurred_at": ("occurred_at", "occurred", "incident date", "date of incident", "happened", "date"),
    "kind": ("type", "incident type", "category", "classification"),
    "unit": ("unit", "team", "station", "department"),
    "officer": ("officer_ref", "officer", "collar", "warrant", "shoulder"),
    "child_present": ("child_present", "child"),
    "form_required": ("form_required", "required", "needed"),
    "form_submitted": ("form_submitted", "submitted", "sent", "form"),
    "submitted_at": ("submitted_at", "submitted on", "date submitted", "sent at", "sent on"),
}  # fmt: skip
YES = {"yes": True, "y": True, "true": True, "1": True}
NO = {"no": False, "n": False, "false": False, "0": False}
OPEN = dict.fromkeys(("", "unclear", "unknown", "not known", "not recorded", "?", "n/k"))
SAID: Mapping[str, bool | None] = YES | NO | OPEN
SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
WRONG: Mapping[str, str] = {  # kinds of what cannot be taken
    "cells": "Another number of cells than the first line has",
    NOT_CLOSED: "A quotation mark that is not closed",
    TOO_LONG: f"A line of more than {LONGEST // 1024} kB",
    "control": "Characters that stand in no text",
    "empty": "A cell that is needed is empty",
    "longer": "A cell that is too long",
    "moment": "A date or time that cannot be read",
    "future": "A day that is still to come, or before 1990",
    "word": "Neither yes nor no",
}
ODD: Mapping[str, str] = {  # kinds of what is taken, and said
    "capitals": "Type in capitals: read as the same type",
    "no_officer": "No officer: taken without",
    "unclear": "Not said whether a form was needed: counted as unclear, both ways",
    "not_sent_said": "Not said whether a form was sent: counted as not sent",
    "no_sent_time": "Sent, and not when: counted as sent",
    "before": "Sent before the incident: still counted as sent, and marked",
    "sent_time_alone": "A time of sending, and not sent: counted as not sent",
    "slashed": "Written day and month as numbers, as 03/04/2026: read as chosen",
    "formula": "Begins like a formula: kept as plain text, and made harmless in every table you take along",
    "twice": "A reference that another incident bears too: both are kept",
}


class Wrong(Exception):
    """One row cannot be taken.  kind: of WRONG; the message names the column and why."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Head:
    """What is told of a file from its beginning: how it is written, and its columns.  begin: where its rows do."""

    encoding: str
    delimiter: str
    header: list[str]
    begin: int


@dataclass(frozen=True, slots=True)
class Said:
    """What one row says.  odd: kinds of ODD."""

    line: int
    reference: str
    occurred_at: datetime
    kind: str
    unit: str
    officer: str
    child_present: bool | None
    form_required: bool | None
    form_submitted: bool | None
    submitted_at: datetime | None
    odd: tuple[str, ...]


def encoding_of(pieces: Iterable[bytes]) -> str:
    """Return how a file is written: UTF-8, or else what Windows writes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def head_of(beginning: bytes, encoding: str) -> Head:
    """Read the beginning of a file.  Raises Unreadable."""
    if beginning[:2] in WORKBOOKS:
        raise Unreadable("This is a workbook: save it as CSV first, and put that in")
    if (
        beginning[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        or b"\x00" in beginning.partition(b"\n")[0]
    ):
        raise Unreadable("The file is no text: save the sheet as “CSV UTF-8”")
    mark = len(codecs.BOM_UTF8) if beginning.startswith(codecs.BOM_UTF8) else 0
    delimiter = delimiter_of(beginning[mark:].partition(b"\n")[0].decode(encoding, "replace"))
    rows = records([beginning[mark:]], encoding=encoding, delimiter=delimiter, at=mark)
    first = next(rows, None)
    if first is None:
        raise Unreadable("The file is empty")
    if first.cells is None:
        raise Unreadable("The first line cannot be read: it must name the columns, each in few words")
    header = [name.strip()[:120] for name in first.cells]
    check_header(header, MOST_COLUMNS)
    if next(rows, None) is None:
        raise Unreadable("The file names its columns and has no row")
    return Head(encoding, delimiter, header, first.end)


def lines_of_head(beginning: bytes, head: Head) -> int:
    """Return how many lines stand before the rows."""
    return beginning[: head.begin].count(b"\n")


def guessed(header: Sequence[str]) -> dict[str, int]:
    """Return which of our columns theirs seem to be."""
    return guess(header, GUESSES)


def has_slashed(rows: Iterable[Record], columns: Mapping[str, int]) -> bool:
    """Tell whether a day stands among some rows as numbers of which either could be the month."""
    places = [columns[name] for name in ("occurred_at", "submitted_at") if name in columns]
    return any(
        SLASHED.fullmatch(row.cells[place].strip())
        for row in rows
        if row.cells
        for place in places
        if place < len(row.cells)
    )


def columns_wrong(columns: Mapping[str, int]) -> dict[str, str]:
    """Return what is wrong with a choice of columns, by ours."""
    wrong = {name: f"Choose the column with: {COLUMNS[name]}" for name in NEEDED if name not in columns}
    return taken_twice(columns, COLUMNS) | wrong


class Reading:
    """How the rows of one file are read.

    columns: ours to the place of theirs.  day_first: of a day in numbers.  until: no incident is later.
    """

    def __init__(
        self, header: Sequence[str], columns: Mapping[str, int], *, day_first: bool, until: datetime
    ) -> None:
        self.header, self.columns = header, columns
        self.day_first, self.until = day_first, until
        self.width = len(header)
        self.places = [(name, place) for name, place in columns.items()]
        self._kinds: dict[str, tuple[str, bool]] = {}

    def say(self, row: Record) -> Said:
        """Return what a row says.  Raises Wrong."""
        cells = row.cells
        if cells is None:
            raise Wrong(row.wrong, WRONG[row.wrong].lower())
        if len(cells) != self.width:
            raise Wrong("cells", f"has {len(cells)} cells where the first line has {self.width}")
        said = {name: cells[place].strip() for name, place in self.places}
        odd: list[str] = []
        self._look_over(said, odd)
        kind, capitals = self._kind(said["kind"])
        if capitals:
            odd.append("capitals")
        occurred_at = self._moment("occurred_at", said["occurred_at"], odd)
        if not EARLIEST <= occurred_at <= self.until:
            raise Wrong("future", f"{self._named('occurred_at', said)}: a day still to come, or before 1990")
        required = self._word("form_required", said)
        submitted = self._word("form_submitted", said)
        when = said.get("submitted_at", "")
        submitted_at = self._moment("submitted_at", when, odd) if when else None
        officer = said.get("officer", "")
        odd += _odd(
            said,
            required=required,
            submitted=submitted,
            occurred_at=occurred_at,
            submitted_at=submitted_at,
        )
        return Said(
            row.line,
            said["reference"],
            occurred_at,
            kind,
            said.get("unit", ""),
            officer,
            self._word("child_present", said),
            required,
            submitted,
            submitted_at,
            tuple(dict.fromkeys(odd)),
        )

    def _look_over(self, said: Mapping[str, str], odd: list[str]) -> None:
        for name, value in said.items():
            if CONTROL.search(value):
                raise Wrong(
                    "control", f"“{self.header[self.columns[name]]}” holds characters that stand in no text"
                )
            if len(value) > LONGEST_CELLS.get(name, LONGEST):
                words = f"“{self.header[self.columns[name]]}” is longer than {LONGEST_CELLS[name]} characters"
                raise Wrong("longer", words)
            if name in LONGEST_CELLS and value.startswith(FORMULA):
                odd.append("formula")
        for name in NEEDED:
            if not said[name]:
                raise Wrong("empty", f"“{self.header[self.columns[name]]}” is empty")

    def _kind(self, value: str) -> tuple[str, bool]:
        """Return a type as it is kept, and whether it stood in capitals."""
        if value not in self._kinds:
            if len(self._kinds) > 10_000:  # a column that is no type would fill the memory
                self._kinds.clear()
            folded = " ".join(value.casefold().split())
            capitals = value.isupper() and len(value) > 4
            self._kinds[value] = (folded[: LONGEST_CELLS["kind"]], capitals)
        return self._kinds[value]

    def _word(self, name: str, said: Mapping[str, str]) -> bool | None:
        value = said.get(name, "")
        try:
            return SAID[value.casefold()]
        except KeyError:
            raise Wrong("word", f"{self._named(name, said)}: neither yes nor no") from None

    def _moment(self, name: str, value: str, odd: list[str]) -> datetime:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = self._in_numbers(name, value, odd)
        return found if found.tzinfo else found.replace(tzinfo=LONDON)

    def _in_numbers(self, name: str, value: str, odd: list[str]) -> datetime:
        said = SLASHED.fullmatch(value)
        if said is None:
            words = f"“{self.header[self.columns[name]]}” is “{value[:30]}”: no date and time such as 03/04/2026 14:05"
            raise Wrong("moment", words)
        one, other, year, *clock = (int(part or 0) for part in said.groups())
        day, month = (one, other) if self.day_first else (other, one)
        try:
            hour, minute, second = clock
            found = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (its zone is England's, which follows)
        except ValueError:
            order = "day first" if self.day_first else "month first"
            words = f"“{self.header[self.columns[name]]}” is “{value[:30]}”, which is no day when it is read {order}"
            raise Wrong("moment", words) from None
        odd.append("slashed")
        return found

    def _named(self, name: str, said: Mapping[str, str]) -> str:
        return f"“{self.header[self.columns[name]]}” is “{said[name][:30]}”"


def _odd(
    said: Mapping[str, str],
    *,
    required: bool | None,
    submitted: bool | None,
    occurred_at: datetime,
    submitted_at: datetime | None,
) -> Iterator[str]:
    """Yield what is odd in what a row says; nothing where the file has no such column."""
    if said.get("officer") == "":
        yield "no_officer"
    if "form_required" in said and required is None:
        yield "unclear"
    if "form_submitted" in said and submitted is None:
        yield "not_sent_said"
    if "submitted_at" in said and submitted and submitted_at is None:
        yield "no_sent_time"
    if submitted_at is not None and not submitted:
        yield "sent_time_alone"
    elif submitted_at is not None and submitted_at < occurred_at:
        yield "before"


@dataclass(slots=True)
class Kind:
    """How many there are of one kind, and the first of them: each its line, and words where there are any."""

    count: int = 0
    first: list[list[Any]] = field(default_factory=list)


class Tally:
    """How many rows were read, what was wrong or odd by kind, and types of incident, as it is kept between steps."""

    def __init__(self, kept: Mapping[str, Any] | None = None) -> None:
        kept = kept or {}
        self.rows: int = kept.get("rows", 0)
        self.types: list[str] = kept.get("types", [])
        self.kinds = {
            name: Kind(count, list(first)) for name, (count, first) in kept.get("kinds", {}).items()
        }

    def add(self, kind: str, line: int, words: str = "") -> None:
        """Count one."""
        entry = self.kinds.setdefault(kind, Kind())
        entry.count += 1
        if len(entry.first) < NAMED:
            entry.first.append([line, words])

    def count_in(self, kind: str, many: int) -> None:
        """Count some that are not named."""
        self.kinds.setdefault(kind, Kind()).count += many

    def count(self, *kinds: str) -> int:
        """Return how many there are of some kinds."""
        return sum(self.kinds[one].count for one in kinds if one in self.kinds)

    def as_kept(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "rows": self.rows,
            "types": self.types,
            "kinds": {name: [one.count, one.first] for name, one in self.kinds.items()},
        }
