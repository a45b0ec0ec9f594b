"""What runs by itself: systems are called when there is something for them."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.systems import actions


@on_a_timetable(cron="* * * * *", service="calls")
def call_systems() -> None:
    """Note what is new, and make the calls that are due."""
    at = timezone.now()
    actions.note_news(at=at)
    actions.make_calls(at=at)


@on_a_timetable(cron="23 3 * * *", service="calls")
def forget_calls() -> None:
    """Delete what was called long ago."""
    actions.forget_calls(at=timezone.now())
