"""Outcomes, levels of need, letters and the steps of disagreement, read from content.  Pure and cached."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, by_id, read, refuse, require_known
from mash.triage.content import Limit, clocks, ratings, stages

CONTENT = Path(__file__).parent / "content"
OUTCOMES = CONTENT / "outcomes.yaml"
THRESHOLDS = CONTENT / "thresholds.yaml"
LETTERS = CONTENT / "letters.yaml"

Tier = Annotated[int, Field(ge=1, le=4)]
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


# Outcomes


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
    """One decision a hub can make: what it needs, who decides it, what goes to whom, how it counts."""

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
    """One stage that a disagreement climbs, and how long it may stay there."""

    step: int
    id: str
    who: str
    within: Limit


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


def load_outcomes(file: Path = OUTCOMES) -> OutcomeContent:
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


@cache
def outcome_content() -> OutcomeContent:
    """Return the outcomes, products and steps that a new hub starts from."""
    return load_outcomes()


@cache
def outcomes() -> Mapping[str, Outcome]:
    """Return every outcome by id.  Source: docs/rules.md, "Decision"."""
    return by_id(outcome_content().outcomes, "outcomes")


def outcomes_for(
    subject: Literal["child", "adult"], kind: Literal["main", "alongside"]
) -> tuple[Outcome, ...]:
    """Return what can be decided for a child or an adult, in the order shown; nothing is preselected."""
    return tuple(one for one in outcomes().values() if one.kind == kind and one.is_about(subject))


@cache
def products() -> Mapping[str, Product]:
    """Return the kinds of thing that carry information out of a decision."""
    return by_id(outcome_content().products, "products")


def direction_rules() -> DirectionRules:
    """Return how a direction is worked out.  Source: docs/rules.md, "Bouncing"."""
    return outcome_content().direction


def disagreement_steps() -> tuple[DisagreementStep, ...]:
    """Return the stages a disagreement climbs, first to last.  Source: docs/rules.md, "Disagreement"."""
    return outcome_content().disagreement


# Levels of need


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class GuidanceEdition:
    """The edition of national guidance that the levels were written against."""

    id: str
    note: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Domain:
    """One side of a child's life that the descriptors speak of."""

    id: str
    label: str
    covers: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Level:
    """One of four levels of need: it guides judgement and is never worked out by counting."""

    id: str
    number: Tier
    name: str
    also_called: tuple[str, ...]
    plain: str
    descriptors: dict[str, tuple[str, ...]]  # by domain
    what_usually_follows: tuple[str, ...]
    led_by: str
    legal_basis: str | None
    agreement: str
    usual_rating: str
    examples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Vocabulary:
    """Words a hub may use instead; codes stay the same."""

    id: str
    label: str
    default: bool
    words: dict[str, str]
    switch_on_from: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class LevelContent:
    """The whole of `thresholds.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    guidance_edition: GuidanceEdition
    principles: tuple[str, ...]
    domains: tuple[Domain, ...]
    levels: tuple[Level, ...]
    vocabularies: tuple[Vocabulary, ...]
    hub_may_change: tuple[str, ...]
    hub_may_not_change: tuple[str, ...]


def load_levels(file: Path = THRESHOLDS) -> LevelContent:
    """Read and check the levels of need.  Raises ContentError naming the place."""
    content = read(file, LevelContent)
    domains = by_id(content.domains, f"{file.name}: domains")
    numbers = [level.number for level in by_id(content.levels, f"{file.name}: levels").values()]
    refuse(numbers != [1, 2, 3, 4], f"{file.name}: levels", "the levels are 1, 2, 3, 4, in order")
    for level in content.levels:
        place = f"{file.name}: levels.{level.id}"
        refuse(
            set(level.descriptors) != set(domains), f"{place}.descriptors", "needs each domain, and no other"
        )
        require_known([level.usual_rating], ratings(), f"{place}.usual_rating")
    chosen = [one.id for one in content.vocabularies if one.default]
    refuse(len(chosen) != 1, f"{file.name}: vocabularies", "one, and only one, is the default")
    return content


@cache
def level_content() -> LevelContent:
    """Return the levels of need that a new hub starts from."""
    return load_levels()


@cache
def levels() -> Mapping[str, Level]:
    """Return the levels of need, 1 to 4.  Source: docs/rules.md, "Decision"."""
    return by_id(level_content().levels, "levels")


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """Return the words a hub may choose between."""
    return by_id(level_content().vocabularies, "vocabularies")


# Letters

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Paragraph:
    """One paragraph: own text, or a block that letters share; left out where `only_if` does not hold."""

    text: str = ""
    use: str | None = None
    heading: str | None = None
    only_if: str | None = None


def _paragraph(said: Any) -> Any:
    return {"text": said} if isinstance(said, str) else said


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Letter:
    """One letter, call or notice: whom it is for, when it goes, its words, and what it never says."""

    id: str
    label: str
    reader: Literal["professional", "public", "parent", "young_person", "adult", "school"]
    goes: Literal["on_reading", "on_decision", "draft_only", "police_duty"]
    body: tuple[Annotated[Paragraph, BeforeValidator(_paragraph)], ...]
    never: tuple[str, ...]
    subject_line: str | None = None  # a call has none
    within: str | None = None  # a clock or a stage of triage
    also_for: tuple[str, ...] = ()
    only_if: tuple[str, ...] = ()
    not_sent_when: tuple[str, ...] = ()
    held_until: str | None = None
    best_given: str | None = None
    not_to_someone_else: str | None = None
    to: str | None = None
    one_for_each: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Placeholder:
    """A gap in a letter, filled from the hub's settings, or by a worker, a clock or the contact."""

    id: str
    label: str
    example: str | None = None
    required: bool = False
    filled_by: Literal["contact", "worker", "clock", "police"] | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class LetterRule:
    """One rule that every letter keeps."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class ClearedBy:
    """Who may clear a draft: a person by name who holds one of these duties."""

    duty: tuple[str, ...]
    named: Literal[True]
    never: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class ClearingRecord:
    """One thing the named worker records before a draft may go."""

    id: str
    label: str
    required: bool
    hint: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Unclear:
    """What becomes of a draft that nobody has cleared: it is chased, never sent."""

    limit: Limit
    then: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Clearing:
    """What stands between a draft and a family."""

    by: ClearedBy
    records: tuple[ClearingRecord, ...]
    second_reader_when: tuple[str, ...]
    second_reader_sees: str
    no_safe_way: str
    blocked_when: tuple[str, ...]
    envelope: str
    unclear_after: Unclear


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class LetterContent:
    """The whole of `letters.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    language: str
    rules: tuple[LetterRule, ...]
    clearing: Clearing
    never_in_any: tuple[str, ...]
    placeholders: tuple[Placeholder, ...]
    templates: tuple[Letter, ...]
    blocks: dict[str, tuple[str, ...]]
    reported: tuple[str, ...]


def load_letters(file: Path = LETTERS) -> LetterContent:
    """Read and check letters and their placeholders.  Raises ContentError naming the place."""
    content = read(file, LetterContent)
    gaps = by_id(content.placeholders, f"{file.name}: placeholders")
    for letter in by_id(content.templates, f"{file.name}: templates").values():
        place = f"{file.name}: templates.{letter.id}"
        require_known([letter.within], {*clocks(), *stages()}, f"{place}.within")
        require_known((part.use for part in letter.body), content.blocks, f"{place}.body")
        require_known(_gaps_in(letter, content.blocks), gaps, f"{place}.body")
        empty = [part for part in letter.body if bool(part.text) == bool(part.use)]
        refuse(empty, f"{place}.body", "a paragraph has its own text or uses a block, one of the two")
        family = letter.reader in {"parent", "young_person", "adult"}
        refuse(family and letter.goes != "draft_only", place, "goes to a family, so it is only ever a draft")
    by_id(content.clearing.records, f"{file.name}: clearing.records")
    return content


def _gaps_in(letter: Letter, blocks: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the placeholders of a letter and of the blocks it uses, each once, in the order they come."""
    texts = [letter.subject_line or ""]
    for part in letter.body:
        texts += [part.text, *(blocks[part.use] if part.use else ())]
    return list(dict.fromkeys(PLACEHOLDER.findall("\n".join(texts))))


@cache
def letter_content() -> LetterContent:
    """Return the letters that a new hub starts from, and the rules of clearing them."""
    return load_letters()


@cache
def letters() -> Mapping[str, Letter]:
    """Return the letters by id.  Source: docs/rules.md, "Families are told by a named worker"."""
    return by_id(letter_content().templates, "templates")


@cache
def placeholders() -> Mapping[str, Placeholder]:
    """Return every gap that a letter may have."""
    return by_id(letter_content().placeholders, "placeholders")


def placeholders_in(letter: Letter) -> tuple[Placeholder, ...]:
    """Return the gaps of one letter, its blocks included, in the order they come."""
    return tuple(placeholders()[gap] for gap in _gaps_in(letter, letter_content().blocks))
