"""Settling who somebody in a contact is.  A worker says so, after a search, and may take it back."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.http import Http404

from mash.common.verdict import require
from mash.contact import policy, queries
from mash.contact.actions.allocating import end_allocated, tell_allocated
from mash.contact.actions.holding import hold_still
from mash.contact.allocated import at_risk_and_settled
from mash.contact.models import Answer, Contact, ContactPerson, NotThisPerson, SetBeside, Settlement
from mash.ledger.actions import record
from mash.partnership.actions.access import keep_out_of_this_too
from mash.partnership.models import Staff
from mash.people import actions as people_actions
from mash.people import queries as people
from mash.people import tokens
from mash.people.details import Details
from mash.people.joined import as_one
from mash.people.matching import Candidate
from mash.people.matching.remembered import written
from mash.people.models import Person
from mash.people.weighing import weights_of
from mash.sealed.queries import ask_the_unit

SALT = "contact.search"


class NotSettled(Exception):
    """Who somebody in a contact is was not recorded; `who` is the person, and `words` say why to the worker."""

    words = ""

    def __init__(self, who: ContactPerson) -> None:
        super().__init__(self.words)
        self.who = who


class SearchFirst(NotSettled):
    """There was no search before this word, or somebody has come on record since that the search did not show."""

    words = "Somebody has come on record since this page was opened. Look again, then choose."


class AlreadySettled(NotSettled):
    """Somebody else has said who this is; their word stands until it is undone."""

    words = "Somebody else has said who this is. Their word is shown below."


class SaidNotTheSame(NotSettled):
    """Somebody has said that this is not that person; their word is taken back first."""

    words = "It was said that they are not this person: take that back first"


class NothingToUndo(Exception):
    """This word was already taken back."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A search for somebody in a contact: whom it showed, and the token that a settlement must bring along.

    said: what the contact says of them.  unit: the cleared are told that the unit is to be asked about them.
    """

    who: ContactPerson
    said: Details
    candidates: list[Candidate]
    token: str
    unit: bool = False


@dataclass(frozen=True, slots=True)
class _Search:
    """What a token says: the ledger's line of the search, whom it showed and how each compared, by which weights."""

    line: uuid.UUID
    shown: frozenset[uuid.UUID]
    compared: list[tuple[str, list[str], bool]]
    edition: str


def look_for(*, contact_person: ContactPerson, by: Staff, at: datetime) -> Looked:
    """Search for who somebody in a contact may be; a reading may do this.

    Raises as `look_for_each`.
    """
    return look_for_each(contact=contact_person.contact, people_named=[contact_person], by=by, at=at)[0]


def look_for_each(
    *, contact: Contact, people_named: Sequence[ContactPerson], by: Staff, at: datetime
) -> list[Looked]:
    """Search for who several people of one contact may be, in the order given; a reading may do this.

    Each search has its line in the record, which holds whom it showed.

    Raises PermissionDenied if `by` may not settle people of this contact.

    Source: docs/rules.md, "Known already, open already", "Matching people", "People whom only the unit knows".
    """
    require(policy.may_settle(by, contact))
    described = queries.described(contact, people_named)
    found = people.candidates_for_each(contact.hub_id, described)
    unit = ask_the_unit(by, described)
    return [
        replace(_noted(one, said, shown, by, at), unit=held)
        for one, said, shown, held in zip(people_named, described, found, unit, strict=True)
    ]


def _noted(who: ContactPerson, described: Details, found: list[Candidate], by: Staff, at: datetime) -> Looked:
    shown = [one.person_id for one in found]
    line = people_actions.note_search(
        terms=tokens.asked(described), found=shown, by=by, at=at, why="to settle who is in a contact"
    )
    compared = [(str(one.person_id), written(one.levels), bool(one.claimed)) for one in found]
    said = [str(line), str(who.pk), str(by.pk), compared, weights_of(who.hub_id).edition]
    return Looked(who, described, found, signing.dumps(said, salt=SALT, compress=True))


