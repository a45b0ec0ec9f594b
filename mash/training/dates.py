"""How months are counted: when day two may be, when a module falls due, when people are asked again.  Pure."""

from datetime import date

from mash.common.clock import months_after


def is_within_months(first: date, second: date, *, earliest: int, latest: int) -> bool:
    """Tell whether a second day lies so many months after a first, both ends included."""
    return months_after(first, earliest) <= second <= months_after(first, latest)
