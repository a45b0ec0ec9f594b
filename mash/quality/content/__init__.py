"""How referrals are graded: `grading.yaml`.

Source: docs/rules.md, "Grading referrals".
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.quality.measures.grades import GRADES

GRADING = Path(__file__).parent / "grading.yaml"
RULES = {"sample_size", "graders_per_referral", "discuss_from", "feedback_within"}
Grade = Annotated[int, Field(ge=1, le=4)]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Step:
    """One grade of the scale, and what it means of a whole referral."""

    grade: Grade
    label: str
    means: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Reason:
    """Something that may be chosen, by its id."""

    id: str
    label: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Criterion:
    """What a referral is looked at for.  g1 to g4: what each grade looks like.

    not_applicable: reasons for which it is left out: no grade, no cap, in no figure.
    """

    id: str
    label: str
    g1: str
    g2: str
    g3: str
    g4: str
    not_applicable: tuple[Reason, ...] = ()
    never_for: str = ""

    def words(self, grade: int) -> str:
        """Say what a grade looks like."""
        return (self.g1, self.g2, self.g3, self.g4)[grade - 1]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Cap:
    """A criterion graded so low that the whole is held down.  unless_urgent: not where danger or red was stated."""

    id: str
    criterion: str
    at_most: Grade
    whole_at_most: Grade
    unless_urgent: bool = False
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Rule:
    """One number by which grading goes; its label says of what."""

    id: Literal["sample_size", "graders_per_referral", "discuss_from", "feedback_within"]
    label: str
    value: Annotated[int, Field(gt=0)]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class GradingContent:
    """The whole of `grading.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    scale: tuple[Step, ...]
    criteria: tuple[Criterion, ...]
    caps: tuple[Cap, ...]
    rules: tuple[Rule, ...]
    also_found: tuple[Reason, ...]


def load_grading(file: Source = GRADING) -> GradingContent:
    """Read and check how the hub grades.  Raises ContentError naming the place."""
    content = read(file, GradingContent)
    refuse(
        [one.grade for one in content.scale] != [*GRADES], f"{file.name}: scale", "1, 2, 3 and 4, in order"
    )
    known = by_id(content.criteria, f"{file.name}: criteria")
    refuse(not known, f"{file.name}: criteria", "at least one")
    caps = by_id(content.caps, f"{file.name}: caps")
    for cap in caps.values():
        require_known([cap.criterion], known, f"{file.name}: caps.{cap.id}.criterion")
    rules = by_id(content.rules, f"{file.name}: rules")
    refuse(set(rules) != RULES, f"{file.name}: rules", "each rule once")
    refuse(rules["graders_per_referral"].value < 2, f"{file.name}: rules.graders_per_referral", "two or more")
    by_id(content.also_found, f"{file.name}: also_found")
    return content


grading_content = Content(GRADING, "How referrals are graded", load_grading)
"""Return how the hub that acts grades referrals."""


@grading_content.derived
def criteria(content: GradingContent) -> Mapping[str, Criterion]:
    """Return what a referral is looked at for, by id."""
    return by_id(content.criteria, "criteria")


@grading_content.derived
def rules(content: GradingContent) -> Mapping[str, int]:
    """Return the numbers by which grading goes, by id."""
    return {one.id: one.value for one in content.rules}


@grading_content.derived
def labels(content: GradingContent) -> Mapping[int, str]:
    """Return what each grade is called."""
    return {one.grade: one.label for one in content.scale}


def capped_at(grades: Mapping[str, int], *, urgent: bool) -> tuple[int, list[str]]:
    """Return the highest grade that the whole may have, and which criteria hold it down.

    grades: by criterion; one that does not apply is left out.  urgent: danger, or red, was stated.

    Source: docs/rules.md, "Grading referrals".
    """
    held = [
        cap
        for cap in grading_content().caps
        if grades.get(cap.criterion, 4) <= cap.at_most and not (cap.unless_urgent and urgent)
    ]
    return min([cap.whole_at_most for cap in held], default=4), [cap.criterion for cap in held]
