"""Writing a release, proposing it, and taking it back.

Each row is added and none is changed.  A new wording makes void whatever was said of the one before.
Source: docs/rules.md, "Releases".
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.http import Http404

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.ledger.actions.vouching import vouch_for
from mash.partnership.models import Staff
from mash.sealed import grading as gradings
from mash.sealed import policy
from mash.sealed.actions.holding import Barred, Changed, WrongState, held
from mash.sealed.actions.sealing import NotYours
from mash.sealed.course import Course
from mash.sealed.locking import lock, lock_reason, place_of_wording
from mash.sealed.models import Item, Recall, Recipient, Release, Rendition, RestsOn, Wording
from mash.sealed.queries.releases import about
from mash.sealed.rendition import Rendition as Words
from mash.sealed.room import hold_release, hub_as_owner, room_of, sealed_room


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """One wording as it is proposed.

    items: keys of the sealed items it rests on, of the same case.  purpose, protocol, basis: codes of the content.
    colour: the case's rating.  follows: the number of the wording that its writer saw last, 0 for none.
    """

    rendition: Words
    items: Sequence[uuid.UUID]
    purpose: str
    protocol: str
    basis: str
    colour: str
    follows: int


@transaction.atomic
def begin_release(
    *, case: uuid.UUID, why: str, barred: Collection[uuid.UUID], by: Staff, at: datetime, key: uuid.UUID
) -> uuid.UUID:
    """Begin to write a release from one case's room; return its key.  The same form twice begins one.

    why: what it is for; the words of the record whenever its writer opens the originals for it.
    barred: posts that the case is closed to.

    Raises PermissionDenied; Http404 where the case is closed to whoever begins.
    """
    require(policy.may_begin(by))
    if by.pk in barred:
        raise Http404
    row = uuid.uuid5(by.pk, f"release:{key}")
    hold_release(row)
    locked = lock_reason(why, hub=hub_as_owner(by.hub_id), row=row)
    with sealed_room():
        if Release.objects.filter(pk=row).exists():
            return row
        made = Release(
            id=row,
            hub_id=by.hub_id,
            case=case,
            by=by.pk,
            person=by.account_id,
            nonce=locked.nonce,
            why=locked.body,
            at=at,
        )
        Release.objects.bulk_create([made])
    vouch_for([made], at=at)
    record("release.begun", about=about(row), at=at, hub_id=by.hub_id, detail={"case": str(case)})
    return row


@transaction.atomic
def propose(
    *, release: uuid.UUID, proposed: Proposed, barred: Collection[uuid.UUID], by: Staff, at: datetime
) -> uuid.UUID:
    """Propose a wording with its recipients; return its key.  Whatever was said of an earlier one is void from then on.

    barred: posts that the case is closed to.

    Raises PermissionDenied, Http404; Changed if another wording came first; Barred; NotForThisSystem for SECRET and
    above; NotYours for an item that is not of this case, or was replaced; WrongState for a time that has passed.
    """
    course = held(by, release)
    require(policy.may_write(by, course))
    said = proposed.rendition
    gradings.refuse_what_is_too_secret(f"{said.words}\n{said.conditions}")
    kept_out = {one.staff for one in said.to if one.staff} & set(barred)
    if kept_out:
        raise Barred(kept_out)
    if proposed.follows != (course.said.number if course.said else 0):
        raise Changed
    if said.expires_at <= at or not said.to or not proposed.items:
        raise WrongState("A release has words, recipients, something it rests on, and a time to come.")
    key = uuid.uuid4()
    with sealed_room():
        items = _items(by, course, proposed.items)
        written = _write(course, proposed, key, by, at)
        rests = [
            RestsOn(
                hub_id=by.hub_id,
                wording_id=key,
                item_id=one.pk,
                agency=one.agency,
                of_hub=one.agency == hub_as_owner(by.hub_id),
            )
            for one in items
        ]
        recipients = [
            Recipient(
                hub_id=by.hub_id, wording_id=key, staff=to.staff, name=to.name, organisation=to.organisation
            )
            for to in said.to
        ]
        RestsOn.objects.bulk_create(rests)
        Recipient.objects.bulk_create(recipients)
    vouch_for([*written, *rests, *recipients], at=at)
    voids = bool(course.said and (course.said.second or any(one.word for one in course.said.owners)))
    detail = {"number": proposed.follows + 1, "recipients": len(said.to), "voids": voids} | _digests(said)
    record("release.proposed", about=about(release), at=at, hub_id=by.hub_id, detail=detail)
    return key


def _items(by: Staff, course: Course, wanted: Sequence[uuid.UUID]) -> list[Item]:
    """Return the items of the case's own room that a wording rests on, none of which was replaced.  Raises NotYours."""
    found = Item.objects.filter(
        pk__in=list(wanted), room=room_of(course.case), hub_id=by.hub_id, replaced_by=None
    )
    items = list(found.order_by("agency", "pk"))
    if len(items) != len(set(wanted)):
        raise NotYours
    return items


def _write(
    course: Course, proposed: Proposed, key: uuid.UUID, by: Staff, at: datetime
) -> tuple[Wording, Rendition]:
    said = proposed.rendition
    wording = Wording(
        id=key,
        hub_id=by.hub_id,
        release_id=course.key,
        case=course.case,
        number=proposed.follows + 1,
        purpose=proposed.purpose,
        protocol=proposed.protocol,
        basis=proposed.basis,
        colour=proposed.colour,
        expires_at=said.expires_at,
        words_digest=said.words_digest,
        people_digest=said.people_digest,
        by=by.pk,
        person=by.account_id,
        at=at,
    )
    place = place_of_wording(key, course.key, course.case)
    locked = lock(said.to_json(), purpose="release", agency=hub_as_owner(by.hub_id), bound_to=place)
    rendition = Rendition(hub_id=by.hub_id, wording=wording, nonce=locked.nonce, body=locked.body)
    Wording.objects.bulk_create([wording])
    Rendition.objects.bulk_create([rendition])
    return wording, rendition


@transaction.atomic
def recall(*, release: uuid.UUID, reason: str, by: Staff, at: datetime) -> None:
    """Take a release back: from then on nobody reads it.  Twice takes it back once.

    Raises PermissionDenied, Http404, WrongState.
    """
    course = held(by, release)
    if course.recalled and course.recalled.person == by.account_id:
        return
    require(policy.may_recall(by, course))
    if not reason.strip():
        raise WrongState("Say why it is taken back.")
    key = uuid.uuid4()
    locked = lock_reason(reason, hub=hub_as_owner(by.hub_id), row=key)
    row = Recall(
        id=key,
        hub_id=by.hub_id,
        release_id=release,
        nonce=locked.nonce,
        reason=locked.body,
        by=by.pk,
        person=by.account_id,
        at=at,
    )
    with sealed_room():
        Recall.objects.bulk_create([row])
    vouch_for([row], at=at)
    read = len(course.said.read) if course.said else 0
    record("release.recalled", about=about(release), at=at, hub_id=by.hub_id, detail={"read": read})


def _digests(said: Words) -> dict[str, str]:
    return {"words": said.words_digest, "people": said.people_digest}
