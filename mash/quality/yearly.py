"""A file of yearly figures that were published without how many they rest on, row by row.  Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal

from mash.people.rows import BadRow, Row
from mash.quality.past import past

COLUMNS = ("year", "percent_with_form", "period")
NEEDED = ("year", "percent_with_form")
MOST = 100
PERCENT = re.compile(r"[0-9]{1,3}([.][0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class PastShare:
    """A figure of a year, or of a part of one that the label says."""

    label: str
    year: int
    percent: str


def past_shares(text: str) -> tuple[list[PastShare], list[str]]:
    """Return the figures of a file, and what is wrong with its rows, each by its line.

    Raises Unreadable where its columns are others.

    Source: docs/rules.md, "Earlier figures without their numbers".
    """
    return past(text, NEEDED, COLUMNS, _share, most=MOST, what="years")


def _share(row: Row) -> PastShare:
    year = row.text("year", 4, needed=True)
    if not (year.isascii() and year.isdigit() and 1990 <= int(year) <= 2100):
        raise BadRow("year is not a year written 2026")
    percent = row.text("percent_with_form", 6, needed=True)
    if not PERCENT.fullmatch(percent) or Decimal(percent) > 100:
        raise BadRow("percent_with_form is not a percentage from 0 to 100")
    period = row.text("period", 40)
    whole = period.casefold() in {"", "full year", "year"}
    return PastShare(year if whole else f"{year}, {period}", int(year), percent)
