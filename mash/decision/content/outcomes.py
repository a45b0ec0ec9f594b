"""Outcomes, what carries them, how a direction is worked out, and the steps of disagreement: `outcomes.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.decision.content.letters import letters
from mash.decision.content.levels import Tier, vocabularies
from mash.triage.content import Limit, clocks

OUTCOMES = Path(__file__).parent / "outcomes.yaml"
Agreement = Literal["needed", "wanted", "not_needed"]
Direction = Literal["first", "step_up", "step_down", "level", "out", "moved", "none"]
DecidedBy = Literal[
    "social_worker",
    "decision_maker",
    "adult_decision_maker",
    "hub_worker",
    "police_sergeant",
    "first_responder",
]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Send:
    """What goes to whom once an outcome is decided; a draft goes nowhere until a named worker clears it."""

    to: str
    product: str
    when: Literal["at_once", "same_day", "one_working_day", "draft_only"]
    draft_within: Literal["same_day", "one_working_day"] | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class SecondPerson:
    """When somebody else must agree before an outcome takes effect."""

    when: tuple[Literal["red", "repeat", "always"], ...]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class AgeLimit:
    """An upper age in years, with its source."""

    value: Annotated[int, Field(gt=0)]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class CountsIf:
    """How an outcome counts in the returns in one special case."""

    referral: Literal["new", "existing", "none"]
    ssd_referral_flags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Outcome:
    """One decision a hub can make: what it needs, who decides it, what goes to whom, how it counts.

    agreement_scope: what the agreement must be for, where one is needed: a scope of lawful_bases.yaml.
    """

    id: str
    label: str
    kind: Literal["main", "alongside"]
    subject: Literal["child", "adult", "both"]
    agreement: Agreement
    decided_by: DecidedBy
    needs: tuple[str, ...]
    send: tuple[Send, ...]
    tier: Tier | None = None
    means: str | None = None
    agreement_of_an_adult: Agreement | None = None
    agreement_scope: str = "early_help"
    second_person: SecondPerson | None = None
    clock: str | None = None
    counts_as_decided: bool = True
    sealed: bool = False
    followed_by: tuple[str, ...] = ()
    ask_too: str | None = None
    forbids: tuple[str, ...] = ()
    vocabulary: str | None = None
    # how it counts in the returns
    ssd_contact_flags: tuple[str, ...] = ()
    ssd_contact_outcome: str | None = None
    referral: Literal["new", "existing", "none"] = "none"
    referral_nfa: bool | None = None
    ssd_referral_flags: tuple[str, ...] = ()
    cin_module: tuple[str, ...] = ()
    if_moving_permanently: CountsIf | None = None
    returns: Literal["sac"] | None = None
    sac_counts: tuple[str, ...] = ()
    # back to the referrer
    shows: str | None = None
    hold_at_most: Limit | None = None
    never_when: tuple[str, ...] = ()
    comes_back_to: str | None = None
    # particular to one outcome
    placed_by_another_authority: str | None = None
    never_told: str | None = None
    local_age_limit: AgeLimit | None = None
    retired: bool = False  # known where it was decided, and no longer offered

    def is_about(self, subject: str) -> bool:
        """Say whether it can be decided for a child or for an adult."""
        return self.subject in {subject, "both"}

    def agreement_for(self, subject: str) -> Agreement:
        """Return what agreement it needs for a child or for an adult."""
        return self.agreement_of_an_adult or self.agreement if subject == "adult" else self.agreement


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Product:
    """One kind of thing that carries information, and what it never holds."""

    id: str
    label: str
    leaves_hub: bool
    holds: str | None = None
    never: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    public_referrer: str | None = None
    automatic: bool = True
    starts_as: str | None = None
    cleared_by: str | None = None
    needs_recorded: tuple[str, ...] = ()
    one_letter_per_person: bool = False
    if_no_safe_way: str | None = None
    needs: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class DecisionRule:
    """One rule of deciding, in words."""

    id: str
    text: str
    source: str
    applies_to: Literal["child", "adult"] | None = None
    clock: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class DirectionValue:
    """One direction a decision may take a person, and when it is that."""

    id: Direction
    when: str
    note: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Compare:
    """The two tiers that are compared."""

    now: str
    before: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class ForBounce:
    """Which directions count as up, which as down, and which as neither."""

    up: tuple[Direction, ...]
    down: tuple[Direction, ...]
    neither: tuple[Direction, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Months:
    """A number of months, with its source."""

    value: Annotated[int, Field(gt=0)]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class DirectionRules:
    """How a direction is worked out: for each person, from their own history, never set by hand."""

    applies_to: Annotated[Literal["each_person"], Field(alias="for")]
    compare: Compare
    values: tuple[DirectionValue, ...]
    counts_from: str
    for_bounce: ForBounce
    looks_back_months: Months


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class DisagreementStep:
    """One stage that a disagreement climbs, and how long it may stay there.

    urgent_within: where a child is at immediate risk; `within` where a hub has none.
    """

    step: int
    id: str
    who: str
    within: Limit
    urgent_within: Limit | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class OutcomeContent:
    """The whole of `outcomes.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    decision_rules: tuple[DecisionRule, ...]
    direction: DirectionRules
    products: tuple[Product, ...]
    outcomes: tuple[Outcome, ...]
    disagreement: tuple[DisagreementStep, ...]


def load_outcomes(file: Source = OUTCOMES) -> OutcomeContent:
    """Read and check outcomes, products and steps.  Raises ContentError naming the place."""
    content = read(file, OutcomeContent)
    products = by_id(content.products, f"{file.name}: products")
    for product in products.values():
        require_known(product.templates, letters(), f"{file.name}: products.{product.id}.templates")
    named = by_id(content.outcomes, f"{file.name}: outcomes")
    for outcome in named.values():
        _check_outcome(outcome, products, named, f"{file.name}: outcomes.{outcome.id}")
    for rule in by_id(content.decision_rules, f"{file.name}: decision_rules").values():
        require_known([rule.clock], clocks(), f"{file.name}: decision_rules.{rule.id}.clock")
    _check_direction(content.direction, f"{file.name}: direction")
    by_id(content.disagreement, f"{file.name}: disagreement")
    steps = [one.step for one in content.disagreement]
    refuse(
        steps != list(range(1, len(steps) + 1)), f"{file.name}: disagreement", "steps must run 1, 2, 3 ..."
    )
    return content


def _check_outcome(
    outcome: Outcome, products: Mapping[str, Product], named: Mapping[str, Outcome], place: str
) -> None:
    require_known([outcome.clock], clocks(), f"{place}.clock")
    require_known([*outcome.followed_by, outcome.ask_too], named, f"{place}.followed_by")
    require_known([outcome.vocabulary], vocabularies(), f"{place}.vocabulary")
    require_known((sent.product for sent in outcome.send), products, f"{place}.send")
    refuse(outcome.kind == "alongside" and outcome.tier, f"{place}.tier", "what goes alongside has no tier")
    for sent in outcome.send:
        draft = not products[sent.product].automatic
        refuse(
            draft != (sent.when == "draft_only"),
            f"{place}.send.{sent.to}",
            "a draft, and only a draft, waits",
        )


def _check_direction(rules: DirectionRules, place: str) -> None:
    values = by_id(rules.values, f"{place}.values")
    sides = [*rules.for_bounce.up, *rules.for_bounce.down, *rules.for_bounce.neither]
    refuse(sorted(sides) != sorted(values), f"{place}.for_bounce", "each direction belongs on one side, once")


outcome_content = Content(OUTCOMES, "Outcomes", load_outcomes)
"""Return the outcomes, products and steps as the hub that acts has them."""


@outcome_content.derived
def outcomes(content: OutcomeContent) -> Mapping[str, Outcome]:
    """Return every outcome by id.  Source: docs/rules.md, "Decision"."""
    return by_id(content.outcomes, "outcomes")


def outcomes_for(
    subject: Literal["child", "adult"], kind: Literal["main", "alongside"]
) -> tuple[Outcome, ...]:
    """Return what can be decided for a child or an adult, in the order shown; nothing is preselected."""
    return tuple(one for one in offered_outcomes() if one.kind == kind and one.is_about(subject))


def offered_outcomes() -> tuple[Outcome, ...]:
    """Return the outcomes that can still be decided, in order."""
    return tuple(one for one in outcomes().values() if not one.retired)


@outcome_content.derived
def products(content: OutcomeContent) -> Mapping[str, Product]:
    """Return the kinds of thing that carry information out of a decision."""
    return by_id(content.products, "products")


def direction_rules() -> DirectionRules:
    """Return how a direction is worked out.  Source: docs/rules.md, "Bouncing"."""
    return outcome_content().direction


def disagreement_steps() -> tuple[DisagreementStep, ...]:
    """Return the stages a disagreement climbs, first to last.  Source: docs/rules.md, "Disagreement"."""
    return outcome_content().disagreement
