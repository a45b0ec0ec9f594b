"""Putting something into the sealed room.  Nothing in it is changed: what adds to it or replaces it stands beside."""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from mash.ledger.actions import record
from mash.ledger.actions.vouching import vouch_for
from mash.partnership.models import Staff
from mash.people import tokens
from mash.sealed import grading as gradings
from mash.sealed import subjects
from mash.sealed.grading import UNGRADED, Grading, NotForThisSystem, WrongGrading
from mash.sealed.locking import Locked, lock, lock_terms, place_of_item
from mash.sealed.models import Item, Mark, Room, Subject, SubjectEnded
from mash.sealed.policy import is_cleared
from mash.sealed.queries import find_subject
from mash.sealed.room import hold_release, hub_as_owner, room_of, sealed_room

__all__ = [
    "NotEnough",
    "NotForThisSystem",
    "NotYours",
    "Resealed",
    "WrongGrading",
    "end_subject",
    "renew_marks",
    "reseal",
    "seal",
    "seal_address",
    "seal_subject",
]


class NotYours(Exception):
    """What was to be supplemented is not there, or is not for this worker to supplement."""


class NotEnough(ValueError):
    """Too little is said of somebody to recognise them by."""


class Resealed(Exception):
    """Something newer stands for this item already: that one is to be replaced, and not this one."""


def seal(
    *,
    hub_id: uuid.UUID,
    case: uuid.UUID,
    agency: uuid.UUID | None,
    author: uuid.UUID | None,
    about: str,
    people: Iterable[uuid.UUID] = (),
    words: str,
    grading: Grading = UNGRADED,
    classification: str = "",
    supplements: uuid.UUID | None = None,
    replaces: uuid.UUID | None = None,
    at: datetime,
) -> uuid.UUID:
    """Seal words in the room of a case; return the item's key.

    Whoever seals learns nothing: the room is made if need be, and not asked whether it was there.  The hub's line in
    the record is the caller's, the same with and without an item.  That the item is as it was sealed a line of no hub
    says, which no auditor reads.

    agency: who owns the words; None for the hub itself.  author: the post that gave them; None for a service.
    about: what they answer, in ids only.  people: keys of everybody they bear on, as the contact and as the hub
    know them.  supplements: an own earlier item that this one adds to.  replaces: one that it stands for from now on.

    Raises NotForThisSystem for SECRET and above, WrongGrading, NotYours, Resealed; nothing is then kept.

    Source: docs/rules.md, "The sealed room".
    """
    gradings.refuse_what_is_too_secret(words, classification)
    gradings.check(grading)
    owner = agency or hub_as_owner(hub_id)
    key, room = uuid.uuid4(), room_of(case)
    place = place_of_item(key, case, owner)
    locked = lock(words, purpose="item", agency=owner, bound_to=place)
    terms = lock_terms(grading.conditions.strip(), agency=owner, place=place)
    item = Item(
        id=key,
        hub_id=hub_id,
        room_id=room,
        agency=owner,
        author=author,
        about=about,
        people=list(dict.fromkeys(people)),
        source_grade=grading.source,
        information_grade=grading.information,
        handling=grading.handling,
        nonce=locked.nonce,
        body=locked.body,
        terms_nonce=terms.nonce,
        terms=terms.body,
        supplements_id=supplements,
        replaces_id=replaces,
        at=at,
    )
    opened = Room(id=room, hub_id=hub_id, case=case, opened_at=at)
    with sealed_room():
        _make_sure_of(Item.objects.filter(room=room, agency=owner), supplements, replaces)
        Room.objects.bulk_create([opened], ignore_conflicts=True)
        Item.objects.bulk_create([item])
    vouch_for([opened, item], at=at)
    return key


def _make_sure_of(own: QuerySet[Item], supplements: uuid.UUID | None, replaces: uuid.UUID | None) -> None:
    """Check that what is added to, or replaced, is the owner's own and of this room.  Raises NotYours, Resealed."""
    for earlier in filter(None, (supplements, replaces)):
        if not own.filter(pk=earlier).exists():
            raise NotYours
    if replaces and own.filter(replaces=replaces).exists():
        raise Resealed


def reseal(
    *,
    case: uuid.UUID,
    item: uuid.UUID,
    words: str,
    grading: Grading,
    classification: str = "",
    by: Staff,
    at: datetime,
) -> uuid.UUID:
    """Seal a newer wording or grading of an item beside it, for the agency that owns it; return the newer one's key.

    A release that rests on the older one is not approved any more.  The line in the record is the caller's.

    Raises NotYours for an item that this worker does not read, or that another agency owns; Resealed;
    NotForThisSystem; WrongGrading.

    Source: docs/rules.md, "The sealed room".
    """
    hold_release(item)  # of two at once the second finds what the first one left
    with sealed_room():
        older = Item.objects.filter(
            pk=item, hub_id=by.hub_id, agency=by.agency_id, room=room_of(case)
        ).first()
    if older is None:
        raise NotYours
    return seal(
        hub_id=by.hub_id,
        case=case,
        agency=older.agency,
        author=by.pk,
        about=older.about,
        people=older.people,
        words=words,
        grading=grading,
        classification=classification,
        replaces=older.pk,
        at=at,
    )


