"""What runs by itself: whoever opened something alongside is reminded of what is overdue."""

from django.utils import timezone

from mash.alongside.actions import remind_when_due
from mash.alongside.queries import overdue
from mash.common.jobs import on_a_timetable


@on_a_timetable(cron="*/10 * * * *", service="reminders")
def remind() -> None:
    """Remind of what nobody has received, and of what nothing came of."""
    at = timezone.now()
    for one in overdue(at):
        remind_when_due(one=one, at=at)
