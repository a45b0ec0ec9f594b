"""The outline of several rectangles as one shape."""

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, in pixels from the top left."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Rect") -> bool:
        """Tell whether two rectangles share more than an edge."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def outline(rects: Sequence[Rect]) -> str:
    """Return the edge around all of these, as a path of SVG: each edge of the grid that lies between in and out."""
    across = sorted({edge for one in rects for edge in (one.left, one.right)})
    down = sorted({edge for one in rects for edge in (one.top, one.bottom)})

    def filled(column: int, row: int) -> bool:
        if not (0 <= column < len(across) - 1 and 0 <= row < len(down) - 1):
            return False
        x, y = (across[column] + across[column + 1]) / 2, (down[row] + down[row + 1]) / 2
        return any(one.left < x < one.right and one.top < y < one.bottom for one in rects)

    following: dict[Point, list[Point]] = {}
    for column in range(len(across) - 1):
        for row in range(len(down) - 1):
            if not filled(column, row):
                continue
            left, right, top, bottom = across[column], across[column + 1], down[row], down[row + 1]
            edges = (
                ((left, top), (right, top), filled(column, row - 1)),
                ((right, top), (right, bottom), filled(column + 1, row)),
                ((right, bottom), (left, bottom), filled(column, row + 1)),
                ((left, bottom), (left, top), filled(column - 1, row)),
            )
            for begin, end, inside in edges:
                if not inside:
                    following.setdefault(begin, []).append(end)
    return "".join(_loops(following))


def _loops(following: dict[Point, list[Point]]) -> list[str]:
    found = []
    while following:
        start = min(following)
        points, here = [start], _take(following, start)
        while here != start:
            points.append(here)
            here = _take(following, here)
        words = "L".join(f"{x:.1f} {y:.1f}" for x, y in _corners(points))
        found.append(f"M{words}Z")
    return found


def _take(following: dict[Point, list[Point]], here: Point) -> Point:
    there = following[here].pop()
    if not following[here]:
        del following[here]
    return there


def _corners(points: list[Point]) -> list[Point]:
    """Return the points without those on a straight line."""
    around = list(zip([points[-1], *points[:-1]], points, [*points[1:], points[0]], strict=True))
    return [
        here
        for before, here, after in around
        if not (before[0] == here[0] == after[0] or before[1] == here[1] == after[1])
    ]
