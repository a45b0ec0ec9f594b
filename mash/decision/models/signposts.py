"""Services of the directory that were named with a decision, as they were called then."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.decision.models.decisions import Outcome
from mash.partnership.models import Staff
from mash.people.models import InHub


class Signpost(InHub):
    """One service that a worker named for somebody after a decision.

    service: its key in the hub's directory, where its entry may change or end; name, organisation: as they were then.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="signposts")
    service = models.UUIDField()
    name = models.CharField(max_length=240)
    organisation = models.CharField(max_length=240, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outcome", "service"], name="signpost_once_a_person"),
            models.CheckConstraint(condition=~Q(name=""), name="signpost_is_called_something"),
        ]
