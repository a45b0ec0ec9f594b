"""Contacts that tell of the same people and places, counted."""

from mash.harm import actions
from tests.factories.base import in_service
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import MONDAY_9AM
from tests.factories.triage import who


def settled(contact, ref, person, **changes):
    said = {"answer": "known"} | changes
    return SettlementFactory(contact_person=who(contact, ref), person=person, **said)


def told(hub, people, **changes):
    """A contact that names these people, each settled on a person on record (None: on nobody)."""
    contact = ContactFactory(hub=hub, people=[one for one, _ in people], **changes)
    for place, (_, person) in enumerate(people, 1):
        if person:
            settled(contact, f"p{place}", person, at=contact.received_at)
    return contact


def counted(hub, at=MONDAY_9AM):
    with in_service("harm"):
        return actions.count(hub=hub, at=at, whole=True)
