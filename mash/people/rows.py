"""Reading files of comma-separated values row by row, with what is wrong named by its line and never by its words."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Unreadable(Exception):
    """The file as a whole cannot be read: wrong columns, or none."""


class BadRow(Exception):
    """One row cannot be taken; the words say which column and why, without its content."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file it begins on, and its values by column, trimmed."""

    line: int
    values: Mapping[str, str]

    def text(self, column: str, longest: int = 120, *, needed: bool = False) -> str:
        """Return a column's text.  Raises BadRow if it is too long, or missing where it is needed."""
        value = self.values.get(column, "")
        if needed and not value:
            raise BadRow(f"{column} is missing")
        if len(value) > longest:
            raise BadRow(f"{column} is longer than {longest} characters")
        return value

    def day(self, column: str, *, needed: bool = False) -> date | None:
        """Return a column's date.  Raises BadRow unless it is YYYY-MM-DD and between 1880 and 2100."""
        value = self.text(column, 10, needed=needed)
        if not value:
            return None
        try:
            found = date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or len(value) != 10 or not 1880 <= found.year <= 2100:
            raise BadRow(f"{column} is not a date written YYYY-MM-DD")
        return found

    def moment(self, column: str) -> datetime:
        """Return a column's moment; without an offset it is read on England's clock.  Raises BadRow."""
        try:
            found = datetime.fromisoformat(self.text(column, 40, needed=True))
        except ValueError:
            raise BadRow(f"{column} is not a moment written YYYY-MM-DDTHH:MM") from None
        return found if found.tzinfo else found.replace(tzinfo=LONDON)


def read(
    lines: Iterable[str], needed: Collection[str], known: Collection[str]
) -> Iterator[Row | tuple[int, str]]:
    """Yield each row, or (line, why) for one that cannot be read.

    lines: text decoded with "surrogateescape", so that one bad byte costs one row.
    needed, known: columns that must be and that may be there.
    Raises Unreadable for an empty file or other columns.
    """
    reader = csv.reader(lines, strict=True)
    columns = [name.strip() for name in next(reader, [])]
    _check_columns(columns, needed, known)
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, "cannot be read as comma-separated values"
            continue
        if values:
            yield _row(line, columns, values)


def read_file(file: Path, needed: Collection[str], known: Collection[str]) -> Iterator[Row | tuple[int, str]]:
    """Read a file as `read` does, a line at a time."""
    with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        yield from read(lines, needed, known)


def _check_columns(columns: list[str], needed: Collection[str], known: Collection[str]) -> None:
    missing = sorted(set(needed) - set(columns))
    strange = sorted({name for name in columns if name not in known})
    twice = sorted({name for name in columns if columns.count(name) > 1})
    for names, words in (
        (missing, "columns missing"),
        (strange, "columns not known"),
        (twice, "columns given twice"),
    ):
        if names:
            raise Unreadable(
                f"{words}: {', '.join(name.encode('ascii', 'replace').decode() for name in names[:20])}"
            )


def _row(line: int, columns: list[str], values: list[str]) -> Row | tuple[int, str]:
    if len(values) != len(columns):
        return line, f"has {len(values)} columns where the first line has {len(columns)}"
    text = "".join(values)
    if any("\udc80" <= letter <= "\udcff" for letter in text):
        return line, "is not UTF-8"
    if any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text):
        return line, "holds control characters"
    return Row(line, {name: value.strip() for name, value in zip(columns, values, strict=True)})
