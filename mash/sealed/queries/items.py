"""What is read in the sealed room.  Row-level security shows an author their own items and the cleared all.

For anybody else every question has the answer "nothing", after the same work.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.http import Http404

from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.people.details import Details
from mash.sealed import subjects
from mash.sealed.grading import Grading
from mash.sealed.locking import Locked, place_of_item, unlock, unlock_terms
from mash.sealed.models import Item, Subject
from mash.sealed.policy import is_cleared
from mash.sealed.room import room_of, sealed_room

__all__ = [
    "Held",
    "Opened",
    "UnitKnows",
    "ask_the_unit",
    "find_subject",
    "held_on",
    "holds_anything",
    "is_cleared",
    "items_for",
    "subjects_of",
    "which_hold",
    "who_it_is",
]


@dataclass(frozen=True, slots=True)
class Opened:
    """A sealed item, decrypted, for somebody who may read it.  case: in whose room it lies."""

    key: uuid.UUID
    case: uuid.UUID
    agency: uuid.UUID
    author: uuid.UUID | None
    about: str
    people: tuple[uuid.UUID, ...]
    words: str
    grading: Grading
    supplements: uuid.UUID | None
    replaces: uuid.UUID | None
    at: datetime


def items_for(staff: Staff, case: uuid.UUID, *, at: datetime) -> list[Opened]:
    """Return what a worker may read of a case's sealed items, oldest first: the cleared all, an author their own.

    The line in the record says that the room was asked, and never what or how much was in it.

    Source: docs/rules.md, "The sealed room", "Evidence".
    """
    with sealed_room():
        found = list(Item.objects.filter(room=room_of(case), hub_id=staff.hub_id).order_by("at", "pk"))
    record("case.room_asked", about=f"case:{case}", at=at, hub_id=staff.hub_id)
    return [_open(item, case) for item in found]


@dataclass(frozen=True, slots=True)
class Held:
    """What lies in the room for somebody cleared.

    more: something else is held that this worker, kept from its case, does not read.
    """

    items: tuple[Opened, ...]
    more: bool = False


def held_on(
    staff: Staff,
    *,
    cases: Iterable[uuid.UUID],
    people: Iterable[uuid.UUID],
    at: datetime,
) -> Held:
    """Return all that is sealed in these cases and on these people in any other, oldest first; for the cleared alone.

    people: every key by which they are known in contacts.  What lies in a case that this worker is kept from the
    database does not give them; that it is there, it says.

    The line in the record says that the room was asked, and never what or how much was in it.

    Source: docs/rules.md, "The sealed room", "No false all-clear".
    """
    asked, known = list(cases), list(people)
    where = Q(room__in=[room_of(case) for case in asked]) | Q(people__overlap=known)
    with sealed_room():
        found = list(
            Item.objects.filter(where, hub_id=staff.hub_id).select_related("room").order_by("at", "pk")
        )
    behind = _held_behind(staff, [*asked, *known])
    record("case.room_asked", about=f"case:{asked[0]}", at=at, hub_id=staff.hub_id)
    if not is_cleared(staff):
        return Held(())
    return Held(tuple(_open(item, item.room.case) for item in found), more=bool(behind))


def holds_anything(
    staff: Staff, *, case: uuid.UUID | None = None, people: Iterable[uuid.UUID] = (), at: datetime
) -> bool:
    """Tell somebody cleared whether anything is sealed in a case or on any of these people; anybody else "no".

    people: every key by which they are known, in contacts and in the hub's own records.

    Source: docs/rules.md, "No false all-clear".
    """
    where = Q(room=room_of(case)) if case else Q(pk=None)
    wanted = list(people)
    if wanted:
        where |= Q(people__overlap=wanted)
    with sealed_room():
        found = Item.objects.filter(where, hub_id=staff.hub_id).exists()
    behind = _held_behind(staff, [case, *wanted] if case else wanted)
    record("case.room_asked", about=f"case:{case or 'people'}", at=at, hub_id=staff.hub_id)
    return (found or bool(behind)) and is_cleared(staff)


def _held_behind(staff: Staff, asked: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Return of cases and people those on whom something lies in a room that a conflict shuts to somebody cleared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity.held_behind(%s, %s::uuid[])", [staff.hub_id, list(asked)])
        return set(cursor.fetchone()[0])


def _open(item: Item, case: uuid.UUID) -> Opened:
    place = place_of_item(item.pk, case, item.agency)
    locked = Locked(item.nonce, item.body)
    terms = unlock_terms(Locked(item.terms_nonce, item.terms), agency=item.agency, place=place)
    return Opened(
        key=item.pk,
        case=case,
        agency=item.agency,
        author=item.author,
        about=item.about,
        people=tuple(item.people),
        words=unlock(locked, purpose="item", agency=item.agency, bound_to=place),
        grading=Grading(item.source_grade, item.information_grade, item.handling, terms),
        supplements=item.supplements_id,
        replaces=item.replaces_id,
        at=item.at,
    )


def which_hold(
    staff: Staff, cases: Mapping[uuid.UUID, Iterable[uuid.UUID]], *, at: datetime
) -> set[uuid.UUID]:
    """Return to somebody cleared in which cases, or on whose people, anything is sealed; to anybody else none.

    cases: key of each case to every key by which its people are known.  One line is written for them all.

    Source: docs/rules.md, "No false all-clear".
    """
    if not cases:
        return set()
    rooms = {room_of(case): case for case in cases}
    people = {case: set(keys) for case, keys in cases.items()}
    everybody = list({one for keys in people.values() for one in keys})
    with sealed_room():
        found = Item.objects.filter(
            Q(room__in=list(rooms)) | Q(people__overlap=everybody), hub_id=staff.hub_id
        )
        rows = list(found.values_list("room", "people"))
    behind = _held_behind(staff, [*cases, *everybody])
    record("case.room_asked", about="case:several", at=at, hub_id=staff.hub_id, detail={"cases": len(cases)})
    held = {rooms[room] for room, _ in rows if room in rooms}
    held |= {case for case, keys in people.items() for _, named in rows if keys & set(named)}
    held |= {case for case, keys in people.items() if behind & (keys | {case})}
    return held if is_cleared(staff) else set()


# Whom only the unit knows


@dataclass(frozen=True, slots=True)
class UnitKnows:
    """A subject, without who it is.  ended_at: since when nobody is told to ask any more."""

    key: uuid.UUID
    agency: uuid.UUID
    author: uuid.UUID
    at: datetime
    ended_at: datetime | None


def ask_the_unit(staff: Staff, described: Sequence[Details]) -> list[bool]:
    """Tell the cleared, of each of several people described, whether confidential information is held on them.

    Never what, whose or how much; for anybody else each answer is no, after the same work.  A post that works nights
    alone is told as the cleared are.  The line in the record is the caller's: that these people were looked for.

    Source: docs/rules.md, "People whom only the unit knows".
    """
    places, kinds, wanted = subjects.asked_of(staff.hub_id, described)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity.held_in_confidence(%s, %s::int[], %s::text[], %s::bytea[])",
            [staff.hub_id, places, kinds, wanted],
        )
        held = set(cursor.fetchone()[0])
    return [place in held for place in range(len(described))]


def subjects_of(staff: Staff) -> list[UnitKnows]:
    """Return whom only the unit of this worker's hub knows, the newest first, without who they are.

    Raises Http404 for whoever is not cleared.
    """
    if not is_cleared(staff):
        raise Http404
    with sealed_room():
        rows = list(Subject.objects.filter(hub_id=staff.hub_id).select_related("ended").order_by("-at", "pk"))
    return [_subject(one) for one in rows]


def find_subject(staff: Staff, key: uuid.UUID) -> UnitKnows:
    """Return one of them.  Raises Http404 for any other, and for whoever is not cleared."""
    return _subject(_row(staff, key))


def who_it_is(staff: Staff, key: uuid.UUID) -> subjects.Words:
    """Return who a subject is.  Raises Http404 as `find_subject`; the line in the record is the caller's."""
    one = _row(staff, key)
    place = subjects.place_of(one.pk, one.hub_id, one.agency)
    return subjects.open_up(Locked(one.nonce, one.body), agency=one.agency, place=place)


def _row(staff: Staff, key: uuid.UUID) -> Subject:
    if not is_cleared(staff):
        raise Http404
    with sealed_room():
        found = Subject.objects.filter(pk=key, hub_id=staff.hub_id).select_related("ended").first()
    if found is None:
        raise Http404
    return found


def _subject(one: Subject) -> UnitKnows:
    ended = getattr(one, "ended", None)
    return UnitKnows(one.pk, one.agency, one.author, one.at, ended.at if ended else None)


def told_of_a_search(staff: Staff, described: Details) -> str:
    """Return what the cleared are told of whom they looked for; "" for anybody else, after the same work."""
    return "Confidential information is held: ask the unit" if ask_the_unit(staff, [described])[0] else ""
