"""What is done each minute so that the record cannot be bent."""

import structlog
from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.ledger.actions import rooting, witnessing
from mash.ledger.signing import NoKey

log = structlog.stdlib.get_logger(__name__)


@on_a_timetable(cron="* * * * *", service="ledger_keeper")
def make_root() -> None:
    """Put the lines of finished transactions under a signed root."""
    try:
        rooting.make_root(at=timezone.now())
    except NoKey as why:
        log.error("no root was made", why=str(why))  # noqa: TRY400 (what is missing says it all)


@on_a_timetable(cron="* * * * *", service="ledger_keeper")
def deliver_roots() -> None:
    """Give the witnesses outside the roots that they do not hold yet."""
    witnessing.deliver(at=timezone.now())
