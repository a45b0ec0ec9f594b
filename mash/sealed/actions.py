"""Putting something into the sealed room.  Nothing in it is ever changed; a supplement stands beside it."""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime

from mash.sealed import grading as gradings
from mash.sealed.grading import UNGRADED, Grading, NotForThisSystem, WrongGrading
from mash.sealed.locking import lock, lock_terms, place_of_item
from mash.sealed.models import Item, Room
from mash.sealed.room import hub_as_owner, room_of, sealed_room

__all__ = ["NotForThisSystem", "NotYours", "WrongGrading", "seal", "seal_address"]


class NotYours(Exception):
    """What was to be supplemented is not there, or is not for this worker to supplement."""


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
    at: datetime,
) -> uuid.UUID:
    """Seal words in the room of a case; return the item's key.

    Whoever seals learns nothing: the room is made if need be, and not asked whether it was there.  The line in
    the record is the caller's, the same with and without an item; the item itself, never changed, is the evidence.

    agency: who owns the words; None for the hub itself.  author: the post that gave them; None for a service.
    about: what they answer, in ids only.  people: keys of everybody they bear on, as the contact and as the hub
    know them.  supplements: an own earlier item that this one adds to.

    Raises NotForThisSystem for SECRET and above, WrongGrading, NotYours; nothing is then kept.

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
        at=at,
    )
    with sealed_room():
        if supplements and not Item.objects.filter(pk=supplements, room=room, agency=owner).exists():
            raise NotYours
        Room.objects.bulk_create(
            [Room(id=room, hub_id=hub_id, case=case, opened_at=at)], ignore_conflicts=True
        )
        Item.objects.bulk_create([item])
    return key


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