@transaction.atomic
def settle(
    *,
    contact_person: ContactPerson,
    answer: Answer,
    person_id: uuid.UUID | None,
    search: str,
    why: str,
    by: Staff,
    at: datetime,
) -> Settlement:
    """Say who somebody in a contact is: a person on record, somebody new to this hub, or nobody can tell yet.

    Somebody new is put on record; for somebody known, what the contact calls them and where it says they live is
    added beside what we hold, and nothing of that is replaced.
    person_id: one of those that the search showed; only for "known".  search: the token of that search.
    The same word on the same search again is the one already said.

    Raises PermissionDenied, SearchFirst, AlreadySettled, or SaidNotTheSame.

    Source: docs/rules.md, "Known already, open already", "Matching people".
    """
    require(policy.may_settle(by, contact_person.contact))
    based_on = _read(search, contact_person, by)
    hold_still(contact_person.contact)
    stands = queries.settlement_of(contact_person)
    if stands:
        if stands.search == based_on.line and (stands.answer, stands.by_id) == (answer, by.pk):
            return stands
        raise AlreadySettled(contact_person)
    if person_id and queries.not_same_as(contact_person).filter(person__in=as_one([person_id])).exists():
        raise SaidNotTheSame(contact_person)
    _remember(contact_person, based_on, by, at)
    person = _person(contact_person, answer, person_id, based_on, by=by, at=at)
    said = Settlement.objects.create(
        hub_id=contact_person.hub_id,
        contact_person=contact_person,
        answer=answer,
        person=person,
        search=based_on.line,
        candidates_shown=len(based_on.shown),
        why=why,
        by=by,
        at=at,
    )
    record(
        "person.settled",
        about=contact_person,
        at=at,
        hub_id=contact_person.hub_id,
        why=why,
        detail={
            "answer": said.answer,
            "person": str(person.pk) if person else None,
            "search": str(based_on.line),
        },
    )
    if person:
        _who_may_see_it_now(contact_person, person, by=by, at=at)
    return said


def _who_may_see_it_now(contact_person: ContactPerson, person: Person, *, by: Staff, at: datetime) -> None:
    """Close the contact to whoever is kept from this person, and let in and tell whoever works with them already.

    Source: docs/rules.md, "Access", "Known already, open already".
    """
    contact, people = contact_person.contact, as_one([person.pk])
    keep_out_of_this_too(contact=contact.pk, people=people, by=by, at=at)
    if contact_person.is_at_risk:
        tell_allocated(contact=contact, people=people, by=by, at=at)


@transaction.atomic
def say_not_the_same(
    *,
    contact_person: ContactPerson,
    people_ids: Iterable[uuid.UUID],
    search: str,
    why: str,
    by: Staff,
    at: datetime,
) -> list[NotThisPerson]:
    """Say that somebody in a contact is none of these people on record; each word is remembered and can be undone.

    people_ids: of those that the search showed.  Said again, the first word stands.

    Raises PermissionDenied, or SearchFirst.

    Source: docs/rules.md, "Matching people".
    """
    require(policy.may_settle(by, contact_person.contact))
    based_on = _read(search, contact_person, by)
    hold_still(contact_person.contact)
    wanted = list(dict.fromkeys(people_ids))
    if set(wanted) - based_on.shown:
        raise SearchFirst(contact_person)
    said = set(queries.not_same_as(contact_person).values_list("person", flat=True))
    rows = [
        NotThisPerson(
            hub_id=contact_person.hub_id,
            contact_person=contact_person,
            person_id=one,
            why=why,
            by=by,
            at=at,
        )
        for one in wanted
        if one not in said
    ]
    _remember(contact_person, based_on, by, at)
    NotThisPerson.objects.bulk_create(rows)
    for row in rows:
        detail = {"person": str(row.person_id), "search": str(based_on.line)}
        record("person.not_same", about=contact_person, at=at, hub_id=row.hub_id, why=why, detail=detail)
    return rows


