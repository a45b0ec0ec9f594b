"""The rows of the duty rota: who is on duty when and who stands in, who is away, and which gaps were warned of.

Beside `models.py`, which takes them in, so they name its rows by words.
"""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Turn(models.Model):
    """One person's turn of duty on a post of the rota, with the people who stand in for them, in order.

    post: an id of rota.yaml.  deputies: keys of posts in the same hub and agency.
    reached_on: a telephone number for hub staff; never in a letter or an e-mail.
    withdrawn_at: taken off the rota again; no turn is deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hub = models.ForeignKey("partnership.Hub", on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=40)
    staff = models.ForeignKey("partnership.Staff", on_delete=models.PROTECT, related_name="turns")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    deputies = ArrayField(models.UUIDField(), default=list)
    reached_on = models.CharField(max_length=30, blank=True)
    reached_on_if_no_answer = models.CharField(max_length=30, blank=True)
    by = models.ForeignKey("partnership.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["hub", "until_at"], condition=Q(withdrawn_at=None), name="turn_in_force")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="turn_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["post", "staff", "from_at"],
                condition=Q(withdrawn_at=None),
                name="turn_once_a_session",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} from {self.from_at:%Y-%m-%d %H:%M}"


class AbsenceKind(models.TextChoices):
    """Why somebody is away, for those who have to know; a colleague need not say."""

    LEAVE = "leave", "Leave"
    SICK = "sick", "Sick"
    TRAINING = "training", "Training"
    LEFT = "left", "Has left"
    SUSPENDED = "suspended", "Suspended"
    CONFLICT = "conflict_of_interest", "Conflict of interest"


ENDS_ACCESS = (AbsenceKind.LEFT, AbsenceKind.SUSPENDED)


class Absence(models.Model):
    """That somebody is away: from when, until when if that is known, and who said so.

    kind: "" where nobody gave one.  planned: said before it began.  ended_at: back, or said in error.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hub = models.ForeignKey("partnership.Hub", on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey("partnership.Staff", on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=24, choices=AbsenceKind, blank=True)
    planned = models.BooleanField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    by = models.ForeignKey("partnership.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("partnership.Staff", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["hub", "staff"], condition=Q(ended_at=None), name="absence_not_ended")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")), name="absence_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"away from {self.from_at:%Y-%m-%d %H:%M}"


class RotaGap(models.Model):
    """A gap of the rota that was found, and when the hub was warned of it.

    kind: an id of `gaps.gap_is` in rota.yaml.  closed_at: when it was found to be filled.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hub = models.ForeignKey("partnership.Hub", on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    post = models.CharField(max_length=40)
    from_at = models.DateTimeField()
    kind = models.CharField(max_length=48)
    found_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "agency", "post", "from_at", "kind"],
                condition=Q(closed_at=None),
                name="rota_gap_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.post}"
