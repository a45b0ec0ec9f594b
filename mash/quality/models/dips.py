"""Dip samples: incidents drawn at random, what reviewers found of each, and what is done about it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mash.partnership.models import Staff
from mash.people.models import InHub
from mash.quality.models.incidents import Incident


class Strata(models.TextChoices):
    """What a dip sample is spread over."""

    NOTHING = "nothing", "Over nothing: each incident has the same chance"
    KIND = "kind", "Over types of incident"
    UNIT = "unit", "Over units"
    CHILD = "child", "Over whether a child was there"


class Dip(InHub):
    """One dip sample: what was drawn, from what, how, and who reviews.  Nothing of the draw is changed.

    from_on, until_on: days of the incidents, both included.  kinds: types that were chosen, empty for all.
    frame, asked, drawn, shortfall: as of a round of grading.  excluded: how many had been drawn before.
    again: why some of the days are drawn a second time.  closed_at: after it nothing is reviewed.
    """

    key = models.UUIDField(unique=True)
    label = models.CharField(max_length=60)
    from_on = models.DateField()
    until_on = models.DateField()
    kinds = models.JSONField(default=list)
    size = models.PositiveSmallIntegerField()
    spread = models.CharField(max_length=8, choices=Strata)
    method = models.CharField(max_length=20)
    seed = models.CharField(max_length=32)
    frame_hash = models.CharField(max_length=64)
    frame_size = models.PositiveIntegerField()
    frame = models.JSONField()
    asked = models.JSONField()
    drawn = models.JSONField()
    shortfall = models.JSONField()
    excluded = models.PositiveIntegerField(default=0)
    again = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    left_out = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "label"], name="dip_once_a_label"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="dip_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.label


class Dipped(InHub):
    """One incident of a dip sample, whose officer and unit the lead alone sees.  drawn_as: its key in the frame."""

    dip = models.ForeignKey(Dip, on_delete=models.PROTECT, related_name="dipped")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    drawn_as = models.CharField(max_length=64)
    stratum = models.CharField(max_length=80)

    class Meta:
        verbose_name_plural = "dipped"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dip", "place"], name="dipped_once_a_place"),
            models.UniqueConstraint(fields=["dip", "incident"], name="dipped_once_a_dip"),
        ]


class DipCard(InHub):
    """What a reviewer sees of an incident: its reference, to look it up, and neither officer nor unit.

    reviewer: whose it is to review.  told_at: when the hub was told that somebody is at risk.
    """

    dipped = models.OneToOneField(Dipped, on_delete=models.PROTECT, related_name="card")
    dip = models.ForeignKey(Dip, on_delete=models.PROTECT, related_name="cards")
    place = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    kind = models.CharField(max_length=80)
    child_present = models.BooleanField(null=True)
    form_submitted = models.BooleanField(null=True)
    submitted_at = models.DateTimeField(null=True)
    reviewer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["hub", "dip"], name="dipcard_of_dip"),
            models.Index(fields=["hub", "reviewer"], name="dipcard_of_reviewer"),
        ]

    def __str__(self) -> str:
        return f"Incident {self.place}"


class Review(InHub):
    """What one reviewer found of one incident.  Nobody changes it.

    said: answers by question, of this `version` of the questions.  required: None where it is unclear.
    at_risk: somebody is at risk now because nothing was sent.
    """

    card = models.OneToOneField(DipCard, on_delete=models.PROTECT, related_name="review")
    key = models.UUIDField(unique=True)
    version = models.PositiveIntegerField()
    said = models.JSONField()
    required = models.BooleanField(null=True)
    submitted = models.BooleanField()
    in_time = models.BooleanField(null=True)
    at_risk = models.BooleanField()
    words = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(submitted=True) | Q(in_time=None), name="review_in_time_only_if_sent"
            )
        ]


class HubTold(InHub):
    """That the hub was told of a risk that a review found: how, and under which reference where there is one."""

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="told")
    how = models.CharField(max_length=240)
    reference = models.CharField(max_length=20, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "hub told"


class ToDo(models.TextChoices):
    """What kind of thing is done about what was found."""

    ADVICE = "advice", "Advice to a unit"
    TRAINING = "training", "Training"
    FAULT = "fault", "A fault of a system, to be mended"
    OTHER = "other", "Something else"


class Raised(InHub):
    """Something to be done about what a dip sample found, by whom and by when, until what was done is written down.

    card: of the incident from which it was raised, None where the figures as a whole led to it.
    """

    key = models.UUIDField(unique=True)
    dip = models.ForeignKey(Dip, null=True, on_delete=models.PROTECT, related_name="raised")
    card = models.ForeignKey(DipCard, null=True, on_delete=models.PROTECT, related_name="raised")
    kind = models.CharField(max_length=8, choices=ToDo)
    unit = models.CharField(max_length=80, blank=True)
    words = models.TextField()
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    done_words = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "raised"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_words="") | (Q(done_at__isnull=False) & ~Q(done_words="")),
                name="raised_done_with_words",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "due_on"], name="raised_by_day")]


class EarlierShare(InHub):
    """A yearly figure that was published elsewhere without how many it rests on.  percent: as published."""

    label = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "label"], name="earliershare_once_a_label"),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="earliershare_is_a_percentage"
            ),
        ]


class RaisedReminder(InHub):
    """That whoever owns something overdue was reminded.  step: which reminder."""

    raised = models.ForeignKey(Raised, on_delete=models.PROTECT, related_name="reminders")
    step = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["raised", "step"], name="raisedreminder_once_a_step")
        ]
