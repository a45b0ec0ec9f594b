"""How the hub decides its own decisions again: `own_decisions.yaml`.

Source: docs/rules.md, "The hub’s own decisions".
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.decision.content import outcomes

OWN = Path(__file__).parent / "own_decisions.yaml"
RULES = {"sample_size", "no_action_percent", "reviewers", "few"}
NO_ACTION, OTHER = "no_further_action", "all_other_outcomes"
GROUPS = ("protection_or_statutory", "early_help_or_panel", "advice_or_signpost", "no_action")
REVIEWERS = 2


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Rule:
    """One number by which it goes; its label says of what."""

    id: Literal["sample_size", "no_action_percent", "reviewers", "few"]
    label: str
    value: Annotated[int, Field(gt=0)]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Half:
    """One half of the sample.  outcomes: none for the half that takes all the others."""

    id: Literal["no_further_action", "all_other_outcomes"]
    label: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Group:
    """Outcomes that count as the same decision."""

    id: Literal["protection_or_statutory", "early_help_or_panel", "advice_or_signpost", "no_action"]
    label: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Choice:
    """Something that may be chosen, by its id."""

    id: str
    label: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class OwnContent:
    """The whole of `own_decisions.yaml`.  groups: from the most that is done to the least."""

    format: str
    version: int
    sources: dict[str, str]
    rules: tuple[Rule, ...]
    halves: tuple[Half, ...]
    groups: tuple[Group, ...]
    passed_on: tuple[str, ...]
    sure: tuple[Choice, ...]
    follow_up: tuple[Choice, ...]


def load_own(file: Source = OWN) -> OwnContent:
    """Read and check how the hub decides again.  Raises ContentError naming the place."""
    content = read(file, OwnContent)
    name = file.name
    rules_ = by_id(content.rules, f"{name}: rules")
    refuse(set(rules_) != RULES, f"{name}: rules", "each rule once")
    refuse(
        rules_["reviewers"].value != REVIEWERS, f"{name}: rules.reviewers", "two: what is wrong hangs on both"
    )
    refuse(rules_["no_action_percent"].value >= 100, f"{name}: rules.no_action_percent", "below 100")
    halves_ = by_id(content.halves, f"{name}: halves")
    refuse(set(halves_) != {NO_ACTION, OTHER}, f"{name}: halves", "each half once")
    refuse(
        bool(halves_[OTHER].outcomes), f"{name}: halves.{OTHER}", "names no outcome: it takes all the others"
    )
    groups_ = by_id(content.groups, f"{name}: groups")
    refuse(tuple(groups_) != GROUPS, f"{name}: groups", f"these, in order: {', '.join(GROUPS)}")
    known = outcomes()
    require_known(halves_[NO_ACTION].outcomes, known, f"{name}: halves.{NO_ACTION}.outcomes")
    named = [*content.passed_on, *(one for group in content.groups for one in group.outcomes)]
    require_known(named, known, f"{name}: groups")
    mains = [one.id for one in known.values() if one.kind == "main"]
    refuse(
        sorted(named) != sorted(mains),
        f"{name}: groups",
        "every main outcome stands in one group, or is passed on",
    )
    by_id(content.sure, f"{name}: sure")
    by_id(content.follow_up, f"{name}: follow_up")
    return content


own_content = Content(OWN, "How the hub’s own decisions are decided again", load_own)
"""Return how the hub that acts decides its own decisions again."""


@own_content.derived
def rules(content: OwnContent) -> Mapping[str, int]:
    """Return the numbers by which it goes, by id."""
    return {one.id: one.value for one in content.rules}


@own_content.derived
def groups(content: OwnContent) -> Mapping[str, str]:
    """Return the group of each outcome, by the outcome's id."""
    return {one: group.id for group in content.groups for one in group.outcomes}


@own_content.derived
def group_labels(content: OwnContent) -> Mapping[str, str]:
    """Return what each group is called."""
    return {group.id: group.label for group in content.groups}


@own_content.derived
def half_labels(content: OwnContent) -> Mapping[str, str]:
    """Return what each half is called."""
    return {half.id: half.label for half in content.halves}


def group_of(outcome: str) -> str:
    """Return the group of an outcome; of one that the hub added since, by its tier."""
    known = groups().get(outcome)
    if known:
        return known
    tier = outcomes()[outcome].tier if outcome in outcomes() else None
    return {4: GROUPS[0], 3: GROUPS[0], 2: GROUPS[1]}.get(tier or 0, GROUPS[2])


def half_of(outcome: str) -> str:
    """Return in which half an outcome is drawn."""
    no_action = next(one for one in own_content().halves if one.id == NO_ACTION)
    return NO_ACTION if outcome in no_action.outcomes else OTHER


def rank(group: str) -> int:
    """Return how much a group does: more is higher."""
    return len(GROUPS) - GROUPS.index(group)
