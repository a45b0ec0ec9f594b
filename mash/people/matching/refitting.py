"""Weights learned anew from what the workers of one hub decided, and what they would have said beside the old.  Pure.

Decisions of one household are never on both sides: a fifth of the households is held back, and what is said of the
weights is measured there.  The line above which somebody is likely is set on decisions of the other households, each
weighed by weights fitted without it.
"""

import hashlib
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mash.people.matching.figures import CLAIMED, Share, line_of, share
from mash.people.matching.fitting import Pairs, count, fit
from mash.people.matching.levels import Level
from mash.people.matching.ranking import Band, band_of
from mash.people.matching.weights import Weights

FEWEST = 200  # decisions from which there is anything to learn
ENOUGH = 100  # held back, from which on a share is said
HOLD = 30.0
"""How strongly the weights are held at those they start from."""
SLOW = 100
"""Of so many answers above it the line is moved half as far as they say."""
FARTHEST = 2.0
"""The line is moved no farther: wrong decisions would take it where nobody is found."""
FOLDS = 5
SHOWN_SHARE = 0.999  # of the people who were found, those who are to be shown by the new weights


class NotLearned(Exception):
    """Nothing can be learned from these decisions; the message says why."""


class TooFew(NotLearned):
    """There are too few decisions."""

    def __init__(self, decisions: int) -> None:
        super().__init__(f"{decisions} decisions are too few to learn from: at least {FEWEST} are needed")


class OneKind(NotLearned):
    """All decisions say the same."""

    def __init__(self) -> None:
        super().__init__("every decision says the same: both are needed, the same person and not the same")


