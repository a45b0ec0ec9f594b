"""What runs by itself: a return that was asked for is made, and files that are old are removed."""

import uuid

from django.utils import timezone

from mash.common.jobs import job, on_a_timetable
from mash.returns import actions


@job
def make_return(*, run_id: str) -> None:
    """Make one return, as the service that sees every case of a hub."""
    actions.make(run_id=uuid.UUID(run_id), at=timezone.now())


@on_a_timetable(cron="50 2 * * *", service="returns")
def forget_old_files() -> None:
    """Remove files that are old, each night."""
    actions.forget_old(at=timezone.now())
