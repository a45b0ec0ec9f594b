"""A share and its interval.  Pure."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """From where to where; `confidence` of intervals made this way hold the true figure."""

    low: float
    high: float
    confidence: float = CONFIDENCE


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many.  Of none there is no share, and no interval."""

    top: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.top <= self.n:
            raise ValueError(f"{self.top} of {self.n} is no share")

    @property
    def value(self) -> float | None:
        """Return the share, from 0 to 1; None of none."""
        return self.top / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        """Return Wilson's interval; None of none."""
        return wilson(self.top, self.n) if self.n else None


def wilson(top: int, n: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the score interval of a share, without correction for continuity.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
    Statistical Association 22 (1927), 209-212.  It keeps its coverage where n is small or the share is near 0 or 1,
    where the usual interval p ± z·se does not (R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872).

    Raises ValueError where n is 0, or `top` is more than n.
    """
    if n < 1 or not 0 <= top <= n:
        raise ValueError(f"no interval of {top} of {n}")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    p = top / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if top == 0 else max(0.0, centre - half)
    high = 1.0 if top == n else min(1.0, centre + half)
    return Interval(low, high, confidence)
