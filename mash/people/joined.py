"""Records that were found to be one person: which they are, and whose counts.

Nothing of a record is moved when it is joined to another: whoever reads about a person reads all of their records.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, UUIDField, When
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from mash.common.prepared import SEVERAL_KEYS, asked_once
from mash.partnership.models import Staff
from mash.people.models import Apart, Joining, LookedOver, Person, Suspected
from mash.people.policy import seeable_by


def counts(person: str = "person") -> Case:
    """Return which record counts, as a column of rows that belong to people.

    person: the column that holds the person; "pk" of people themselves is not one.
    """
    # Not COALESCE: PostgreSQL holds it for able to tell what a wall hides, and then uses no index for it.
    joined = f"{person}__merged_into"
    return Case(When(**{f"{joined}__isnull": False}, then=joined), default=person)


def counts_of_each(person: str = "person_id") -> Coalesce:
    """Return which record counts, asked for each row by itself: for a few rows, where a join reads a whole register.

    person: the column that holds the key of the person.
    """
    joined = Person.objects.filter(pk=OuterRef(person)).values("merged_into")
    return Coalesce(Subquery(joined), F(person), output_field=UUIDField())


def records_of(person: Person) -> "QuerySet[Person, uuid.UUID]":
    """Return the keys of a person's records, as a question: their own, and those joined to it."""
    return Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person.pk)).values_list("pk", flat=True)


def records_that_count_as(people: Any) -> "QuerySet[Person, Any]":
    """Return the keys of each record that counts as one of these people, as a question that indexes answer.

    people: keys, or a slot for them.  To ask each row for whom it `counts` goes through all that a hub knows.
    """
    own = Person.objects.filter(pk__in=people, merged_into=None).values("pk")
    return own.union(Person.objects.filter(merged_into__in=people).values("pk"), all=True)


def records_of_each(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return the records of each of these people, whose own record counts: theirs, and those joined to it."""
    found = {one: [one] for one in people}
    if found:
        joined = Person.objects.filter(merged_into__in=found).values_list("merged_into", "pk")
        for person, record in joined.order_by("pk"):
            found[person or record].append(record)
    return found


def as_one(people: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return these records with those they were joined to, and with all that were joined to those."""
    known = set(people)
    if not known:
        return known
    known |= set(_joined_to.rows(people=known))
    return known | set(_joined_with.rows(people=known))


@asked_once(people=SEVERAL_KEYS)
def _joined_to(people: Any) -> "QuerySet[Person, Any]":
    return Person.objects.filter(pk__in=people, merged_into__isnull=False).values_list(
        "merged_into", flat=True
    )


@asked_once(people=SEVERAL_KEYS)
def _joined_with(people: Any) -> "QuerySet[Person, Any]":
    return Person.objects.filter(merged_into__in=people).values_list("pk", flat=True)


def suspected(staff: Staff) -> "QuerySet[Suspected]":
    """Return the pairs that may be one person and of which nobody has said anything, the likeliest first.

    Whoever acts sees only whom they may.

    Source: docs/rules.md, "Duplicates of a register".
    """
    one_way = Q(one=OuterRef("here"), other=OuterRef("there"))
    other_way = Q(one=OuterRef("there"), other=OuterRef("here"))
    said = Apart.objects.alias(one=counts("first"), other=counts("second")).filter(
        one_way | other_way, undone_at=None
    )
    found = Suspected.objects.alias(here=counts("first"), there=counts("second")).filter(
        ~Exists(said), ~Q(here=F("there")), seeable_by(staff, "first_id"), seeable_by(staff, "second_id")
    )
    return found.select_related("first", "second").order_by("-likely", "-points", "pk")


def looked_over(hub_id: uuid.UUID) -> LookedOver | None:
    """Return the newest look over a hub's register; None where nobody has looked yet."""
    return LookedOver.objects.filter(hub=hub_id).order_by("-at").first()


def joinings_of(person: Person) -> "QuerySet[Joining]":
    """Return the words by which other records count as this person's, the oldest first."""
    group = as_one([person.pk])
    found = Joining.objects.filter(person__in=group, into__in=group, undone_at=None)
    return found.select_related("person", "into", "by__account").order_by("at", "pk")


def find_joining(staff: Staff, joining_id: uuid.UUID) -> Joining:
    """Return a word that stands, on two records that this worker may see.  Raises Http404 for any other."""
    found = Joining.objects.filter(
        seeable_by(staff, "person_id"), seeable_by(staff, "into_id"), undone_at=None
    ).select_related("person", "into", "by__account")
    return get_object_or_404(found, pk=joining_id)


def find_apart(staff: Staff, apart_id: uuid.UUID) -> Apart:
    """Return a word that two records are not one, both of which this worker may see.  Raises Http404 for any other."""
    found = Apart.objects.filter(
        seeable_by(staff, "first_id"), seeable_by(staff, "second_id"), undone_at=None
    ).select_related("first", "second")
    return get_object_or_404(found, pk=apart_id)


def said_apart(people: Iterable[uuid.UUID], others: Iterable[uuid.UUID]) -> "QuerySet[Apart]":
    """Return the words that stand between two groups of records: that one of each are not the same person."""
    here, there = list(people), list(others)
    between = Q(first__in=here, second__in=there) | Q(first__in=there, second__in=here)
    found = Apart.objects.filter(between, undone_at=None)
    return found.select_related("first", "second", "by__account").order_by("at", "pk")


def apart_from(person: Person) -> "QuerySet[Apart]":
    """Return the words that this person is not another on record, the oldest first."""
    group = as_one([person.pk])
    found = Apart.objects.filter(Q(first__in=group) | Q(second__in=group), undone_at=None)
    return found.select_related("first", "second", "by__account").order_by("at", "pk")
