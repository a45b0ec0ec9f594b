"""What is done on a timetable for every hub's directory."""

from django.utils import timezone

from mash.common.editions import content_of
from mash.common.jobs import on_a_timetable
from mash.directory import actions
from mash.partnership.queries.rota import every_hub


@on_a_timetable(cron="40 5 * * 1-5", service="directory_keeper")
def chase_what_is_stale() -> None:
    """Ask on working days whoever keeps entries to confirm those that are stale."""
    for hub in every_hub():
        with content_of(hub.pk):
            actions.chase(hub=hub, at=timezone.now())
