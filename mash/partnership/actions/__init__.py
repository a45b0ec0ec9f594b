"""What is written about hubs, agencies and posts, and the e-mails that go out."""

import re
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from smtplib import SMTPException

import structlog
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction

from mash.ledger.actions import record
from mash.partnership.models import Account, Agency, Closure, Email, Hub, Membership, Staff

SENT_IN_A_ROUND = 200
TRIED_FOR = timedelta(days=3)
METHOD = re.compile(r"^METHOD:(\w+)", re.MULTILINE)  # of an invitation: what it asks of a calendar
log = structlog.stdlib.get_logger(__name__)


@transaction.atomic
def open_hub(*, name: str, prefix: str, at: datetime, **particulars: object) -> Hub:
    """Make a hub, or return the one that has this name.  Safe to repeat.

    prefix: two or three letters that begin its references.  particulars: further fields of `Hub`.
    """
    hub, new = Hub.objects.get_or_create(name=name, defaults={"prefix": prefix.upper(), **particulars})
    if new:
        record("hub.opened", about=hub, at=at, hub_id=hub.pk)
    return hub


@transaction.atomic
def join_hub(*, hub: Hub, name: str, kind: str, email: str = "", at: datetime) -> Agency:
    """Make an agency if it is new, and its place in a hub.  Safe to repeat."""
    agency, _ = Agency.objects.get_or_create(name=name, defaults={"kind": kind})
    _, new = Membership.objects.get_or_create(hub=hub, agency=agency, defaults={"email": email})
    if new:
        record("agency.joined", about=agency, at=at, hub_id=hub.pk)
    return agency


@transaction.atomic
def close_on(*, hub: Hub, on: date, reason: str, at: datetime) -> None:
    """Close a hub on a day although its week says open: clocks in working time pass that day over.  Safe to repeat."""
    _, new = Closure.objects.get_or_create(hub=hub, on=on, defaults={"reason": reason})
    if new:
        record("hub.closed_on", about=hub, at=at, hub_id=hub.pk, why=reason, detail={"on": on.isoformat()})


def make_account(*, email: str, name: str, hashed: str = "") -> Account:
    """Make an account, or return the one with this e-mail address.

    hashed: its password as Django's `make_password` writes it.  Without one nobody can sign in to it yet.
    """
    found = Account.objects.filter(email__iexact=email).first()
    if found is None and hashed:
        address = Account.objects.normalize_email(email).lower()
        return Account.objects.create(email=address, name=name, password=hashed)
    return found or Account.objects.create_user(email, name, None)


@transaction.atomic
def give_post(
    *,
    account: Account,
    hub: Hub,
    agency: Agency,
    title: str,
    duties: Iterable[str],
    leads: bool = False,
    at: datetime,
) -> Staff:
    """Give an account a post in a hub, or return the post with this title that it holds there.  Safe to repeat."""
    post, new = Staff.objects.get_or_create(
        account=account,
        hub=hub,
        agency=agency,
        title=title,
        defaults={"duties": list(duties), "leads": leads, "from_at": at},
    )
    if new:
        record("post.given", about=post, at=at, hub_id=hub.pk, detail={"duties": list(duties)})
    return post


def queue_email(
    *,
    hub_id: uuid.UUID,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    private: bool = False,
    calendar: str = "",
) -> None:
    """Put an e-mail into the outbox, in the transaction of its cause; a job sends it.

    subject and body say which reference to sign in for, and nothing of the case.  private: nobody else may read it.
    calendar: the text of an invitation that goes with it.

    Source: docs/rules.md, "Feedback to the referrer".
    """
    email = Email(hub_id=hub_id, to=to, subject=subject, body=body, queued_at=at, private=private)
    email.calendar = calendar
    Email.objects.bulk_create([email])


def send_queued(*, at: datetime) -> int:
    """Send what waits in the outbox, oldest first, and mark it as sent; return how many went.

    One that cannot be sent waits for the next round, and after `TRIED_FOR` stays in the outbox, unsent, for a
    person to see.  Two rounds at once never send the same one.  What the hub of an exercise would send stays there.

    Source: docs/rules.md, "Exercises".
    """
    waiting = Email.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        sent_at=None, queued_at__gt=at - TRIED_FOR, hub__exercise_for=None
    )
    return sum(_send(one, at) for one in waiting.order_by("queued_at", "pk")[:SENT_IN_A_ROUND])


def _send(email: Email, at: datetime) -> bool:
    try:
        _deliver(email)
    except (SMTPException, OSError, ValueError) as why:  # no server, a refusal, or an address nobody can have
        log.warning("an e-mail could not be sent", email=str(email.pk), why=type(why).__name__)
        return False
    email.sent_at = at
    email.save(update_fields=["sent_at"])
    record("email.sent", about=email, at=at, hub_id=email.hub_id)
    return True


def _deliver(email: Email) -> None:
    if not email.calendar:
        send_mail(email.subject, email.body, None, [email.to])
        return
    message = EmailMultiAlternatives(email.subject, email.body, None, [email.to])
    method = METHOD.search(email.calendar)
    message.attach_alternative(email.calendar, f"text/calendar; method={method[1] if method else 'PUBLISH'}")
    message.send()
