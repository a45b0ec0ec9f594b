"""Who the people of a contact are, with whom they live, and what is open with them."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import DateField, QuerySet, UUIDField

from mash.common.clock import LONDON
from mash.common.prepared import SEVERAL_KEYS, asked_once
from mash.contact.models import AT_RISK, Contact, ContactPerson, Settlement
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import Staff
from mash.people.joined import as_one
from mash.people.models import Alert, Involvement, Person, Resident
from mash.people.policy import seeable_by
from mash.people.queries import open_on


def settled(contact: Contact) -> dict[uuid.UUID, Person]:
    """Return who the contact's people are, by contact person, as far as that is settled."""
    said = _settled_in.rows(contact=contact.pk)
    return {one.contact_person_id: one.person for one in said}


@asked_once(contact=UUIDField())
def _settled_in(contact: Any) -> QuerySet[Settlement]:
    said = Settlement.objects.filter(contact_person__contact=contact, undone_at=None, person__isnull=False)
    return said.select_related("person")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody a contact names, and who they turned out to be: None while that is not settled.

    answer: known, new or cannot_tell; "" while nobody has looked.
    """

    person: ContactPerson
    answer: str
    known_as: Person | None


def people_with_names(contact: Contact) -> list[Named]:
    """Return everybody a contact names, those at risk first, and whether each is settled."""
    rows = Settlement.objects.filter(contact_person__contact=contact, undone_at=None).select_related("person")
    said = {one.contact_person_id: one for one in rows}
    people = sorted(contact.people.all(), key=lambda one: (not one.is_at_risk, one.ref))
    return [
        Named(
            one,
            said[one.pk].answer if one.pk in said else "",
            said[one.pk].person if one.pk in said else None,
        )
        for one in people
    ]


def open_work(contact: Contact, at: datetime) -> list[Involvement]:
    """Return the work that is open with the children and adults at risk of a contact.

    Source: docs/rules.md, "Known already, open already".
    """
    return open_work_with(_at_risk_in.rows(contact=contact.pk), at)


@asked_once(contact=UUIDField())
def _at_risk_in(contact: Any) -> QuerySet[Settlement, Any]:
    """Return the people settled as the children and adults at risk of a contact."""
    at_risk = Settlement.objects.filter(
        contact_person__contact=contact,
        contact_person__role__in=AT_RISK,
        undone_at=None,
        person__isnull=False,
    )
    return at_risk.values_list("person", flat=True)


def open_work_with(people: Iterable[uuid.UUID], at: datetime) -> list[Involvement]:
    """Return the work that is open with these people, the highest tier first."""
    return _open_with.rows(people=as_one(people), today=at.astimezone(LONDON).date())


@asked_once(people=SEVERAL_KEYS, today=DateField())
def _open_with(people: Any, today: Any) -> QuerySet[Involvement]:
    rows = Involvement.objects.filter(open_on(today), person__in=people)
    return rows.select_related("person").order_by("-tier", "from_on", "pk")


def alerts_on(staff: Staff, contact: Contact, at: datetime) -> list[Alert]:
    """Return what whoever meets the people settled in a contact must know today; of those whom this worker may see.

    Source: docs/rules.md, "Alerts on a person".
    """
    return alerts_about(staff, (person.pk for person in settled(contact).values()), at)


def alerts_about(staff: Staff, people: Iterable[uuid.UUID], at: datetime) -> list[Alert]:
    """Return what whoever meets these people must know today, the first to expire first."""
    return _alerts_about.rows(staff, people=as_one(people), today=at.astimezone(LONDON).date())


@asked_by_a_worker(people=SEVERAL_KEYS, today=DateField())
def _alerts_about(staff: Staff, people: Any, today: Any) -> QuerySet[Alert]:
    rows = Alert.objects.filter(
        seeable_by(staff, "person_id"), person__in=people, from_on__lte=today, expires_on__gte=today
    )
    return rows.select_related("person").order_by("expires_on", "pk")


def household_of(people: set[uuid.UUID]) -> set[uuid.UUID]:
    """Return everybody who lives with these people."""
    homes = Resident.objects.filter(person__in=people, until_on=None).values("household")
    return set(Resident.objects.filter(household__in=homes, until_on=None).values_list("person", flat=True))


def who_is_in(contacts: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Return who is settled in each of these contacts, by contact."""
    said = Settlement.objects.filter(
        contact_person__contact__in=list(contacts), undone_at=None, person__isnull=False
    )
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for contact_id, person_id in said.values_list("contact_person__contact", "person"):
        if person_id:
            found.setdefault(contact_id, set()).add(person_id)
    return found
