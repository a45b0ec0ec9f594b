"""What runs by itself: the mailboxes are read."""

import structlog
from django.conf import settings
from django.utils import timezone

from mash.common.jobs import on_a_timetable
from mash.mail import actions, boxes

log = structlog.stdlib.get_logger(__name__)


@on_a_timetable(cron="* * * * *", service="mail_room", one_transaction=False)
def read_the_mail() -> None:
    """Read each mailbox; each e-mail is committed by itself.  One that cannot be read keeps no other from it."""
    try:
        known = boxes.read(settings.MASH_MAIL, settings.MASH_MAIL_PASSWORDS)
    except boxes.NotSet as why:
        log.error("no mailbox is read", why=str(why))  # noqa: TRY400 (the words say it)
        return
    for box in known:
        try:
            found = actions.read_box(box, now=timezone.now)
        except boxes.NotRead as why:
            log.error("a mailbox was not read", why=str(why))  # noqa: TRY400 (the words say it)
            continue
        if found.taken or found.left:
            log.info("a mailbox was read", hub=box.hub, taken=found.taken, left=found.left)
