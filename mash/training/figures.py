"""Figures of small groups, each with its interval.  Pure."""

import math
from dataclasses import dataclass

from mash.decision.turnaround import interval


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n, with Wilson's 95 % interval.

    Wilson, E. B. (1927): Probable inference, the law of succession, and statistical inference.  JASA 22, 209-212.
    """

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Return it from 0 to 1."""
        return self.hits / self.of if self.of else 0.0

    @property
    def within(self) -> tuple[float, float]:
        """Return its interval; from 0 to 1 of nothing."""
        return interval(self.hits, self.of) or (0.0, 1.0)


def difference(one: Share, other: Share) -> tuple[float, float, float] | None:
    """Return how much one share is above another, and the 95 % interval of that; None where one of them is of nothing.

    Newcombe, R. G. (1998): Interval estimation for the difference between independent proportions.  Statistics in
    Medicine 17, 873-890, method 10: square and add Wilson's intervals.
    """
    if not one.of or not other.of:
        return None
    apart = one.value - other.value
    (low_1, high_1), (low_2, high_2) = one.within, other.within
    below = math.hypot(one.value - low_1, high_2 - other.value)
    above = math.hypot(high_1 - one.value, other.value - low_2)
    return apart, apart - below, apart + above
