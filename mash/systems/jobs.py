"""What runs by itself: systems are called when there is something for them."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.systems import actions


@on_a_timetable(cron="* * * * *", service="calls")
def call_systems() -> None:
    """Note what is new and what somebody had sent again, and make the calls that are due."""
    at = timezone.now()
    actions.note_news(at=at)
    actions.take_up_again(at=at)
    actions.make_calls(at=at)


@on_a_timetable(cron="23 3 * * *", service="calls")
def forget_calls() -> None:
    """Delete what was called long ago."""
    actions.forget_calls(at=timezone.now())


@on_a_timetable(cron="*/5 * * * *", service="open_cases")
def recognise_open_cases() -> None:
    """Set what agencies say of open cases beside the people on record."""
    actions.recognise(at=timezone.now())


@on_a_timetable(cron="37 3 * * *", service="open_cases")
def forget_open_cases() -> None:
    """Delete what was closed long ago."""
    actions.forget_cases(at=timezone.now())
