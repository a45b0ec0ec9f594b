"""What others say of a release before it leaves the room: its owners, the senior leads, and a second person.

Each word is a row that is added, and none is changed.
Source: docs/rules.md, "Releases", "An owner's veto".
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.http import Http404

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.ledger.actions.vouching import vouch_for
from mash.partnership.models import Staff
from mash.sealed import policy
from mash.sealed.actions.holding import Changed, NotReady, WrongState, held, newest, seen_as
from mash.sealed.course import State
from mash.sealed.locking import lock_reason
from mash.sealed.models import OwnerWord, Ruling, SecondWord
from mash.sealed.queries.releases import about
from mash.sealed.room import hub_as_owner, sealed_room

NOT_MADE_READY = "It is not ready: its owners have not all agreed, or it ran out."


@transaction.atomic
def answer_release(
    *,
    release: uuid.UUID,
    wording: uuid.UUID,
    owner: uuid.UUID,
    agreed: bool,
    reason: str = "",
    due_at: datetime | None = None,
    by: Staff,
    at: datetime,
) -> None:
    """Agree for an owner that a wording may go, or veto it.  A word may change until a second person has spoken.

    owner: an agency, or the hub itself.  reason, due_at: of a veto, and until when the senior leads answer it.

    Raises PermissionDenied, Http404, Changed, WrongState.
    """
    course = held(by, release)
    said = newest(course, wording)
    mine = next((one for one in said.owners if one.agency == owner), None)
    if mine is None:
        raise Http404
    require(policy.may_answer(by, course, mine))
    if course.recalled or said.second:
        raise WrongState("It has moved on: nobody waits for this answer.")
    if mine.word and mine.word.agreed == agreed and agreed:
        return
    if not agreed and not reason.strip():
        raise WrongState("A veto says why.")
    key = uuid.uuid4()
    locked = lock_reason(reason, hub=hub_as_owner(by.hub_id), row=key)
    row = OwnerWord(
        id=key,
        hub_id=by.hub_id,
        wording_id=wording,
        agency=owner,
        of_hub=mine.of_hub,
        agreed=agreed,
        due_at=None if agreed else due_at,
        nonce=locked.nonce,
        reason=locked.body,
        by=by.pk,
        person=by.account_id,
        at=at,
    )
    with sealed_room():
        OwnerWord.objects.bulk_create([row])
    vouch_for([row], at=at)
    event = "release.agreed" if agreed else "release.vetoed"
    detail = {"number": said.number, "owner": str(owner)}
    record(event, about=about(release), at=at, hub_id=by.hub_id, detail=detail)


@transaction.atomic
def rule_on_veto(
    *,
    release: uuid.UUID,
    wording: uuid.UUID,
    veto: uuid.UUID,
    ground: str,
    reason: str,
    by: Staff,
    at: datetime,
) -> None:
    """Decide on a veto as a senior lead.

    ground: on which it is overruled: a code of the content; "" upholds the veto, and the release stops.

    Raises PermissionDenied, Http404, Changed, WrongState.
    """
    course = held(by, release)
    said = newest(course, wording)
    word = next((one.word for one in said.owners if one.word and one.word.key == veto), None)
    if word is None:
        raise Changed
    require(policy.may_rule(by, course, word))
    if course.recalled or said.second or not word.is_before_the_seniors:
        raise WrongState("It was decided already, or has moved on.")
    if not reason.strip():
        raise WrongState("Say why.")
    key = uuid.uuid4()
    locked = lock_reason(reason, hub=hub_as_owner(by.hub_id), row=key)
    row = Ruling(
        id=key,
        hub_id=by.hub_id,
        wording_id=wording,
        veto_id=veto,
        overruled=bool(ground),
        ground=ground,
        nonce=locked.nonce,
        reason=locked.body,
        by=by.pk,
        person=by.account_id,
        at=at,
    )
    with sealed_room():
        Ruling.objects.bulk_create([row])
    vouch_for([row], at=at)
    late = bool(word.due_at and at > word.due_at)
    detail = {"number": said.number, "overruled": bool(ground), "ground": ground, "late": late}
    record("release.veto_decided", about=about(release), at=at, hub_id=by.hub_id, detail=detail)


@transaction.atomic
def give_second_word(
    *,
    release: uuid.UUID,
    wording: uuid.UUID,
    approved: bool,
    reason: str = "",
    digests: tuple[str, str],
    proposer: str,
    by: Staff,
    at: datetime,
) -> None:
    """Approve a wording and its recipients, which then leaves the room, or turn it down with the reason.

    digests: of the words and of the recipients, as they stood on the page.  proposer: the name of whoever proposed it.
    Approved twice by one person it is approved once.

    Raises PermissionDenied, Http404; Changed if the words or the recipients are others; NotReady; WrongState.
    """
    course = held(by, release)
    said = newest(course, wording)
    require(policy.may_approve(by, course, proposer=proposer))
    if said.second and said.second.by.person == by.account_id and said.second.approved == approved:
        return
    if digests != seen_as(said):
        raise Changed
    if course.recalled or said.second:
        raise WrongState("Somebody else has answered it already, or it was recalled.")
    if approved and (course.state(at) != State.READY or said.replaced):
        raise NotReady(NOT_MADE_READY)
    if not approved and not reason.strip():
        raise WrongState("Say why it is turned down.")
    key = uuid.uuid4()
    locked = lock_reason("" if approved else reason, hub=hub_as_owner(by.hub_id), row=key)
    row = SecondWord(
        id=key,
        hub_id=by.hub_id,
        wording_id=wording,
        approved=approved,
        words_digest=digests[0],
        people_digest=digests[1],
        nonce=locked.nonce,
        reason=locked.body,
        by=by.pk,
        person=by.account_id,
        at=at,
    )
    with sealed_room():
        SecondWord.objects.bulk_create([row])
    vouch_for([row], at=at)
    detail = {"number": said.number, "words": digests[0], "people": digests[1]}
    record(
        "release.approved" if approved else "release.turned_down",
        about=about(release),
        at=at,
        hub_id=by.hub_id,
        detail=detail,
    )
