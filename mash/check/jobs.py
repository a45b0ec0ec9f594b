"""What runs by itself: reminders to agencies and managers, and what waits for somebody who is away."""

from django.utils import timezone

from mash.check.actions.chasing import chase_approval, chase_confirmation, chase_when_due
from mash.check.actions.passing import pass_to_deputy
from mash.check.queries.waiting import checks_to_approve, checks_to_confirm, enquiries_waiting
from mash.common.editions import content_of
from mash.common.jobs import on_a_timetable


@on_a_timetable(cron="*/5 * * * *", service="reminders")
def remind() -> None:
    """Remind agencies at three quarters of their time and when it is up, and move what waits for the absent."""
    at = timezone.now()
    for enquiry in enquiries_waiting():
        with content_of(enquiry.hub_id):
            pass_to_deputy(enquiry=enquiry, at=at)
            chase_when_due(enquiry=enquiry, at=at)


@on_a_timetable(cron="*/15 * * * *", service="reminders")
def ask_for_approvals() -> None:
    """Remind managers, every two hours, of what went ahead of their word: an unapproved ground, a rating to confirm."""
    at = timezone.now()
    for check in checks_to_approve():
        with content_of(check.hub_id):
            chase_approval(check=check, at=at)
    for check in checks_to_confirm():
        with content_of(check.hub_id):
            chase_confirmation(check=check, at=at)
