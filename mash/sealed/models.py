"""The sealed room: what an agency lets the hub know and nobody else.  What leaves it has its tables in releases.py.

These tables lie in a schema of their own that only the sealed role reaches.  Keys of cases, people, agencies and
staff are opaque here: no foreign key leaves the room.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from mash.partnership.models import new_key


class Room(models.Model):
    """The sealed room of one case.  case: the key of a contact."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    case = models.UUIDField(unique=True)
    opened_at = models.DateTimeField()


class Member(models.Model):
    """A post that was let into a room, and until when."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="members")
    staff = models.UUIDField()
    why = models.CharField(max_length=240)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)


class Item(models.Model):
    """One sealed piece of information, encrypted, with its owner, its grading and its conditions.

    about: what it answers, opaque here ("enquiry:<id>/<question>" or "address:<contact person>").
    people: keys of the people it bears on.  source 1 to 3, information A to E, handling P or C (3x5x2).
    body: AES-GCM over the words, bound to the item, the case and the agency.  terms: the same over the text of the
        conditions, bound besides to being that; both empty where there are none.
    supplements: the item that this one adds to; replaces: the one it stands for from now on.  None is changed.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="items")
    agency = models.UUIDField()
    author = models.UUIDField(null=True)
    about = models.CharField(max_length=160)
    people = ArrayField(models.UUIDField(), default=list)
    source_grade = models.CharField(max_length=1, blank=True)
    information_grade = models.CharField(max_length=1, blank=True)
    handling = models.CharField(max_length=1, blank=True)
    nonce = models.BinaryField()
    body = models.BinaryField()
    terms_nonce = models.BinaryField(default=bytes)
    terms = models.BinaryField(default=bytes)
    supplements = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub_id", "room"])]


class Subject(models.Model):
    """Somebody whom only the unit knows: on no list, found by nobody, and matched by `identity.held_in_confidence`.

    agency, author: whose word it is.  body: AES-GCM over who it is and why, bound to the row, the hub and the agency.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    agency = models.UUIDField()
    author = models.UUIDField()
    nonce = models.BinaryField()
    body = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub_id", "at"])]


class SubjectEnded(models.Model):
    """That nobody need be told any more that something is held on somebody, and why, under the same lock."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, related_name="ended")
    by = models.UUIDField()
    nonce = models.BinaryField()
    body = models.BinaryField()
    at = models.DateTimeField()


class Mark(models.Model):
    """A keyed hash of one thing by which a subject is recognised; kinds as `people.tokens` has them."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=8)
    token = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "kind", "token"], name="mark_once_a_subject")
        ]
        indexes: ClassVar = [models.Index(fields=["hub_id", "token"])]


from mash.sealed.releases import (  # noqa: E402 (Django looks for an app's tables here)
    OwnerWord,
    Recall,
    Recipient,
    Release,
    ReleaseSeen,
    Rendition,
    RestsOn,
    Ruling,
    SecondWord,
    Wording,
)

__all__ = [
    "Item",
    "Mark",
    "Member",
    "OwnerWord",
    "Recall",
    "Recipient",
    "Release",
    "ReleaseSeen",
    "Rendition",
    "RestsOn",
    "Room",
    "Ruling",
    "SecondWord",
    "Subject",
    "SubjectEnded",
    "Wording",
]
