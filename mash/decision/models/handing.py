"""That the receiving service took a person on after a decision: only then is the hand-over done."""

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
