"""What runs by itself: figures are counted every few minutes, where something changed."""

import uuid

from django.utils import timezone

from mash.common.jobs import job, on_a_timetable
from mash.insight import actions
from mash.insight.queries.changes import hub_to_count


@job
def count_hub(*, hub_id: str) -> None:
    """Count what changed in one hub, as the service that sees every case of it."""
    hub = hub_to_count(uuid.UUID(hub_id))
    if hub:
        actions.roll_up(hub, at=timezone.now())


@on_a_timetable(cron="*/5 * * * *", service=actions.SERVICE)
def count() -> None:
    """Have every hub counted."""
    actions.roll_up_every_hub()
