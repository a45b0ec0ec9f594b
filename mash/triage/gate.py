"""May a check open, and about whom?  Pure: worked out from rows, person by person.

Agreement is settled for each person whose records are asked for; one person's yes is never stretched to another.
Source: docs/rules.md, "The gate"; docs/rules.md, "Agreement".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mash.common.clock import LONDON, whole_years
from mash.common.verdict import ALLOWED, Verdict
from mash.contact.models import Contact, ContactPerson, ContactRelationship, Type
from mash.triage.models import Agreement, Colour, Ground, Route, Sought

CHECKS = "agency_checks"
CHECK = "check"
ADULT_AT = 18  # years
THEMSELVES = {"young_person", "adult"}
AUTHORITY = "attorney_or_deputy"


class Word(StrEnum):
    """What the gate says."""

    MAY_OPEN = "may_open"
    MAY_NOT_OPEN = "may_not_open"
    NOT_YET = "may_not_open_yet"
    NO_CHECK_ASKED = "no_check_asked"
    FORWARD = "forward"


class Approval(StrEnum):
    """How a ground stands with a manager."""

    NOT_NEEDED = ""
    GIVEN = "given"  # by a manager of this hub
    SAID = "said"  # the sender names their manager; the hub's own is recorded when it is relied on
    AWAITED = "awaited"


@dataclass(frozen=True, slots=True)
class Cover:
    """How one person stands: what their records may be asked for on, or why they may not be.

    why: empty when settled.  refused_too: somebody else refused what another agreed to; a manager settles it.
    """

    person: ContactPerson
    agreement: Agreement | None = None
    ground: Ground | None = None
    approval: Approval = Approval.NOT_NEEDED
    why: str = ""
    refused_too: bool = False

    @property
    def settled(self) -> bool:
        return not self.why

    @property
    def words(self) -> str:
        """Say in a sentence what this person's records may be asked for on, or why not."""
        if not self.settled:
            return self.why
        if self.agreement:
            return "Agreed"
        return {
            Approval.GIVEN: "On a ground that a manager approved",
            Approval.SAID: "On the sender's ground; a hub manager confirms it",
        }.get(self.approval, "On a ground; approval due today")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gate looks at; open_work: a case is open with somebody at risk."""

    contact: Contact
    people: Sequence[ContactPerson]
    relationships: Sequence[ContactRelationship]
    agreements: Sequence[Agreement]
    grounds: Sequence[Ground]
    colour: str
    route: Route | None
    open_work: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a check may open, about whom, and who is left out.

    relies_on: the cover of the child or adult at risk that opens it.
    act_first: somebody states immediate danger: to protect comes before all this, whatever the gate says.
    """

    word: Word
    why: str
    covered: tuple[Cover, ...]
    left_out: tuple[Cover, ...]
    relies_on: Cover | None = None
    act_first: bool = False

    @property
    def may_open(self) -> bool:
        return self.word is Word.MAY_OPEN

    @property
    def verdict(self) -> Verdict:
        return ALLOWED if self.may_open else Verdict(self.why)

    @property
    def needs_approval(self) -> bool:
        """Tell whether it rests on a ground that no manager of this hub has approved yet."""
        cover = self.relies_on
        return bool(cover and cover.ground and not cover.agreement and cover.approval is not Approval.GIVEN)

    @property
    def approval_due(self) -> bool:
        """Tell whether a red check opens now with the approval due the same day."""
        return bool(self.relies_on and self.relies_on.approval is Approval.AWAITED)

    def covers(self, person: ContactPerson) -> bool:
        """Tell whether an enquiry may ask about this person."""
        return any(cover.person.pk == person.pk for cover in self.covered)


def work_out(facts: Facts) -> Gate:
    """Say whether a check may open on what is recorded."""
    covers = [_settle(person, facts) for person in facts.people]
    covered = tuple(cover for cover in covers if cover.settled)
    left_out = tuple(cover for cover in covers if not cover.settled)
    relies_on = next(iter(sorted((c for c in covered if c.person.is_at_risk), key=_strength)), None)
    word, why = _say(facts, relies_on, [cover for cover in covers if cover.person.is_at_risk])
    return Gate(word, why, covered, left_out, relies_on, facts.contact.immediate_danger)


def _say(facts: Facts, relies_on: Cover | None, at_risk: Sequence[Cover]) -> tuple[Word, str]:
    asked = facts.route if facts.route and facts.route.route == CHECK else None
    if facts.open_work and not (asked and asked.asked_for_by):
        return Word.FORWARD, (
            "A case is open: it goes to the allocated worker and manager. "
            "A check opens only if they ask for one."
        )
    if facts.contact.type == Type.INFORMATION_ONLY and not asked:
        return Word.NO_CHECK_ASKED, "Sent for information only: no check is asked for."
    if relies_on:
        return Word.MAY_OPEN, ""
    waiting = [cover for cover in at_risk if cover.ground]
    if waiting:
        return Word.NOT_YET, waiting[0].why
    if any(agreement.sought == Sought.GIVEN for agreement in facts.agreements) and at_risk:
        return (
            Word.MAY_NOT_OPEN,
            f"The agreement recorded does not cover {at_risk[0].person}: {at_risk[0].why}",
        )
    return Word.MAY_NOT_OPEN, "No agreement to ask agencies and no ground is recorded."


