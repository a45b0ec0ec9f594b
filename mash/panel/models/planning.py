"""What a panel has to do with a family's plan: which one it is, what of it was agreed where, and what went up."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.panel.models.items import Action, Concluded, Item, OfItem
from mash.plans.models import Plan, PlanAction


class OnPlan(OfItem):
    """That the family of an item has a plan: from then on its lead, actions, looks and closing are the panel's too."""

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="on_plan")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "on plans"


class InPlan(OfItem):
    """That an action of a plan was agreed when a panel heard an item.

    of: what the panel had agreed before there was a plan, which stands in the plan from now on; None for a new action.
    """

    action = models.OneToOneField(PlanAction, on_delete=models.PROTECT, related_name="+")
    of = models.OneToOneField(Action, null=True, on_delete=models.PROTECT, related_name="in_plan")

    class Meta:
        verbose_name_plural = "in plans"


class WentUp(OfItem):
    """That a panel told the hub, of a family that has no plan, that more is needed.  A program makes a step of it.

    key: of that step.  trigger: an id of plans.yaml.  The words are those of the decision.
    product: what was tried.  reference: of the contact that it becomes.
    """

    concluded = models.OneToOneField(Concluded, on_delete=models.PROTECT, related_name="went_up")
    key = models.UUIDField(unique=True)
    trigger = models.CharField(max_length=40)
    product = models.TextField()
    voice = models.TextField(blank=True)
    danger = models.BooleanField()
    family_aware = models.BooleanField()
    reference = models.CharField(max_length=20, unique=True)

    class Meta:
        verbose_name_plural = "went up"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(product=""), name="panel_went_up_with_its_product")
        ]
