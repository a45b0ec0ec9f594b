"""Days, months and quarters of the calendar.  Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mash.insight.models import Span

ONE_DAY = timedelta(days=1)
CHARTED = (Span.MONTH, Span.QUARTER)
MONTHS_OF = {Span.MONTH: 1, Span.QUARTER: 3}
SHOWN = {Span.MONTH: 13, Span.QUARTER: 8}
"""How many periods stand on a chart, the newest whole one last."""
FIRST_YEAR = 1990
WRITTEN = re.compile(
    r"(?P<year>[0-9]{4})-(?:Q(?P<quarter>[1-4])|(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)", re.ASCII
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One day, month or quarter of the calendar, from `begins` to `ends`, both included."""

    begins: date
    span: Span

    @property
    def ends(self) -> date:
        if self.span == Span.DAY:
            return self.begins
        return _months_on(self.begins, MONTHS_OF[self.span]) - ONE_DAY

    @property
    def code(self) -> str:
        """Return how an address names it: 2026-11-30, 2026-11, or 2026-Q4."""
        if self.span == Span.DAY:
            return f"{self.begins:%Y-%m-%d}"
        return (
            f"{self.begins:%Y-%m}"
            if self.span == Span.MONTH
            else f"{self.begins:%Y}-Q{self.begins.month // 3 + 1}"
        )

    @property
    def label(self) -> str:
        if self.span == Span.DAY:
            return f"{self.begins.day} {self.begins:%B %Y}"
        if self.span == Span.MONTH:
            return f"{self.begins:%B %Y}"
        return f"{self.begins:%B} to {self.ends:%B %Y}"

    @property
    def short(self) -> str:
        return (
            f"{self.begins:%b %Y}"
            if self.span == Span.MONTH
            else f"Q{self.begins.month // 3 + 1} {self.begins:%Y}"
        )

    def back(self, many: int) -> "Period":
        """Return the period so many before it."""
        return Period(_months_on(self.begins, -many * MONTHS_OF[self.span]), self.span)

    @property
    def year_before(self) -> "Period":
        return Period(_months_on(self.begins, -12), self.span)


def period_with(day: date, span: Span) -> Period:
    """Return the month or quarter in which a day lies."""
    months = MONTHS_OF[span]
    return Period(date(day.year, (day.month - 1) // months * months + 1, 1), span)


def last_whole(today: date, span: Span) -> Period:
    """Return the newest month or quarter that is over."""
    return period_with(today, span).back(1)


def charted_up_to(last: Period) -> Sequence[Period]:
    """Return the periods of a chart that ends with this one, the oldest first."""
    return [last.back(many) for many in range(SHOWN[last.span] - 1, -1, -1)]


def named(code: str, today: date) -> Period | None:
    """Return the day, month or quarter that an address names, if it has begun; None for anything else."""
    found = WRITTEN.fullmatch(code)
    if not found or int(found["year"]) < FIRST_YEAR:
        return None
    month = int(found["quarter"]) * 3 - 2 if found["quarter"] else int(found["month"])
    try:
        begins = date(int(found["year"]), month, int(found["day"] or 1))
    except ValueError:
        return None
    span = Span.QUARTER if found["quarter"] else Span.DAY if found["day"] else Span.MONTH
    return Period(begins, span) if begins <= today else None


def a_year_before(day: date) -> date:
    """Return the same day of the year before; for 29 February, the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)
