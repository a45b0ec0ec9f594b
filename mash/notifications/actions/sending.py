"""Sending what waits in the outbox: to an address outside as it stands, to who works here without its content."""

import re
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse

from mash.common.editions import content_of
from mash.common.patience import try_again_at
from mash.ledger.actions import record
from mash.notifications import queries, saying
from mash.notifications.content import Quiet, one_a_day_at, quiet_hours
from mash.notifications.models import How, QuietHours, Wish
from mash.notifications.timing import next_at, quiet_until
from mash.partnership.models import Email

METHOD = re.compile(r"^METHOD:(\w+)", re.MULTILINE)  # of an invitation: what it asks of a calendar
BY_A_PROGRAM = {"Auto-Submitted": "auto-generated"}  # so that no program answers it: RFC 3834
log = structlog.stdlib.get_logger(__name__)


@transaction.atomic
def send_queued(*, at: datetime) -> int:
    """Send what waits in the outbox, oldest first, and mark it as sent; return how much went.

    Whoever works here gets one e-mail for all that waits for them, when they wish it, and none of what they have read.
    What cannot be sent is tried again, later each time, and after `MOST_TRIES` stays in the outbox, for a person.
    Two rounds at once never send the same one.  Acts as the service `post_room`.

    Source: docs/rules.md, "Notifications".
    """
    locked = queries.to_send(at).select_for_update(skip_locked=True, of=("self",))
    waiting = list(locked[: queries.SENT_IN_A_ROUND])
    wishes = queries.wishes(waiting)
    together: dict[tuple[uuid.UUID, uuid.UUID], list[Email]] = defaultdict(list)
    letters: list[list[Email]] = []
    for one in waiting:
        if one.account_id is None or one.calendar:
            letters.append([one])
        elif _goes_now(one, wishes.get((one.hub_id, one.account_id)), at):
            together[one.hub_id, one.account_id].append(one)
    return sum(_send(some, at) for some in [*letters, *together.values()])


def _goes_now(email: Email, wish: Wish | None, at: datetime) -> bool:
    """Tell whether the word of a notification goes now; where it does not, keep when it does, or that none goes."""
    if email.read_at or (wish and wish.how == How.ONLY_HERE and not email.urgent):
        email.only_here = True
        email.save(update_fields=["only_here"])
        return False
    if email.urgent:
        return True
    later = None
    with content_of(email.hub_id):
        if wish and wish.how == How.ONE_A_DAY and email.next_at is None:
            later = next_at(at, one_a_day_at())
        else:
            later = quiet_until(at, _quiet(wish))
    if later is None:
        return True
    email.next_at = later
    email.save(update_fields=["next_at"])
    return False


def _quiet(wish: Wish | None) -> Quiet | None:
    if wish is None or wish.quiet == QuietHours.HUB:
        return quiet_hours()
    if wish.quiet == QuietHours.OWN and wish.quiet_from and wish.quiet_until:
        return wish.quiet_from, wish.quiet_until
    return None


def _send(emails: Sequence[Email], at: datetime) -> int:
    """Send what goes in one e-mail; return how much of the outbox it was."""
    try:
        _deliver(emails[0])
    except (SMTPException, OSError, ValueError) as why:  # no server, a refusal, or an address nobody can have
        log.warning("an e-mail could not be sent", email=str(emails[0].pk), why=type(why).__name__)
        for one in emails:
            one.tries, one.why_not = one.tries + 1, type(why).__name__
            one.next_at = try_again_at(at, one.tries)
            one.save(update_fields=["tries", "why_not", "next_at"])
        return 0
    for one in emails:
        one.sent_at, one.why_not = at, ""
        one.save(update_fields=["sent_at", "why_not"])
        record("email.sent", about=one, at=at, hub_id=one.hub_id)
    return len(emails)


def _deliver(email: Email) -> None:
    if email.calendar:
        message = EmailMultiAlternatives(email.subject, email.body, None, [email.to])
        method = METHOD.search(email.calendar)
        message.attach_alternative(
            email.calendar, f"text/calendar; method={method[1] if method else 'PUBLISH'}"
        )
        message.send()
    elif email.account_id:
        send_mail(saying.SUBJECT, saying.body(_address()), email.to)
    else:
        send_mail(email.subject, email.body, email.to)


def send_mail(subject: str, body: str, to: str) -> None:
    """Send an e-mail that says of itself that a program wrote it."""
    EmailMessage(subject, body, None, [to], headers=BY_A_PROGRAM).send()


def _address() -> str:
    """Return the whole address of the page of notifications; "" where this installation does not say its own."""
    return (
        settings.MASH_ADDRESS.rstrip("/") + reverse("notifications:listed") if settings.MASH_ADDRESS else ""
    )
