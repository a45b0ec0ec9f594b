"""What follows what a service said, and what runs by itself: reminders, and whatever was left lying."""

import uuid

from django.utils import timezone

from mash.common.editions import content_of
from mash.common.jobs import job, on_a_timetable
from mash.handover.actions import chase_when_due
from mash.handover.actions.carrying import carry_over
from mash.handover.actions.delivering import deliver as deliver_step
from mash.handover.queries.waiting import packs_waiting, steps_to_deliver, words_to_carry


@job
def carry(*, pack_id: str) -> None:
    """Let the hub's records follow what a service said."""
    carry_over(pack_id=uuid.UUID(pack_id), at=timezone.now())


@job
def deliver(*, step_id: str) -> None:
    """Put a step where it leads."""
    deliver_step(step_id=uuid.UUID(step_id), at=timezone.now())


@on_a_timetable(cron="*/5 * * * *", service="hand_overs")
def follow_up() -> None:
    """Carry over and deliver what is still to be done, should an order have been lost."""
    at = timezone.now()
    for pack in words_to_carry():
        carry_over(pack_id=pack, at=at)
    for step in steps_to_deliver():
        deliver_step(step_id=step, at=at)


@on_a_timetable(cron="*/10 * * * *", service="reminders")
def remind() -> None:
    """Remind services of what they have not answered."""
    at = timezone.now()
    for pack in packs_waiting(at):
        with content_of(pack.hub_id):
            chase_when_due(pack=pack, at=at)
