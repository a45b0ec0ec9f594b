"""What is written about hubs, agencies and posts, and the e-mails that go out."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models.functions import Lower

from mash.ledger.actions import record
from mash.partnership.models import Account, Agency, Closure, Email, Hub, Membership, Staff
from mash.partnership.queries import lasting


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
    """Put an e-mail into the outbox, in the transaction of its cause; a job sends it as it stands.

    For codes and matters of an account, and for whoever does not work here; for who does there is `notify`.
    subject and body say which reference to sign in for, and nothing of the case.  private: nobody else may read it.
    calendar: the text of an invitation that goes with it.

    Source: docs/rules.md, "Feedback to the referrer".
    """
    email = Email(hub_id=hub_id, to=to, subject=subject, body=body, queued_at=at, private=private)
    email.calendar = calendar
    Email.objects.bulk_create([email])


def notify(
    *,
    hub_id: uuid.UUID,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    page: str = "",
    contact: uuid.UUID | None = None,
    due_at: datetime | None = None,
    urgent: bool = False,
    private: bool = False,
    calendar: str = "",
) -> None:
    """Tell whoever works in a hub under this address of something that waits, in the transaction of its cause.

    They read it after signing in; the e-mail that follows, as they wish it, says only that there is something.  An
    address of nobody who has a post here, such as an agency's own, gets subject and body by e-mail.

    page: where it leads; "" for the case.  contact: of the case it is about: it is shown while that may be seen.
    due_at: by when something is to be done.  urgent: it is sent at once, whatever they wish.

    Source: docs/rules.md, "Notifications".
    """
    email = Email(hub_id=hub_id, to=to, subject=subject, body=body, queued_at=at, private=private)
    email.calendar, email.page, email.contact_id, email.due_at, email.urgent = (
        calendar,
        page,
        contact,
        due_at,
        urgent,
    )
    _put_into_outbox([email])


def notify_posts(
    *,
    hub_id: uuid.UUID,
    to: Sequence[Staff],
    subject: str,
    body: str,
    at: datetime,
    contact: uuid.UUID,
    due_at: datetime | None,
    urgent: bool,
) -> None:
    """Tell several who work in a hub of the same thing, as `notify` tells one, in two statements for all of them."""
    _put_into_outbox(
        [
            Email(
                hub_id=hub_id,
                to=one.account.email,
                subject=subject,
                body=body,
                queued_at=at,
                contact_id=contact,
                due_at=due_at,
                urgent=urgent,
            )
            for one in to
        ]
    )


def _put_into_outbox(emails: list[Email]) -> None:
    """Queue e-mails of one hub, each for the account that has a post there under its address, if any."""
    if not emails:
        return
    hub_id, at = emails[0].hub_id, emails[0].queued_at
    addresses = {one.to.lower() for one in emails}
    posts = Staff.objects.filter(lasting(at), hub=hub_id, account__is_active=True)
    posts = posts.annotate(address=Lower("account__email")).filter(address__in=addresses)
    accounts = dict(
        posts.order_by("-pk").values_list("address", "account_id")
    )  # of several, the first by key
    for one in emails:
        one.account_id = accounts.get(one.to.lower())
    Email.objects.bulk_create(emails)
