"""Reading the spreadsheet that a record replaces, as CSV: which column is which, what can be taken.  Pure.

What is wrong is named by the line of the file and the column's own heading, so that it is found where it stands.

Source: docs/rules.md, "Taking over a spreadsheet".
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mash.common import spreadsheets
from mash.common.spreadsheets import FORMULA, WORKBOOKS, Unreadable, check_header, delimiter_of, taken_twice

LARGEST = 2 * 1024 * 1024  # bytes
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 5000, 60, 2000
COLUMNS: Mapping[str, str] = {  # ours, in the order in which they are asked for
    "email": "Work e-mail address",
    "name": "Name",
    "agency": "Agency",
    "unit": "Team, unit or school",
    "done_on": "Date",
    "label": "What it was about",
    "hours": "Hours",
    "minutes": "Minutes",
    "provider": "Who delivered it",
    "evidence_words": "Evidence",
    "different": "What they will do differently",
}
NEEDED = ("email", "done_on", "label")
GUESSES: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "mail", "e-mail"),
    "name": ("name", "staff", "full name"),
    "agency": ("agency", "organisation", "employer"),
    "unit": ("unit", "team", "school", "department"),
    "done_on": ("date", "on", "completed"),
    "label": ("topic", "course", "title", "training", "about", "module"),
    "hours": ("hours", "hrs"),
    "minutes": ("minutes", "mins"),
    "provider": ("provider", "trainer", "delivered by"),
    "evidence_words": ("evidence", "certificate"),
    "different": ("differently", "reflection", "learning"),
}
SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
SERIAL = re.compile(r"\d{5}")
WORDS = ("%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d-%B-%Y", "%B %d, %Y", "%d %B, %Y")
SERIAL_ZERO = date(1899, 12, 30)  # from which spreadsheets count days
EARLIEST = date(1980, 1, 1)
MOST_MINUTES = 6000
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Wrong(Exception):
    """One row cannot be taken; the message names the column and why."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file as it was read.  rows: each with the line on which it begins."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one row says."""

    line: int
    email: str
    name: str
    agency: str
    unit: str
    done_on: date
    label: str
    minutes: int
    provider: str
    evidence_words: str
    different: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken, and why."""

    line: int
    why: str


def read(body: bytes) -> Table:
    """Read a file of comma-separated values, or of semicolons or tabs.  Raises Unreadable."""
    if len(body) > LARGEST:
        raise Unreadable("The file is larger than 2 MB: split it")
    if body[:2] in WORKBOOKS:
        raise Unreadable("This is a workbook: save it as CSV first, and put that in")
    try:
        words = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = body.decode("cp1252", errors="replace")
    if "\x00" in words:
        raise Unreadable("The file is no text: save the sheet as CSV")
    rows = [row for row in _lines(words) if any(row[1])]
    if not rows:
        raise Unreadable("The file is empty")
    check_header(rows[0][1], MOST_COLUMNS)
    if len(rows) == 1:
        raise Unreadable("The file names its columns and has no row")
    return Table(rows[0][1], tuple(rows[1:]))


def _lines(words: str) -> list[tuple[int, tuple[str, ...]]]:
    first = words.partition("\n")[0]
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter_of(first), strict=True)
    rows, line = [], 1
    try:
        for row in reader:
            rows.append((line, tuple(cell.strip() for cell in row)))
            line = reader.line_num + 1
            if len(rows) > MOST_ROWS + 1:
                raise Unreadable(f"The file has more than {MOST_ROWS} rows: split it")
    except csv.Error:
        raise Unreadable(f"Line {line} cannot be read as CSV: is a quotation mark not closed?") from None
    return rows


def guess(header: Sequence[str]) -> dict[str, int]:
    """Return which of our columns theirs seem to be."""
    return spreadsheets.guess(header, GUESSES)


def columns_wrong(columns: Mapping[str, int]) -> dict[str, str]:
    """Return what is wrong with a choice of columns, by ours."""
    wrong = {name: f"Choose the column with: {COLUMNS[name]}" for name in NEEDED if name not in columns}
    if "hours" not in columns and "minutes" not in columns:
        wrong["hours"] = "Choose the column with the hours, or the one with the minutes"
    return taken_twice(columns, COLUMNS) | wrong


