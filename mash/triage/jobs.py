"""Work on a timetable."""

from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.triage import actions, in_writing, queries, repeating


@on_a_timetable(cron="15 3 * * *", service="reminders")
def recount_clocks() -> None:
    """Work out afresh each night what is open, and when it is due: targets, hours and closures may have changed."""
    for hub in queries.every_hub():
        actions.put_open_right(hub, at=timezone.now())
        actions.recount(hub, at=timezone.now())


@on_a_timetable(cron="*/15 * * * *", service="reminders")
def ask_for_writing() -> None:
    """Remind whoever rang that their referral is to follow in writing."""
    at = timezone.now()
    for contact in in_writing.calls_to_chase():
        actions.chase_writing(contact=contact, at=at)


@on_a_timetable(cron="*/15 * * * *", service="reminders")
def ask_about_repeats() -> None:
    """Ask the managers about repeats that came to light when somebody was settled."""
    at = timezone.now()
    for contact in repeating.newly_settled(at):
        actions.ask_about_repeats(contact=contact, at=at)
