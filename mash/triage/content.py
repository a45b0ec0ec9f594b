"""Ratings, clocks, repeats, lawful bases, agreement and override grounds, read from content.

Pure and cached.  Times come out as plain numbers: value, unit and kind of clock.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, ContentError, by_id, read, refuse, require_known
from mash.contact.content import categories

CONTENT = Path(__file__).parent / "content"
RATINGS = CONTENT / "ratings.yaml"
LAWFUL_BASES = CONTENT / "lawful_bases.yaml"

RatingId = Literal["red", "amber", "green", "blue"]
Subject = Literal["child", "adult"]
AppliesTo = Literal["child", "adult", "both"]
Unit = Literal["hours", "working_days", "school_day_starts"]
ClockKind = Literal["elapsed", "working", "calendar"]
StageId = Literal["triage", "agency_return", "hub_decision", "feedback"]
Count = Annotated[int, Field(gt=0)]

KINDS: dict[Unit, set[ClockKind]] = {
    "hours": {"elapsed", "working"},
    "working_days": {"working"},
    "school_day_starts": {"calendar"},
}


# Ratings


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RatingInfo:
    """What one colour means, and how it is shown: never by colour alone."""

    id: RatingId
    order: Count  # 1 comes first
    level: str  # the level of need it usually goes with
    label: str
    symbol: str
    colour: str
    enquiry: Literal["all_agencies", "selected_agencies", "no_enquiry"]
    may_act_before_enquiry: bool
    meaning: str
    typical: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Rule:
    """One rule in words, with where it comes from."""

    id: str
    text: str
    source: str | None = None


# Clocks


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Elsewhere:
    """What another place allows for the same stage: shown to a hub that chooses its own."""

    who: str
    value: Count | None = None
    unit: Unit | None = None
    clock: Literal["elapsed", "working", "calendar", "not_stated"] | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Limit:
    """How long something may take: so many units, on one kind of clock."""

    value: Count
    unit: Unit
    clock: ClockKind
    source: str
    clock_source: str | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    note: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class SameAs:
    """Says that the limit of another rating applies."""

    same_as: RatingId
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Stage:
    """The limits of one stage by rating; `starts` and `ends` name the moments that the clock runs between."""

    starts: str
    ends: str
    red: Limit
    amber: Limit
    green: Limit
    blue: Limit | None
    unrated: SameAs | None = None

    def limit(self, rating: RatingId | None) -> Limit | None:
        """Return the limit for a rating, or for work that nobody has rated; None where none is set."""
        chosen = rating or (self.unrated.same_as if self.unrated else None)
        limits: dict[RatingId, Limit | None] = {
            "red": self.red,
            "amber": self.amber,
            "green": self.green,
            "blue": self.blue,
        }
        return limits[chosen] if chosen else None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Clock:
    """A limit that does not depend on the rating: of law, of national guidance, or chosen locally."""

    id: str
    applies_to: AppliesTo
    value: Count
    unit: Unit
    clock: ClockKind
    starts: str
    ends: str
    source: str
    decided_by: str | None = None
    by: str | None = None
    not_met_by: tuple[str, ...] = ()  # what looks like an end and is not
    unless: str | None = None
    also_recorded: tuple[str, ...] = ()
    census_rule: str | None = None
    may_pause: bool = True
    note: str | None = None

    @property
    def limit(self) -> Limit:
        """Return how long it may take."""
        return Limit(value=self.value, unit=self.unit, clock=self.clock, source=self.source)


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class AdultClocks:
    """What differs for an adult: the one-working-day rule is the children's."""

    targets: dict[StageId, Stage]
    clocks: tuple[Clock, ...]
    both_in_one_contact: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class YesNo:
    """A choice of the hub, with its source."""

    value: bool
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Days:
    """A number of days, with its source."""

    value: Count
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Share:
    """A share of a limit, between 0 and 1, with its source."""

    value: Annotated[float, Field(gt=0, lt=1)]
    source: str


Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class WorkingTime:
    """When a hub is staffed, unless it says otherwise: days and local times `HH:MM`."""

    calendar: Literal["england_bank_holidays"]
    days: tuple[Day, ...]
    opens: TimeOfDay
    closes: TimeOfDay
    source: str
    red_runs_past_closing: YesNo
    pauses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class NeverOn:
    """What a pause can never stop."""

    ratings: tuple[Literal["red", "amber", "green", "blue", "unrated"], ...]
    fixed_clocks: bool
    marked: Literal["may_pause_false"]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class PauseRules:
    """What binds any pause that a hub adds."""

    default: Literal["none"]
    never_on: NeverOn
    needs: tuple[str, ...]
    raised_to_red: str
    reported: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RatingChange:
    """What one kind of change does to the clock and to the result reached before it."""

    clock: str
    earlier_result: Literal["kept"]
    when: str | None = None
    needs: tuple[str, ...] = ()
    shown: str | None = None
    fixed_clocks: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RatingChanges:
    """Raising and lowering: not mirror images."""

    raise_on_news: RatingChange
    raise_to_correct: RatingChange
    lower: RatingChange
    source: str


