"""What is done on a timetable for every hub."""

from django.conf import settings
from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.partnership.actions import clearing, dormancy, looking_through
from mash.partnership.actions import rota as keeping
from mash.partnership.queries import rota


@on_a_timetable(cron="7 * * * *", service="caretaker")
def clear_what_has_ended() -> None:
    """Clear each hour the codes, counts and sessions that have ended."""
    clearing.clear_what_has_ended(at=timezone.now())


@on_a_timetable(cron="30 3 * * *", service="reminders")
def look_for_gaps() -> None:
    """Look each night for gaps of the rota in the next ten working days, and warn of those within five."""
    for hub in rota.every_hub():
        keeping.look_for_gaps(hub, at=timezone.now())


@on_a_timetable(cron="10 4 * * *", service="reminders")
def stop_what_nobody_uses() -> None:
    """Stop each night the posts that nobody took for so long; the made-up workers of a demo keep theirs."""
    if settings.MASH_DEMO:
        return
    for hub in rota.every_hub():
        dormancy.stop_what_nobody_uses(hub=hub, at=timezone.now())


@on_a_timetable(cron="0 6 * * 1", service="reminders")
def remind_of_posts() -> None:
    """Remind each Monday whoever looks through posts of those whose day is near or past."""
    for hub in rota.every_hub():
        looking_through.remind_of_posts(hub=hub, at=timezone.now())
