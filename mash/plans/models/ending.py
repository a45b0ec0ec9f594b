"""A plan is looked at together, goes up to the hub, or ends."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mash.partnership.models import Staff
from mash.people.models import InHub
from mash.plans.models.doing import PlanAction
from mash.plans.models.plans import OfPlan


class Different(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    TOO_SOON = "too_soon", "Too soon to tell"


class Onward(models.TextChoices):
    """What a review decides."""

    UP = "up", "Up: the hub is told"
    DOWN = "down", "Down: fewer agencies, or one"
    ON = "on", "On as it is, or changed"
    CLOSE = "close", "Close the plan"


class Review(OfPlan):
    """One look at a plan together with the family, by the four questions.  Nobody changes it.

    due_on: when it was due.  different: for the child.  not_done: what has not been done, and why.
    next_on: when the next is; None where the plan is to close.  present: who was there, family first.
    """

    key = models.UUIDField(unique=True)
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    held_on = models.DateField()
    present = models.TextField()
    different = models.CharField(max_length=8, choices=Different)
    different_words = models.TextField()
    family_says = models.TextField()
    not_done = models.TextField(blank=True)
    onward = models.CharField(max_length=5, choices=Onward)
    why = models.TextField()
    next_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_review_once_a_number"),
            models.CheckConstraint(
                condition=~Q(different_words="") & ~Q(family_says="") & ~Q(why="") & ~Q(present=""),
                name="plan_review_asks_everything",
            ),
            models.CheckConstraint(
                condition=Q(onward="close") | Q(next_on__gt=F("held_on")), name="plan_review_says_the_next"
            ),
        ]


class Carried(InHub):
    """That an action not done by a review was carried over to another day, and why."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="carried")
    action = models.ForeignKey(PlanAction, on_delete=models.PROTECT, related_name="carried")
    from_on = models.DateField()
    to_on = models.DateField()
    why = models.CharField(max_length=400)

    class Meta:
        verbose_name_plural = "carried"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "action"], name="plan_carried_once_a_review"),
            models.CheckConstraint(condition=~Q(why=""), name="plan_carried_for_a_reason"),
        ]


class StepUp(OfPlan):
    """That those around a plan told the hub that more is needed: never a copy of the plan.

    A program makes of it a step for each child, within moments; key: of the form, and of those steps together.
    trigger: an id of plans.yaml.  words: what happened, in the words of whoever tells.  product: what was tried, in
    their words; "" where there was no time.  reference: of the contact that it becomes.
    """

    key = models.UUIDField(unique=True)
    trigger = models.CharField(max_length=40)
    words = models.TextField()
    product = models.TextField(blank=True)
    voice = models.TextField(blank=True)
    danger = models.BooleanField()
    family_aware = models.BooleanField()
    reference = models.CharField(max_length=20, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="plan_step_up_in_words"),
        ]


class Closure(OfPlan):
    """That a plan is to end: why, and what everybody takes along.  It has ended once a cleared person passed it.

    reason: an id of plans.yaml.  detail: what that reason asks for.  told_child_by, told_child_how: who told the child,
    and how.  check_on: when somebody looks whether the family has come back.
    passed_by, passed_at; returned_by, returned_at, returned_why: one of both, once.
    """

    key = models.UUIDField(unique=True)
    reason = models.CharField(max_length=40)
    detail = models.TextField(blank=True)
    what_changed = models.TextField()
    what_helped = models.TextField()
    watch_for = models.TextField()
    call_whom = models.TextField()
    told_child_by = models.CharField(max_length=160)
    told_child_how = models.TextField()
    closed_on = models.DateField()
    check_on = models.DateField()
    passed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    passed_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_why = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(returned_at=None), name="plan_closes_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=(
                    Q(passed_at=None, passed_by=None) | Q(passed_at__isnull=False, passed_by__isnull=False)
                )
                & (Q(passed_at=None) | Q(returned_at=None)),
                name="plan_closing_passed_or_returned",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, returned_by=None)
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(returned_why="")),
                name="plan_closing_returned_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(passed_by=None) | ~Q(passed_by=F("by")), name="plan_closing_passed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(check_on__gt=F("closed_on")), name="plan_checked_after_closing"
            ),
        ]

    @property
    def waits(self) -> bool:
        """Tell whether it waits for a cleared person."""
        return self.passed_at is None and self.returned_at is None


class AfterCheck(OfPlan):
    """That somebody looked, some time after a plan closed, whether the family has come back to the hub."""

    closure = models.OneToOneField(Closure, on_delete=models.PROTECT, related_name="after_check")
    came_back = models.BooleanField()
    words = models.TextField()
    on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="plan_after_check_in_words"),
        ]