@transaction.atomic
def undo_not_the_same(*, said: NotThisPerson, by: Staff, at: datetime) -> None:
    """Take back that somebody is not a person on record.  Done again, nothing happens.

    Raises PermissionDenied.

    Source: docs/rules.md, "Matching people".
    """
    contact_person = said.contact_person
    require(policy.may_settle(by, contact_person.contact))
    hold_still(contact_person.contact)
    undone = {"undone_at": at, "undone_by": by}
    if NotThisPerson.objects.filter(pk=said.pk, undone_at=None).update(**undone):
        detail = {"person": str(said.person_id)}
        record("not_same.undone", about=contact_person, at=at, hub_id=said.hub_id, detail=detail)


@transaction.atomic
def undo(*, settlement: Settlement, by: Staff, at: datetime) -> None:
    """Take a word back; it stays in the record, and somebody put on record by it stays too.

    Raises PermissionDenied, or NothingToUndo if it was taken back before.

    Source: docs/rules.md, "Matching people".
    """
    contact_person = settlement.contact_person
    require(policy.may_settle(by, contact_person.contact))
    hold_still(contact_person.contact)
    undone = Settlement.objects.filter(pk=settlement.pk, undone_at=None).update(undone_at=at, undone_by=by)
    if not undone:
        raise NothingToUndo(settlement)
    contact = contact_person.contact
    end_allocated(contact=contact, people=at_risk_and_settled(contact), at=at)
    record("settlement.undone", about=contact_person, at=at, hub_id=contact_person.hub_id)


def _read(token: str, contact_person: ContactPerson, by: Staff) -> _Search:
    """Return what a search showed.  Raises SearchFirst unless it was this worker's, for this person."""
    try:
        line, sought, who, compared, edition = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise SearchFirst(contact_person) from None
    if (sought, who) != (str(contact_person.pk), str(by.pk)):
        raise SearchFirst(contact_person)
    shown = frozenset(uuid.UUID(key) for key, _, _ in compared)
    return _Search(uuid.UUID(line), shown, compared, edition)


def _remember(contact_person: ContactPerson, search: _Search, by: Staff, at: datetime) -> None:
    """Keep how everybody shown compared, before the record learns of it: once a search, and nobody closed since.

    Source: docs/rules.md, "Learning to recognise".
    """
    if SetBeside.objects.filter(search=search.line).exists():
        return
    seen = people.several(by, search.shown)
    SetBeside.objects.bulk_create(
        SetBeside(
            hub_id=contact_person.hub_id,
            contact_person=contact_person,
            person_id=uuid.UUID(key),
            search=search.line,
            place=place,
            levels=levels,
            claimed=claimed,
            edition=search.edition,
            at=at,
        )
        for place, (key, levels, claimed) in enumerate(search.compared, 1)
        if uuid.UUID(key) in seen
    )


def _person(
    contact_person: ContactPerson,
    answer: Answer,
    person_id: uuid.UUID | None,
    search: _Search,
    *,
    by: Staff,
    at: datetime,
) -> Person | None:
    """Return the person that the answer means, put on record or added to; None while nobody can tell."""
    if answer == Answer.CANNOT_TELL:
        return None
    (described,), hub_id = queries.described(contact_person.contact, [contact_person]), contact_person.hub_id
    if answer == Answer.NEW:
        found = {one.person_id for one in people.candidates(hub_id, described)}
        if found - search.shown:
            raise SearchFirst(contact_person)
        return people_actions.record_person(details=described, by=by, hub_id=hub_id, at=at)
    if person_id not in search.shown:
        raise SearchFirst(contact_person)
    try:
        person = people.find(by, person_id)
    except Http404:  # closed to this worker since, or part of another record
        raise SearchFirst(contact_person) from None
    people_actions.learn(person=person.merged_into or person, details=described, by=by, at=at)
    return person
