"""What lies under lock in the sealed room, so that it can be wrapped anew under another key."""

from typing import Any

from mash.common.under_lock import UnderLock, keeps
from mash.sealed import subjects
from mash.sealed.locking import place_of_item, place_of_wording
from mash.sealed.models import (
    Item,
    OwnerWord,
    Recall,
    Release,
    Rendition,
    Ruling,
    SecondWord,
    Subject,
    SubjectEnded,
)
from mash.sealed.room import hub_as_owner, sealed_room


def _of_item(row: Any) -> str:
    return place_of_item(row.pk, row.room.case, row.agency)


def _said_of_a_release(what: str, model: Any, body: str = "reason") -> UnderLock:
    return UnderLock(
        what,
        model,
        "release",
        agency=lambda row: hub_as_owner(row.hub_id),
        bound_to=lambda row: f"{row.pk}|reason",
        body=body,
        reached=sealed_room,
    )


def register() -> None:
    """Say what the room keeps under lock."""
    keeps(
        UnderLock(
            "sealed items",
            Item,
            "item",
            agency=lambda row: row.agency,
            bound_to=_of_item,
            beside=("room",),
            reached=sealed_room,
        ),
        UnderLock(
            "conditions on sealed items",
            Item,
            "item",
            agency=lambda row: row.agency,
            bound_to=lambda row: f"{_of_item(row)}|conditions",
            nonce="terms_nonce",
            body="terms",
            beside=("room",),
            reached=sealed_room,
        ),
        UnderLock(
            "people whom only the unit knows",
            Subject,
            "subject",
            agency=lambda row: row.agency,
            bound_to=lambda row: subjects.place_of(row.pk, row.hub_id, row.agency),
            reached=sealed_room,
        ),
        UnderLock(
            "reasons why they need no longer be asked about",
            SubjectEnded,
            "subject",
            agency=lambda row: row.subject.agency,
            bound_to=lambda row: f"end of {row.subject_id}",
            beside=("subject",),
            reached=sealed_room,
        ),
        UnderLock(
            "releases",
            Rendition,
            "release",
            agency=lambda row: hub_as_owner(row.hub_id),
            bound_to=lambda row: place_of_wording(row.wording_id, row.wording.release_id, row.wording.case),
            beside=("wording",),
            reached=sealed_room,
        ),
        _said_of_a_release("reasons for releases", Release, "why"),
        _said_of_a_release("owners’ reasons", OwnerWord),
        _said_of_a_release("decisions on vetoes", Ruling),
        _said_of_a_release("second persons’ reasons", SecondWord),
        _said_of_a_release("reasons for recalls", Recall),
    )
