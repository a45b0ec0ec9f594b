"""What is done on a timetable for every hub."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.partnership import actions


@on_a_timetable(cron="* * * * *", service="post_room")
def empty_the_outbox() -> None:
    """Send the e-mails that wait; each says only which reference to sign in for."""
    actions.send_queued(at=timezone.now())