# Order of work, repeats, bouncing


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Position:
    """One place in the order of work."""

    id: str
    place: Count
    label: str
    means: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class OverdueMark:
    """How overdue work is marked, so that it is not taken for red."""

    label: str
    symbol: str
    colour: str
    never: tuple[str, ...]
    with_words: Annotated[str, Field(alias="with")]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Overdue:
    """Overdue work moves up within its own place and no further."""

    moves: Literal["within_its_own_place"]
    mark: OverdueMark
    also_shown: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Worklist:
    """The one order in which everybody sees the work."""

    order: tuple[Position, ...]
    within_a_place: tuple[str, ...]
    overdue: Overdue
    source: str


Effect = Literal["manager_review", "joint_review", "second_manager_decides", "mark_only"]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RepeatRule:
    """So many contacts within so many days ask a person to look.  It never sets a rating."""

    id: str
    label: str
    applies_to: Literal["same_person", "same_household", "same_person_or_household"]
    count: Count
    within_days: Count
    effect: Effect
    prompt: str
    source: str
    ratings_counted: tuple[RatingId, ...] = ()  # empty: all
    categories: tuple[str, ...] = ()  # empty: all
    not_counted: str | None = None
    suggested_least_rating: RatingId | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class BounceRule:
    """A pattern of going to and fro: a sequence of moves, changes of direction, or one outcome repeated."""

    id: str
    label: str
    within_days: Count
    effect: Effect
    prompt: str
    source: str
    sequence: tuple[str, ...] = ()
    direction_changes: Count | None = None
    outcome: str | None = None
    count: Count | None = None  # of `outcome`


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RatingContent:
    """The whole of `ratings.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    ratings: tuple[RatingInfo, ...]
    colour_is_never_alone: Literal[True]
    rating_rules: tuple[Rule, ...]
    working_time: WorkingTime
    pause_rules: PauseRules
    rating_changes: RatingChanges
    targets: dict[StageId, Stage]
    warn_at_share_of_time: Share
    fixed_clocks: tuple[Clock, ...]
    local_clocks: tuple[Clock, ...]
    adult_clocks: AdultClocks
    worklist: Worklist
    repeats: tuple[RepeatRule, ...]
    bounce: tuple[BounceRule, ...]


def load_ratings(file: Path = RATINGS) -> RatingContent:
    """Read and check ratings and clocks; the fixed clocks come back as never to be paused.

    Raises ContentError naming the place.
    """
    content = read(file, RatingContent)
    orders = [rating.order for rating in content.ratings]
    refuse(orders != [1, 2, 3, 4], f"{file.name}: ratings", "the order must be 1, 2, 3, 4")
    places = [position.place for position in content.worklist.order]
    refuse(places != sorted(set(places)), f"{file.name}: worklist.order", "places must rise")
    _check_limits(file.name, content)
    _check_rules(file.name, content)
    return replace(content, fixed_clocks=tuple(replace(one, may_pause=False) for one in content.fixed_clocks))


def _check_limits(file: str, content: RatingContent) -> None:
    for group, stages in (
        ("targets", content.targets),
        ("adult_clocks.targets", content.adult_clocks.targets),
    ):
        for name, stage in stages.items():
            for rating in content.ratings:
                _check_limit(stage.limit(rating.id), f"{file}: {group}.{name}.{rating.id}")
    clocks = (*content.fixed_clocks, *content.local_clocks, *content.adult_clocks.clocks)
    for clock in by_id(clocks, f"{file}: clocks").values():
        _check_limit(clock.limit, f"{file}: clocks.{clock.id}")
    missing = {"triage", "agency_return", "hub_decision", "feedback"} - set(content.targets)
    refuse(missing, f"{file}: targets", f"no limits for {', '.join(sorted(missing))}")


def _check_limit(limit: Limit | None, place: str) -> None:
    if limit and limit.clock not in KINDS[limit.unit]:
        raise ContentError(f"{place}: {limit.unit} cannot run on a clock that is {limit.clock}")


def _check_rules(file: str, content: RatingContent) -> None:
    for repeat in by_id(content.repeats, f"{file}: repeats").values():
        require_known(repeat.categories, categories(), f"{file}: repeats.{repeat.id}.categories")
    for bounce in by_id(content.bounce, f"{file}: bounce").values():
        patterns = [bounce.sequence, bounce.direction_changes, bounce.outcome and bounce.count]
        one = sum(map(bool, patterns)) == 1
        refuse(
            not one,
            f"{file}: bounce.{bounce.id}",
            "needs a sequence, direction_changes, or an outcome and count",
        )
    by_id(content.rating_rules, f"{file}: rating_rules")


@cache
def rating_content() -> RatingContent:
    """Return the ratings and clocks that a new hub starts from."""
    return load_ratings()


@cache
def ratings() -> Mapping[str, RatingInfo]:
    """Return the ratings, red first.  Source: docs/rules.md, "Ratings"."""
    return by_id(rating_content().ratings, "ratings")


def target(stage: StageId, rating: RatingId | None, subject: Subject = "child") -> Limit | None:
    """Return how long a stage may take for a rating; None where nothing is set.

    rating: None while nobody has rated the contact, when the red triage limit applies.

    Source: docs/rules.md, "Clocks".
    """
    return stages(subject)[stage].limit(rating)


def stages(subject: Subject = "child") -> Mapping[StageId, Stage]:
    """Return the stages that have limits by rating, for a child or for an adult."""
    content = rating_content()
    return content.targets | content.adult_clocks.targets if subject == "adult" else content.targets


@cache
def fixed_clocks() -> Mapping[str, Clock]:
    """Return the clocks of law and national guidance.  Source: docs/rules.md, "Statutory clocks"."""
    return by_id(rating_content().fixed_clocks, "fixed_clocks")


@cache
def clocks() -> Mapping[str, Clock]:
    """Return every clock that does not depend on the rating: fixed, local and adults'."""
    content = rating_content()
    return by_id((*content.fixed_clocks, *content.local_clocks, *content.adult_clocks.clocks), "clocks")


