"""Shares with their intervals, and the line from which on answers are right.  Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

CLAIMED = 0.99
"""Of the first answers above a line, how many are to be right."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n, with Wilson's 95 % interval."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share itself; 0 of nothing."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return the lower and the upper end."""
        if not self.n:
            return 0.0, 1.0
        z, n, p = 1.96, self.n, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} ({low:.3f} to {high:.3f}, n {self.n})"

    def plain(self) -> dict[str, float]:
        """Return it for a file."""
        low, high = self.interval
        return {"share": round(self.value, 4), "low": round(low, 4), "high": round(high, 4), "n": self.n}


def share(hits: Iterable[bool]) -> Share:
    """Return how many of these are true."""
    found = list(hits)
    return Share(sum(found), len(found))


def line_of(firsts: Iterable[tuple[float, bool]], precision: float = CLAIMED) -> float:
    """Return the lowest sum from which on this share of first answers is right; infinite where there is none.

    firsts: of each question the sum of its first answer, and whether it is right.
    """
    ranked = sorted((one for one in firsts if one[0] > -math.inf), key=lambda one: -one[0])
    right, best = 0, math.inf
    for place, (score, is_right) in enumerate(ranked, 1):
        right += is_right
        last_of_its_score = place == len(ranked) or ranked[place][0] < score
        if last_of_its_score and right / place >= precision:
            best = score
    return best
