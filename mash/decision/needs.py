"""What a decision needs before it stands, and who may make it.  Pure: nothing here knows what is sealed.

A closing asks for a cleared person whatever is held, so that the route itself gives nothing away.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mash.decision.content import Direction, Outcome
from mash.decision.direction import TO_ANOTHER_AUTHORITY, gives_help
from mash.partnership.models import DESK, Duty

TO_ALLOCATED_WORKER = "to_allocated_worker"
BACK_FOR_AGREEMENT = "back_for_agreement"
NO_FURTHER_ACTION = "no_further_action"
LESSENS: frozenset[Direction] = frozenset({"step_down", "out", "moved"})

DUTIES: dict[str, tuple[str, ...]] = {
    "hub_worker": DESK,
    "police_sergeant": DESK,  # the hub passes it to the police, who decide
    "first_responder": DESK,  # likewise: the first responder decides
    "social_worker": (Duty.ASSESS, Duty.DECIDE),
    "decision_maker": (Duty.DECIDE,),
    "adult_decision_maker": (Duty.DECIDE,),
}
WHO = {
    "social_worker": "a social worker on duty",
    "decision_maker": "the social care decision maker",
    "adult_decision_maker": "the adult decision maker",
}


@dataclass(frozen=True, slots=True)
class Approvals:
    """Whose word a decision waits for."""

    second: bool = False
    clearance: bool = False

    def __or__(self, other: "Approvals") -> "Approvals":
        return Approvals(self.second or other.second, self.clearance or other.clearance)


def decided_by(outcome: Outcome, colour: str) -> str:
    """Return who decides an outcome on a contact of this rating ("" while unrated).

    Passing on decides nothing, so a hub worker may do it on red too.

    Source: docs/rules.md, "Who decides".
    """
    passing_on = DUTIES[outcome.decided_by] == DESK
    return "decision_maker" if colour == "red" and not passing_on else outcome.decided_by


def duties_for(outcome: Outcome, colour: str) -> tuple[str, ...]:
    """Return the duties of which a post needs one to decide an outcome on a contact of this rating."""
    return DUTIES[decided_by(outcome, colour)]


def closes(outcome: Outcome, direction: Direction) -> bool:
    """Tell whether a person is closed or stepped down: no help follows and nobody keeps them, or they get less.

    Source: docs/rules.md, "No false all-clear".
    """
    if outcome.kind == "alongside" or outcome.id in {TO_ALLOCATED_WORKER, BACK_FOR_AGREEMENT}:
        return False
    return direction in LESSENS or outcome.id == TO_ANOTHER_AUTHORITY or not gives_help(outcome)


def needs_second(outcome: Outcome, colour: str, *, repeat: bool) -> bool:
    """Tell whether somebody else must agree: always, on red or on a repeat, as the outcome says.

    Source: docs/rules.md, "Second person".
    """
    when = outcome.second_person.when if outcome.second_person else ()
    return "always" in when or ("red" in when and colour == "red") or ("repeat" in when and repeat)


def approvals(moves: Iterable[tuple[Outcome, Direction]], colour: str, *, repeat: bool) -> Approvals:
    """Return whose word a decision waits for: all that any of its outcomes asks for."""
    found = Approvals()
    for outcome, direction in moves:
        found |= Approvals(needs_second(outcome, colour, repeat=repeat), closes(outcome, direction))
    return found
