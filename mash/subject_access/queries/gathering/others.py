"""Who else a text may speak of, and the person's own names."""

import uuid

from mash.contact.models import ContactPerson, Referrer
from mash.people import queries as people
from mash.people.joined import as_one
from mash.people.models import Person
from mash.subject_access.queries.gathering.cases import named_as
from mash.subject_access.queries.gathering.plans import named_in_plans
from mash.subject_access.suggesting import Somebody


def others_in(person: Person, contact_id: uuid.UUID | None) -> list[Somebody]:
    """Return who else a text may speak of: the people of its contact, whoever sent it, and the person's relations."""
    found: list[Somebody] = []
    if contact_id:
        own = named_as(person, [contact_id])
        named = ContactPerson.objects.filter(contact=contact_id).exclude(pk__in=own).order_by("ref")
        found += [_somebody(one) for one in named]
        for member in named_in_plans(person, contact_id):
            found.append(Somebody(member.name, tuple(_names(member.given, member.family))))
        for sender in Referrer.objects.filter(contact=contact_id).exclude(name=""):
            numbers = tuple(way for way in (sender.phone, sender.email) if way)
            found.append(Somebody("whoever told us", (sender.name,), numbers=numbers))
    mine = as_one([person.pk])
    for tie in people.relationships_of(person):
        other = tie.to_person if tie.from_person_id in mine else tie.from_person
        found.append(Somebody(str(other), tuple(_names(other.given, other.family))))
    at_home = [one.person for one in people.household_of(person)]
    found += [Somebody(str(one), tuple(_names(one.given, one.family))) for one in at_home]
    return found


def own_names(person: Person) -> list[str]:
    """Return every name of a person, by which they are not taken for somebody else."""
    names = [*_names(person.given, person.family)]
    for one in people.names_of(person):
        names += _names(one.given, one.family)
    return [part for name in names for part in (name, *name.split())]


def _somebody(one: ContactPerson) -> Somebody:
    places = [] if one.protected else [*one.lines[:1], one.postcode]
    return Somebody(
        called=str(one),
        names=(*_names(one.given, one.family), *one.known_as),
        places=tuple(place for place in places if len(place) > len("Flat")),
        numbers=tuple(way for way in (*one.phones, one.email) if way),
    )


def _names(given: str, family: str) -> list[str]:
    whole = " ".join(part for part in (given, family) if part)
    return list(dict.fromkeys(name for name in (whole, given, family) if name))
