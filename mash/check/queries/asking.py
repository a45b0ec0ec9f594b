"""What an enquiry says: stage, worry, basis and the family's position, as the records stand when it is sent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mash.check.content import FREE, QuestionSet, Subject, set_for
from mash.check.models import Check, Enquiry
from mash.check.truth import InConfidence, Untruthful, section_47_is_recorded
from mash.common.clock import LONDON, Clock, Target
from mash.contact.models import Contact, ContactPerson, ContactRelationship
from mash.contact.queries import referrer, source_for_agencies
from mash.partnership.models import Staff
from mash.triage.content import bases as lawful_bases
from mash.triage.content import override_grounds
from mash.triage.gate import Cover, is_minor
from mash.triage.models import Agreement, Colour, Stage
from mash.triage.queries import bases, hub_time, newest_rating

CARE = ("parent", "step_parent", "carer", "grandparent")
NEEDS_SECTION_47 = "recorded_s47_decision"


@dataclass(frozen=True, slots=True)
class Statement:
    """What every enquiry of one send says, before its focus.

    said: for each person asked about, what their records are asked for on.
    """

    stage: str
    worry: str
    basis: str
    said: tuple[tuple[uuid.UUID, str], ...]

    @property
    def position(self) -> str:
        return "\n".join(words for _, words in self.said)

    def position_of(self, people: Sequence[ContactPerson]) -> str:
        """Return what is said about these people alone."""
        keys = {person.pk for person in people}
        return "\n".join(words for key, words in self.said if key in keys)


def state_truthfully(check: Check, covers: Sequence[Cover], worry: str) -> Statement:
    """Return the statement of a send.

    Raises Untruthful if a basis of section 47 is relied on and that decision is not recorded.

    Source: docs/rules.md, "Truthful enquiries".
    """
    contact = check.contact
    recorded = section_47_is_recorded(contact)
    known = lawful_bases()
    for row in bases(contact):
        if row.basis in known and known[row.basis].needs == NEEDS_SECTION_47 and not recorded:
            raise Untruthful(
                "The lawful basis names section 47, and that decision is not recorded: choose another basis."
            )
    return Statement(
        stage=_stage(check, recorded),
        worry=worry.strip(),
        basis="\n".join(row.words for row in bases(contact)),
        said=tuple((cover.person.pk, _position(cover)) for cover in covers),
    )


def _stage(check: Check, section_47: bool) -> str:
    rating = newest_rating(check.contact)
    colour = Colour(rating.colour if rating else check.colour).label.lower()
    decided = "A section 47 enquiry was decided." if section_47 else "Nothing has been decided yet."
    return f"Multi-agency check, rated {colour}. {decided}"


def _position(cover: Cover) -> str:
    return f"{cover.person}: {_agreed(cover.agreement) if cover.agreement else _overridden(cover)}"


def _agreed(agreement: Agreement) -> str:
    on = agreement.said_at.astimezone(LONDON)
    aware = {True: " The family know.", False: " The family do not know.", None: ""}[agreement.family_aware]
    return f"agreement was given on {on.day} {on:%B %Y}.{aware}"


def _overridden(cover: Cover) -> str:
    ground = cover.ground
    assert ground  # noqa: S101 - who is covered without agreement is covered on a ground
    known = override_grounds().get(ground.ground)
    label = known.label if known else ground.ground
    approved = "a manager approved this" if ground.approved_at else "approval by a manager is awaited"
    return f"agreement does not cover this; asked on a ground: {label.lower()} ({approved})."


def confidence_of(contact: Contact, staff: Staff) -> InConfidence:
    """Return what must not stand in an enquiry on this contact.

    Source: docs/rules.md, "Public referrers", "Protected addresses".
    """
    people = list(contact.people.all())
    names = tuple(
        name
        for person in people
        for name in (f"{person.given} {person.family}", *person.known_as)
        if name.strip()
    )
    theirs = referrer(staff, contact) if contact.is_from_the_public else None
    codes = {contact.event_postcode, *(person.postcode for person in people)} - {""}
    return InConfidence(
        names=(theirs.name,) if theirs and theirs.name else (),
        telephone=theirs.phone if theirs else "",
        email=theirs.email if theirs else "",
        people=names,
        open_postcodes=frozenset(codes) if any(person.protected for person in people) else None,
        section_47=section_47_is_recorded(contact),
    )


def suggested_worry(contact: Contact) -> str:
    """Return how the worry may be told to begin with: who sent it, named as agencies may know, and what happened."""
    concern = contact.message.get("concern", {})
    happened = str(concern.get("what_happened") or "").strip()
    return f"{source_for_agencies(contact)} told us: {happened}" if happened else ""


# Whom, with which questions, by when


def question_set_for(kind: str, subject: str) -> QuestionSet:
    """Return the newest questions for a kind of agency; a free question where there are none.

    Source: docs/rules.md, "The check".
    """
    about: Subject = "adult" if subject == "adult" else "child"
    other: Subject = "child" if subject == "adult" else "adult"
    return set_for(kind, about) or set_for(kind, other) or FREE


def subjects_among(
    contact: Contact, people: Sequence[ContactPerson], kind: str
) -> list[tuple[str, list[ContactPerson]]]:
    """Return whom an agency is asked about, children apart from adults at risk where it has questions for each."""
    adults = [person for person in people if person.role == "adult_at_risk"]
    others = [person for person in people if person.role != "adult_at_risk"]
    children = [person for person in others if is_child(person, contact.received_at)]
    if not adults:
        subject = "adult" if contact.subject == "adult" and not children else "child"
        return [(subject, others)]
    if not children or set_for(kind, "adult") is None:
        return [("adult" if not children else "child", [*adults, *others])]
    return [("child", others), ("adult", adults)]


def is_child(person: ContactPerson, at: datetime) -> bool:
    """Tell whether somebody is under 18 or not yet born."""
    return is_minor(person, at.astimezone(LONDON).date())


def parents_of(person: ContactPerson) -> list[uuid.UUID]:
    """Return the keys of who has parental care of somebody, as the contact says."""
    refs = ContactRelationship.objects.filter(
        contact=person.contact_id, to_ref=person.ref, kind__in=CARE
    ).values("from_ref")
    found = ContactPerson.objects.filter(contact=person.contact_id, ref__in=refs).order_by("ref")
    return list(found.values_list("pk", flat=True))


def due_at(contact: Contact, subject: str, at: datetime) -> datetime:
    """Return when an enquiry sent at a moment is due back.  Source: docs/rules.md, "Clocks"."""
    rating = newest_rating(contact)
    return _target(contact, subject, rating.colour if rating else "red", _day(at)).due_at(
        at, hub_time(contact.hub, _day(at)).week
    )


def clock_of(enquiry: Enquiry, *, ended_at: datetime | None) -> Clock:
    """Return the clock of an enquiry, which runs from its sending to its whole return.

    An agency sees it too, and knows the limit from what it was sent: the time until it is due.
    """
    on = _day(enquiry.sent_at)
    hub = enquiry.hub
    week = hub_time(hub, on).week
    limits = hub_time(hub, on).limits(Stage.AGENCY_RETURN, enquiry.subject)
    targets = [target for named in limits for target in named.values() if target]
    fits = [one for one in targets if one.due_at(enquiry.sent_at, week) == enquiry.due_at]
    return Clock(
        started_at=enquiry.sent_at,
        due_at=enquiry.due_at,
        due_without_pauses=enquiry.due_at,
        target=fits[0] if fits else targets[-1],
        week=week,
        ended_at=ended_at,
    )


def _target(contact: Contact, subject: str, colour: str, on: date) -> Target:
    """Return the limit of a rating; where it has none, that of the next more urgent rating that has one."""
    named = hub_time(contact.hub, on).limits(Stage.AGENCY_RETURN, subject)[0]
    order = ["blue", "green", "amber", "red"]
    found = [named.get(one) for one in order[order.index(colour) :]]
    return next(one for one in found if one)


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
