"""What runs by itself: contacts are counted soon after they came, and all of them anew each night."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.harm import actions, queries


@on_a_timetable(cron="*/10 * * * *", service="harm")
def count_what_came() -> None:
    """Count what came, and what was learnt of it, since the last time."""
    at = timezone.now()
    for hub in queries.hubs():
        actions.count(hub=hub, at=at, whole=False)


@on_a_timetable(cron="20 3 * * *", service="harm")
def count_all_anew() -> None:
    """Count every contact anew."""
    at = timezone.now()
    for hub in queries.hubs():
        actions.count(hub=hub, at=at, whole=True)
