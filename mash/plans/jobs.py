"""What is done for plans by itself: open work that follows, what goes up, and reminders."""

import uuid

from django.utils import timezone

from mash.common.editions import content_of
from mash.common.jobs import job, on_a_timetable
from mash.partnership.queries.rota import every_hub
from mash.plans import actions
from mash.plans.models import StepUp
from mash.plans.queries.for_jobs import plan_of, plans_gone_up, step_up_of, steps_up_to_take_in

EVERY_MORNING, OFTEN = "10 6 * * 1-5", "*/5 * * * *"  # UTC


@job
def follow_the_lead(*, plan_id: str) -> None:
    """Let the open work of a plan say who leads it."""
    plan = plan_of(uuid.UUID(plan_id))
    with content_of(plan.hub_id):
        actions.follow_the_lead(plan=plan, by=None, at=timezone.now())


@job
def follow_a_step(*, step_id: str) -> None:
    """Let the open work of a plan say that another service has accepted a child."""
    for plan in plans_gone_up(uuid.UUID(step_id)):
        with content_of(plan.hub_id):
            actions.follow_the_lead(plan=plan, by=None, at=timezone.now())


@job
def take_in_step_up(*, step_id: str) -> None:
    """Put what was told of a plan on the hub's line."""
    _take_in(step_up_of(uuid.UUID(step_id)))


@on_a_timetable(cron=OFTEN, service="hand_overs")
def take_in_what_waits() -> None:
    """Put on the hub's line what was told of plans, should an order have been lost."""
    for step in steps_up_to_take_in():
        _take_in(step)


def _take_in(step: StepUp) -> None:
    with content_of(step.hub_id):
        actions.take_in(step=step, at=timezone.now())


@on_a_timetable(cron=EVERY_MORNING, service="plans")
def remind_agencies() -> None:
    """Remind agencies on working days of what is due and what is overdue."""
    for hub in every_hub():
        with content_of(hub.pk):
            actions.remind(hub=hub, at=timezone.now())
