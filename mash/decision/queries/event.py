"""What belongs to one event: the contacts that tell of it, the people they name, and how urgent it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import F, Max, QuerySet, UUIDField

from mash.check.models import Check
from mash.common.prepared import asked_once
from mash.contact.models import Contact, ContactPerson, Settlement
from mash.decision.direction import Spell
from mash.decision.models import Decision, Reopening
from mash.people.joined import records_of
from mash.people.models import Involvement, Person
from mash.triage.models import EpisodeContact, Rating
from mash.triage.rating_clock import URGENCY


@dataclass(frozen=True)
class Event:
    """All reports of one event, read once: for one page, or for one action after it holds the event.

    contact: the report from which it is looked at.
    """

    contact: Contact

    @cached_property
    def contacts(self) -> list[Contact]:
        """Return every contact that tells of the event, this one first, then in the order they came."""
        return [self.contact, *_others_of.rows(contact=self.contact.pk, hub=self.contact.hub_id)]

    @cached_property
    def keys(self) -> list[Any]:
        """Return the keys of its contacts."""
        return keys_of(self.contacts)

    @cached_property
    def colour(self) -> str:
        """Return the rating that counts: of several reports the most urgent; "" while nobody has rated any."""
        ratings = Rating.objects.filter(contact__in=self.keys)
        newest = ratings.order_by("contact", "-at", "-pk").distinct("contact")
        return max((one.colour for one in newest), key=lambda colour: URGENCY[colour], default="")

    @cached_property
    def named(self) -> list[ContactPerson]:
        """Return everybody it names, contact by contact."""
        return people_of(self.contacts)

    @cached_property
    def settled(self) -> dict[Any, Person]:
        """Return who each person it names turned out to be, by key of the contact's person; merged rows followed."""
        words = Settlement.objects.filter(
            contact_person__contact__in=self.keys, undone_at=None, person__isnull=False
        )
        return {
            one.contact_person_id: _merged(one.person)
            for one in words.select_related("person__merged_into")
            if one.person
        }

    @cached_property
    def to_decide(self) -> list[ContactPerson]:
        """Return its children and adults at risk, each once however many reports name them; else whoever they name.

        Source: docs/rules.md, "One event, several reports".
        """
        named = [one for one in self.named if one.role != "professional"]
        found: dict[Any, ContactPerson] = {}
        for one in [one for one in named if one.is_at_risk] or named:
            person = self.settled.get(one.pk)
            found.setdefault(person.pk if person else one.pk, one)
        return list(found.values())


@asked_once(contact=UUIDField(), hub=UUIDField())
def _others_of(contact: Any, hub: Any) -> QuerySet[Contact]:
    own = EpisodeContact.objects.filter(contact=contact, undone_at=None).values("episode")
    others = Contact.objects.filter(episodes__episode__in=own, episodes__undone_at=None, hub=hub)
    return others.exclude(pk=contact).order_by("received_at", "pk")


def episode_of(contact: Contact) -> list[Contact]:
    """Return the contacts of a contact's event: see `Event`."""
    return Event(contact).contacts


def colour_of(contact: Contact) -> str:
    """Return the rating that counts for a contact's event: see `Event`."""
    return Event(contact).colour


def keys_of(contacts: Iterable[Contact]) -> list[Any]:
    """Return the keys of contacts."""
    return [one.pk for one in contacts]


def people_of(contacts: Sequence[Contact]) -> list[ContactPerson]:
    """Return everybody these contacts name, contact by contact in the order given."""
    place = {one.pk: number for number, one in enumerate(contacts)}
    found = ContactPerson.objects.filter(contact__in=place).order_by("ref")
    return sorted(found, key=lambda one: place[one.contact_id])


def spells_of(person: Person) -> list[Spell]:
    """Return all help that was ever open with a person, as their record says."""
    rows = Involvement.objects.filter(person__in=records_of(person), hub=person.hub_id).exclude(
        until_on__lte=F("from_on")
    )
    return [Spell(row.tier, row.from_on, row.until_on) for row in rows]


def _merged(person: Person) -> Person:
    return person.merged_into or person


def facts_before(event: Event, follows: Decision | None) -> list[tuple[str, datetime | None]]:
    """Return what a decision that was written on paper cannot have come before, each with its words."""
    here = event.contact
    rated = Rating.objects.filter(contact=here).aggregate(last=Max("at"))["last"]
    opened = Check.objects.filter(contact__in=event.keys).aggregate(last=Max("opened_at"))["last"]
    reopened = Reopening.objects.filter(contact=here).aggregate(last=Max("at"))["last"]
    return [
        ("the contact was received", here.received_at),
        ("it was rated", rated),
        ("its check was opened", opened),
        ("the decision before it", follows.made_at if follows else None),
        ("that decision was reopened", reopened),
    ]
