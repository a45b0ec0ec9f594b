"""Which contacts are about a person, and under which names."""

import uuid
from collections.abc import Iterable

from django.db.models import Q

from mash.contact.models import Contact, ContactPerson
from mash.people.joined import as_one
from mash.people.models import Person
from mash.triage.models import EpisodeContact


def contacts_about(person: Person) -> list[Contact]:
    """Return the contacts that are about a person, and the other reports of their events, oldest first."""
    named = Q(people__settlements__person__in=as_one([person.pk]), people__settlements__undone_at=None)
    own = set(Contact.objects.filter(named).values_list("pk", flat=True))
    episodes = EpisodeContact.objects.filter(contact__in=own, undone_at=None).values("episode")
    linked = EpisodeContact.objects.filter(episode__in=episodes, undone_at=None).values("contact")
    found = Contact.objects.filter(Q(pk__in=own) | Q(pk__in=linked)).select_related("hub")
    return list(found.order_by("received_at", "pk"))


def named_as(person: Person, contacts: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return the keys under which contacts name a person."""
    rows = ContactPerson.objects.filter(
        contact__in=list(contacts),
        settlements__person__in=as_one([person.pk]),
        settlements__undone_at=None,
    )
    return set(rows.values_list("pk", flat=True))
