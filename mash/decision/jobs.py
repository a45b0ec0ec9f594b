"""What runs by itself: a disagreement climbs in time, and an unopened notice to a school asks for a call."""

from django.utils import timezone

from mash.common.editions import content_of
from mash.common.jobs import on_a_timetable
from mash.decision.actions.disagreeing import climb_when_due
from mash.decision.actions.schooling import call_about_unopened
from mash.decision.queries.disagreeing import to_climb
from mash.decision.queries.schools import unopened


@on_a_timetable(cron="*/5 * * * *", service="reminders")
def climb() -> None:
    """Take every disagreement one stage higher whose time is up and that nobody has agreed."""
    at = timezone.now()
    for dissent in to_climb(at):
        with content_of(dissent.hub_id):
            climb_when_due(dissent=dissent, at=at)


@on_a_timetable(cron="*/5 * * * *", service="reminders")
def call_schools() -> None:
    """Call whoever sent a notice that nobody at the school has opened an hour before its day starts."""
    at = timezone.now()
    for notice in unopened(at):
        call_about_unopened(notice=notice, at=at)