def seal_address(
    *,
    hub_id: uuid.UUID,
    case: uuid.UUID,
    about: str,
    words: str,
    at: datetime,
    people: Iterable[uuid.UUID] = (),
    agency: uuid.UUID | None = None,
) -> uuid.UUID:
    """Seal a protected address; return the item's key.

    about: "address:<contact person>".  words: the whole address, as JSON.
    people: whose it is; the person named by `about` is taken when nobody is said.

    Source: docs/rules.md, "Protected addresses".
    """
    json.loads(words)
    return seal(
        hub_id=hub_id,
        case=case,
        agency=agency,
        author=None,
        about=about,
        people=list(people) or _named_by(about),
        words=words,
        at=at,
    )


def _named_by(about: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(about.removeprefix("address:"))]
    except ValueError:
        return []


def seal_subject(*, key: uuid.UUID, words: subjects.Words, by: Staff, at: datetime) -> None:
    """Put on the unit's list somebody on whom the cleared are told to ask it.

    key: made with the form, so that the same form sent again changes nothing.

    Raises Http404 if `by` is not cleared, NotForThisSystem, NotEnough; nothing is then kept.

    Source: docs/rules.md, "People whom only the unit knows".
    """
    if not is_cleared(by):
        raise Http404
    gradings.refuse_what_is_too_secret(words.why, "")
    if not subjects.can_be_recognised(words.details):
        raise NotEnough
    place = subjects.place_of(key, by.hub_id, by.agency_id)
    locked = subjects.shut(words, agency=by.agency_id, place=place)
    row = Subject(
        id=key,
        hub_id=by.hub_id,
        agency=by.agency_id,
        author=by.pk,
        nonce=locked.nonce,
        body=locked.body,
        at=at,
    )
    with sealed_room():
        if Subject.objects.filter(pk=key).exists():
            return
        Subject.objects.bulk_create([row])
        marks = _mark(row, words)
    vouch_for([row, *marks], at=at)
    record("subject.sealed", about=f"subject:{key}", at=at, hub_id=by.hub_id)


def _mark(row: Subject, words: subjects.Words) -> list[Mark]:
    """Add the marks that are not there yet, and return all of today; one that is no longer made does no harm."""
    marks = [
        Mark(hub_id=row.hub_id, subject=row, kind=kind, token=token)
        for kind, token in sorted(tokens.of(row.hub_id, subjects.marks_said(words.details)))
    ]
    Mark.objects.bulk_create(marks, ignore_conflicts=True)
    return marks


def end_subject(*, key: uuid.UUID, why: str, by: Staff, at: datetime) -> None:
    """Take somebody off the unit's list: nobody is told to ask any more.  The words stay; a second ending says nothing.

    Raises Http404 for a subject of another hub, and if `by` is not cleared.

    Source: docs/rules.md, "People whom only the unit knows".
    """
    one = find_subject(by, key)
    if one.ended_at:
        return
    locked = lock(why, purpose="subject", agency=one.agency, bound_to=f"end of {key}")
    ended = SubjectEnded(
        hub_id=by.hub_id, subject_id=key, by=by.pk, nonce=locked.nonce, body=locked.body, at=at
    )
    with sealed_room():
        SubjectEnded.objects.bulk_create([ended], ignore_conflicts=True)
        stands = SubjectEnded.objects.filter(pk=ended.pk).exists()
    if stands:  # of two at once the first one's word stands
        vouch_for([ended], at=at)
    record("subject.ended", about=f"subject:{key}", at=at, hub_id=by.hub_id)


def renew_marks(*, hub_id: uuid.UUID, at: datetime) -> int:
    """Make the marks of everybody on a hub's list anew; return of how many.  For the service "sealed_marks".

    Source: docs/rules.md, "People whom only the unit knows".
    """
    with sealed_room():
        rows = list(Subject.objects.filter(hub_id=hub_id).order_by("pk"))
        marks: list[Mark] = []
        for row in rows:
            place = subjects.place_of(row.pk, row.hub_id, row.agency)
            marks += _mark(row, subjects.open_up(Locked(row.nonce, row.body), agency=row.agency, place=place))
    vouch_for(marks, at=at)
    record("subject.marks_renewed", about="subjects", at=at, hub_id=hub_id, detail={"subjects": len(rows)})
    return len(rows)
