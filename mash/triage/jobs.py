"""Work on a timetable."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.triage import actions, queries


@on_a_timetable(cron="15 3 * * *", service="reminders")
def recount_clocks() -> None:
    """Work out afresh each night when open contacts are due: targets, hours and closures may have changed."""
    for hub in queries.every_hub():
        actions.recount(hub, at=timezone.now())
