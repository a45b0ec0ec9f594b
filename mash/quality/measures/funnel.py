"""A funnel: which units differ from the whole by more than their size explains.  It ranks nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log

from mash.common.shares import Interval, Share

INNER, OUTER = 0.95, 0.998


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit within the funnel.  where: "within", "above" or "below" the outer limits, or "" where none is told."""

    label: str
    share: Share
    inner: Interval | None
    outer: Interval | None
    where: str


def funnel(units: Sequence[tuple[str, Share]]) -> list[Unit]:
    """Set each unit beside the share of all of them together, with limits for its own number.

    D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005),
    1185-1202: exact binomial limits at 95 % and 99.8 %, drawn between whole numbers as in its appendix A.1.1.
    """
    top, n = sum(share.top for _, share in units), sum(share.n for _, share in units)
    told = []
    for label, share in units:
        if not share.n:
            told.append(Unit(label, share, None, None, ""))
            continue
        inner, outer = (limits(share.n, top / n, part) for part in (INNER, OUTER))
        told.append(Unit(label, share, inner, outer, _where(share, top / n)))
    return told


def _where(share: Share, p: float) -> str:
    """Tell on which side a unit lies, by the chance of as much or more: limits drawn between whole numbers would
    put three of three outside, where that comes by chance one time in five.
    """
    edge = (1 - OUTER) / 2
    if sum(_chance(share.n, p, count) for count in range(share.top, share.n + 1)) < edge:
        return "above"
    return "below" if sum(_chance(share.n, p, count) for count in range(share.top + 1)) < edge else "within"


def limits(n: int, p: float, part: float) -> Interval:
    """Return between which shares `part` of units with n would fall, if the share of each were p."""
    low, high = (_quantile(n, p, edge) for edge in ((1 - part) / 2, (1 + part) / 2))
    return Interval(min(max(low / n, 0.0), 1.0), min(max(high / n, 0.0), 1.0), part)


def _quantile(n: int, p: float, edge: float) -> float:
    """Return the binomial quantile, drawn between the whole numbers around it."""
    if p in {0.0, 1.0}:
        return n * p
    below = 0.0
    for count in range(n + 1):
        here = _chance(n, p, count)
        if below + here >= edge:
            return count - (below + here - edge) / here
        below += here
    return float(n)


def _chance(n: int, p: float, count: int) -> float:
    """Return the binomial chance of a count."""
    if p in {0.0, 1.0}:
        return float(count == n * p)
    ways = lgamma(n + 1) - lgamma(count + 1) - lgamma(n - count + 1)
    return exp(ways + count * log(p) + (n - count) * log(1 - p))
