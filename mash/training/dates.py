"""How months are counted: when day two may be, when a module falls due, when people are asked again.  Pure."""

from calendar import monthrange
from datetime import date


def after_months(on: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + year, month + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))


def is_within_months(first: date, second: date, *, earliest: int, latest: int) -> bool:
    """Tell whether a second day lies so many months after a first, both ends included."""
    return after_months(first, earliest) <= second <= after_months(first, latest)
