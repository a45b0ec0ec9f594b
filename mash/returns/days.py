"""Working days in England between days, as the census counts them.  Pure.

Source: docs/rules.md, "Statutory clocks".
"""

from datetime import date, timedelta

from mash.common.clock import england

SATURDAY = 5


def working_days(start: date, until: date) -> int:
    """Return the working days after `start`, up to and with `until`: no weekend, no bank holiday in England."""
    days = (until - start).days
    if days <= 0:
        return 0
    whole, rest = divmod(days, 7)
    count = whole * 5 + sum((start + timedelta(days=one)).weekday() < SATURDAY for one in range(1, rest + 1))
    holidays = england(range(start.year, until.year + 1))
    return count - sum(start < one <= until and one.weekday() < SATURDAY for one in holidays)


def after_working_days(start: date, count: int) -> date:
    """Return the day on which so many working days after `start` have gone by."""
    day = start + timedelta(days=count)
    while working_days(start, day) < count:
        day += timedelta(days=1)
    return day
