"""What runs by itself: people are told of their places, reminded of sessions, and asked again half a year later."""

import uuid

from django.utils import timezone

from mash.common.editions import content_of
from mash.common.jobs import job, on_a_timetable
from mash.training import actions
from mash.training.queries import for_jobs


@job
def tell(*, session: str) -> None:
    """Tell those who have a place on a session."""
    found = for_jobs.session_of(uuid.UUID(session))
    with content_of(found.hub_id):
        actions.tell_session(session=found, at=timezone.now())


@job
def bind(*, account: str) -> None:
    """Bind a record that was kept before somebody could sign in to their account."""
    actions.bind_to_accounts(account=uuid.UUID(account), at=timezone.now())


@on_a_timetable(cron="20 * * * *", service="reminders")
def remind() -> None:
    """Remind of what is coming, and ask again of what was held."""
    at = timezone.now()
    actions.bind_to_accounts(at=at)
    for session in for_jobs.coming(at):
        with content_of(session.hub_id):
            actions.tell_session(session=session, at=at)
            actions.remind_when_due(session=session, at=at)
    for session in for_jobs.held(at):
        with content_of(session.hub_id):
            actions.ask_again(session=session, at=at)


@on_a_timetable(cron="40 5 * * *", service="reminders")
def warn() -> None:
    """Tell learners and their line managers, in every hub, which modules fall due soon; and let old files go."""
    actions.let_go(at=timezone.now())
    for hub_id in for_jobs.hubs_with_learners():
        with content_of(hub_id):
            actions.warn_of_refreshers(hub_id=hub_id, at=timezone.now())
