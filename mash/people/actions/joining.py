"""Two records of one person: said, remembered, and taken back.  No row of either is moved, lost or doubled."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.people import policy
from mash.people.joined import as_one, said_apart
from mash.people.models import Apart, Joining, Person


class NotJoined(Exception):
    """Two records were not joined, or not told apart; `words` say why to the worker."""

    words = ""

    def __init__(self) -> None:
        super().__init__(self.words)


class SaidApart(NotJoined):
    """Somebody has said that the two are not the same person; that is taken back first."""

    words = "It was said that these two are not the same person. Take that back first."


class OnePerson(NotJoined):
    """The two count as one person already; they are separated first."""

    words = "These records count as one person already."


class TakenBack(NotJoined):
    """The word was taken back before."""

    words = "Somebody else has taken this back already."


class ReasonMissing(NotJoined):
    """That two records are one person, or are not, is said with a reason."""

    words = "Say why"


@transaction.atomic
def join(*, person: Person, into: Person, why: str, by: Staff, at: datetime) -> Joining:
    """Say that two records are one person, and that `into` counts; said again, the first word stands.

    Raises PermissionDenied, ReasonMissing, SaidApart, or OnePerson.

    Source: docs/rules.md, "Two records of one person".
    """
    require(policy.may_join(by, person, into))
    if not why.strip():
        raise ReasonMissing
    _hold([person.pk, into.pk])
    same = Joining.objects.filter(person=person, into=into, undone_at=None).first()
    if same:
        return same
    here, there = as_one([person.pk]), as_one([into.pk])
    if here & there:
        raise OnePerson
    if said_apart(here, there).exists():
        raise SaidApart
    rows = Person.objects.in_bulk([*here, *there])
    said = Joining.objects.create(
        hub_id=by.hub_id,
        person_id=_counts(rows[person.pk]),
        into_id=_counts(rows[into.pk]),
        why=why.strip(),
        by=by,
        at=at,
    )
    Person.objects.filter(pk__in=here).update(merged_into=said.into_id)
    detail = {"into": str(said.into_id), "records": sorted(str(one) for one in here)}
    record("person.joined", about=said.person, at=at, hub_id=said.hub_id, why=said.why, detail=detail)
    return said


@transaction.atomic
def separate(*, joining: Joining, why: str, by: Staff, at: datetime) -> None:
    """Take back that two records are one person: each counts again as before, with every row it had.

    What was recorded since stays with the record on which it was recorded.

    Raises PermissionDenied, ReasonMissing, or TakenBack.

    Source: docs/rules.md, "Two records of one person".
    """
    require(policy.may_join(by, joining.person, joining.into))
    if not why.strip():
        raise ReasonMissing
    _hold([joining.person_id, joining.into_id])
    undone = {"undone_at": at, "undone_by": by, "undone_why": why.strip()}
    group = as_one([joining.person_id, joining.into_id])
    if not Joining.objects.filter(pk=joining.pk, undone_at=None).update(**undone):
        raise TakenBack
    _point(group)
    detail = {"into": str(joining.into_id)}
    record("person.separated", about=joining.person, at=at, hub_id=joining.hub_id, why=why, detail=detail)


@transaction.atomic
def tell_apart(*, one: Person, other: Person, why: str, by: Staff, at: datetime) -> Apart:
    """Say that two records are not the same person; it is remembered.  Said again, the first word stands.

    Raises PermissionDenied, ReasonMissing, or OnePerson.

    Source: docs/rules.md, "Two records of one person".
    """
    require(policy.may_join(by, one, other))
    if not why.strip():
        raise ReasonMissing
    _hold([one.pk, other.pk])
    if as_one([one.pk]) & as_one([other.pk]):
        raise OnePerson
    same = said_apart([one.pk], [other.pk]).first()
    if same:
        return same
    first, second = sorted([one, other], key=lambda person: person.pk)
    said = Apart.objects.create(hub_id=by.hub_id, first=first, second=second, why=why.strip(), by=by, at=at)
    detail = {"other": str(second.pk)}
    record("person.told_apart", about=first, at=at, hub_id=said.hub_id, why=said.why, detail=detail)
    return said


@transaction.atomic
def take_back_apart(*, said: Apart, by: Staff, at: datetime) -> None:
    """Take back that two records are not the same person.  Done again, nothing happens.

    Raises PermissionDenied.

    Source: docs/rules.md, "Two records of one person".
    """
    require(policy.may_join(by, said.first, said.second))
    if Apart.objects.filter(pk=said.pk, undone_at=None).update(undone_at=at, undone_by=by):
        detail = {"other": str(said.second_id)}
        record("person.apart_taken_back", about=said.first, at=at, hub_id=said.hub_id, detail=detail)


def _hold(people: Iterable[uuid.UUID]) -> None:
    """Let one transaction at a time say which of these records are one person."""
    wanted, held = as_one(people), set[uuid.UUID]()
    while wanted - held:  # a record joined while we waited is held as well
        held = wanted
        list(Person.objects.select_for_update().filter(pk__in=held).order_by("pk"))
        wanted = as_one(people)


def _counts(person: Person) -> uuid.UUID:
    return person.merged_into_id or person.pk


def _point(group: set[uuid.UUID]) -> None:
    """Point each of these records to the one that counts by the words that stand."""
    said = Joining.objects.filter(person__in=group, undone_at=None)
    into = dict(said.values_list("person_id", "into_id"))
    for one in group:
        counts = one
        while counts in into:
            counts = into[counts]
        Person.objects.filter(pk=one).update(merged_into=None if counts == one else counts)
