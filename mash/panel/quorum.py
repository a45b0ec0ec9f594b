"""Whether enough of the right people are in the room.  Pure.

Source: docs/rules.md, "Quorum of a panel".
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mash.panel.content import HEALTH, QuorumRule
from mash.partnership.models import AgencyKind

CHAIR, AGENCIES = "chair", "agencies"
SEPARATOR = ":"  # between AGENCIES and how many are lacking


@dataclass(frozen=True, slots=True)
class Seated:
    """One seat of a panel.  agency: its key.  kind: of that agency.  chairs: as chair or deputy chair."""

    agency: uuid.UUID
    kind: str
    chairs: bool = False


@dataclass(frozen=True, slots=True)
class Quorum:
    """agencies: how many are here.  missing: codes of what is lacking; none where there is a quorum."""

    agencies: int
    missing: tuple[str, ...]

    @property
    def is_met(self) -> bool:
        """Tell whether the panel can decide."""
        return not self.missing


def quorum(here: Iterable[Seated], rule: QuorumRule, at_least: int) -> Quorum:
    """Return whether those who are here can decide, and what they lack."""
    came = list(here)
    count = len({one.agency for one in came})
    missing = [code for code in rule.must_include if not any(fits(code, one, rule) for one in came)]
    if rule.chair_or_deputy and not any(one.chairs for one in came):
        missing.append(CHAIR)
    if count < at_least:
        missing.append(f"{AGENCIES}{SEPARATOR}{at_least - count}")
    return Quorum(count, tuple(missing))


def fits(code: str, seat: Seated, rule: QuorumRule) -> bool:
    """Tell whether a seat makes good one thing that is lacking."""
    if code == CHAIR:
        return seat.chairs
    if code.startswith(AGENCIES):
        return True
    return seat.kind in (rule.health_is_any_of if code == HEALTH else (code,))


def lacking(code: str) -> int:
    """Return how many agencies make good one thing that is lacking: one, or the number that a quorum is short of."""
    return int(code.partition(SEPARATOR)[2] or 1)


def in_words(code: str) -> str:
    """Return what is lacking, as a page says it."""
    if code == CHAIR:
        return "the chair or the deputy chair"
    if code.startswith(AGENCIES):
        number = lacking(code)
        return f"{number} more {'agency' if number == 1 else 'agencies'}"
    return "health" if code == HEALTH else AgencyKind(code).label


def who_confirms(
    missing: Sequence[str],
    seats: Sequence[Seated],
    here: Iterable[Seated],
    needed: Iterable[uuid.UUID],
    rule: QuorumRule,
) -> list[uuid.UUID]:
    """Return the agencies that confirm what was decided without a quorum: as few as make good what is lacking.

    Those that hear of the family already come first, so that nobody else learns of it without need.
    """
    present, hears = {one.agency for one in here}, set(needed)
    kinds = list(rule.health_is_any_of)
    asked: list[uuid.UUID] = []
    for code in missing:
        fitting = [
            one for one in seats if fits(code, one, rule) and (code == CHAIR or one.agency not in present)
        ]
        fitting.sort(
            key=lambda one: (one.agency not in hears, kinds.index(one.kind) if one.kind in kinds else -1)
        )
        found = list(dict.fromkeys(one.agency for one in fitting))
        wanted = lacking(code) - len([one for one in asked if one in found])
        asked += [one for one in found if one not in asked][: max(wanted, 0)]
    return asked


def is_confirmed(missing: Iterable[str], agreed: Iterable[Seated], rule: QuorumRule) -> bool:
    """Tell whether those who agreed since make good all that was lacking."""
    said = list(agreed)
    return all(
        len({one.agency for one in said if fits(code, one, rule)}) >= lacking(code) for code in missing
    )