@dataclass(frozen=True, slots=True)
class Seen:
    """A record that a worker saw beside somebody.

    same: by the worker's word; None where nothing was said of it.  home: the household of the record.
    claimed: a number given stands on it although it is clearly somebody else.
    """

    levels: Mapping[str, Level]
    same: bool | None
    home: Hashable
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """What a worker saw of one person, and said.

    known: the person is on record; None where that is not said, and then nothing is measured on it.
    home: the household; all decisions of one are on one side.
    """

    home: Hashable
    seen: tuple[Seen, ...]
    known: bool | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What weights say first of somebody.

    above: the sum lies above their line.  right: it is the person that the worker said, or a record of which nobody
        has said that it is not theirs too.
    """

    known: bool
    points: float
    above: bool
    likely: bool
    right: bool


@dataclass(frozen=True, slots=True)
class Refitted:
    """Weights learned anew, and what they say on decisions that were held back, after those that count now.

    beside: the edition of those.
    """

    weights: Weights
    beside: str
    before: list[Answered]
    after: list[Answered]
    fitted_to: int
    line_set_on: int

    def report(self) -> dict[str, Any]:
        """Return the figures for a page and for a file: numbers alone, of nobody."""
        both = list(zip(self.before, self.after, strict=True))
        known = _shares(self.after)["found"].n
        decisions = self.line_set_on + len(both)
        return {
            "beside": self.beside,
            "pairs": self.fitted_to,
            "decisions": decisions,
            "held_back": len(both),
            "enough": ENOUGH,
            "needed": None if known >= ENOUGH else math.ceil(decisions * ENOUGH / max(known, 1)),
            "before": {name: _said(one) for name, one in _shares(self.before).items()},
            "after": {name: _said(one) for name, one in _shares(self.after).items()},
            "gained": _paired(sum(_taken(new) > _taken(old) for old, new in both),
                              sum(_taken(old) > _taken(new) for old, new in both)),
            "wrong": _paired(sum(_wrong(new) > _wrong(old) for old, new in both),
                             sum(_wrong(old) > _wrong(new) for old, new in both)),
        }  # fmt: skip


def refit(
    decided: Sequence[Decided], start: Weights, edition: str, *, beside: Weights | None = None
) -> Refitted:
    """Return weights learned from decisions, held near those they start from.

    start: with the line for a register of this size.  edition: what the new ones are called.
    beside: those that count now, which they are measured beside; the ones that they start from, if no others.

    Raises TooFew or OneKind.

    Source: docs/rules.md, "Learning to recognise".
    """
    measured = [one for one in decided if one.known is not None]
    if len(measured) < FEWEST:
        raise TooFew(len(measured))
    rest = [one for one in decided if not _is_held_back(one.home)]
    held = [one for one in measured if _is_held_back(one.home)]
    pairs = _pairs(rest, without=None)
    if len({same for _, same in pairs}) < 2:
        raise OneKind
    fitted = _fitted(pairs, start)
    across: list[Answered] = []
    ours: list[float] = []
    for fold in range(FOLDS):
        others = _fitted(_pairs(rest, without=fold), start)
        part = [one for one in rest if _fold(one.home) == fold]
        across += answers([one for one in part if one.known is not None], others)
        ours += [others.points(seen.levels) for one in part for seen in one.seen if seen.same]
    wrong_before = sum(
        _wrong(said) for said in answers([one for one in rest if one.known is not None], start)
    )
    line = _line([(said.points, said.right) for said in across], start.likely_from, wrong_before)
    weights = replace(
        fitted,
        edition=edition,
        likely_from=round(line, 2),
        lines=(),  # it is set where the decisions were made, whatever the size
        shown_from=min(start.shown_from, _shown(ours, start.shown_from)),
    )
    now = beside or start
    return Refitted(
        weights, now.edition, answers(held, now), answers(held, weights), sum(pairs.values()), len(across)
    )


def answers(decided: Iterable[Decided], weights: Weights) -> list[Answered]:
    """Return what weights, and the rules above them, say first of each."""
    return [_answer(one, weights) for one in decided]


def _answer(one: Decided, weights: Weights) -> Answered:
    weighed = []
    for seen in one.seen:
        points = weights.points(seen.levels)
        band = band_of(dict(seen.levels), points, weights, has_claimed_number=seen.claimed)
        if band != Band.NOT_FOUND:
            weighed.append((band == Band.LIKELY, points, seen.same))
    likely, points, same = max(weighed, key=lambda found: found[:2], default=(False, -math.inf, False))
    above = points >= weights.likely_from
    return Answered(bool(one.known), points, above, likely, same is not False and bool(one.known))


def _pairs(decided: Iterable[Decided], *, without: int | None) -> Pairs:
    """Count what was said of records, but for those of households that are held back, or in this part of the rest."""

    def is_left_out(home: Hashable) -> bool:
        return _is_held_back(home) or _fold(home) == without

    return count(
        (seen.levels, seen.same)
        for one in decided
        if not is_left_out(one.home)
        for seen in one.seen
        if seen.same is not None and not is_left_out(seen.home)
    )


def _fitted(pairs: Pairs, start: Weights) -> Weights:
    if len({same for _, same in pairs}) < 2:
        return start
    found = fit(pairs, towards=start, ridge=HOLD)
    new = {name: round(value, 3) for name, value in found.weights.items()}
    return replace(
        start,
        start=round(found.start, 3),
        levels={**start.levels, **{name: value for name, value in new.items() if "," not in name}},
        together={**start.together, **{name: value for name, value in new.items() if "," in name}},
    )


def _line(firsts: Sequence[tuple[float, bool]], start: float, wrong_before: int) -> float:
    """Return the line that the answers ask for, were one more of them wrong; moved the less the fewer lie above it.

    Where as many as are asked for may well be right above the line as it is, and where no line would have so many
    right, it is raised no further than for no more to be wrong than before.
    """
    low, high = share(right for points, right in firsts if points >= start).interval
    found = line_of([(math.inf, False), *firsts])
    if low <= CLAIMED <= high or found == math.inf:
        wrong = sorted((points for points, right in firsts if not right and points >= start), reverse=True)
        beyond = math.floor(wrong[wrong_before] * 100) / 100 + 0.01 if len(wrong) > wrong_before else start
        return min(beyond, start + FARTHEST)
    above = sum(points >= min(found, start) for points, _ in firsts)
    wanted = (found - start) * above / (above + SLOW)
    return round(start + max(-FARTHEST, min(FARTHEST, wanted)), 2)


def _shown(ours: Sequence[float], start: float) -> float:
    return round(sorted(ours)[int(len(ours) * (1 - SHOWN_SHARE))], 2) if ours else start


def _is_held_back(home: Hashable) -> bool:
    return _drawn(home) % FOLDS == 0


def _fold(home: Hashable) -> int:
    return _drawn(home) // FOLDS % FOLDS


def _drawn(home: Hashable) -> int:
    """Return a number that is always the same for a household, and says nothing of it."""
    return int.from_bytes(hashlib.sha256(str(home).encode()).digest()[:6], "big")


# What is said of it


def _shares(answered: Sequence[Answered]) -> dict[str, Share]:
    known = [one for one in answered if one.known]
    return {
        "found": share(_taken(one) for one in known),
        "right": share(one.right for one in answered if one.above),
        "likely": share(one.right and one.likely for one in known),
        "likely_right": share(one.right for one in answered if one.likely),
    }


def _said(one: Share) -> dict[str, Any]:
    """Return a share for a page; None for it where too few decisions stand behind it."""
    plain: dict[str, Any] = dict(one.plain())
    return plain if one.n >= ENOUGH else {"share": None, "low": None, "high": None, "n": one.n}


def _taken(one: Answered) -> bool:
    return one.above and one.right


def _wrong(one: Answered) -> bool:
    return one.above and not one.right


def _paired(new: int, old: int) -> dict[str, Any]:
    """Return of how many decisions one of both alone says so, and whether that is more than chance would do."""
    n, most = new + old, max(new, old)
    tail = sum(math.comb(n, one) for one in range(most, n + 1)) / 2**n if n else 1.0
    return {"new": new, "old": old, "told_apart": 2 * tail < 0.05}
