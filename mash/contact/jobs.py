"""What follows from a worker's word and is done by a program: not every worker sees every contact of the hub."""

import time
import uuid

import structlog
from django.utils import timezone

from mash.common.jobs import job, on_a_timetable
from mash.contact import actions
from mash.contact.looking import scanners
from mash.people.models import Joining

log = structlog.stdlib.get_logger(__name__)
LONGEST_ROUND = 30.0  # seconds; what is left is looked through in the next


@job
def keep_out_everywhere(*, joining_id: str) -> None:
    """Close every contact about joined records to whoever is kept from one of them."""
    joining = Joining.objects.select_related("by").filter(pk=uuid.UUID(joining_id), undone_at=None).first()
    if joining:  # or it was taken back before this was done
        actions.who_may_see_it_now(joining=joining, at=timezone.now())


@on_a_timetable(cron="* * * * *", service="scanner")
def look_through_files() -> None:
    """Have the scanner look through what waits, the oldest first; without a scanner everything waits on."""
    scanner = scanners.configured()
    if scanner is None:
        return
    until = time.monotonic() + LONGEST_ROUND
    try:
        actions.look_through(scanner=scanner, at=timezone.now(), goes_on=lambda: time.monotonic() < until)
    except (scanners.Down, scanners.NotToBeTrusted) as why:
        log.error("no file was looked through", why=str(why))  # noqa: TRY400 (what is missing says it all)
