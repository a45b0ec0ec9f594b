"""What follows a panel by itself: what it told the hub comes onto the line."""

import uuid

from django.utils import timezone

from mash.common.editions import content_of
from mash.common.jobs import job, on_a_timetable
from mash.panel import actions
from mash.panel.models import WentUp
from mash.panel.queries.for_jobs import went_up_of, went_up_to_take_in

OFTEN = "*/5 * * * *"


@job
def take_in_step_up(*, key: str) -> None:
    """Put what a panel told the hub on its line."""
    _take_in(went_up_of(uuid.UUID(key)))


@on_a_timetable(cron=OFTEN, service="hand_overs")
def take_in_what_waits() -> None:
    """Put on the hub's line what panels told it, should an order have been lost."""
    for row in went_up_to_take_in():
        _take_in(row)


def _take_in(row: WentUp) -> None:
    with content_of(row.hub_id):
        actions.take_in(row=row, at=timezone.now())
