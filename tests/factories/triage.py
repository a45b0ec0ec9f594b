"""What triage writes, for tests.  Everything is by a worker of the contact's hub unless the test says who."""

from datetime import datetime

import factory

from mash.contact.models import ContactPerson
from mash.people.models import Involvement, Person
from mash.triage.gate import THEMSELVES
from mash.triage.models import (
    Agreement,
    Confirmation,
    Ground,
    Hold,
    Owner,
    Paused,
    Rating,
    Returned,
    Route,
    Standing,
    Target,
)
from tests.factories.base import Factory
from tests.factories.contact import ContactFactory, ContactRelationshipFactory
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory


def who(contact, ref):
    """Return the person that a contact calls `ref`, whoever acts."""
    found = ContactPerson.objects.using("builder").get(contact_id=contact.pk, ref=ref)
    found._state.db = "default"
    found.hub, found.contact = contact.hub, contact
    return found


class KnownFactory(Factory):
    """Somebody this hub knows."""

    class Meta:
        model = Person

    hub = factory.SubFactory(HubFactory)
    given = "Daniel"
    family = "Okafor"
    recorded_at = MONDAY_9AM


class OpenWorkFactory(Factory):
    """A plan that is open with somebody."""

    class Meta:
        model = Involvement

    hub = factory.SelfAttribute("person.hub")
    person = factory.SubFactory(KnownFactory)
    source = "open_cases"
    agency = "Children's social care"
    plan = "Child in need"
    tier = 3
    worker_name = "Femi Adewale"
    from_on = "2026-06-01"
    as_at = MONDAY_9AM


class TargetFactory(Factory):
    class Meta:
        model = Target

    hub = factory.SubFactory(HubFactory)
    stage = "hub_decision"
    rating = "amber"
    value = 2
    unit = "hours"
    kind = "working"
    source = "our board"
    edition = "2026"
    from_on = "2026-01-01"


class OfContact(Factory):
    class Meta:
        abstract = True

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..contact.hub"), social_worker=True)
    at = MONDAY_9AM


class RatingFactory(OfContact):
    """A first rating; give `change` for a later one.  It moves nothing in the order of work."""

    class Meta:
        model = Rating

    colour = "amber"
    change = "first"
    why = "Bruising explained, and the explanation fits."


class ConfirmationFactory(Factory):
    """A manager's word that confirms a rating."""

    class Meta:
        model = Confirmation

    rating = factory.SubFactory(RatingFactory)
    contact = factory.SelfAttribute("rating.contact")
    hub = factory.SelfAttribute("contact.hub")
    agreed = True
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"), decider=True)
    at = MONDAY_9AM


class StandingFactory(Factory):
    class Meta:
        model = Standing

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    colour = "amber"
    place = factory.LazyAttribute(lambda made: {"red": 2, "amber": 4, "green": 5, "blue": 6}[made.colour])
    due_at = MONDAY_9AM


class HoldFactory(Factory):
    class Meta:
        model = Hold

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    staff = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..contact.hub"), screener=True)
    until = MONDAY_9AM


class OwnerFactory(OfContact):
    class Meta:
        model = Owner

    staff = factory.SelfAttribute("by")
    why = "On duty"


class AgreementFactory(OfContact):
    """The mother (p2) agreed that agencies are asked about her child (p1); given_by="adult": each for themselves."""

    class Meta:
        model = Agreement

    about = factory.LazyAttribute(lambda made: who(made.contact, "p1"))
    sought = "given"
    given_by = "parent"
    given_by_person = factory.LazyAttribute(
        lambda made: made.about if made.given_by in THEMSELVES else who(made.contact, "p2")
    )
    scopes = ["agency_checks"]
    how = "by_phone"
    said_at = MONDAY_9AM


class GroundFactory(OfContact):
    """A ground for the child (p1), recorded and not yet approved."""

    class Meta:
        model = Ground

    about = factory.LazyAttribute(lambda made: who(made.contact, "p1"))
    ground = "significant_harm"
    reason = "Her partner has said what he would do if she spoke."


class RouteFactory(OfContact):
    class Meta:
        model = Route

    route = "check"
    why = "We need the whole picture."


class ReturnedFactory(OfContact):
    class Meta:
        model = Returned

    reason = "Nobody has spoken with the family yet."
    look_again_on = "2026-11-04"
    who_keeps_safe = "The school sees her each day."


class PausedFactory(Factory):
    class Meta:
        model = Paused

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    reason = "Half term: nobody at the school"
    from_at = MONDAY_9AM
    until_at = MONDAY_9AM
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..contact.hub"), social_worker=True)


def taken_in(message, **changes):
    """Return the contact that a message makes, with its people and relationships, as intake writes them."""
    event, place = message.get("event") or {}, (message.get("event") or {}).get("place") or {}
    agreed = {"message": message, "sender_reference": message["reference"]}
    contact = ContactFactory(
        **agreed,
        received_at=_moment(message["sent_at"]),
        sent_at=_moment(message["sent_at"]),
        source_kind=message["source"]["kind"],
        organisation=message["source"].get("organisation") or "",
        subject=message["subject"],
        type=message["type"],
        categories=message["concern"].get("categories") or [],
        immediate_danger=bool((message.get("urgency") or {}).get("immediate_danger")),
        suggested_rating=(message.get("urgency") or {}).get("suggested_rating") or "",
        event_at=_moment(event.get("at")),
        event_reference=event.get("reference") or "",
        event_place=place.get("description") or "",
        event_postcode=place.get("postcode") or "",
        people=[_named(person) for person in message["people"]],
        **changes,
    )
    for one in message.get("relationships") or []:
        ContactRelationshipFactory(
            contact=contact,
            from_ref=one["from"],
            to_ref=one["to"],
            kind=one["kind"],
            parental_responsibility=one.get("parental_responsibility"),
        )
    return contact


def _moment(said):
    return datetime.fromisoformat(said) if said else None


def _named(person):
    name, address = person.get("name") or {}, person.get("address") or {}
    protected = bool(address.get("protected"))
    return {
        "role": person["role"],
        "given": name.get("given") or "",
        "family": name.get("family") or "",
        "born_on": person.get("born_on"),
        "expected_on": person.get("expected_on"),
        "protected": protected,
        "lines": [] if protected else address.get("lines") or [],
        "postcode": "" if protected else address.get("postcode") or "",
    }
