"""By when a service answers a hand-over, who receives what, and which steps lead between tiers: `handover.yaml`.

Source: docs/rules.md, "Hand-over to a service", "Step up and step down".
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse
from mash.common.editions import Content
from mash.partnership.models import AgencyKind

HANDOVER = Path(__file__).parent / "handover.yaml"
FROM_A_PLAN, FROM_A_PANEL = "up_from_a_plan", "up_from_a_panel"
FROM_ABOVE = {FROM_A_PLAN, FROM_A_PANEL}


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Days:
    """By when a service answers: working days of the hub; 0 for before the day is over."""

    id: Literal["red", "other"]
    label: str
    days: Annotated[int, Field(ge=0, le=60)]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Number:
    """A number above 0, with its source."""

    value: Annotated[int, Field(gt=0)]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class NumberShape:
    """How a system's case numbers look: a regular expression over the whole of one, and the same in words."""

    pattern: str
    says: str
    source: str

    def fits(self, number: str) -> bool:
        """Tell whether a number looks like one of this system."""
        return re.fullmatch(self.pattern, number) is not None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Receiver:
    """Who receives what an outcome sends, and the kinds of agency that are it."""

    id: str
    label: str
    agencies: tuple[AgencyKind, ...]
    case_number: NumberShape


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class StepRoute:
    """A way from one tier to another.  product: how what the sender types for it is called."""

    id: str
    label: str
    direction: Literal["up", "down"]
    sent_from: Annotated[tuple[AgencyKind, ...], Field(alias="from")]
    to: tuple[AgencyKind, ...]
    tier: Annotated[int, Field(ge=1, le=4)]
    way: Literal["straight", "hub"]
    product: str
    source: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class HandoverContent:
    """The whole of `handover.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    answer_within: tuple[Days, ...]
    remind_before_hours: Number
    open_at_most_days: Number
    receivers: tuple[Receiver, ...]
    steps: tuple[StepRoute, ...]


def load_handover(file: Source = HANDOVER) -> HandoverContent:
    """Read and check what the hub says of hand-overs.  Raises ContentError naming the place.

    An edition from before plans and panels sent anybody up lacks their ways, and goes on with those of the product.
    """
    content = read(file, HandoverContent)
    within = by_id(content.answer_within, f"{file.name}: answer_within")
    refuse(set(within) != {"red", "other"}, f"{file.name}: answer_within", "red and other, each once")
    for one in by_id(content.receivers, f"{file.name}: receivers").values():
        place = f"{file.name}: receivers.{one.id}"
        refuse(not one.agencies, place, "at least one kind of agency receives it")
        refuse(not _is_pattern(one.case_number.pattern), place, "the pattern is no regular expression")
    ways = by_id(content.steps, f"{file.name}: steps")
    lacking = FROM_ABOVE - set(ways)
    refuse(lacking and file == HANDOVER, f"{file.name}: steps", f"must have {', '.join(sorted(FROM_ABOVE))}")
    if lacking:
        carried = [one for one in load_handover().steps if one.id in lacking]
        content = replace(content, steps=(*content.steps, *carried))
    for way in content.steps:
        place = f"{file.name}: steps.{way.id}"
        refuse(
            (way.way == "straight") != bool(way.to), place, "a straight way, and only one, names who receives"
        )
    return content


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


handover_content = Content(HANDOVER, "Hand-overs to services", load_handover)
"""Return what the hub that acts says of hand-overs."""


def days_to_answer(*, urgent: bool) -> int:
    """Return within how many working days a service answers; 0 for the same day.  urgent: rated red."""
    wanted = "red" if urgent else "other"
    return next(one.days for one in handover_content().answer_within if one.id == wanted)


@handover_content.derived
def receivers(content: HandoverContent) -> Mapping[str, Receiver]:
    """Return who receives what outcomes send, by id."""
    return by_id(content.receivers, "receivers")


@handover_content.derived
def step_routes(content: HandoverContent) -> Mapping[str, StepRoute]:
    """Return every way between tiers by id, those that are offered no longer too."""
    return by_id(content.steps, "steps")


def routes_from(kind: str) -> list[StepRoute]:
    """Return the ways on which an agency of a kind may send somebody."""
    return [one for one in step_routes().values() if kind in one.sent_from and not one.retired]


def number_shape(kind: str) -> NumberShape:
    """Return how the case numbers of an agency of a kind look: its first receiver's, or else the first there is."""
    known = list(receivers().values())
    return next((one for one in known if kind in one.agencies), known[0]).case_number
