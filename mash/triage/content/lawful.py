"""Lawful bases, the family's agreement, grounds for going without it, reasons not to share: `lawful_bases.yaml`."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.triage.content.clocks import Count, Days
from mash.triage.content.ratings import Rule, Subject

LAWFUL_BASES = Path(__file__).parent / "lawful_bases.yaml"


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


def load_lawful_bases(file: Source = LAWFUL_BASES) -> LawfulContent:
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


lawful_content = Content(LAWFUL_BASES, "Lawful bases and agreement", load_lawful_bases)
"""Return the bases, agreement rules and grounds as the hub that acts has them."""


@lawful_content.derived
def bases(content: LawfulContent) -> Mapping[str, Basis]:
    """Return every basis, in force or not.  Source: docs/rules.md, "Lawful basis"."""
    return by_id(content.bases, "bases")


def bases_in_force(on: date, subject: Subject) -> tuple[Basis, ...]:
    """Return what is offered that day for a child or an adult.  Source: docs/rules.md, "Lawful basis"."""
    return tuple(one for one in bases().values() if subject in one.subjects and one.is_in_force(on))


@lawful_content.derived
def override_grounds(content: LawfulContent) -> Mapping[str, Ground]:
    """Return the grounds for going without agreement.  Source: docs/rules.md, "The gate"."""
    return by_id(content.override_grounds, "override_grounds")


@lawful_content.derived
def grounds_by_message(content: LawfulContent) -> Mapping[str, Ground]:
    """Return the grounds that a referral message may carry, by the value it carries."""
    carried = {one.in_message: one for one in content.override_grounds if one.in_message}
    return {name: carried[name] for name in content.message_grounds}


@lawful_content.derived
def refusal_reasons(content: LawfulContent) -> Mapping[str, RefusalReason]:
    """Return the reasons not to share.  Source: docs/rules.md, "Refusing to share"."""
    return by_id(content.refusal_reasons, "refusal_reasons")


@lawful_content.derived
def agreement_scopes(content: LawfulContent) -> Mapping[str, Option]:
    """Return what a family can agree to.  Source: docs/rules.md, "Agreement"."""
    return by_id(content.family_agreement.scopes, "scopes")


@lawful_content.derived
def agreement_given_by(content: LawfulContent) -> Mapping[str, Option]:
    """Return who can give agreement.  Source: docs/rules.md, "Agreement"."""
    return by_id(content.family_agreement.given_by, "given_by")


def agreement_how() -> tuple[str, ...]:
    """Return the ways in which agreement can be given."""
    return lawful_content().family_agreement.how
