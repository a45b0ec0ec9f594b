"""A control chart as lines and dots on a drawing.  Pure.

Across it is measured in parts of a hundred, so that it is as wide as the screen; down in pixels, so that words keep
their size.  Nothing of it needs a style or a script.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil

from mash.common.shares import Share
from mash.quality.measures.control import Chart
from mash.quality.measures.funnel import INNER, OUTER, Unit, limits

HEIGHT, TOP, BOTTOM = 220, 26, 186
LEFT, RIGHT = 9.0, 96.0
MOST_LABELS = 3
FUNNEL_STEPS = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A straight piece: x in parts of a hundred, y in pixels."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Dot:
    """One point.  signal: a rule is met there."""

    x: float
    y: float
    signal: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """The drawing.  ticks: words at the left, with their height.  labels: words below, with their place.

    marks: where something changed, numbered as below the drawing.
    """

    height: int
    dots: Sequence[Dot]
    path: Sequence[Line]
    limits: Sequence[Line]
    middle: float | None
    ticks: Sequence[tuple[float, str]]
    labels: Sequence[tuple[float, str]]
    marks: Sequence[tuple[float, int]]


def plot(
    chart: Chart,
    *,
    least: float,
    most: float,
    words: Callable[[float], str],
    ticks: Sequence[float],
    days: Sequence[date] = (),
    marks: Sequence[date] = (),
) -> Plot:
    """Lay a chart out.

    least, most: the ends of the scale.  words: says a value.  days: of the points, by which `marks` find their place.
    """
    count = len(chart.points)
    step = (RIGHT - LEFT) / max(count - 1, 1)

    def x(place: float) -> float:
        return round(LEFT + place * step if count > 1 else (LEFT + RIGHT) / 2, 2)

    def y(value: float) -> float:
        inside = min(max(value, least), most)
        return round(BOTTOM - (inside - least) / (most - least) * (BOTTOM - TOP), 1)

    there = [(place, one) for place, one in enumerate(chart.points) if one.value is not None]
    dots = [Dot(x(place), y(one.value or 0.0), bool(one.signals)) for place, one in there]
    limits = []
    for place, one in there:
        if one.low is None or one.high is None:
            continue
        begin, end = x(max(place - 0.5, 0)), x(min(place + 0.5, max(count - 1, 0)))
        if begin == end:
            begin, end = LEFT, RIGHT
        limits += [Line(begin, y(one.low), end, y(one.low)), Line(begin, y(one.high), end, y(one.high))]
    each = ceil(count / MOST_LABELS) or 1
    return Plot(
        HEIGHT,
        dots,
        [Line(a.x, a.y, b.x, b.y) for a, b in pairwise(dots)],
        limits,
        None if chart.middle is None else y(chart.middle),
        [(y(one), words(one)) for one in ticks],
        [(x(place), one.label) for place, one in enumerate(chart.points) if place % each == 0],
        [(x(_between(days, on)), number) for number, on in enumerate(marks, 1)] if days else [],
    )


def plot_shares(chart: Chart, days: Sequence[date] = (), marks: Sequence[date] = ()) -> Plot:
    """Lay a chart of shares out, from 0 to 100 %."""
    return plot(
        chart, least=0, most=1, words=lambda one: f"{one:.0%}", ticks=[0, 0.5, 1], days=days, marks=marks
    )


@dataclass(frozen=True, slots=True)
class Years:
    """Yearly shares: those published elsewhere without n as open dots on a broken line, and those with an interval.

    bars: from the lower to the upper end of an interval, as upright lines.
    """

    height: int
    open_dots: Sequence[Dot]
    broken: Sequence[Line]
    dots: Sequence[Dot]
    path: Sequence[Line]
    bars: Sequence[Line]
    ticks: Sequence[tuple[float, str]]
    labels: Sequence[tuple[float, str]]


def plot_years(published: Sequence[tuple[int, float]], counted: Sequence[tuple[int, Share]]) -> Years | None:
    """Lay yearly shares out, from 0 to 100 %; None where there are none.

    published: without n, so that they have no interval and stand in no limit.
    """
    there = [year for year, _ in published] + [year for year, _ in counted]
    if not there:
        return None
    first, last = min(there), max(there)

    def x(year: int) -> float:
        return round(LEFT + (year - first) * (RIGHT - LEFT) / (last - first), 2) if last > first else 50.0

    def y(value: float) -> float:
        return round(BOTTOM - value * (BOTTOM - TOP), 1)

    open_dots = [Dot(x(year), y(value), signal=False) for year, value in published]
    known = [(year, share.value, share.interval) for year, share in counted]
    whole = [(year, value, within) for year, value, within in known if value is not None and within]
    dots = [Dot(x(year), y(value), signal=False) for year, value, _ in whole]
    each = ceil((last - first + 1) / MOST_LABELS)
    return Years(
        HEIGHT,
        open_dots,
        [Line(a.x, a.y, b.x, b.y) for a, b in pairwise(open_dots)],
        dots,
        [Line(a.x, a.y, b.x, b.y) for a, b in pairwise(dots)],
        [Line(x(year), y(within.low), x(year), y(within.high)) for year, _, within in whole],
        [(y(one), f"{one:.0%}") for one in (0, 0.5, 1)],
        [(x(year), str(year)) for year in range(first, last + 1, each)],
    )


@dataclass(frozen=True, slots=True)
class FunnelPlot:
    """Units beside the share of all, by how many each has.  named: each dot with its number in the table."""

    height: int
    named: Sequence[tuple[Dot, int]]
    inner: Sequence[Line]
    outer: Sequence[Line]
    middle: float
    ticks: Sequence[tuple[float, str]]
    labels: Sequence[tuple[float, str]]


def plot_funnel(units: Sequence[Unit]) -> FunnelPlot | None:
    """Lay a funnel out: limits at 95 % and 99.8 % for every number up to the largest; None where nothing is counted."""
    n = sum(one.share.n for one in units)
    if not n:
        return None
    p, most = sum(one.share.top for one in units) / n, max(one.share.n for one in units)
    step = max(1, most // FUNNEL_STEPS)
    numbers = sorted({*range(1, most + 1, step), most})

    def x(number: int) -> float:
        return round(LEFT + number / most * (RIGHT - LEFT), 2)

    def y(value: float) -> float:
        return round(BOTTOM - value * (BOTTOM - TOP), 1)

    def both(part: float) -> list[Line]:
        found = [(number, limits(number, p, part)) for number in numbers]
        low = [
            Line(x(one), y(here.low), x(other), y(there.low))
            for (one, here), (other, there) in pairwise(found)
        ]
        return low + [
            Line(x(one), y(here.high), x(other), y(there.high))
            for (one, here), (other, there) in pairwise(found)
        ]

    return FunnelPlot(
        HEIGHT,
        [
            (Dot(x(one.share.n), y(one.share.value), signal=one.where in {"above", "below"}), place)
            for place, one in enumerate(units, 1)
            if one.share.value is not None
        ],
        both(INNER),
        both(OUTER),
        y(p),
        [(y(one), f"{one:.0%}") for one in (0, 0.5, 1)],
        [(x(number), f"{number} needed") for number in sorted({1, most})],
    )


def _between(days: Sequence[date], on: date) -> float:
    """Return between which points a day lies: 1.5 is midway from the second to the third."""
    before = sum(one <= on for one in days)
    if before == 0:
        return 0
    return before - 1 if before == len(days) else before - 0.5
