"""Work of quality that takes long, is done by night, or that nobody who is concerned may see."""

import uuid

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from mash.common.identity import presence
from mash.common.jobs import job, on_a_timetable
from mash.partnership.queries import post_of
from mash.quality import actions, queries
from mash.quality.own import actions as own
from mash.quality.queries import dips


@job
def go_on(*, file_id: str, position: str) -> None:
    """Read a step more of a file of incidents, for whoever put it in, if they still may."""
    at = timezone.now()
    by = post_of(presence().identity, at)
    if by is None:
        raise PermissionDenied
    file = queries.find_incident_file(by, uuid.UUID(file_id))
    actions.go_on_reading(file=file, position=int(position), by=by, at=at)


@on_a_timetable(cron="50 5 * * *", service="reminders")
def let_go() -> None:
    """Let files of incidents go that nobody took in time."""
    actions.let_files_go(at=timezone.now())


@on_a_timetable(cron="40 2 * * *", service="disposal")
def forget_incidents() -> None:
    """Take away incidents whose time is over, and the officers of those that were drawn."""
    actions.forget_incidents(at=timezone.now())


@job
def look_at_one(*, again_id: str) -> None:
    """Look at one decision that is decided again, as soon as somebody has answered or stepped aside."""
    own.look_at(again_id=uuid.UUID(again_id), at=timezone.now())


@on_a_timetable(cron="* * * * *", service="own_decisions")
def look_at_own_decisions() -> None:
    """Look each minute at every decision that is not decided again yet: nothing waits on a job that was lost."""
    own.look_at_all(at=timezone.now())


@on_a_timetable(cron="20 6 * * *", service="reminders")
def remind() -> None:
    """Remind whoever owns something that is overdue."""
    at = timezone.now()
    for one in dips.overdue(at):
        actions.remind_of_action(raised=one, at=at)
