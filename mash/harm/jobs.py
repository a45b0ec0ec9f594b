"""What runs by itself: contacts are counted soon after they came, and anew each night; what is watched lapses."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.harm import actions, queries


@on_a_timetable(cron="*/10 * * * *", service="harm")
def count_what_came() -> None:
    """Count what came, and what was learnt of it, since the last time; and tell of what touches what is watched."""
    at = timezone.now()
    for hub in queries.hubs():
        actions.count(hub=hub, at=at, whole=False)
    actions.tell_of_touched(at=at)


@on_a_timetable(cron="20 3 * * *", service="harm")
def count_all_anew() -> None:
    """Count every contact anew."""
    at = timezone.now()
    for hub in queries.hubs():
        actions.count(hub=hub, at=at, whole=True)


@on_a_timetable(cron="40 3 * * *", service="harm")
def let_watches_lapse() -> None:
    """End what is watched and nobody looked at again in time."""
    actions.let_lapse(at=timezone.now())
