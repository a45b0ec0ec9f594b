"""What belongs to one event: the contacts that tell of it, the people they name, and how urgent it is."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F

from mash.contact.models import Contact, ContactPerson, Settlement
from mash.decision.direction import Spell
from mash.people.models import Involvement, Person
from mash.triage.models import EpisodeContact, Rating
from mash.triage.rating_clock import URGENCY


def episode_of(contact: Contact) -> list[Contact]:
    """Return every contact that tells of the same event, this one first, then in the order they came."""
    own = EpisodeContact.objects.filter(contact=contact, undone_at=None).values("episode")
    others = Contact.objects.filter(
        episodes__episode__in=own, episodes__undone_at=None, hub=contact.hub_id
    ).exclude(pk=contact.pk)
    return [contact, *others.order_by("received_at", "pk")]


def colour_of(contact: Contact) -> str:
    """Return the rating that counts: of several reports of one event the most urgent; "" while nobody has rated any."""
    ratings = Rating.objects.filter(contact__in=keys_of(episode_of(contact)))
    newest = ratings.order_by("contact", "-at", "-pk").distinct("contact")
    return max((one.colour for one in newest), key=lambda colour: URGENCY[colour], default="")


def keys_of(contacts: Iterable[Contact]) -> list[Any]:
    """Return the keys of contacts."""
    return [one.pk for one in contacts]


def settled_people(contact: Contact) -> dict[Any, Person]:
    """Return who each person named in a contact or in another report of its event turned out to be.

    By key of the contact's person; merged rows followed.
    """
    words = Settlement.objects.filter(
        contact_person__contact__in=keys_of(episode_of(contact)), undone_at=None, person__isnull=False
    )
    return {
        one.contact_person_id: _merged(one.person)
        for one in words.select_related("person__merged_into")
        if one.person
    }


def people_of(contacts: Sequence[Contact]) -> list[ContactPerson]:
    """Return everybody these contacts name, contact by contact in the order given."""
    place = {one.pk: number for number, one in enumerate(contacts)}
    found = ContactPerson.objects.filter(contact__in=place).order_by("ref")
    return sorted(found, key=lambda one: place[one.contact_id])


def to_decide(contact: Contact) -> list[ContactPerson]:
    """Return the children and adults at risk of an event, each once however many of its reports name them.

    Where no report names any, whoever they name.

    Source: docs/rules.md, "One event, several reports".
    """
    people = settled_people(contact)
    named = [one for one in people_of(episode_of(contact)) if one.role != "professional"]
    found: dict[Any, ContactPerson] = {}
    for one in [one for one in named if one.is_at_risk] or named:
        person = people.get(one.pk)
        found.setdefault(person.pk if person else one.pk, one)
    return list(found.values())


def spells_of(person: Person) -> list[Spell]:
    """Return all help that was ever open with a person, as their record says."""
    rows = Involvement.objects.filter(person=person, hub=person.hub_id).exclude(until_on__lte=F("from_on"))
    return [Spell(row.tier, row.from_on, row.until_on) for row in rows]


def _merged(person: Person) -> Person:
    return person.merged_into or person
