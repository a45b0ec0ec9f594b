"""What came by e-mail, kept as it was said until somebody settles what it is."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.contact.models import Contact
from mash.partnership.models import Staff
from mash.people.models import InHub


class Kind(models.TextChoices):
    """What an e-mail is, by what it says of itself."""

    PERSON = "person", "To be read"
    AUTOMATIC = "automatic", "Automatic reply"
    RETURNED = "returned", "Returned mail"
    TOO_LARGE = "too_large", "Larger than is taken"
    UNREADABLE = "unreadable", "Cannot be taken apart"


PUT_ASIDE = (Kind.AUTOMATIC, Kind.RETURNED)


class Outcome(models.TextChoices):
    """What somebody said that an e-mail is."""

    REFERRAL = "referral", "A contact of its own"
    ADDED = "added", "Added to a contact"
    NOT_A_REFERRAL = "not_a_referral", "Not a referral"


class Mail(InHub):
    """One e-mail, taken once.  Nothing of it is changed but what a person says that it is.

    reference: ours; a contact made of it takes it over, with the key.
    digest: SHA-256 of what the sender wrote, by which the same e-mail is known again.
    uid_validity, uid: under which it lay in the folder.  sender, sender_name: as the e-mail says, which proves nothing.
    received_at: when it reached the mailbox, from which every clock counts.  read_at: when it was taken from there.
    words: its text; cut: there was more.  checks: what the hub's own relay found of the sender, "" where nothing was.
    acknowledged: an answer was put into the outbox that says the reference.
    contact, outcome, why, by, at: what it was settled as.

    Source: docs/rules.md, "E-mail".
    """

    reference = models.CharField(max_length=20, unique=True)
    digest = models.CharField(max_length=64)
    message_id = models.CharField(max_length=250, blank=True)
    uid_validity = models.CharField(max_length=20)
    uid = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, choices=Kind)
    sender_name = models.CharField(max_length=200, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    read_at = models.DateTimeField()
    words = models.TextField(blank=True)
    cut = models.BooleanField(default=False)
    checks = models.CharField(max_length=500, blank=True)
    acknowledged = models.BooleanField(default=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="mails")
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    why = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "digest"], name="mail_once_a_hub"),
            models.CheckConstraint(
                condition=Q(outcome="", by=None, at=None, contact=None)
                | (Q(outcome="not_a_referral", contact=None, by__isnull=False, at__isnull=False) & ~Q(why=""))
                | Q(
                    outcome__in=["referral", "added"],
                    contact__isnull=False,
                    by__isnull=False,
                    at__isnull=False,
                ),
                name="mail_settled_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["hub", "outcome", "received_at", "id"], name="mail_in_order"),
            models.Index(fields=["hub", "sender", "-read_at"], name="mail_of_sender"),
        ]

    def __str__(self) -> str:
        return self.reference


class Enclosed(InHub):
    """A file of an e-mail: kept until it goes to the contact, where it is looked through; opened by nobody before.

    body: empty where it was refused.  refused: why.
    """

    mail = models.ForeignKey(Mail, on_delete=models.PROTECT, related_name="files")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    refused = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "enclosed"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mail", "place"], name="enclosed_once_a_place")
        ]

    def __str__(self) -> str:
        return self.name


class Acknowledging(InHub):
    """Whether the hub answers an e-mail with its reference at once.  The newest counts; without one it does not."""

    on = models.BooleanField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="acknowledging_newest")]
