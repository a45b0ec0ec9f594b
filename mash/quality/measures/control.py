"""Control charts: what a measure does by itself, and what is a signal that something has changed.

XmR (individuals and moving range) for means and times, p for shares.  W. A. Shewhart, "Economic Control of Quality of
Manufactured Product" (1931); limits as in NIST/SEMATECH, "e-Handbook of Statistical Methods", 6.3.2.2 and 6.3.3.2.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from mash.common.shares import Share

TO_SIGMA = 1.128  # d2 for ranges of two: mean moving range over this estimates the standard deviation
UPPER_RANGE = 3.267  # D4 for ranges of two
BEYOND, ONE_SIDE, TREND, NEAR = "beyond_limit", "one_side", "trend", "near_limit"
RUN, RISE, NEAR_OF = 8, 6, 3
SIGNALS = {
    BEYOND: "Beyond a limit: one point outside the limits",
    ONE_SIDE: f"One side: {RUN} points in a row on the same side of the middle",
    TREND: f"A trend: {RISE} points in a row, each higher, or each lower, than the one before",
    NEAR: "Near a limit: two of three points in a row in the outer third, on the same side",
}
"""Every rule by which a chart speaks of a change, in words."""
ENOUGH = 10
"""Below so many points limits are provisional: they move with each new one."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point with its own limits.  value: None where nothing was counted.  signals: ids of the rules it meets."""

    label: str
    value: float | None
    n: int
    low: float | None
    high: float | None
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A measure over time.  middle: None where there is nothing yet.

    ranges: moving ranges of an XmR chart, the first None; `range_limit` above which one is a signal.
    rough: places of points of which too few were counted for the limits to be more than a guide.
    """

    kind: str
    points: tuple[Point, ...]
    middle: float | None
    ranges: tuple[float | None, ...] = ()
    range_limit: float | None = None
    rough: tuple[int, ...] = ()

    @property
    def is_provisional(self) -> bool:
        """Tell whether there are too few points for the limits to be settled."""
        return sum(one.value is not None for one in self.points) < ENOUGH

    @property
    def signals(self) -> tuple[str, ...]:
        """Return the rules that are met anywhere, in their own order."""
        return tuple(rule for rule in SIGNALS if any(rule in one.signals for one in self.points))


def xmr(
    measured: Sequence[tuple[str, float | None, int]],
    *,
    least: float | None = None,
    most: float | None = None,
) -> Chart:
    """Chart single figures, as means or times: each with its label, its value, and how many it rests on.

    least, most: the ends of the scale, which limits do not pass.

    Limits: mean ± 3 · (mean moving range / 1.128).  The ranges run over what there is: a gap ends none.
    """
    values = [value for _, value, _ in measured if value is not None]
    middle = sum(values) / len(values) if values else None
    ranges = _moving(measured)
    known = [one for one in ranges if one is not None]
    sigma = sum(known) / len(known) / TO_SIGMA if known else None
    low, high = _limits(middle, sigma)
    low = low if low is None or least is None else max(low, least)
    high = high if high is None or most is None else min(high, most)
    points = [Point(label, value, n, low, high) for label, value, n in measured]
    return Chart(
        "xmr",
        _told(points, middle, [sigma] * len(points)),
        middle,
        tuple(ranges),
        UPPER_RANGE * sum(known) / len(known) if known else None,
    )


def p_chart(measured: Sequence[tuple[str, Share]]) -> Chart:
    """Chart shares, each with its label: limits p ± 3 · √(p(1-p)/n), which widen where n is small.

    A point is rough where fewer than five are expected on either side: the normal limits are a guide there.
    """
    top, n = sum(one.top for _, one in measured), sum(one.n for _, one in measured)
    middle = top / n if n else None
    sigmas = [
        None if middle is None or not one.n else sqrt(middle * (1 - middle) / one.n) for _, one in measured
    ]
    points = []
    for (label, one), sigma in zip(measured, sigmas, strict=True):
        low, high = _limits(middle, sigma)
        low, high = None if low is None else max(0.0, low), None if high is None else min(1.0, high)
        points.append(Point(label, one.value, one.n, low, high))
    rough = tuple(
        place
        for place, one in enumerate(points)
        if middle is not None and one.n and one.n * min(middle, 1 - middle) < 5
    )
    return Chart("p", _told(points, middle, sigmas), middle, rough=rough)


def _moving(measured: Sequence[tuple[str, float | None, int]]) -> list[float | None]:
    before: float | None = None
    ranges: list[float | None] = []
    for _, value, _ in measured:
        ranges.append(None if before is None or value is None else abs(value - before))
        before = before if value is None else value
    return ranges


def _limits(middle: float | None, sigma: float | None) -> tuple[float | None, float | None]:
    if middle is None or sigma is None:
        return None, None
    return middle - 3 * sigma, middle + 3 * sigma


def _told(points: Sequence[Point], middle: float | None, sigmas: Sequence[float | None]) -> tuple[Point, ...]:
    """Return the points with the rules that each meets; a run is marked on every point of it."""
    if middle is None:
        return tuple(points)
    there = [place for place, one in enumerate(points) if one.value is not None]
    values = {place: points[place].value or 0.0 for place in there}
    met: dict[int, set[str]] = {place: set() for place in there}
    for place in there:
        low, high = points[place].low, points[place].high
        if low is not None and high is not None and not low <= values[place] <= high:
            met[place].add(BEYOND)
    far = {
        place: (values[place] - middle) / sigma if (sigma := sigmas[place]) else 0.0  # in standard deviations
        for place in there
    }
    _runs(there, RUN, met, ONE_SIDE, lambda some: _one_way([values[one] - middle for one in some]))
    _runs(there, RISE, met, TREND, lambda some: _one_way(_steps([values[one] for one in some])))
    for some in _windows(there, NEAR_OF):
        for side in (1, -1):
            outer = [one for one in some if side * far[one] > 2]
            if len(outer) > 1:
                for one in outer:
                    met[one].add(NEAR)
    return tuple(
        Point(
            one.label,
            one.value,
            one.n,
            one.low,
            one.high,
            tuple(r for r in SIGNALS if r in met.get(place, ())),
        )
        for place, one in enumerate(points)
    )


def _windows(there: Sequence[int], size: int) -> list[Sequence[int]]:
    return [there[begin : begin + size] for begin in range(len(there) - size + 1)]


def _runs(
    there: Sequence[int],
    size: int,
    met: dict[int, set[str]],
    rule: str,
    holds: Callable[[Sequence[int]], bool],
) -> None:
    for some in _windows(there, size):
        if holds(some):
            for one in some:
                met[one].add(rule)


def _steps(values: Sequence[float]) -> list[float]:
    return [after - before for before, after in pairwise(values)]


def _one_way(differences: Sequence[float]) -> bool:
    return all(one > 0 for one in differences) or all(one < 0 for one in differences)
