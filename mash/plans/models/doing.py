"""What a plan is made of: needs, what is done about each by whom, and every change of either."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.partnership.models import Agency
from mash.plans.models.plans import FamilyMember, OfPlan


class Need(OfPlan):
    """What is needed, for whom, and what will be different so that everybody can tell.

    whom: None for the whole family.  version: as on the plan.  met_on: since when it needs nothing more.
    """

    whom = models.ForeignKey(FamilyMember, null=True, on_delete=models.PROTECT, related_name="needs")
    words = models.TextField()
    outcome = models.TextField()
    version = models.PositiveIntegerField(default=1)
    met_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words="") & ~Q(outcome=""), name="plan_need_with_an_outcome")
        ]


class Status(models.TextChoices):
    """Where an action stands."""

    NOT_STARTED = "not_started", "Not started"
    UNDER_WAY = "under_way", "Under way"
    DONE = "done", "Done"
    DID_NOT_WORK = "did_not_work", "Did not work"
    NO_LONGER_NEEDED = "no_longer_needed", "No longer needed"


OPEN = (Status.NOT_STARTED, Status.UNDER_WAY)
"""What is still to be done."""


class PlanAction(OfPlan):
    """One thing that will be done: by which agency, by whom there, by when.

    person_name: who will do it; a member of the family may.  look_again_on: when it is looked at again.
    difference, difference_by: what difference it made, and who says so.  version: as on the plan.
    """

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="actions")
    words = models.TextField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person_name = models.CharField(max_length=160)
    due_on = models.DateField()
    look_again_on = models.DateField()
    status = models.CharField(max_length=16, choices=Status, default=Status.NOT_STARTED)
    difference = models.TextField(blank=True)
    difference_by = models.CharField(max_length=160, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "due_on"],
                condition=Q(status__in=["not_started", "under_way"]),
                name="plan_action_due",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(words="") & ~Q(person_name=""), name="plan_action_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(difference="") | ~Q(difference_by=""), name="plan_difference_said_by_somebody"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Tell whether it is still to be done."""
        return self.status in OPEN


class Change(OfPlan):
    """What was changed in a plan, from what to what.  Nobody changes it.

    what: past tense, as "action.progress".  before, after: field to words, of what changed alone.
    """

    what = models.CharField(max_length=40)
    need = models.ForeignKey(Need, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.ForeignKey(PlanAction, null=True, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(FamilyMember, null=True, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["plan", "-at"], name="plan_change_newest")]


class ReminderKind(models.TextChoices):
    TOMORROW = "tomorrow", "Due tomorrow"
    OVERDUE = "overdue", "Overdue"


class Reminder(OfPlan):
    """That an agency was reminded of an action: once of each day it was due.  to: "" where no address is known."""

    action = models.ForeignKey(PlanAction, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=10, choices=ReminderKind)
    due_on = models.DateField()
    to = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["action", "kind", "due_on"], name="plan_reminded_once_a_day_due")
        ]
