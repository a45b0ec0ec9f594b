"""What runs by itself through the working day."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.desk.alerts import actions as alerts
from mash.desk.hand_over import actions as hand_over
from mash.desk.moving import actions as moving


@on_a_timetable(cron="* * * * *", service="reminders")
def call_about_unaccepted() -> None:
    """Call the hub's manager about what is red or due today and nobody accepted in half an hour."""
    moving.call_about_unaccepted(at=timezone.now())


@on_a_timetable(cron="* * * * *", service="reminders")
def chase_unaccepted_hand_overs() -> None:
    """Tell the deputy after half an hour, and the manager on call after an hour, of a hand-over nobody accepted."""
    hand_over.chase_unaccepted(at=timezone.now())


@on_a_timetable(cron="* * * * *", service="reminders")
def watch_clocks() -> None:
    """Tell each minute of stated danger, harmful files, what is to be looked at again, and whose clocks run out."""
    at = timezone.now()
    alerts.tell_of_danger(at=at)
    alerts.tell_of_harm(at=at)
    alerts.tell_to_look_again(at=at)
    alerts.set_alarms(at=at)
    alerts.sound_alarms(at=at)