@cache
def repeat_rules() -> Mapping[str, RepeatRule]:
    """Return what counts as a repeat.  Source: docs/rules.md, "Repeats"."""
    return by_id(rating_content().repeats, "repeats")


@cache
def bounce_rules() -> Mapping[str, BounceRule]:
    """Return what counts as bouncing.  Source: docs/rules.md, "Bouncing"."""
    return by_id(rating_content().bounce, "bounce")


# Lawful bases


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Basis:
    """One entry of law that allows or asks for sharing, with the dates it is in force."""

    id: str
    kind: Literal["article_6", "article_9", "article_10", "law_enforcement", "gateway", "common_law", "test"]
    cite: str
    label: str
    plain: str
    subjects: tuple[Subject, ...]
    in_force_from: date | None
    in_force_to: date | None  # the last day
    date_checked: Literal["read", "to_confirm", "not_established"]
    enabled: bool
    usual: bool = False
    policy_document: bool | None = None
    needs: str | None = None
    who: tuple[str, ...] = ()  # empty: anyone
    enacted_on: date | None = None
    enable_needs: str | None = None
    exception: str | None = None  # a refusal reason
    source: str | None = None

    def is_in_force(self, on: date) -> bool:
        """Say whether it may be relied on that day: enabled, begun and not ended."""
        begun = self.in_force_from is None or self.in_force_from <= on
        return self.enabled and begun and (self.in_force_to is None or on <= self.in_force_to)