def rows_of(
    header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], columns: Mapping[str, int], today: date
) -> list[Taken | Refused]:
    """Return what each row says, or why it cannot be taken.  The same thing of one person on one day is taken once."""
    listed = list(rows)
    whole = [cells for _, cells in listed if len(cells) == len(header)]
    mixed = _is_mixed(cells[columns["done_on"]] for cells in whole)
    found: list[Taken | Refused] = []
    there: dict[tuple[str, str, date], int] = {}
    for line, cells in listed:
        try:
            row = _row(header, line, cells, columns, today=today, mixed=mixed)
        except Wrong as why:
            found.append(Refused(line, str(why)))
            continue
        key = (row.email, row.label.casefold(), row.done_on)
        if key in there:
            found.append(Refused(line, f"says the same as line {there[key]}"))
            continue
        there[key] = line
        found.append(row)
    return found


def _row(
    header: Sequence[str],
    line: int,
    cells: Sequence[str],
    columns: Mapping[str, int],
    *,
    today: date,
    mixed: bool,
) -> Taken:
    if len(cells) != len(header):
        raise Wrong(f"has {len(cells)} cells where the first line has {len(header)}")

    def cell(ours: str, longest: int = 240) -> str:
        return _plain(cells[columns[ours]], header[columns[ours]], longest) if ours in columns else ""

    for ours in NEEDED:
        if not cell(ours, LONGEST_CELL):
            raise Wrong(f"“{header[columns[ours]]}” is empty")
    email = cell("email").lower()
    if not EMAIL.fullmatch(email):
        raise Wrong(f"“{header[columns['email']]}” is no e-mail address")
    on = _day(cell("done_on"), header[columns["done_on"]], mixed=mixed)
    if not EARLIEST <= on <= today:
        raise Wrong(f"“{header[columns['done_on']]}” is {on:%d.%m.%Y}: a day before 1980, or still to come")
    return Taken(
        line=line, email=email, name=cell("name", 120), agency=cell("agency", 120), unit=cell("unit", 80), done_on=on,
        label=cell("label", 160), minutes=_minutes(cell("hours"), cell("minutes"), header, columns),
        provider=cell("provider", 120), evidence_words=cell("evidence_words"),
        different=cell("different", LONGEST_CELL),
    )  # fmt: skip


def _plain(value: str, heading: str, longest: int) -> str:
    if value.startswith(FORMULA):
        raise Wrong(f"“{heading}” begins like a formula: write it as plain words")
    if any(ord(letter) < 32 and letter not in "\r\n\t" for letter in value):
        raise Wrong(f"“{heading}” holds control characters")
    if len(value) > longest:
        raise Wrong(f"“{heading}” is longer than {longest} characters")
    return value


def _is_mixed(cells: Iterable[str]) -> bool:
    """Tell whether a column holds a day that can only be written month first: then no number says which is which."""
    for cell in cells:
        said = SLASHED.fullmatch(cell)
        if said and int(said[1]) <= 12 < int(said[2]):
            return True
    return False


def _day(cell: str, heading: str, *, mixed: bool) -> date:
    """Read a day.  Numbers alone are day, month, year; where the column mixes both ways, only what can be read one way.

    Raises Wrong.
    """
    iso, slashed = ISO.fullmatch(cell), SLASHED.fullmatch(cell)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if SERIAL.fullmatch(cell):
            return SERIAL_ZERO + timedelta(days=int(cell))
        if slashed:
            first, second, year = int(slashed[1]), int(slashed[2]), int(slashed[3])
            year += 2000 if year < 100 else 0
            if mixed and first <= 12 and second <= 12 and first != second:
                raise Wrong(
                    f"“{heading}” is {cell}, and the column has days written both ways round: write the month as a word"
                )
            return date(year, first, second) if first <= 12 < second else date(year, second, first)
    except ValueError:
        raise Wrong(f"“{heading}” is {cell[:20]}, which is no day") from None
    for shape in WORDS:
        try:
            return datetime.strptime(cell, shape).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise Wrong(f"“{heading}” is not a day such as 3 April 2026 or 03/04/2026")


def _minutes(hours: str, minutes: str, header: Sequence[str], columns: Mapping[str, int]) -> int:
    said = [("hours", hours, 60), ("minutes", minutes, 1)]
    given = [(name, value, times) for name, value, times in said if value]
    if not given:
        name = "hours" if "hours" in columns else "minutes"
        raise Wrong(f"“{header[columns[name]]}” is empty")
    total = 0.0
    for name, value, times in given:
        clock = re.fullmatch(r"(\d{1,3}):([0-5]\d)", value) if name == "hours" else None
        try:
            total += int(clock[1]) * 60 + int(clock[2]) if clock else float(value.replace(",", ".")) * times
        except ValueError:
            raise Wrong(f"“{header[columns[name]]}” is no number") from None
    if not 1 <= total <= MOST_MINUTES:
        raise Wrong(f"“{header[columns[given[0][0]]]}” must lie between a minute and 100 hours")
    return round(total)
