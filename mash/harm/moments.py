"""When events happen in the week, and how well that is known.  Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from mash.common.clock import LONDON

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PARTS = tuple(
    (hour, f"{hour:02}:00 to {hour + 4:02}:00".replace("24:00", "midnight")) for hour in range(0, 24, 4)
)


def how_known(event_at: datetime | None) -> str:
    """Return how well the time of an event is known: midnight to the second is taken for a day without an hour."""
    if event_at is None:
        return "report"
    return "day" if event_at.astimezone(LONDON).time() == time(0) else "hour"


@dataclass(frozen=True, slots=True)
class Week:
    """Events by day and part of the day.  rows: as many as DAYS, each as long as PARTS.  peak: the most in one cell."""

    rows: tuple[tuple[int, ...], ...]
    days_only: tuple[int, ...]
    counted: int
    day_known: int
    report_only: int

    @property
    def peak(self) -> int:
        """Return the most in one cell."""
        return max((one for row in self.rows for one in row), default=0)


def week(told: Iterable[tuple[int, int, str, int]]) -> Week:
    """Return the week of what was told: day 1 to 7 from Monday, hour, how it is known, how many events."""
    cells = [[0] * len(PARTS) for _ in DAYS]
    days_only = [0] * len(DAYS)
    counted = day_known = report_only = 0
    for day, hour, known, count in told:
        if known == "hour":
            cells[day - 1][hour // 4] += count
            counted += count
        elif known == "day":
            days_only[day - 1] += count
            day_known += count
        else:
            report_only += count
    return Week(tuple(map(tuple, cells)), tuple(days_only), counted, day_known, report_only)
