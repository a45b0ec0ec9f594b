"""The systems of agencies that speak with the hub: what each may ask, its keys, and what came from it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.contact.models import Contact
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub


class Scope(models.TextChoices):
    """One thing that a system may be allowed to do."""

    SEND = "referrals.send", "Send referrals"
    FOLLOW = "referrals.follow", "Read what became of the referrals it sent"
    HAND_OVERS = (
        "hand_overs.take",
        "Take out hand-overs that the agency accepted, and give back their case numbers",
    )
    ANSWER = "enquiries.answer", "Read what the hub asks the agency, and answer it"


class System(InHub):
    """A computer system of one agency, as the hub's administrator lets it speak with the hub.

    organisation: as its messages name their sender; it can send in no other name.
    ended_at: from then on none of its keys opens anything.

    Source: docs/rules.md, "Systems of agencies".
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    organisation = models.CharField(max_length=200)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope), default=list)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "name"], condition=Q(ended_at=None), name="system_once_a_name"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(organisation=""), name="system_has_its_names"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="system_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may(self) -> list[str]:
        """What it may do, in words."""
        return [Scope(one).label for one in Scope.values if one in self.scopes]


class Key(InHub):
    """That a system asks in the name of one post until a day.  What it shows is signed, and kept nowhere.

    Source: docs/rules.md, "Systems of agencies".
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="keys")
    post = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["post"], name="key_of_post")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="key_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("at")), name="key_expires_after_it_was_given"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class KeyUsed(InHub):
    """A receipt: that a key was shown in one hour.  hour: its beginning."""

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="used")
    hour = models.DateTimeField()

    class Meta:
        verbose_name_plural = "keys used"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "hour"], name="key_used_once_an_hour")
        ]


class Arrival(InHub):
    """That a contact came from a system: whose to follow it is from then on.

    reference, sender_reference: of the contact, which whoever follows it cannot look through.
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="arrivals")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="came_by_system")
    reference = models.CharField(max_length=20)
    sender_reference = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["system", "at", "id"], name="arrival_in_order"),
            models.Index(fields=["system", "reference"], name="arrival_by_ours"),
            models.Index(fields=["system", "sender_reference"], name="arrival_by_theirs"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "system"], name="arrival_once_a_system")
        ]


class Said(InHub):
    """That a system said something under a key of its own: the same again changes nothing, other content is refused.

    key: as the system made it.  digest: keyed, of what was sent.  made: key of the row that came of it.
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    made = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "said"
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "key"], name="said_once_a_key")]
