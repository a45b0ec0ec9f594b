"""What is done by night for every hub."""

import structlog
from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.partnership.queries.rota import every_hub
from mash.people import actions
from mash.people.duplicates.splinking import NotInstalled

LOG = structlog.get_logger(__name__)


@on_a_timetable(cron="40 2 * * *", service="reminders")
def look_for_duplicates() -> None:
    """Look each night over the register of every hub for records that may be one person."""
    for hub in every_hub():
        try:
            actions.look_for_duplicates(hub=hub, at=timezone.now())
        except NotInstalled as why:
            LOG.warning("duplicates_not_looked_for", hub=str(hub.pk), why=str(why))


@on_a_timetable(cron="10 2 * * *", service="reminders")
def count_registers() -> None:
    """Count each night about how many people every hub has on record."""
    for hub in every_hub():
        actions.count_register(hub=hub, at=timezone.now())
