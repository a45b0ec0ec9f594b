"""Taking in a register of people from another system, a part at a time."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mash.ledger.actions import record
from mash.partnership.models import Hub
from mash.people import tokens
from mash.people.actions.recording import has_news, learn, write_people
from mash.people.details import Details
from mash.people.held import known
from mash.people.models import Household, Person, RegisterSize, Resident
from mash.people.weighing import forget, half_doublings_of, records_of


@dataclass(slots=True)
class Taken:
    """What became of the rows of a register."""

    new: int = 0
    changed: int = 0
    known: int = 0

    def add(self, other: "Taken") -> None:
        """Count another part in."""
        self.new += other.new
        self.changed += other.changed
        self.known += other.known


@transaction.atomic
def take_register(*, several: Sequence[Details], hub_id: uuid.UUID, at: datetime) -> Taken:
    """Take in rows of a register, each named by its source and key.  Safe to repeat.

    Who is new is recorded; of who is here already, only what is new is learned, and nothing is overwritten or merged.
    People seen at one address become one household, as a start.

    Source: docs/rules.md, "Known already, open already".
    """
    here = _here(hub_id, several)
    fresh = [said for said in several if (said.source, said.source_key) not in here]
    people = write_people(hub_id, fresh, at)
    _settle_in(hub_id, list(zip(people, fresh, strict=True)))
    taken = Taken(new=len(fresh))
    held = known(person.pk for person in here.values()) if here else {}
    for said in several:
        person = here.get((said.source, said.source_key))
        if person is not None:
            changed = has_news(held[person.pk], said) and learn(person=person, details=said, by=None, at=at)
            taken.changed += changed
            taken.known += not changed
    detail = {"new": taken.new, "changed": taken.changed, "known": taken.known}
    record("people.imported", about="people", at=at, hub_id=hub_id, detail=detail)
    return taken


@transaction.atomic
def count_register(*, hub: Hub, at: datetime) -> None:
    """Count about how many people a hub has on record; acts as a service.

    What is kept changes only where a register has grown or shrunk by about a fifth: from then on the line above which
    somebody is likely the same is another.

    Source: docs/rules.md, "Matching people".
    """
    size = half_doublings_of(Person.objects.filter(hub=hub).count())
    Hub.objects.select_for_update().get(pk=hub.pk)
    kept = RegisterSize.objects.filter(hub=hub).first()
    if kept and kept.half_doublings == size:
        return
    RegisterSize.objects.update_or_create(hub=hub, defaults={"half_doublings": size, "at": at})
    forget()
    about = {"about": records_of(size)}
    record("people.register_counted", about=hub, at=at, hub_id=hub.pk, detail=about)


def _here(hub_id: uuid.UUID, several: Sequence[Details]) -> dict[tuple[str, str], Person]:
    sources = {said.source for said in several}
    keys = [said.source_key for said in several]
    found = Person.objects.filter(hub=hub_id, source__in=sources, source_key__in=keys)
    return {(person.source, person.source_key): person for person in found}


def _settle_in(hub_id: uuid.UUID, both: Sequence[tuple[Person, Details]]) -> None:
    """Put new people into the household of their current address."""
    lives_at = {person.pk: _address_key(hub_id, said) for person, said in both}
    keys = {key for key in lives_at.values() if key}
    found = Household.objects.filter(hub=hub_id, source_key__in=keys)
    households = {household.source_key: household for household in found}
    missing = [Household(hub_id=hub_id, source_key=key) for key in sorted(keys - households.keys())]
    households |= {household.source_key: household for household in Household.objects.bulk_create(missing)}
    Resident.objects.bulk_create(
        Resident(hub_id=hub_id, household=households[key], person=person)
        for person, _ in both
        if (key := lives_at[person.pk])
    )


def _address_key(hub_id: uuid.UUID, said: Details) -> str:
    current = next((home for home in said.addresses if home.until_on is None and home.lines), None)
    if current is None:
        return ""
    written = " ".join([*current.lines, current.postcode]).lower()
    plain = "".join(letter for letter in written if letter.isalnum())
    return tokens.token(hub_id, "address", plain).hex()
