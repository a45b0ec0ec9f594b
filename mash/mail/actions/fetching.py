"""Reading a mailbox: each e-mail is committed before it is moved, so that a crash repeats work and loses none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from mash.mail import queries, reading
from mash.mail.actions.taking import take_in
from mash.mail.boxes import Box, NotRead, opened
from mash.mail.models import Kind

MOST_A_ROUND = 200
log = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True)
class Count:
    """What one reading brought.  left: could not be moved, and lie where they were."""

    taken: int = 0
    known: int = 0
    refused: int = 0
    left: int = 0


def read_box(box: Box, *, now: Callable[[], datetime], most: int = MOST_A_ROUND) -> Count:
    """Take in what lies in a mailbox, the first first, one at a time in memory.  Acts as the service `mail_room`.

    Raises NotRead; what was taken until then is kept.

    Source: docs/rules.md, "E-mail".
    """
    with transaction.atomic():
        hub = queries.hub_of(box.hub)
    if hub is None:
        raise NotRead(f"MASH_MAIL: there is no hub with the letters {box.hub}")
    found = Count()
    with opened(box) as folder:
        for uid in folder.waiting()[:most]:
            lying = folder.fetch(uid, reading.LARGEST)
            if lying is None:
                continue
            said = reading.read(lying.body, trusts=box.trusts, whole=lying.whole)
            at = now()
            mail, is_new = take_in(
                said,
                hub=hub,
                uid_validity=folder.uid_validity,
                uid=uid,
                received_at=lying.arrived_at or at,
                at=at,
            )
            refused = mail.kind in (Kind.TOO_LARGE, Kind.UNREADABLE)
            found.taken += is_new
            found.known += not is_new
            found.refused += refused
            try:
                folder.move(uid, box.refused if refused else box.done)
            except NotRead as why:
                found.left += 1
                log.warning("an e-mail could not be moved", why=str(why))
    return found
