"""What the pages of a decision and of a strategy discussion show."""

import uuid
from datetime import datetime

from django.db.models import Min, Q, QuerySet

from mash.common.clock import Clock
from mash.contact import policy as contacts
from mash.contact.models import Contact, ContactPerson, Settlement
from mash.decision import strategy
from mash.decision.models import Approval, Decision, Outcome, Strategy, Told, Without
from mash.decision.queries.event import Event
from mash.decision.queries.finding import newest
from mash.decision.queries.kept import Picture
from mash.decision.queries.naming import day_of
from mash.decision.queries.picture import draw, fingerprint
from mash.decision.queries.telling import open_work
from mash.decision.queries.waiting import working_week
from mash.partnership.models import Staff
from mash.people.joined import as_one
from mash.people.models import Involvement


def outcomes_of(decision: Decision) -> QuerySet[Outcome]:
    """Return what was decided for each person, the main outcome first."""
    return decision.outcomes.select_related("about").order_by("about__ref", "alongside", "outcome")


def without_of(decision: Decision) -> QuerySet[Without]:
    """Return whose answers were not waited for, and why."""
    return decision.without.select_related("agency").order_by("agency__name")


def approvals_of(decision: Decision) -> QuerySet[Approval]:
    """Return who has answered for a decision, in order."""
    return decision.approvals.select_related("by__account").order_by("at", "pk")


def told_of(decision: Decision) -> QuerySet[Told]:
    """Return who was told, with `read_at`: when they first opened it."""
    rows = decision.replies.select_related("contact", "reply").annotate(read_at=Min("reply__seen__at"))
    return rows.order_by("contact__received_at", "pk")


def keys_of_people(decision: Decision) -> list[uuid.UUID]:
    """Return every key by which the people of a decision's contact are known: here, in other contacts, on record."""
    event = Event(decision.contact)
    people = as_one(person.pk for person in event.settled.values())
    elsewhere = Settlement.objects.filter(person__in=people, undone_at=None)
    named = (one.pk for one in event.named)
    return [*{*named, *people, *elsewhere.values_list("contact_person", flat=True)}]


def as_seen(picture: Picture, staff: Staff) -> Picture:
    """Return a frozen picture as this worker may read it: without what it says of other contacts closed to them.

    Whoever decided may have known more than whoever reads it later.

    Source: docs/rules.md, "Access", "Restricted cases".
    """
    history, repeats = picture.get("history", []), picture.get("repeats", [])
    keys = {one["key"] for each in history for one in each["earlier"]}
    named = {reference for one in repeats for reference in one["contacts"]}
    if not keys and not named:
        return picture
    readable = Contact.objects.filter(contacts.readable_by(staff))
    found = readable.filter(Q(pk__in=keys) | Q(reference__in=named)).values_list("pk", "reference")
    open_to_me = {said for pk, reference in found for said in (str(pk), reference)}
    return picture | {
        "history": [
            each | {"earlier": [one for one in each["earlier"] if one["key"] in open_to_me]}
            for each in history
        ],
        "repeats": [one for one in repeats if open_to_me.issuperset(one["contacts"])],
    }


def something_is_new(decision: Decision, staff: Staff, at: datetime) -> bool:
    """Tell whether this worker knows more of a contact than what they read of when the decision was proposed."""
    return fingerprint(draw(Event(decision.contact), at)) != fingerprint(as_seen(decision.snapshot, staff))


def newest_standing(contact: Contact) -> Decision | None:
    """Return the newest decision that stands on a contact; what waits does not."""
    found = newest(contact)
    return found if found and found.made_at else None


def standing_for(contact: Contact) -> Decision | None:
    """Return the decision that the sender of a contact was told of: on it, or on another report of its event."""
    own = newest_standing(contact)
    told = (
        Told.objects.filter(contact=contact).select_related("decision").order_by("-decision__made_at").first()
    )
    return own or (told.decision if told else None)


def allocated(contact: Contact, at: datetime) -> QuerySet[Involvement]:
    """Return the open work with the people at risk of a contact."""
    event = Event(contact)
    at_risk = [event.settled[one.pk] for one in event.to_decide if one.pk in event.settled]
    rows = open_work(Involvement.objects.filter(person__in=at_risk), day_of(at))
    return rows.select_related("person").order_by("person__family", "-tier")


def children_of(found: Strategy) -> QuerySet[ContactPerson]:
    """Return whom a strategy discussion was about."""
    return ContactPerson.objects.filter(contact=found.contact_id, pk__in=found.children).order_by("ref")


def record_clock(found: Strategy) -> Clock:
    """Return the clock on the record of a strategy discussion.  Source: docs/rules.md, "Strategy discussion"."""
    return Clock.start(
        found.held_at,
        strategy.record_target(),
        working_week(found.contact.hub, found.held_at),
        ended_at=found.record_sent_at,
    )
