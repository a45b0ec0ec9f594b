"""What runs by itself through the working day."""

import uuid

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from mash.common.identity import presence
from mash.common.jobs import job, on_a_timetable
from mash.desk.alerts import actions as alerts
from mash.desk.exports import actions as exports
from mash.desk.exports import queries as asked_for
from mash.desk.hand_over import actions as hand_over
from mash.desk.long_papers import actions as long_papers
from mash.desk.long_papers import queries as papers
from mash.desk.moving import actions as moving
from mash.desk.outage import making
from mash.desk.saved_views import actions as views
from mash.partnership.queries import post_of


@on_a_timetable(cron="* * * * *", service="reminders")
def call_about_unaccepted() -> None:
    """Call the hub's manager about what is red or due today and nobody accepted in half an hour."""
    moving.call_about_unaccepted(at=timezone.now())


@on_a_timetable(cron="* * * * *", service="reminders")
def chase_unaccepted_hand_overs() -> None:
    """Tell the deputy after half an hour, and the manager on call after an hour, of a hand-over nobody accepted."""
    hand_over.chase_unaccepted(at=timezone.now())


@on_a_timetable(cron="* * * * *", service="reminders")
def watch_clocks() -> None:
    """Tell each minute of stated danger, harmful files, what is to be looked at again, and whose clocks run out."""
    at = timezone.now()
    alerts.tell_of_danger(at=at)
    alerts.tell_of_harm(at=at)
    alerts.tell_to_look_again(at=at)
    alerts.set_alarms(at=at)
    alerts.sound_alarms(at=at)


@job
def make_export(*, export_id: str) -> None:
    """Make the file of a long list, as who asked for it: with their rights now, not then."""
    at = timezone.now()
    by = post_of(presence().identity, at)
    if by is None:
        raise PermissionDenied
    exports.make(export=asked_for.find(by, uuid.UUID(export_id)), by=by, at=at)


@job
def make_long_paper(*, paper_id: str) -> None:
    """Make papers that are too long to wait for, as who asked for them: with their rights now, not then."""
    at = timezone.now()
    by = post_of(presence().identity, at)
    if by is None:
        raise PermissionDenied
    long_papers.make(paper=papers.find(by, uuid.UUID(paper_id)), by=by, at=at)


@on_a_timetable(cron="20 * * * *", service="caretaker")
def forget_lists() -> None:
    """Remove the files of lists and of long papers that are a day old, each hour."""
    exports.forget_old(at=timezone.now())
    long_papers.forget_old(at=timezone.now())


@on_a_timetable(cron="*/5 * * * *", service="outage", one_transaction=False)
def make_outage_packs() -> None:
    """Make each hub's outage pack, once an hour; looked at each five minutes, so that what failed is tried again."""
    making.make_all(timezone.now)


@on_a_timetable(cron="30 6 * * *", service="reminders")
def tell_of_views() -> None:
    """Tell each morning who watches a saved view that something new has come in that it takes."""
    views.tell_of_new(at=timezone.now())