# The family's agreement, and going without it


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Option:
    """A choice to record, and what it needs to be whole."""

    id: str
    label: str
    needs: str | tuple[str, ...] = ()
    detail: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Covers:
    """For whom one kind of person may agree."""

    by: str
    may_cover: tuple[str, ...]
    never: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Gate:
    """When a check may start, in words; the rule itself is kept by triage and by the database."""

    check_may_start_if: tuple[str, ...]
    each_enquiry_may_ask_about: str
    otherwise: str
    source: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class FamilyAgreement:
    """What is recorded of what the family know and said: person by person, scope by scope."""

    per: Literal["person_and_scope"]
    settled_for: str
    covers: tuple[Covers, ...]
    parents_disagree: str
    given_by: tuple[Option, ...]
    aware: tuple[Option, ...]
    sought: tuple[Option, ...]
    scopes: tuple[Option, ...]
    how: tuple[str, ...]
    lapses_after_days: Days
    withdrawn: str
    gate: Gate


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Ground:
    """A reason in law not to wait for agreement.  The true one is chosen, never the convenient one."""

    id: str
    label: str
    prompt: str
    subjects: tuple[Subject, ...]
    asking: Literal["unsafe", "would_obstruct", "too_slow", "safe", "done", "any"]
    in_message: str | None  # its id in a referral message; None: chosen in the hub only
    source: str
    use_when: tuple[Literal["not_sought", "refused"], ...] = ()
    family_told: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class ApprovalDue:
    """By when a red opening is approved."""

    value: Literal["same_day"]
    means: str
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Chaser:
    """Who is reminded, how often, and to whom it climbs."""

    every_hours: Count
    to: tuple[str, ...]
    then: str
    then_when: str
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RedOpening:
    """A red check that opens before its approval: what is needed, what is chased, what is counted."""

    before_enquiries_go: tuple[str, ...]
    approval_due: ApprovalDue
    approver: str
    shown_until_approved: str
    chased: Chaser
    counted: tuple[str, ...]
    target: Literal["none"]
    if_not_approved: str
    if_lowered_from_red: str
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class TellFamilyLater:
    """The family are told as soon as it is safe; looked at again every so many days."""

    required: Literal[True]
    review_within_days: Count
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class OverrideRules:
    """What going without agreement needs."""

    approved_by: Literal["manager_other_than_requester"]
    needs: tuple[str, ...]
    per: Literal["person"]
    red_exception: str
    red_opening: RedOpening
    tell_family_later: TellFamilyLater


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RefusalReason:
    """Why an agency that holds something does not share it, or not yet."""

    id: str
    label: str
    explain: bool  # reasons in words are required
    hub_response: str
    approver: str | None = None
    sealed_marker: bool = False
    note: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class LawfulContent:
    """The whole of `lawful_bases.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    rules: tuple[Rule, ...]
    bases: tuple[Basis, ...]
    family_agreement: FamilyAgreement
    message_grounds: tuple[str, ...]
    override_grounds: tuple[Ground, ...]
    override_rules: OverrideRules
    refusal_reasons: tuple[RefusalReason, ...]


def load_lawful_bases(file: Path = LAWFUL_BASES) -> LawfulContent:
    """Read and check bases, agreement and grounds.  Raises ContentError naming the place."""
    content = read(file, LawfulContent)
    reasons = by_id(content.refusal_reasons, f"{file.name}: refusal_reasons")
    for basis in by_id(content.bases, f"{file.name}: bases").values():
        _check_basis(basis, f"{file.name}: bases.{basis.id}")
        require_known([basis.exception], reasons, f"{file.name}: bases.{basis.id}.exception")
    for ground in by_id(content.override_grounds, f"{file.name}: override_grounds").values():
        place = f"{file.name}: override_grounds.{ground.id}.in_message"
        require_known([ground.in_message], content.message_grounds, place)
    carried = [ground.in_message for ground in content.override_grounds]
    require_known(content.message_grounds, [one for one in carried if one], f"{file.name}: message_grounds")
    agreement = content.family_agreement
    for name, options in (("given_by", agreement.given_by), ("scopes", agreement.scopes)):
        by_id(options, f"{file.name}: family_agreement.{name}")
    speakers = [option.id for option in agreement.given_by]
    require_known((one.by for one in agreement.covers), speakers, f"{file.name}: family_agreement.covers")
    return content


def _check_basis(basis: Basis, place: str) -> None:
    undated = basis.in_force_from is None and basis.kind != "common_law"
    refuse(basis.enabled and undated, place, "is enabled without a day on which it came into force")
    ends_first = basis.in_force_from and basis.in_force_to and basis.in_force_to < basis.in_force_from
    refuse(ends_first, place, "ends before it begins")


@cache
def lawful_content() -> LawfulContent:
    """Return the bases, agreement rules and grounds that a new hub starts from."""
    return load_lawful_bases()


@cache
def bases() -> Mapping[str, Basis]:
    """Return every basis, in force or not.  Source: docs/rules.md, "Lawful basis"."""
    return by_id(lawful_content().bases, "bases")


def bases_in_force(on: date, subject: Subject) -> tuple[Basis, ...]:
    """Return what is offered that day for a child or an adult.  Source: docs/rules.md, "Lawful basis"."""
    return tuple(one for one in bases().values() if subject in one.subjects and one.is_in_force(on))


@cache
def override_grounds() -> Mapping[str, Ground]:
    """Return the grounds for going without agreement.  Source: docs/rules.md, "The gate"."""
    return by_id(lawful_content().override_grounds, "override_grounds")


@cache
def grounds_by_message() -> Mapping[str, Ground]:
    """Return the grounds that a referral message may carry, by the value it carries."""
    carried = {one.in_message: one for one in override_grounds().values() if one.in_message}
    return {name: carried[name] for name in lawful_content().message_grounds}


@cache
def refusal_reasons() -> Mapping[str, RefusalReason]:
    """Return the reasons not to share.  Source: docs/rules.md, "Refusing to share"."""
    return by_id(lawful_content().refusal_reasons, "refusal_reasons")


@cache
def agreement_scopes() -> Mapping[str, Option]:
    """Return what a family can agree to.  Source: docs/rules.md, "Agreement"."""
    return by_id(lawful_content().family_agreement.scopes, "scopes")


@cache
def agreement_given_by() -> Mapping[str, Option]:
    """Return who can give agreement.  Source: docs/rules.md, "Agreement"."""
    return by_id(lawful_content().family_agreement.given_by, "given_by")


def agreement_how() -> tuple[str, ...]:
    """Return the ways in which agreement can be given."""
    return lawful_content().family_agreement.how
