"""Rows of the working day: work moved from one worker to another."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.partnership.models import Agency, Staff
from mash.people.models import InHub


class Moving(InHub):
    """One action that moves a worker's work: whose, why and by whom.

    key: of the form it came from; the same form again makes no second one.
    finished_at: when nothing of theirs was left; None while something could not move.
    """

    frm = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=240)
    key = models.UUIDField(unique=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(why=""), name="moving_has_a_reason")]

    def __str__(self) -> str:
        return f"moving {self.pk}"


class PieceKind(models.TextChoices):
    """What of a worker's work a line moves."""

    CONTACT = "contact", "Contact"
    ENQUIRY = "enquiry", "Enquiry"
    DECISION = "decision", "Decision that waits for another's word"
    FOLLOW_UP = "follow_up", "Back for agreement, to look at again"
    HELD = "held", "Open on their screen"
    APPROVAL = "approval", "Waits for their word"


class Moved(InHub):
    """One line of a moving: what, to whom, or why it could not move.  What it is about stands here as a reference only.

    thing: key of the contact, enquiry or decision.  case: key of its contact, opaque.
    urgent: red, or due today: accepted by name within half an hour, or the hub's manager is called.
    """

    moving = models.ForeignKey(Moving, on_delete=models.PROTECT, related_name="lines")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=PieceKind)
    thing = models.UUIDField()
    case = models.UUIDField()
    reference = models.CharField(max_length=20)
    urgent = models.BooleanField()
    to = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    cannot = models.CharField(max_length=240, blank=True)
    at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "moved"
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "to"], condition=Q(accepted_at=None, to__isnull=False), name="moved_to_accept"
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(to=None) | Q(cannot=""), name="moved_or_why_not")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
