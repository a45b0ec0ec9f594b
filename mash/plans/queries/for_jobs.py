"""What jobs look up by the key they were ordered with: as a service, which sees every hub."""

import uuid

from django.db.models import Exists, OuterRef

from mash.handover.models import Step
from mash.plans.models import Plan, StepUp

WITH = ("hub", "outcome__decision")


def plan_of(plan_id: uuid.UUID) -> Plan:
    """Return a plan."""
    return Plan.objects.select_related(*WITH).get(pk=plan_id)


def step_up_of(step_id: uuid.UUID) -> StepUp:
    """Return a step up."""
    return StepUp.objects.get(pk=step_id)


def steps_up_to_take_in() -> list[StepUp]:
    """Return what was told of plans and is no step yet, the first first."""
    taken = Step.objects.filter(together=OuterRef("key"))
    return list(StepUp.objects.filter(~Exists(taken)).order_by("at", "pk"))


def plans_gone_up(step_id: uuid.UUID) -> list[Plan]:
    """Return the plan from which a step went up; none for any other step."""
    told = Step.objects.filter(pk=step_id, together__isnull=False).values("together")
    return list(Plan.objects.filter(stepups__key__in=told).select_related(*WITH).distinct())
