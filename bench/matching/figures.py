"""Shares with their intervals, and thresholds set on other data than they are tested on."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mash.people.matching.figures import CLAIMED, Share, line_of, share

__all__ = [
    "CLAIMED",
    "Answer",
    "Quality",
    "Share",
    "likely",
    "milliseconds",
    "milliseconds_of",
    "quality",
    "share",
    "threshold_for",
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one system said to one query.

    known: the person is on the register.  right_among_five, right_first: the person is there.
    score: of the first; minus infinity when nobody was found.  likely: the first is shown as likely the same.
    seconds: how long the answer took.  likely_relative: a brother, a sister or a twin is shown as likely.
    """

    known: bool
    origin: str
    right_among_five: bool
    right_first: bool
    score: float
    seconds: float
    likely: bool = False
    likely_relative: bool = False


def threshold_for(answers: Sequence[Answer], precision: float = CLAIMED) -> float:
    """Return the lowest score from which on the first of an answer is the right one in this share of answers."""
    return line_of(((one.score, one.right_first) for one in answers), precision)


@dataclass(slots=True)
class Quality:
    """How good answers are above a threshold."""

    found: Share
    taken: Share
    precision: Share
    threshold: float
    by_origin: dict[str, Share] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """The difference in R@5 between the groups that fare best and worst."""
        shares = [one.value for one in self.by_origin.values()]
        return max(shares) - min(shares) if shares else 0.0

    def plain(self) -> dict[str, Any]:
        """Return it for a file."""
        return {
            "r_at_5": self.found.plain(),
            "r_at_p99": self.taken.plain(),
            "precision": self.precision.plain(),
            "threshold": self.threshold if math.isfinite(self.threshold) else None,
            "gap": round(self.gap, 4),
            "r_at_5_by_origin": {name: one.plain() for name, one in sorted(self.by_origin.items())},
        }


def quality(answers: Sequence[Answer], threshold: float) -> Quality:
    """Return the figures of these answers at a threshold that was set elsewhere."""
    known = [one for one in answers if one.known]
    above = [one for one in answers if one.score >= threshold]
    return Quality(
        found=share(one.right_among_five for one in known),
        taken=share(one.right_first and one.score >= threshold for one in known),
        precision=share(one.right_first for one in above),
        threshold=threshold,
        by_origin={
            origin: share(one.right_among_five for one in known if one.origin == origin)
            for origin in {one.origin for one in known}
        },
    )


def likely(answers: Sequence[Answer]) -> dict[str, Share]:
    """Return what is shown as likely the same: the share of the known, and how often it is right."""
    shown = [one for one in answers if one.likely]
    return {
        "likely": share(one.right_first and one.likely for one in answers if one.known),
        "likely_precision": share(one.right_first for one in shown),
    }


def milliseconds(answers: Sequence[Answer]) -> dict[str, float]:
    """Return p50, p95 and p99."""
    return milliseconds_of([one.seconds for one in answers])


def milliseconds_of(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and p99 of so many seconds, in milliseconds."""
    ordered = sorted(seconds)
    places = {"p95": 0.95, "p99": 0.99}
    return {"p50": round(statistics.median(ordered) * 1000, 3)} | {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * place))] * 1000, 3)
        for name, place in places.items()
    }
