"""How far two shares of small groups lie apart.  Pure."""

from math import hypot

from mash.common.shares import Interval, Share


def difference(one: Share, other: Share) -> tuple[float, Interval] | None:
    """Return how much one share is above another, and the 95 % interval of that; None where one of them is of nothing.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine 17
    (1998), 873-890, method 10: square and add Wilson's intervals.
    """
    p, q, first, second = one.value, other.value, one.interval, other.interval
    if p is None or q is None or first is None or second is None:
        return None
    below, above = hypot(p - first.low, second.high - q), hypot(first.high - p, q - second.low)
    return p - q, Interval(p - q - below, p - q + above)
