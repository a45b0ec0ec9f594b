"""What is done by night for hubs that let each other's registers be compared."""

import structlog
from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.people.duplicates.splinking import NotInstalled
from mash.region import actions

LOG = structlog.get_logger(__name__)


@on_a_timetable(cron="50 3 * * *", service="region", one_transaction=False)
def look_over_the_region() -> None:
    """Compare each night the registers of all hubs that let each other."""
    try:
        actions.look_over(at=timezone.now())
    except NotInstalled as why:
        LOG.warning("region_not_looked_over", why=str(why))
