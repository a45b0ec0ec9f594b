"""That the receiving service took a person on after a decision, which makes the hand-over done; or passed them back."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.contact.models import Contact
from mash.decision.models.decisions import Outcome
from mash.partnership.models import Staff
from mash.people.models import InHub, Involvement


class Accepted(InHub):
    """That a service accepted one person whom a decision handed over, in the words of whoever told the hub.

    involvement: the open work that began with it.  said_by: who accepted, at the service.
    """

    outcome = models.OneToOneField(Outcome, on_delete=models.PROTECT, related_name="accepted")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="accepted")
    involvement = models.OneToOneField(Involvement, on_delete=models.PROTECT, related_name="+")
    said_by = models.CharField(max_length=160)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "accepted"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(said_by=""), name="accepted_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"accepted {self.outcome_id}"


class PassedBack(InHub):
    """That a service passed back one person whom a decision handed over, before or after it accepted them.

    service: which one.  said_by: who there said so, on told_on.  reason: an id of passed_back.yaml.
    work_until: until when the work counted that ended with it; None where nothing was open.
    undone_at: it was recorded by mistake, and counts for nothing.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="passed_back")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="passed_back")
    service = models.CharField(max_length=120)
    said_by = models.CharField(max_length=160)
    told_on = models.DateField()
    reason = models.CharField(max_length=80)
    words = models.TextField()
    work_until = models.DateField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    undone_why = models.CharField(max_length=240, blank=True)

    class Meta:
        verbose_name_plural = "passed back"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["outcome"], condition=Q(undone_at=None), name="passed_back_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(service="") & ~Q(said_by="") & ~Q(words=""),
                name="passed_back_by_somebody_who_says_why",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | (Q(undone_by__isnull=False, undone_at__isnull=False) & ~Q(undone_why="")),
                name="passed_back_undone_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"passed back {self.outcome_id}"
