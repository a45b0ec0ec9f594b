"""Scores of observable points: what several observers saw, together.  Pure.

Where observers differ the mean counts, and the page says that they differ.  What the file does not score has no figure.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from mash.exercise.format import Band, Exercise, Point


@dataclass(frozen=True, slots=True)
class Word:
    """What one observer said of a point."""

    observer: str
    score: int
    words: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A point with what was said of it.  value: the mean of the observers; None where nobody said anything."""

    point: Point
    words: Sequence[Word]
    value: float | None
    differ: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A group's sheet.  total: of the points that were observed.  band: what it means; None until all are observed."""

    scored: Sequence[Scored]
    total: float
    observed: int
    out_of: int
    band: Band | None

    @property
    def is_whole(self) -> bool:
        """Tell whether every point was observed."""
        return self.observed == len(self.scored)


def sheet(exercise: Exercise, said: Mapping[tuple[str, uuid.UUID], Word]) -> Sheet:
    """Return the sheet of a group.  said: the latest word by point and observer.

    Source: docs/rules.md, "Observable points".
    """
    scored = []
    for point in exercise.file.scoring.points:
        words = sorted(
            (word for (where, _), word in said.items() if where == point.id), key=lambda one: one.observer
        )
        scores = [one.score for one in words]
        scored.append(Scored(point, words, fmean(scores) if scores else None, len(set(scores)) > 1))
    values = [one.value for one in scored if one.value is not None]
    total = round(sum(values), 2)
    whole = len(values) == len(scored)
    return Sheet(
        scored, total, len(values), exercise.file.scoring.out_of, exercise.band_of(total) if whole else None
    )
