"""The tables of what leaves the sealed room.  None of their rows is ever changed: what is new is added.

They lie in the sealed schema too.  Keys of cases, agencies, posts and accounts are opaque here.
"""

from typing import ClassVar

from django.db import models

from mash.partnership.models import new_key
from mash.sealed.models import Item


class Release(models.Model):
    """Something that is to leave the room of one case, from the moment somebody begins to write it.

    by, person: the post that began it, and its account: two posts of one account are one person.
    nonce, why: what it was begun for, encrypted.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    case = models.UUIDField()
    by = models.UUIDField()
    person = models.UUIDField()
    nonce = models.BinaryField()
    why = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub_id", "case"], name="release_of_a_case")]


class Wording(models.Model):
    """One exact proposal of a release: the newest counts, and with each new one all that was said of the last is void.

    purpose, protocol, basis: codes of the hub's content.  colour: the case's rating at the time.
    words_digest, people_digest: SHA-256 of what a recipient reads, and of who the recipients are, in hexadecimal.
    The words themselves are a `Rendition`.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="wordings")
    case = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=40)
    protocol = models.CharField(max_length=40)
    basis = models.CharField(max_length=40)
    colour = models.CharField(max_length=6, blank=True)
    expires_at = models.DateTimeField()
    words_digest = models.CharField(max_length=64)
    people_digest = models.CharField(max_length=64)
    by = models.UUIDField()
    person = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "number"], name="wording_once_a_number"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="wording_counts_from_one"),
        ]


class Rendition(models.Model):
    """What a recipient reads, and who the recipients are: AES-GCM, bound to the wording, its release and its case."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    wording = models.OneToOneField(Wording, on_delete=models.PROTECT, related_name="rendition")
    nonce = models.BinaryField()
    body = models.BinaryField()


class RestsOn(models.Model):
    """A sealed item that a wording rests on, and who owns it.  of_hub: the hub itself."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="rests_on")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    agency = models.UUIDField()
    of_hub = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "rests on"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wording", "item"], name="rests_on_an_item_once")
        ]


class Recipient(models.Model):
    """Who reads a release: a post of the hub, or somebody outside it (staff is None), by name and organisation."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="recipients")
    staff = models.UUIDField(null=True)
    name = models.CharField(max_length=160)
    organisation = models.CharField(max_length=160)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wording", "staff"], name="recipient_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="recipient_has_a_name"),
        ]


class OwnerWord(models.Model):
    """What an owner said of a wording: that it may go, or a veto with its reason.  The newest of an agency counts.

    due_at: of a veto, until when the senior leads answer it.  nonce, reason: encrypted; empty where none was given.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="owner_words")
    agency = models.UUIDField()
    of_hub = models.BooleanField(default=False)
    agreed = models.BooleanField()
    due_at = models.DateTimeField(null=True)
    nonce = models.BinaryField(default=bytes)
    reason = models.BinaryField(default=bytes)
    by = models.UUIDField()
    person = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(agreed=True, due_at=None)
                | (models.Q(agreed=False, due_at__isnull=False) & ~models.Q(reason=b"")),
                name="owner_word_of_a_veto_has_a_reason",
            ),
        ]


class Ruling(models.Model):
    """What the senior leads decided on a veto: overruled on a ground of law or danger, or upheld; with the reason."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="rulings")
    veto = models.OneToOneField(OwnerWord, on_delete=models.PROTECT, related_name="ruling")
    overruled = models.BooleanField()
    ground = models.CharField(max_length=40, blank=True)
    nonce = models.BinaryField()
    reason = models.BinaryField()
    by = models.UUIDField()
    person = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(overruled=False, ground="")
                | (models.Q(overruled=True) & ~models.Q(ground="")),
                name="ruling_overrules_on_a_ground",
            ),
        ]


class SecondWord(models.Model):
    """The second person's word on a wording: approved, with the digests of what they saw, or turned down, and why."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    wording = models.OneToOneField(Wording, on_delete=models.PROTECT, related_name="second_word")
    approved = models.BooleanField()
    words_digest = models.CharField(max_length=64)
    people_digest = models.CharField(max_length=64)
    nonce = models.BinaryField(default=bytes)
    reason = models.BinaryField(default=bytes)
    by = models.UUIDField()
    person = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(approved=True) | ~models.Q(reason=b""), name="turned_down_with_a_reason"
            ),
        ]


class Recall(models.Model):
    """That a release was taken back, and why: nobody reads it any more from then on."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="recall")
    nonce = models.BinaryField()
    reason = models.BinaryField()
    by = models.UUIDField()
    person = models.UUIDField()
    at = models.DateTimeField()


class ReleaseSeen(models.Model):
    """A receipt: one view of a release by its recipient, or one sheet printed for somebody outside."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="seen")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="seen")
    staff = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "releases seen"
