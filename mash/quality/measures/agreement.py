"""How far graders agree, beyond chance."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from mash.common.shares import CONFIDENCE, Interval

RESAMPLES = 2000
NEEDED = 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha.  value: None where nothing was graded twice, or all grades are one and the same.

    units: things that two or more graded.  ratings: grades given to them.
    interval: None where fewer than two things were graded twice, or most resamples say nothing.
    """

    value: float | None
    units: int
    ratings: int
    interval: Interval | None = None


def alpha(units: Sequence[Sequence[int]], *, ordinal: bool = True) -> Agreement:
    """Return Krippendorff's alpha of grades on a scale of ordered steps, with an interval.

    units: for each thing graded, the grades it was given, by however many graders, whoever they were.
    ordinal: False treats grades as names, where none is nearer to another.

    Chosen since two or more graders grade each referral and not always the same ones: Cohen's kappas ask for one
    fixed pair and Fleiss's for one number of graders, and neither takes a grade left out.  The ordinal form lets a 1
    beside a 4 weigh more than a 3 beside a 4.  K. Krippendorff, "Content Analysis" (4th edition, 2019), chapter 12;
    the worked example is his "Computing Krippendorff's Alpha-Reliability" (2011).

    The interval is the percentile bootstrap over things graded (B. Efron and R. Tibshirani, "An Introduction to the
    Bootstrap", 1993, chapter 13), with resamples drawn from the grades themselves, so that it comes out the same again.
    """
    paired = [tuple(sorted(one)) for one in units if len(one) >= NEEDED]
    values = sorted({grade for one in paired for grade in one})
    tables = [_pairs(one, values) for one in paired]
    value = _alpha(tables, len(values), ordinal=ordinal)
    return Agreement(
        value,
        len(paired),
        sum(len(one) for one in paired),
        _interval(paired, tables, len(values), ordinal=ordinal),
    )


def _pairs(grades: Sequence[int], values: Sequence[int]) -> list[list[float]]:
    """Return how often each grade stands beside each other one, of one thing; each grader counts once."""
    table = [[0.0] * len(values) for _ in values]
    places = [bisect_left(values, one) for one in grades]
    for mine, one in enumerate(places):
        for other, another in enumerate(places):
            if mine != other:
                table[one][another] += 1 / (len(grades) - 1)
    return table


def _alpha(tables: Sequence[list[list[float]]], size: int, *, ordinal: bool) -> float | None:
    whole = [[sum(one[row][column] for one in tables) for column in range(size)] for row in range(size)]
    totals = [sum(row) for row in whole]
    n = sum(totals)
    seen = expected = 0.0
    for low in range(size):
        for high in range(low + 1, size):
            apart = (sum(totals[low : high + 1]) - (totals[low] + totals[high]) / 2) ** 2 if ordinal else 1.0
            seen += whole[low][high] * apart
            expected += totals[low] * totals[high] * apart
    return 1 - (n - 1) * seen / expected if expected else None


def _interval(
    paired: Sequence[tuple[int, ...]], tables: Sequence[list[list[float]]], size: int, *, ordinal: bool
) -> Interval | None:
    if len(tables) < NEEDED:
        return None
    ordered = [table for _, table in sorted(zip(paired, tables, strict=True), key=lambda one: one[0])]
    chance = Random(repr(sorted(paired)))  # noqa: S311 (no secret: the same grades give the same interval)
    found = []
    for _ in range(RESAMPLES):
        drawn = chance.choices(ordered, k=len(ordered))
        value = _alpha(drawn, size, ordinal=ordinal)
        if value is not None:
            found.append(value)
    if len(found) < RESAMPLES / 2:
        return None
    found.sort()
    tail = (1 - CONFIDENCE) / 2
    return Interval(found[int(tail * len(found))], found[min(int((1 - tail) * len(found)), len(found) - 1)])
