"""A tier history as a picture: where each stretch begins and how long it is, in hundredths of the width.  Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mash.decision.direction import months_before
from mash.decision.tiers import Stretch

MONTHS_SHOWN = 36
WHOLE = 100.0  # the width of the picture
LEAST = 0.6  # a stretch of a few days is still seen


@dataclass(frozen=True, slots=True)
class Box:
    """One stretch as it is drawn.  left, width: in hundredths of the picture's width."""

    tier: int
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Strip:
    """A picture of the last three years.

    years: each first of January in them, with its place.  earlier: something lies before the picture.
    """

    from_on: date
    today: date
    boxes: Sequence[Box]
    years: Sequence[tuple[int, float]]
    earlier: bool


def drawn(stretches: Iterable[Stretch], today: date) -> Strip:
    """Draw a tier history up to today."""
    begins = months_before(today, MONTHS_SHOWN)
    days = (today - begins).days + 1

    def place(on: date) -> float:
        return round(min(max((on - begins).days / days, 0), 1) * WHOLE, 2)

    known = list(stretches)
    boxes = []
    for one in known:
        left, right = place(one.from_on), WHOLE if one.until_on is None else place(one.until_on)
        if right > 0:
            boxes.append(Box(one.tier, min(left, WHOLE - LEAST), round(max(right - left, LEAST), 2)))
    years = [(year, place(date(year, 1, 1))) for year in range(begins.year + 1, today.year + 1)]
    return Strip(begins, today, boxes, years, any(one.from_on < begins for one in known))
