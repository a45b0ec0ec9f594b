"""What runs by itself: the outbox is emptied, and what nobody read in time goes on."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.notifications import actions


@on_a_timetable(cron="* * * * *", service="post_room")
def empty_the_outbox() -> None:
    """Send the e-mails that wait; each says at most which reference to sign in for."""
    actions.send_queued(at=timezone.now())


@on_a_timetable(cron="*/5 * * * *", service="reminders")
def pass_on_unread() -> None:
    """Tell the next one in line of what is near its time and nobody read."""
    actions.pass_on_unread(at=timezone.now())
