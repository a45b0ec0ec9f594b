"""Shares with their intervals, and thresholds set on other data than they are tested on."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

CLAIMED = 0.99  # precision asked of a threshold


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


@dataclass(frozen=True, slots=True)
class Share:
    """A share of n, with Wilson's 95 % interval."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """The share itself; 0 of nothing."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return the lower and the upper end."""
        if not self.n:
            return 0.0, 1.0
        z, n, p = 1.96, self.n, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} ({low:.3f} to {high:.3f}, n {self.n})"

    def plain(self) -> dict[str, float]:
        """Return it for a file."""
        low, high = self.interval
        return {"share": round(self.value, 4), "low": round(low, 4), "high": round(high, 4), "n": self.n}


def share(hits: Iterable[bool]) -> Share:
    """Return how many of these are true."""
    found = list(hits)
    return Share(sum(found), len(found))


def threshold_for(answers: Sequence[Answer], precision: float = CLAIMED) -> float:
    """Return the lowest score from which on the first of an answer is the right one in this share of answers."""
    ranked = sorted((one for one in answers if one.score > -math.inf), key=lambda one: -one.score)
    right, best = 0, math.inf
    for place, one in enumerate(ranked, 1):
        right += one.right_first
        last_of_its_score = place == len(ranked) or ranked[place].score < one.score
        if last_of_its_score and right / place >= precision:
            best = one.score
    return best


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
    ordered = sorted(one.seconds for one in answers)
    places = {"p95": 0.95, "p99": 0.99}
    return {"p50": round(statistics.median(ordered) * 1000, 3)} | {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * place))] * 1000, 3)
        for name, place in places.items()
    }
