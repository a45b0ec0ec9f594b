"""Which rows of the room the record vouches for, and which of their columns.

Columns are named and not taken from the models: one more would make every row from before look changed.  A test
compares the two, so that whoever adds a column decides.  Not among them: when a room was opened, which is said by
whoever came first, and receipts of views, each of which has a line of its own.
"""

from mash.ledger.rows import Kept, keeps
from mash.sealed.models import (
    Item,
    Mark,
    OwnerWord,
    Recall,
    Recipient,
    Release,
    Rendition,
    RestsOn,
    Room,
    Ruling,
    SecondWord,
    Subject,
    SubjectEnded,
    Wording,
)
from mash.sealed.room import sealed_room

BY = ("by", "person", "at")
REASON = ("nonce", "reason")
OF_WORDING = ("wording", "wording_id")


def register() -> None:
    """Say what the record vouches for."""
    keeps(
        Kept(name="room", model=Room, plain=("id", "hub_id", "case"), at="opened_at", reached=sealed_room),
        Kept(
            name="item",
            model=Item,
            plain=(
                "id",
                "hub_id",
                "room_id",
                "agency",
                "author",
                "about",
                "people",
                "source_grade",
                "information_grade",
                "handling",
                "supplements_id",
                "replaces_id",
                "at",
            ),
            locked=("nonce", "body", "terms_nonce", "terms"),
            at="at",
            reached=sealed_room,
        ),
        Kept(
            name="subject",
            model=Subject,
            plain=("id", "hub_id", "agency", "author", "at"),
            locked=("nonce", "body"),
            at="at",
            reached=sealed_room,
        ),
        Kept(
            name="subject_ended",
            model=SubjectEnded,
            plain=("hub_id", "subject_id", "by", "at"),
            locked=("nonce", "body"),
            at="at",
            reached=sealed_room,
        ),
        Kept(
            name="mark",
            model=Mark,
            key=("subject_id", "kind", "token"),
            plain=("hub_id",),
            parent=("subject", "subject_id"),
            reached=sealed_room,
        ),
    )
    _releases()


def _releases() -> None:
    keeps(
        Kept(
            name="release",
            model=Release,
            plain=("id", "hub_id", "case", *BY),
            locked=("nonce", "why"),
            at="at",
            reached=sealed_room,
        ),
        Kept(
            name="wording",
            model=Wording,
            plain=(
                "id",
                "hub_id",
                "release_id",
                "case",
                "number",
                "purpose",
                "protocol",
                "basis",
                "colour",
                "expires_at",
                "words_digest",
                "people_digest",
                *BY,
            ),
            at="at",
            parent=("release", "release_id"),
            reached=sealed_room,
        ),
        Kept(
            name="rendition",
            model=Rendition,
            plain=("id", "hub_id", "wording_id"),
            locked=("nonce", "body"),
            parent=OF_WORDING,
            reached=sealed_room,
        ),
        Kept(
            name="rests_on",
            model=RestsOn,
            plain=("id", "hub_id", "wording_id", "item_id", "agency", "of_hub"),
            parent=OF_WORDING,
            reached=sealed_room,
        ),
        Kept(
            name="recipient",
            model=Recipient,
            plain=("id", "hub_id", "wording_id", "staff", "name", "organisation"),
            parent=OF_WORDING,
            reached=sealed_room,
        ),
        Kept(
            name="owner_word",
            model=OwnerWord,
            plain=("id", "hub_id", "wording_id", "agency", "of_hub", "agreed", "due_at", *BY),
            locked=REASON,
            at="at",
            parent=OF_WORDING,
            reached=sealed_room,
        ),
        Kept(
            name="ruling",
            model=Ruling,
            plain=("id", "hub_id", "wording_id", "veto_id", "overruled", "ground", *BY),
            locked=REASON,
            at="at",
            parent=OF_WORDING,
            reached=sealed_room,
        ),
        Kept(
            name="second_word",
            model=SecondWord,
            plain=("id", "hub_id", "wording_id", "approved", "words_digest", "people_digest", *BY),
            locked=REASON,
            at="at",
            parent=OF_WORDING,
            reached=sealed_room,
        ),
        Kept(
            name="recall",
            model=Recall,
            plain=("id", "hub_id", "release_id", *BY),
            locked=REASON,
            at="at",
            parent=("release", "release_id"),
            reached=sealed_room,
        ),
    )
