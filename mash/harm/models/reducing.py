"""What is done about a pattern: by whom, by when, how one would know, and what came of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.harm.models.subjects import Subject, one_subject
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub


class Ending(models.TextChoices):
    """What came of it."""

    LESS = "less", "There is less of it"
    SAME = "same", "There is as much of it as before"
    MORE = "more", "There is more of it"
    CANNOT_TELL = "cannot_tell", "Nobody can tell yet"
    NOT_DONE = "not_done", "It was not done"


class Reduction(Subject):
    """Something to make a pattern less: which agency answers for it, who there, what, by when, and how one knows.

    key: of the form.  from_on: the first day of the time after; the time before, as long, ends the day before.
    days: how long each of the two times is.
    """

    key = models.UUIDField(unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    named = models.CharField(max_length=160)
    action = models.TextField()
    known_by = models.TextField()
    due_on = models.DateField()
    from_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ending = models.CharField(max_length=12, choices=Ending, blank=True)
    ended_words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            one_subject("harm_reduction_of_one_thing"),
            models.CheckConstraint(
                condition=~Q(named="") & ~Q(action="") & ~Q(known_by="") & Q(days__gte=28),
                name="harm_reduction_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ending="", ended_words="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ending="") & ~Q(ended_words="")),
                name="harm_reduction_ends_with_what_came_of_it",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "ended_at", "due_on"], name="harm_reduction_due")]


class ReductionNote(InHub):
    """What was done of it, in words, on a day.  Nobody changes it."""

    reduction = models.ForeignKey(Reduction, on_delete=models.PROTECT, related_name="notes")
    key = models.UUIDField(unique=True)
    words = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="harm_reduction_noted_in_words")
        ]
