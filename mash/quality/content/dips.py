"""How a sample of incidents is looked at: `dip_samples.yaml`.

Source: docs/rules.md, "Dip samples".
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.quality.content import Reason

DIP_SAMPLES = Path(__file__).parent / "dip_samples.yaml"
RULES = {"least_a_year", "months_between", "in_time_hours", "wide_apart", "days_to_act"}
ADDED = {"kept_months": 24}  # rules that a hub's older edition does not have, and what counts there
ANSWERS = {  # what the figures are made of
    "form_required": ("required", "not_required", "unclear"),
    "form_submitted": ("yes", "no"),
    "form_in_time": ("yes", "no"),
    "risk_today": ("yes", "no"),
}


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class DipRule:
    """One number by which samples go; its label says of what."""

    id: Literal["least_a_year", "months_between", "in_time_hours", "wide_apart", "days_to_act", "kept_months"]
    label: str
    value: Annotated[int, Field(gt=0)]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Question:
    """What is asked of each incident, with its answers.

    only_if: every one of these answers must have been given; or_if: at least one of these.
    """

    id: str
    text: str
    hint: str
    choices: tuple[Reason, ...]
    only_if: Mapping[str, str] = Field(default_factory=dict)
    or_if: tuple[Mapping[str, str], ...] = ()

    def is_asked(self, said: Mapping[str, str]) -> bool:
        """Tell whether it is asked, after these answers to the questions before it."""
        if any(said.get(name) != value for name, value in self.only_if.items()):
            return False
        return not self.or_if or any(
            all(said.get(name) == value for name, value in one.items()) for one in self.or_if
        )

    @property
    def shown_for(self) -> list[str]:
        """Return what shows it on a page: each must hold, and of each one of its parts."""
        found = [f"{name}={value}" for name, value in self.only_if.items()]
        some = [f"{name}={value}" for one in self.or_if for name, value in one.items()]
        return [*found, " ".join(some)] if some else found

    def label_of(self, answer: str) -> str:
        """Return an answer in words."""
        return next((one.label for one in self.choices if one.id == answer), answer)


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class DipContent:
    """The whole of `dip_samples.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    rules: tuple[DipRule, ...]
    questions: tuple[Question, ...]


def load_dip_samples(file: Source = DIP_SAMPLES) -> DipContent:
    """Read and check how samples of incidents are looked at.  Raises ContentError naming the place."""
    content = read(file, DipContent)
    rules = by_id(content.rules, f"{file.name}: rules")
    refuse(set(rules) - set(ADDED) != RULES, f"{file.name}: rules", "each rule once")
    questions = by_id(content.questions, f"{file.name}: questions")
    require_known(ANSWERS, questions, f"{file.name}: questions")
    before: dict[str, Question] = {}
    for one in content.questions:
        place = f"{file.name}: questions.{one.id}"
        known = by_id(one.choices, f"{place}.choices")
        refuse(len(known) < 2, f"{place}.choices", "two or more")
        refuse(any(len(some) != 1 for some in one.or_if), f"{place}.or_if", "one answer each")
        for name, value in _conditions(one):
            require_known([name], before, place)
            require_known([value], [each.id for each in before[name].choices], f"{place}.{name}")
        before[one.id] = one
    for name, answers in ANSWERS.items():
        given = tuple(each.id for each in questions[name].choices)
        refuse(given != answers, f"{file.name}: questions.{name}.choices", ", ".join(answers))
    return content


def _conditions(one: Question) -> Iterator[tuple[str, str]]:
    yield from one.only_if.items()
    for some in one.or_if:
        yield from some.items()


dip_content = Content(DIP_SAMPLES, "How samples of incidents are looked at", load_dip_samples)
"""Return how the hub that acts looks at samples of incidents."""


def numbers_of(content: DipContent) -> Mapping[str, int]:
    """Return the numbers by which samples go, by id; what an older edition does not say is as the product has it."""
    return ADDED | {one.id: one.value for one in content.rules}


dip_rules = dip_content.derived(numbers_of)


def asked(said: Mapping[str, str]) -> list[Question]:
    """Return which questions are asked of an incident, after these answers; an answer to any other counts for none.

    Source: docs/rules.md, "Dip samples".
    """
    found: list[Question] = []
    counts: dict[str, str] = {}
    for one in dip_content().questions:
        if one.is_asked(counts):
            found.append(one)
            if one.id in said:
                counts[one.id] = said[one.id]
    return found


def when_asked(question: Question) -> str:
    """Say after which answers a question is asked, for a page on which every question stands; "" where it always is."""
    known = {one.id: one for one in dip_content().questions}

    def said(condition: Mapping[str, str]) -> str:
        return " and ".join(
            f"“{known[name].text}” {known[name].label_of(value)}" for name, value in condition.items()
        )

    parts = [said(question.only_if)] if question.only_if else []
    if question.or_if:
        parts.append(" or ".join(said(one) for one in question.or_if))
    return "; and ".join(parts)
