"""Incidents of a police force, as files of them were taken in, and the files until their rows are taken."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.partnership.models import Staff
from mash.people.models import InHub


class IncidentFile(InHub):
    """A file of incidents that was put in: what is known of it, which column is which, and how far it is read.

    columns: ours to the place of theirs.  day_first: how a day of numbers alone is read; slashed: whether one was seen.
    position, line: up to where it is read, in bytes and lines, in the reading that goes on: the look until `looked_at`,
        then the taking (from `confirmed_at` to `taken_at`).  moved_at: when it last got on.
    found: counts, and the first lines by kind, of the look; taken: the same of the taking.
    """

    name = models.CharField(max_length=120)
    size = models.BigIntegerField()
    pieces_kept = models.BooleanField(default=True)
    encoding = models.CharField(max_length=10)
    delimiter = models.CharField(max_length=1)
    header = models.JSONField()
    columns = models.JSONField(default=dict)
    slashed = models.BooleanField()
    day_first = models.BooleanField(default=True)
    position = models.BigIntegerField(default=0)
    line = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=dict)
    taken = models.JSONField(default=dict)
    chosen_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(looked_at__isnull=False),
                name="incidentfile_looked_at_before_it_is_taken",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(confirmed_at__isnull=False),
                name="incidentfile_confirmed_before_it_is_taken",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_being_read(self) -> bool:
        """Tell whether a reading goes on."""
        if self.taken_at or self.left_at or not self.chosen_at:
            return False
        return self.looked_at is None or self.confirmed_at is not None

    @property
    def part_read(self) -> float:
        """Return how much of it is read, from 0 to 1."""
        return min(self.position / self.size, 1.0) if self.size else 1.0


class IncidentPiece(InHub):
    """A piece of a file as it was put in, until its rows are taken."""

    file = models.ForeignKey(IncidentFile, on_delete=models.PROTECT, related_name="pieces")
    place = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "place"], name="incidentpiece_once_a_place")
        ]


class Incident(InHub):
    """One incident, as its force wrote it down.  Nobody changes it.

    reference: the force's; two incidents may bear one by mistake, so an incident is known by it and by when it was.
    officer: for the unit alone; no page shows it to who reviews.
    child_present: None where nobody knows.  form_required: None where it is unclear.  form_submitted: None if not said.
    """

    reference = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    unit = models.CharField(max_length=80, blank=True)
    officer = models.CharField(max_length=60, blank=True)
    child_present = models.BooleanField(null=True)
    form_required = models.BooleanField(null=True)
    form_submitted = models.BooleanField(null=True)
    submitted_at = models.DateTimeField(null=True)
    file = models.ForeignKey(IncidentFile, on_delete=models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "reference", "occurred_at"], name="incident_once")
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "occurred_at"], name="incident_by_time")]

    def __str__(self) -> str:
        return self.reference
