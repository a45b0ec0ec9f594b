"""Two counts over times of equal length, beside each other: what may be said of them.  Pure.

Source: docs/rules.md, "What is done about a pattern".
"""

from dataclasses import dataclass
from math import comb

CHANCE = 0.05  # a difference that comes about by chance this seldom, or more seldom, is said


@dataclass(frozen=True, slots=True)
class Difference:
    """Events before and after.  chance: how often as great a difference comes by chance; None where nothing is claimed.

    whole: the time after is over.
    """

    before: int
    after: int
    chance: float | None
    whole: bool
    at_least: int

    @property
    def words(self) -> str:
        """Say what may be said of it, and no more."""
        if not self.whole:
            return "The time after is not over yet, so nothing is said of a difference."
        if self.chance is None:
            return f"Fewer than {self.at_least} events in both times together: too few to say that anything changed."
        if self.chance > CHANCE:
            return "The difference is no greater than chance alone often makes it."
        way = "fewer" if self.after < self.before else "more"
        return (
            f"There are {way} events after, and the difference is greater than chance alone often makes it."
        )


def difference(before: int, after: int, *, at_least: int, whole: bool) -> Difference:
    """Return what may be said of two counts over equal times.

    Given their sum, one count of two Poisson counts with the same mean is binomial with a half: the conditional test of
    J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31
    (1940), 313-323.  Two-sided: twice the smaller tail, at most 1.
    """
    together = before + after
    claims = whole and together >= at_least
    return Difference(before, after, two_sided(before, after) if claims else None, whole, at_least)


def two_sided(before: int, after: int) -> float:
    """Return how often a difference as great, either way, comes about by chance."""
    n, less = before + after, min(before, after)
    tail = float(sum(comb(n, k) for k in range(less + 1)) / 2**n)
    return min(1.0, 2 * tail)
