"""What is read about hubs, agencies and posts."""

import uuid
from datetime import datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
)
from django.db.models.functions import Now

from mash.common.identity import Identity, Kind
from mash.common.prepared import prepared
from mash.partnership.models import (
    Account,
    Agency,
    Closure,
    Dormant,
    Email,
    Hub,
    ReferrerCode,
    Restriction,
    Staff,
    opening_hours,
)

MIDNIGHT_AT_THE_END = "24:00"
COUNTED_UP_TO = 100  # unread notifications on every page: beyond it says "99+"


def lasting(at: Any) -> Q:
    """Return "this post lasts, and its account is not closed", as a filter on posts."""
    return Q(from_at__lte=at, account__is_active=True) & (Q(until_at=None) | Q(until_at__gt=at))


def stopped() -> Exists:
    """Return "this post has stopped", as a filter on posts; nothing has for whoever may not know of it."""
    return Exists(Dormant.objects.filter(staff=OuterRef("pk"), woken=None))


def has_stopped(of: str = "pk") -> Func:
    """Return "this post has stopped", as a filter on posts, for whoever offers a colleague for something.

    It is the same for everybody of a hub, who learn nothing of why.  of: the path to the post.

    Source: docs/rules.md, "Posts that nobody uses".
    """
    asked = "(%(expressions)s = ANY ((SELECT identity.stopped_posts())::uuid[]))"
    return Func(F(of), template=asked, output_field=BooleanField())


def post_of(identity: Identity | None, at: datetime) -> Staff | None:
    """Return the post that acts, with hub, agency and account; None for anybody else or a post that has ended.

    Its `unread` are keys of notifications that wait for it, `COUNTED_UP_TO` at most: every page says how many.
    """
    if identity is None or identity.kind != Kind.STAFF:
        return None
    found: Staff | None = _lasting_post.first(key=identity.key, at=at)
    return found


@prepared(key=UUIDField(), at=DateTimeField())
def _lasting_post(key: Any, at: Any) -> QuerySet[Staff]:
    waiting = Email.objects.filter(account=OuterRef("account"), hub=OuterRef("hub"), read_at=None)
    unread = ArraySubquery(waiting.order_by().values("pk")[:COUNTED_UP_TO])
    found = Staff.objects.select_related("hub", "agency", "account").annotate(unread=unread)
    return found.filter(lasting(at), pk=key)


def account_at(email: str) -> Account | None:
    """Return the account of an e-mail address, whoever asks: for signing in, before anybody acts."""
    return Account.objects.filter(email__iexact=email.strip()).first()


def code_shown(code_hash: str) -> ReferrerCode | None:
    """Return the code that a referrer has shown, while it opens anything."""
    live = ReferrerCode.objects.filter(code_hash=code_hash, expires_at__gt=Now(), wrong_tries__lt=5)
    return live.exclude(code_hash="").first()


def hub_that_sent_a_code(contact_id: uuid.UUID) -> uuid.UUID | None:
    """Return the hub that sent a code for a contact, which may have ended; None if none was sent.

    For the service that acts for whoever showed it.
    """
    sent = ReferrerCode.objects.filter(contact_id=contact_id).order_by("-expires_at")
    return sent.values_list("hub", flat=True).first()


def restriction_of(contact_id: uuid.UUID) -> Restriction | None:
    """Return the restriction that a case is under, with who gave it; None where the whole desk sees it."""
    found = Restriction.objects.filter(contact_id=contact_id, until_at=None)
    return found.select_related("by__account").first()


def is_restricted(contact_id: uuid.UUID) -> bool:
    """Tell whether a case is restricted."""
    return bool(_restricts.rows(contact=contact_id))


@prepared(contact=UUIDField())
def _restricts(contact: Any) -> QuerySet[Restriction, Any]:
    return Restriction.objects.filter(contact_id=contact, until_at=None).values_list("pk", flat=True)[:1]


def posts(account: Account, at: datetime) -> QuerySet[Staff]:
    """Return the posts an account may take now, with hub and agency."""
    return held_posts(account, at).filter(~stopped())


def held_posts(account: Account, at: datetime) -> QuerySet[Staff]:
    """Return the posts of an account that last, also those that stopped because nobody used them."""
    return (
        Staff.objects.filter(lasting(at), account=account)
        .select_related("hub", "agency", "account")
        .order_by("hub__name", "agency__name", "title", "pk")
    )


def stopped_posts(account: Account, at: datetime) -> QuerySet[Dormant]:
    """Return the posts of an account that stopped because nobody used them, with hub and agency.

    Source: docs/rules.md, "Posts that nobody uses".
    """
    posts_held = Staff.objects.filter(lasting(at), account=account)
    found = Dormant.objects.filter(staff__in=posts_held, woken=None)
    return found.select_related("staff__hub", "staff__agency", "staff__account").order_by(
        "staff__hub__name", "pk"
    )


def dormancy_of(post: Staff) -> Dormant | None:
    """Return that a post stopped because nobody used it; None while it works, and for whoever may not know."""
    return Dormant.objects.filter(staff=post, woken=None).first()


def colleagues(staff: Staff, *duties: str) -> QuerySet[Staff]:
    """Return the posts in this worker's hub that carry any of these duties (all posts when none is named)."""
    found = Staff.objects.filter(hub=staff.hub_id, until_at=None).select_related("account", "agency")
    if duties:
        found = found.filter(duties__overlap=list(duties))
    return found.order_by("account__name", "title", "pk")


def working_colleagues(staff: Staff, *duties: str) -> QuerySet[Staff]:
    """Return those of them whose posts work: whom a page offers.  One that stopped still is whom something concerns."""
    return colleagues(staff, *duties).filter(~Q(has_stopped()))


def hub_named(name: str) -> Hub:
    """Return the hub with this name, in any case of letters.  Raises Hub.DoesNotExist."""
    return Hub.objects.get(name__iexact=name)


def agencies_in(hub_id: uuid.UUID) -> QuerySet[Agency]:
    """Return the agencies that can be asked in a hub."""
    return Agency.objects.filter(memberships__hub=hub_id, memberships__left_at=None).order_by("name")


def closures(hub_id: uuid.UUID) -> frozenset[object]:
    """Return the dates on which a hub is closed although its week says open."""
    return frozenset(_closed_on.rows(hub=hub_id))


@prepared(hub=UUIDField())
def _closed_on(hub: Any) -> QuerySet[Closure, Any]:
    return Closure.objects.filter(hub=hub).values_list("on", flat=True)


def opening_hours_of(hub: Hub) -> dict[int, tuple[time, time]]:
    """Return a hub's hours as a working week reads them: closing at midnight is `time(0)`."""
    return {
        day: (opens, closes if hub.hours[str(day)][1] != MIDNIGHT_AT_THE_END else closes.min)
        for day, (opens, closes) in opening_hours(hub).items()
    }
