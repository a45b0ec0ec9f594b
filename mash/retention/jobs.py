"""What runs by itself at night: where each record stands, and the disposals that two people agreed to."""

import uuid

from django.utils import timezone

from mash.common.jobs import job, on_a_timetable
from mash.retention import queries
from mash.retention.actions.disposing import dispose
from mash.retention.actions.holding import remind_of_holds
from mash.retention.actions.looking import look_at, look_over
from mash.retention.facts import Whose

EVERY_NIGHT = "20 1 * * *"  # UTC
AFTER_THAT = "20 3 * * *"
EACH_MONDAY = "10 6 * * 1"


@on_a_timetable(cron=EVERY_NIGHT, service="retention")
def look_over_records() -> None:
    """Work out where every record of every hub stands."""
    for hub in queries.hubs():
        look_over(hub=hub, at=timezone.now())


@on_a_timetable(cron=AFTER_THAT, service="disposal")
def order_disposals() -> None:
    """Order each agreed disposal by itself: a record goes whole in a transaction of its own, or not at all."""
    for proposal in queries.ready():
        dispose_of_record.later(proposal_id=str(proposal))


@on_a_timetable(cron=EACH_MONDAY, service="reminders")
def remind_of_holds_to_look_at() -> None:
    """Remind each Monday whoever manages a hub of the holds whose day to be looked at has come."""
    for hub in queries.hubs():
        remind_of_holds(hub=hub, at=timezone.now())


@job
def dispose_of_record(*, proposal_id: str) -> None:
    """Dispose of one record."""
    dispose(proposal_id=uuid.UUID(proposal_id), at=timezone.now())


@job
def look_at_record(*, hub_id: str, kind: str, key: str) -> None:
    """Work out afresh where one record stands."""
    look_at(hub=queries.hubs().get(pk=hub_id), whose=Whose(kind, uuid.UUID(key)), at=timezone.now())
