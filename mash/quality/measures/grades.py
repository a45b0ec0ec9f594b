"""What grades come to: how many of each, their mean and its spread, and the share that is good or better."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from math import atan, cos, pi, sin, sqrt

from mash.common.shares import CONFIDENCE, Interval, Share

GRADES = (1, 2, 3, 4)
GOOD_FROM = 3
FEWEST_FOR_AN_INTERVAL = 2


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were given each grade, from 1 (very poor) to 4 (excellent)."""

    of: tuple[int, int, int, int]

    @classmethod
    def from_grades(cls, grades: Iterable[int]) -> "Counts":
        """Count grades one by one.  Raises ValueError for what is no grade."""
        said = list(grades)
        if set(said) - set(GRADES):
            raise ValueError("a grade is 1, 2, 3 or 4")
        return cls(tuple(said.count(one) for one in GRADES))  # type: ignore[arg-type]

    @classmethod
    def from_mapping(cls, counts: Mapping[int, int]) -> "Counts":
        """Take counts by grade; a grade left out was given to none."""
        return cls(tuple(counts.get(one, 0) for one in GRADES))  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        if min(self.of) < 0:
            raise ValueError("nothing is counted less than 0 times")

    @property
    def n(self) -> int:
        """Return how many were graded."""
        return sum(self.of)

    @property
    def exact(self) -> Fraction | None:
        """Return the mean exactly; None of none."""
        total = sum(grade * count for grade, count in zip(GRADES, self.of, strict=True))
        return Fraction(total, self.n) if self.n else None

    @property
    def mean(self) -> float | None:
        """Return the mean; None of none."""
        return None if self.exact is None else float(self.exact)

    @property
    def spread(self) -> float | None:
        """Return the standard deviation, with n - 1; None below two."""
        if self.n < FEWEST_FOR_AN_INTERVAL or self.mean is None:
            return None
        squares = sum(count * (grade - self.mean) ** 2 for grade, count in zip(GRADES, self.of, strict=True))
        return sqrt(squares / (self.n - 1))

    @property
    def interval(self) -> Interval | None:
        """Return Student's interval of the mean, within the scale; None below two, or where all are alike.

        Grades are steps and not lengths, so it is rough where few were graded: the counts always stand beside it.
        """
        if not self.spread or self.mean is None:
            return None
        half = student(self.n - 1) * self.spread / sqrt(self.n)
        return Interval(max(1.0, self.mean - half), min(4.0, self.mean + half))

    @property
    def good(self) -> Share:
        """Return how many were good or better."""
        return Share(sum(self.of[GOOD_FROM - 1 :]), self.n)


def agrees(published: str, counts: Counts) -> bool:
    """Tell whether a published mean is what its own counts give, rounded to the places it was published with.

    Both ways of rounding a half are allowed: 3.125 to two places is 3.12 or 3.13.

    Raises ValueError where the published figure is no number.

    Source: docs/rules.md, "Earlier rounds".
    """
    if counts.exact is None:
        return False
    try:
        said = Decimal(published.strip())
    except InvalidOperation as wrong:
        raise ValueError(f"“{published}” is not a number") from wrong
    if not said.is_finite():
        raise ValueError(f"“{published}” is not a number")
    places = Decimal(1).scaleb(min(0, int(said.as_tuple().exponent)))
    exact = Decimal(counts.exact.numerator) / Decimal(counts.exact.denominator)
    return said in {exact.quantize(places, how) for how in (ROUND_HALF_UP, ROUND_HALF_EVEN)}


def student(freedom: int, confidence: float = CONFIDENCE) -> float:
    """Return the two-sided quantile of Student's t with whole degrees of freedom.

    The distribution is the finite series of Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964),
    26.7.3 and 26.7.4, and is turned round by halving.
    """
    low, high = 0.0, 1e3
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < confidence else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """Return the probability that |T| is at most t."""
    angle = atan(t / sqrt(freedom))
    term, total = (cos(angle), 0.0) if freedom % 2 else (1.0, 0.0)
    if freedom == 1:
        return 2 * angle / pi
    for step in range(1 if not freedom % 2 else 2, freedom, 2):
        total += term
        term *= cos(angle) ** 2 * step / (step + 1)
    return 2 / pi * (angle + sin(angle) * total) if freedom % 2 else sin(angle) * total
