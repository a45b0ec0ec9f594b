"""What plans go by in a hub: `plans.yaml`.

Source: docs/rules.md, "A plan with a family".
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse
from mash.common.editions import Content

PLANS = Path(__file__).parent / "plans.yaml"
NUMBERS = {
    "first_review_weeks",
    "review_weeks",
    "lead_missing_days",
    "looks_without_change",
    "longest_months",
    "copy_days",
    "after_closing_weeks",
}
QUESTIONS = ("different", "family_says", "not_done", "onward")
TRIGGERS = {"significant_harm", "agreement_withdrawn", "no_change", "lead_lost"}  # shown when facts say so
STEPPED_UP = "stepped_up"


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Begins:
    """An outcome of a decision after which a plan can begin, and who then looks after it."""

    id: str
    label: str
    kind: Literal["early_help", "panel"]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Line:
    """Words that a page shows, or that an action may not consist of."""

    id: str
    label: str
    source: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Number:
    """One of the hub's own numbers."""

    id: str
    label: str
    value: Annotated[int, Field(gt=0, le=520)]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Question:
    """One question of a look at a plan."""

    id: str
    label: str
    hint: str
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Trigger:
    """A reason to go up to the hub, and what to do then."""

    id: str
    label: str
    act: str
    source: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class ClosingReason:
    """A reason to close a plan, and what must be said with it; None where nothing."""

    id: str
    label: str
    source: str
    asks: str | None = None
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class PlansContent:
    """The whole of `plans.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    begins_from: tuple[Begins, ...]
    before_asking: tuple[Line, ...]
    numbers: tuple[Number, ...]
    questions: tuple[Question, ...]
    vague: tuple[Line, ...]
    step_up: tuple[Trigger, ...]
    closing: tuple[ClosingReason, ...]


def load_plans(file: Source = PLANS) -> PlansContent:
    """Read and check it.  Raises ContentError naming the place."""
    content = read(file, PlansContent)
    by_id(content.begins_from, f"{file.name}: begins_from")
    numbers = by_id(content.numbers, f"{file.name}: numbers")
    refuse(set(numbers) != NUMBERS, f"{file.name}: numbers", f"must be {', '.join(sorted(NUMBERS))}")
    asked = by_id(content.questions, f"{file.name}: questions")
    refuse(tuple(asked) != QUESTIONS, f"{file.name}: questions", f"must be {', '.join(QUESTIONS)}")
    known = by_id(content.step_up, f"{file.name}: step_up")
    refuse(not set(known) >= TRIGGERS, f"{file.name}: step_up", f"must have {', '.join(sorted(TRIGGERS))}")
    for one in TRIGGERS:
        refuse(known[one].retired, f"{file.name}: step_up.{one}", "this one stays in use")
    ends = by_id(content.closing, f"{file.name}: closing")
    refuse(STEPPED_UP not in ends, f"{file.name}: closing", f"must have {STEPPED_UP}")
    refuse(all(one.retired for one in ends.values()), f"{file.name}: closing", "at least one stays in use")
    by_id(content.vague, f"{file.name}: vague")
    by_id(content.before_asking, f"{file.name}: before_asking")
    return content


plans_content = Content(PLANS, "Plans with families", load_plans)
"""Return what plans go by as the hub that acts has it."""


@plans_content.derived
def begins_from(content: PlansContent) -> Mapping[str, Begins]:
    """Return the outcomes after which a plan can begin, by id."""
    return by_id(content.begins_from, "begins_from")


@plans_content.derived
def numbers(content: PlansContent) -> Mapping[str, int]:
    """Return the hub's numbers by id; weeks, months and days as their ids say."""
    return {one.id: one.value for one in content.numbers}


@plans_content.derived
def questions(content: PlansContent) -> Mapping[str, Question]:
    """Return the four questions of a look at a plan, in order."""
    return by_id(content.questions, "questions")


@plans_content.derived
def vague_words(content: PlansContent) -> tuple[str, ...]:
    """Return the words that an action may not consist of, in lower case."""
    return tuple(one.label.lower() for one in content.vague if not one.retired)


@plans_content.derived
def triggers(content: PlansContent) -> Mapping[str, Trigger]:
    """Return every reason to go up by id, those that are offered no longer too."""
    return by_id(content.step_up, "step_up")


@plans_content.derived
def closing_reasons(content: PlansContent) -> Mapping[str, ClosingReason]:
    """Return every reason to close by id, those that are offered no longer too."""
    return by_id(content.closing, "closing")


def before_asking() -> tuple[Line, ...]:
    """Return what holds before somebody asks for a plan."""
    return tuple(one for one in plans_content().before_asking if not one.retired)
