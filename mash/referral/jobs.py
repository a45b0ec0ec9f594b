"""What is done on a timetable for every hub."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.referral import actions


@on_a_timetable(cron="17 3 * * *", service="draft_keeper")
def delete_old_drafts() -> None:
    """Delete what was begun and not touched for 28 days."""
    actions.delete_old(at=timezone.now())
