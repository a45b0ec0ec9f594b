"""Drafts have their time."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.drafts import actions


@on_a_timetable(cron="17 3 * * *", service="drafts")
def forget_old_drafts() -> None:
    """Remove what was typed and not touched for 28 days."""
    actions.forget_old(at=timezone.now())
