"""Who on record belongs to whom: relatives up to two steps away, and who lives or lived together.

Nothing of whom the worker may not see is among it: no row, no end of a relation, no count.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from mash.partnership.models import Staff
from mash.people import policy
from mash.people.joined import as_one
from mash.people.models import Address, Person, Relationship, Resident

STEPS = 2
MOST_KIN = 60
"""People in one picture, at most: more are no picture any more."""


@dataclass(frozen=True, slots=True)
class Related:
    """One relation on record, between the records that count."""

    one: uuid.UUID
    other: uuid.UUID
    row: Relationship


@dataclass(frozen=True, slots=True)
class Lived:
    """A time somebody had at a home.  place: what two people have in common who live together."""

    person: uuid.UUID
    place: str
    words: str
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Kin:
    """Those asked for and who belongs to them, by the record that counts.

    left_out: who belongs to them too, and is no more in a picture of MOST_KIN.
    records: whose record counts, by each of their records.
    """

    people: Mapping[uuid.UUID, Person]
    related: Sequence[Related]
    lived: Sequence[Lived]
    records: Mapping[uuid.UUID, uuid.UUID]
    left_out: int


def kin_of(staff: Staff, start: Iterable[uuid.UUID], *, most: int = MOST_KIN) -> Kin:
    """Return these people with relatives up to two steps away and with whom they live, as this worker may see them.

    Nearest first: those asked for are never left out.

    Source: docs/rules.md, "The family as a picture".
    """
    counts = that_count(staff, start)
    near = dict.fromkeys(sorted(set(counts.values())))
    least = len(near)
    beside = _live_beside(staff, counts)
    for _ in range(STEPS):
        rows = relations(staff, counts)
        found = {end for row in rows for end in (row.from_person_id, row.to_person_id)} | beside
        counts |= that_count(staff, found - counts.keys())
        near |= dict.fromkeys(sorted(set(counts.values())))
        beside = set()
    kept = list(near)[: max(most, least)]
    people = Person.objects.filter(policy.seeable_by(staff), pk__in=kept).in_bulk()
    counts = {record: one for record, one in counts.items() if one in people}
    return Kin(
        people={one: people[one] for one in kept if one in people},
        related=_between(relations(staff, counts), counts),
        lived=_lived(staff, counts),
        records=counts,
        left_out=len(near) - len(kept),
    )


def that_count(staff: Staff, some: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return whose record counts, by each record of these people that the worker may see."""
    group = as_one(some)
    seen = Person.objects.filter(policy.seeable_by(staff), pk__in=group).values_list("pk", "merged_into")
    into = dict(seen)
    return {record: other or record for record, other in into.items() if (other or record) in into}


def relations(staff: Staff, records: Iterable[uuid.UUID]) -> list[Relationship]:
    """Return the relations of these records, either way round, whose both ends the worker may see."""
    keys = list(records)
    either = Q(from_person__in=keys) | Q(to_person__in=keys)
    seen = policy.seeable_by(staff, "from_person_id") & policy.seeable_by(staff, "to_person_id")
    return list(
        Relationship.objects.filter(either, seen).select_related("by__account").order_by("said_at", "pk")
    )


def _between(rows: Iterable[Relationship], counts: Mapping[uuid.UUID, uuid.UUID]) -> list[Related]:
    return [
        Related(counts[row.from_person_id], counts[row.to_person_id], row)
        for row in rows
        if row.from_person_id in counts and row.to_person_id in counts
    ]


def _live_beside(staff: Staff, records: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return who lives now where one of these lives now."""
    theirs = Resident.objects.filter(person__in=list(records), until_on=None).values("household_id")
    beside = Resident.objects.filter(
        policy.seeable_by(staff, "person_id"), household__in=theirs, until_on=None
    )
    return set(beside.values_list("person_id", flat=True))


def _lived(staff: Staff, counts: Mapping[uuid.UUID, uuid.UUID]) -> list[Lived]:
    """Return where these people live and lived, homes that are no more last."""
    own = policy.seeable_by(staff, "person_id") & Q(person__in=list(counts))
    order = (F("until_on").desc(nulls_first=True), F("from_on").desc(nulls_last=True), "pk")
    at_addresses = [
        Lived(
            counts[row.person_id],
            plain_address(row.lines, row.postcode),
            words_of(row),
            row.from_on,
            row.until_on,
        )
        for row in Address.objects.filter(own).order_by(*order)
    ]
    in_households = [
        Lived(counts[row.person_id], str(row.household_id), row.household.label, row.from_on, row.until_on)
        for row in Resident.objects.filter(own).select_related("household").order_by(*order)
    ]
    return at_addresses + in_households


def plain_address(lines: Iterable[str], postcode: str) -> str:
    """Return what two ways of writing one address have in common."""
    written = " ".join([*lines, postcode]).lower()
    return "".join(letter for letter in written if letter.isalnum())


def words_of(row: Address) -> str:
    """Return an address on one line."""
    return ", ".join(part for part in (*row.lines, row.postcode) if part)
