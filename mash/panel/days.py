"""When a panel meets, and when its papers go out.  Pure.

Source: docs/rules.md, "Meetings of a panel".
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from mash.common.clock import LONDON, WorkingWeek

A_DAY = timedelta(days=1)


def series(first_on: date, at: time, number: int, weeks: int, week: WorkingWeek) -> list[datetime]:
    """Return when a panel meets: so many times, so many weeks apart, at one time on the wall clock of England.

    A day on which the hub is closed gives way to the next working day; those after it keep their weekday.
    """
    days = (first_on + timedelta(weeks=weeks) * count for count in range(number))
    return [on_the_wall(working_day(one, week), at) for one in days]


def working_day(day: date, week: WorkingWeek) -> date:
    """Return a day, or the next one on which the hub works."""
    while not week.is_working_day(day):
        day += A_DAY
    return day


def papers_on(starts_at: datetime, days: int, week: WorkingWeek) -> date:
    """Return the day on which the papers go out: so many working days before the meeting."""
    day = starts_at.astimezone(LONDON).date()
    while days:
        day -= A_DAY
        days -= week.is_working_day(day)
    return day


def on_the_wall(day: date, at: time) -> datetime:
    """Return a moment by the wall clock of England."""
    return datetime.combine(day, at, LONDON)


def starts(starts_at: datetime, minutes: Sequence[int]) -> list[datetime]:
    """Return when each part of an agenda begins, and last when the whole is over."""
    found = [starts_at]
    for one in minutes:
        found.append(found[-1] + timedelta(minutes=one))
    return found
