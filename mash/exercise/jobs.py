"""What runs by itself: hubs are opened and closed, what is due is given out, and what is old is disposed of."""

import uuid

from django.utils import timezone

from mash.common.jobs import job, on_a_timetable
from mash.exercise import actions, queries


@job
def open_places(*, run: str, page: str) -> None:
    """Open the hubs of a run."""
    actions.open_places(run_id=uuid.UUID(run), page=page, at=timezone.now())


@job
def close_places(*, run: str) -> None:
    """Close the hubs of a run."""
    actions.close_places(run_id=uuid.UUID(run), at=timezone.now())


@job
def put_in(*, given: str) -> None:
    """Put one referral into its group's hub."""
    actions.put_in(given_id=uuid.UUID(given), at=timezone.now())


@job
def give_due(*, run: str) -> None:
    """Give out what is due in one run."""
    actions.give_due(run_id=uuid.UUID(run), at=timezone.now())


@job
def dispose(*, run: str) -> None:
    """Dispose of what the groups of one run recorded."""
    actions.dispose(run_id=uuid.UUID(run), at=timezone.now())


@on_a_timetable(cron="* * * * *", service="exercises")
def look_at_clocks() -> None:
    """Order for each run whose clock goes that what is due is given out: one that fails keeps no other back."""
    for run in queries.whose_clock_goes():
        give_due.later(run=str(run))


@on_a_timetable(cron="50 3 * * *", service="disposal")
def order_disposals() -> None:
    """Order the disposal of each run whose day has come, each by itself."""
    for run in queries.to_dispose_of(timezone.localdate()):
        dispose.later(run=str(run))
