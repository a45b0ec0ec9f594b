"""A file of rounds that were graded before, row by row.  Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mash.people.rows import BadRow, Row
from mash.quality.measures.grades import Counts, agrees
from mash.quality.past import past

COLUMNS = ("round", "grade_1", "grade_2", "grade_3", "grade_4", "published_average")
MOST = 200
LABEL = re.compile(r"[0-9]{4}(-[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class PastRound:
    """A round graded before.  label: a year, or year and month, so that rounds stand in order."""

    label: str
    counts: Counts
    published: str

    @property
    def agrees(self) -> bool | None:
        """Tell whether the published mean is what the counts give; None where none was published."""
        return agrees(self.published, self.counts) if self.published else None

    def as_row(self) -> str:
        """Return it as a line of the file."""
        return ",".join([self.label, *map(str, self.counts.of), self.published])


def past_rounds(text: str) -> tuple[list[PastRound], list[str]]:
    """Return the rounds of a file, and what is wrong with its rows, each by its line.

    Raises Unreadable where its columns are others.

    Source: docs/rules.md, "Earlier rounds".
    """
    return past(text, COLUMNS, COLUMNS, _round, most=MOST, what="rounds")


def _round(row: Row) -> PastRound:
    label = row.text("round", 60, needed=True)
    if not LABEL.fullmatch(label):
        raise BadRow("round is a year, or a year and a month written 2026-04")
    counts = Counts(tuple(_numbers(row)))  # type: ignore[arg-type]
    if not counts.n:
        raise BadRow("nothing was graded in it")
    published = row.text("published_average", 12)
    if published:
        try:
            agrees(published, counts)
        except ValueError as why:
            raise BadRow("published_average is not a number") from why
    return PastRound(label, counts, published)


def _numbers(row: Row) -> Iterator[int]:
    for grade in range(1, 5):
        words = row.text(f"grade_{grade}", 6, needed=True)
        if not (words.isascii() and words.isdigit()):
            raise BadRow(f"grade_{grade} is not a whole number")
        yield int(words)
