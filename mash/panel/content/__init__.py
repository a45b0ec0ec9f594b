"""Who sits on a panel, its quorum, what stands on an agenda, and what it decides: `panel.yaml`.

Source: docs/rules.md, "The multi-agency panel".
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.partnership.models import AgencyKind

PANEL = Path(__file__).parent / "panel.yaml"
HEALTH = "health"
RULES = (
    "every_weeks",
    "minutes",
    "papers_working_days",
    "quorum_agencies",
    "confirm_working_days",
    "terms_months",
    "review_weeks",
)
Number = Annotated[int, Field(gt=0)]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Words:
    """A sentence that a page shows."""

    id: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Rule:
    """One number that a panel works by; its label says of what."""

    id: str
    label: str
    value: Number
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class QuorumRule:
    """Whom a meeting needs, besides the number of agencies.  must_include: kinds of agency, or "health"."""

    must_include: tuple[str, ...]
    health_is_any_of: tuple[str, ...]
    chair_or_deputy: bool
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Kind:
    """One kind of thing on an agenda.  minutes: what it takes, unless the chair says otherwise.

    about: a family, which only the agencies needed for it hear of; or the meeting, and then everybody in it.
    """

    id: str
    label: str
    minutes: Number
    decides: bool
    about: Literal["family", "meeting"]
    retired: bool = False

    @property
    def is_of_a_family(self) -> bool:
        """Tell whether it is about one family."""
        return self.about == "family"


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class PanelDecision:
    """What a panel can decide of a family.

    lead, review: it names a lead professional, a day of review.  up: the hub is told that more is needed.
    """

    id: str
    label: str
    lead: bool
    review: bool
    up: bool = False
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class PanelContent:
    """The whole of `panel.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    purpose: str
    opening_words: str
    family: str
    entry: tuple[Words, ...]
    members: tuple[Words, ...]
    core: tuple[str, ...]
    rules: tuple[Rule, ...]
    quorum: QuorumRule
    agenda: tuple[Kind, ...]
    decisions: tuple[PanelDecision, ...]


def load_panel(file: Source = PANEL) -> PanelContent:
    """Read and check the panel's rules and words.  Raises ContentError naming the place."""
    content = read(file, PanelContent)
    name, kinds = file.name, AgencyKind.values
    by_id(content.entry, f"{name}: entry")
    by_id(content.members, f"{name}: members")
    by_id(content.agenda, f"{name}: agenda")
    by_id(content.decisions, f"{name}: decisions")
    require_known(RULES, by_id(content.rules, f"{name}: rules"), f"{name}: rules")
    require_known(content.core, kinds, f"{name}: core")
    require_known(content.quorum.health_is_any_of, kinds, f"{name}: quorum.health_is_any_of")
    require_known(content.quorum.must_include, {*kinds, HEALTH}, f"{name}: quorum.must_include")
    for about in ("family", "meeting"):
        left = [one for one in content.agenda if one.about == about and not one.retired]
        refuse(not left, f"{name}: agenda", f"at least one about a {about} stays in use")
    refuse(all(one.retired for one in content.decisions), f"{name}: decisions", "at least one stays in use")
    return content


panel_content = Content(PANEL, "Multi-agency panel", load_panel)
"""Return the panel's rules and words as the hub that acts has them."""


@panel_content.derived
def rules(content: PanelContent) -> Mapping[str, int]:
    """Return the numbers by which a panel works, by id."""
    return {one.id: one.value for one in content.rules}


@panel_content.derived
def kinds(content: PanelContent) -> Mapping[str, Kind]:
    """Return every kind of thing on an agenda by id, in order; those no longer offered too."""
    return by_id(content.agenda, "agenda")


@panel_content.derived
def decisions(content: PanelContent) -> Mapping[str, PanelDecision]:
    """Return everything that a panel can decide of a family by id, in order; what is no longer offered too."""
    return by_id(content.decisions, "decisions")


def offered_kinds(*, of_a_family: bool) -> list[Kind]:
    """Return the kinds of thing that can be put on an agenda, in order."""
    return [one for one in kinds().values() if not one.retired and one.is_of_a_family == of_a_family]


def offered_decisions() -> list[PanelDecision]:
    """Return what can be decided of a family, in order; nothing is preselected."""
    return [one for one in decisions().values() if not one.retired]
