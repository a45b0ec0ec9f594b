"""Areas as shapes on a drawing: a plain projection, good enough for one borough or county, and classes.  Pure.

Longitude is drawn shorter by the cosine of the middle latitude, so that a mile is as long both ways there.  Positions
are drawn to the pixel, and one that falls on the last is left out: what is finer than the drawing is not in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import Any

WIDTH, MOST_HEIGHT = 640, 640
STEPS = 4
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One area as an SVG path, and where its number stands."""

    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """All areas, in the order in which they were given."""

    width: int
    height: int
    shapes: tuple[Shape, ...]


def draw(areas: Sequence[Mapping[str, Any]]) -> Drawing | None:
    """Lay areas out side by side on one drawing; None where there are none.

    areas: MultiPolygons of GeoJSON.
    """
    every = [point for area in areas for rings in area["coordinates"] for ring in rings for point in ring]
    if not every:
        return None
    west, east = min(one[0] for one in every), max(one[0] for one in every)
    south, north = min(one[1] for one in every), max(one[1] for one in every)
    narrow = max(cos(radians((south + north) / 2)), 0.01)
    across, down = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    scale = min(WIDTH / across, MOST_HEIGHT / down)

    def at(point: Sequence[float]) -> Point:
        return (point[0] - west) * narrow * scale, (north - point[1]) * scale

    shapes = [
        _shape([[[at(point) for point in ring] for ring in rings] for rings in area["coordinates"]])
        for area in areas
    ]
    return Drawing(round(across * scale) or 1, round(down * scale) or 1, tuple(shapes))


def _shape(polygons: Sequence[Sequence[Sequence[Point]]]) -> Shape:
    parts = [_part(ring) for rings in polygons for ring in rings]
    largest = max((rings[0] for rings in polygons), key=lambda ring: abs(_twice_area(ring)))
    x, y = _middle(largest)
    return Shape("".join(parts), round(x), round(y))


def _part(ring: Sequence[Point]) -> str:
    whole: list[tuple[int, int]] = []
    for x, y in ring:
        point = (round(x), round(y))
        if not whole or whole[-1] != point:
            whole.append(point)
    return "M" + "L".join(f"{x} {y}" for x, y in whole) + "Z"


def _twice_area(ring: Sequence[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def _middle(ring: Sequence[Point]) -> Point:
    """Return the centre of gravity of a ring; where it encloses nothing on the drawing, the mean of its corners."""
    twice = _twice_area(ring)
    if abs(twice) < 1:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    pairs = list(pairwise(ring))
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * twice)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * twice)
    return x, y


@dataclass(frozen=True, slots=True)
class Class:
    """One class of a map: from and to are the least and the most in it."""

    number: int
    least: float
    most: float


def classes(values: Iterable[float]) -> list[Class]:
    """Return up to four classes of about as many areas each, without those of nothing; equal values stay together."""
    there = sorted(one for one in values if one > 0)
    if not there:
        return []
    different = sorted(set(there))
    if len(different) <= STEPS:
        return [Class(number, one, one) for number, one in enumerate(different, 1)]
    inner = {there[len(there) * step // STEPS - 1] for step in range(1, STEPS)}
    edges = sorted(inner | {there[-1]})
    found, least = [], different[0]
    for number, edge in enumerate(edges, 1):
        within = [one for one in different if least <= one <= edge]
        found.append(Class(number, within[0], within[-1]))
        least = min((one for one in different if one > edge), default=edge)
    return found


def class_of(value: float | None, known: Sequence[Class]) -> int:
    """Return the number of the class of a value; 0 for nothing, or where it is not known."""
    if not value:
        return 0
    return next((one.number for one in known if one.least <= value <= one.most), 0)
