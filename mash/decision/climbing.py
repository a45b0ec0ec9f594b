"""How a disagreement stands: at which stage, whose turn it is, and where it goes next.  Pure.

Source: docs/rules.md, "Disagreement".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mash.decision.content import DisagreementStep, disagreement_steps

Turn = Literal["hub", "them", "settle", "ended", "not_begun"]
TURNS: dict[Turn, str] = {
    "hub": "waits for an answer",
    "them": "answered: whoever disagrees says whether they agree",
    "settle": "agreed: how it ended is to be recorded",
    "ended": "ended",
    "not_begun": "no stage has begun",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a disagreement stands.

    number: of the stage it is at, 0 before the first.  due_at: when its time there is up.  is_last: nothing is above.
    """

    turn: Turn
    number: int
    due_at: datetime | None
    is_last: bool

    @property
    def is_open(self) -> bool:
        """Tell whether it has not ended."""
        return self.turn != "ended"

    def climbs(self, at: datetime) -> bool:
        """Tell whether its time is up: it goes one stage higher by itself.  What is agreed does not climb."""
        waits = self.turn in {"hub", "them"} and not self.is_last
        return waits and self.due_at is not None and self.due_at <= at

    def is_overdue(self, at: datetime) -> bool:
        """Tell whether it has stayed too long where it is."""
        return self.is_open and self.due_at is not None and self.due_at <= at


def standing(stages: Sequence[tuple[int, datetime]], kinds: Collection[str], *, ended: bool) -> Standing:
    """Return where a disagreement stands.

    stages: number and due time, the first first.  kinds: of what was said at the last of them, in any order.
    """
    number, due_at = stages[-1] if stages else (0, None)
    is_last = number >= len(disagreement_steps())
    if ended:
        return Standing("ended", number, None, is_last)
    if not stages:
        return Standing("not_begun", 0, None, is_last)
    turn: Turn = "hub"
    if "agrees" in kinds:
        turn = "settle"
    elif "answer" in kinds and "not" not in kinds:
        turn = "them"
    return Standing(turn, number, due_at, is_last)


def next_stage(number: int) -> DisagreementStep | None:
    """Return the stage after a number; None after the last."""
    return next((one for one in disagreement_steps() if one.step == number + 1), None)