def _strength(cover: Cover) -> int:
    if cover.agreement:
        return 0
    return [Approval.GIVEN, Approval.SAID, Approval.AWAITED].index(cover.approval) + 1


def _settle(person: ContactPerson, facts: Facts) -> Cover:
    said = [one for one in facts.agreements if one.about_id == person.pk]
    refused = any(one.sought == Sought.REFUSED and one.withdrawn_at is None for one in said)
    why = "Not agreed, and no ground is recorded"
    for agreement in (one for one in said if one.sought == Sought.GIVEN):
        why = why_not(agreement, person, facts)
        if not why:
            return Cover(person, agreement=agreement, refused_too=refused)
    grounds = [one for one in facts.grounds if one.about_id == person.pk and one.refused_at is None]
    for cover in sorted((_on_ground(person, one, facts.colour) for one in grounds), key=_by_readiness):
        return cover
    return Cover(person, why=why)


def _by_readiness(cover: Cover) -> tuple[bool, int]:
    return (not cover.settled, _strength(cover))


def _on_ground(person: ContactPerson, ground: Ground, colour: str) -> Cover:
    if ground.approved_at and ground.reason.strip():
        return Cover(person, ground=ground, approval=Approval.GIVEN)
    if not ground.reason.strip():
        why = "A ground is named without a reason: record the reason and have a manager approve it"
        return Cover(person, ground=ground, approval=Approval.AWAITED, why=why)
    if ground.from_message and ground.manager_said.strip():
        return Cover(person, ground=ground, approval=Approval.SAID)
    if colour == Colour.RED:
        return Cover(person, ground=ground, approval=Approval.AWAITED)
    return Cover(
        person,
        ground=ground,
        approval=Approval.AWAITED,
        why="A ground is recorded and no manager has approved it yet",
    )


def why_not(agreement: Agreement, about: ContactPerson, facts: Facts) -> str:
    """Say why an agreement does not let agencies be asked about this person; "" when it does."""
    if agreement.withdrawn_at and agreement.withdrawn_at <= facts.at:
        return "The agreement was withdrawn"
    if agreement.lapses_at and agreement.lapses_at <= facts.at:
        return "The agreement has lapsed"
    if CHECKS not in agreement.scopes:
        return "The agreement is not for asking agencies"
    return cannot_answer_for(agreement, about, facts.relationships, facts.at.astimezone(LONDON).date())


def cannot_answer_for(
    agreement: Agreement, about: ContactPerson, relationships: Iterable[ContactRelationship], on: date
) -> str:
    """Say why whoever agreed cannot answer for this person; "" when they can.

    Somebody who answers for themselves answers for nobody else.  A parent answers for a child for whom they hold
    parental responsibility, and for no other adult; an attorney or deputy for the adult whom the authority names.
    Who it was is said: by somebody the contact names, or in words.

    Source: docs/rules.md, "Agreement".
    """
    giver = agreement.given_by_person
    if giver is not None and giver.pk == about.pk:
        return ""
    if agreement.given_by in THEMSELVES:
        return f"Who answers for themselves answers for nobody else: choose {about} as who answered"
    if giver is None and not agreement.words.strip():
        return "Say in words who agreed: nobody named in the contact is chosen"
    minor = is_minor(about, on)
    if agreement.given_by == AUTHORITY:
        return (
            "An attorney or deputy answers for an adult, never for a child"
            if minor
            else _authority_of(agreement)
        )
    if not minor:
        return "Nobody answers for another adult"
    return _without_responsibility(agreement, giver, about, relationships) if giver else ""


def _authority_of(agreement: Agreement) -> str:
    said = agreement.words.strip()
    return (
        "" if said else "Say in words what gives them authority for this decision, and that you have seen it"
    )


def _without_responsibility(
    agreement: Agreement,
    giver: ContactPerson,
    about: ContactPerson,
    relationships: Iterable[ContactRelationship],
) -> str:
    said = [
        one.parental_responsibility
        for one in relationships
        if one.from_ref == giver.ref and one.to_ref == about.ref
    ]
    if True in said:
        return ""
    if False in said:
        return "The agreement is from a person without parental responsibility"
    recorded_here = agreement.given_by == "parent" and not agreement.from_message
    return "" if recorded_here else "Nobody has said that whoever agreed holds parental responsibility"


def is_minor(person: ContactPerson, on: date) -> bool:
    """Tell whether somebody is under 18 or unborn; without a birth date, by the part they have in the contact."""
    if person.born_on:
        return whole_years(person.born_on, on) < ADULT_AT
    return bool(person.expected_on) or person.role in {"child", "sibling"}
