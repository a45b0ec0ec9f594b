"""Whether a share differs from an earlier one by more than chance explains.  Pure."""

from dataclasses import dataclass
from math import sqrt

from mash.common.shares import Interval, Share


@dataclass(frozen=True, slots=True)
class Change:
    """A share beside an earlier one.  interval: of the difference, from -1 to 1; None where one rests on nothing."""

    now: Share
    before: Share
    interval: Interval | None

    @property
    def words(self) -> str:
        """Say what may be said of it."""
        if self.interval is None:
            return "not comparable"
        if self.interval.low > 0:
            return "higher"
        return "lower" if self.interval.high < 0 else "no more different than chance explains"


def change(now: Share, before: Share) -> Change:
    """Return how a share differs from an earlier one, with a 95 % interval.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven
    methods", Statistics in Medicine 17 (1998), 873-890, method 10: made of Wilson's intervals of both, so that it stays
    on the scale and holds where n is small.
    """
    one, other = now.interval, before.interval
    if one is None or other is None or now.value is None or before.value is None:
        return Change(now, before, None)
    difference = now.value - before.value
    below = sqrt((now.value - one.low) ** 2 + (other.high - before.value) ** 2)
    above = sqrt((one.high - now.value) ** 2 + (before.value - other.low) ** 2)
    return Change(now, before, Interval(difference - below, difference + above))
