"""What a course changed, by what those who took it say of themselves; each figure with n and its interval.

Nothing of one person is told: a group with fewer answers than the hub's number has no figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from mash.common.shares import Interval, Share
from mash.partnership.models import Staff
from mash.training.content import Offer, numbers
from mash.training.figures import difference
from mash.training.models import Moment, SelfRating, Taught

GOOD = 4  # of 5


@dataclass(frozen=True, slots=True)
class Line:
    """One figure.  share: None where too few answered."""

    label: str
    share: Share | None
    of: int


@dataclass(frozen=True, slots=True)
class OfKind:
    """What came of the sessions of one kind of teacher."""

    kind: str
    label: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Apart:
    """How much more of those taught by experts than by general trainers say something, with its interval."""

    label: str
    value: float
    within: Interval


@dataclass(frozen=True, slots=True)
class Results:
    """What came of one programme or module.  outcomes: of everybody, whoever taught them."""

    outcomes: Sequence[Line]
    kept: Sequence[Line]
    kinds: Sequence[OfKind]
    apart: Sequence[Apart]
    words: Sequence[str]


def results(staff: Staff, offer: Offer) -> Results:
    """Return what came of a programme or module in one's hub.

    Of somebody who took it twice the latest answers count.

    Source: docs/rules.md, "What a course changes".
    """
    found = (
        SelfRating.objects.filter(hub=staff.hub_id, session__offer=offer.id)
        .select_related("session")
        .order_by("at", "pk")
    )
    said: dict[Any, dict[str, SelfRating]] = {}
    for one in found:
        said.setdefault(one.learner_id, {})[one.moment] = one
    people = list(said.values())
    few = numbers()["smallest_shown"]
    kinds = [
        OfKind(
            kind.value,
            kind.label.partition(":")[0],
            _of_kind([one for one in people if _taught(one) == kind], few),
        )
        for kind in Taught
    ]
    words = [one.words for one in found if one.words and one.moment == Moment.AFTER]
    enough = len({one.learner_id for one in found}) >= few
    return Results(
        [_line(name.label, _moved(people, Moment.AFTER, name.id), few) for name in offer.outcomes],
        [_line(name.label, _moved(people, Moment.LATER, name.id), few) for name in offer.outcomes],
        kinds,
        _apart(kinds),
        words if enough else [],
    )


def _taught(said: Mapping[str, SelfRating]) -> str:
    after = said.get(Moment.AFTER)
    return after.session.taught_kind if after else ""


def _moved(people: Sequence[Mapping[str, SelfRating]], moment: str, outcome: str = "") -> list[bool]:
    """Return, of each who answered before and at a moment, whether they put themselves higher then."""
    pairs = [
        (one[Moment.BEFORE].said, one[moment].said) for one in people if {Moment.BEFORE, moment} <= set(one)
    ]
    if outcome:
        return [
            after[outcome] > before[outcome]
            for before, after in pairs
            if outcome in before and outcome in after
        ]
    return [fmean(after.values()) > fmean(before.values()) for before, after in pairs if before and after]


def _line(label: str, answers: Sequence[bool], few: int) -> Line:
    share = Share(sum(answers), len(answers)) if len(answers) >= few else None
    return Line(label, share, len(answers))


def _of_kind(people: Sequence[Mapping[str, SelfRating]], few: int) -> Sequence[Line]:
    after = [one[Moment.AFTER] for one in people]
    worth = [one.worth >= GOOD for one in after if one.worth is not None]
    return (
        _line("Found it worth their time (4 or 5 of 5)", worth, few),
        _line("Put themselves higher after it than before", _moved(people, Moment.AFTER), few),
        _line("Still higher half a year later", _moved(people, Moment.LATER), few),
    )


def _apart(kinds: Sequence[OfKind]) -> list[Apart]:
    expert, trainer = kinds
    found = []
    for one, other in zip(expert.lines, trainer.lines, strict=True):
        if one.share and other.share:
            apart = difference(one.share, other.share)
            if apart:
                found.append(Apart(one.label, *apart))
    return found
