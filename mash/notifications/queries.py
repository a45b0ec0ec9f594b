"""What waits for somebody, how they wish to be told, and what is to be sent.

What a worker sees of it is held by the wall of the table: their own, and of a case only while they may see that.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest

from mash.common.navigation import address_of_one
from mash.common.patience import MOST_TRIES
from mash.notifications.content import one_a_day_at, quiet_hours
from mash.notifications.models import Wish
from mash.partnership.models import Access, Email, Hub, Staff
from mash.partnership.policy import is_restricted_from
from mash.partnership.queries import COUNTED_UP_TO, lasting
from mash.partnership.queries import rota as rota_queries

PAGE = 25
SENT_IN_A_ROUND = 200
AT_ONCE = 500
CASE = "desk:case"


def waiting_for(request: HttpRequest | None) -> str | None:
    """Return how many notifications wait, for the head of every page, "" for none; None where there is no post."""
    found = getattr(getattr(request, "staff", None), "unread", None)
    if found is None:
        return None
    count = len(found)
    return f"{COUNTED_UP_TO - 1}+" if count >= COUNTED_UP_TO else str(count or "")


def of(staff: Staff) -> QuerySet[Email]:
    """Return the notifications of a worker, unread ones first, then newest first."""
    mine = Email.objects.filter(hub=staff.hub_id, account=staff.account_id)
    return mine.order_by(F("read_at").asc(nulls_first=True), "-queued_at", "pk")


def find(staff: Staff, key: uuid.UUID) -> Email:
    """Return one of a worker's notifications.  Raises Http404 where it is another's, or its case is closed to them."""
    found = of(staff).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def leads_to(email: Email) -> str:
    """Return the page a notification leads to; "" where it leads nowhere."""
    if email.page or email.contact_id is None:
        return email.page
    return address_of_one(CASE, email.contact_id)


def wish_of(staff: Staff) -> Wish | None:
    """Return how a worker wishes to be told, if they ever said."""
    return Wish.objects.filter(hub=staff.hub_id, account=staff.account_id).first()


def to_send(at: datetime) -> QuerySet[Email]:
    """Return what waits to be sent and may be tried, oldest first; what the hub of an exercise would send stays there.

    What nobody tried waits however long, as while the workers stood still.

    Source: docs/rules.md, "Exercises".
    """
    due = Q(next_at=None) | Q(next_at__lte=at)
    waiting = Email.objects.filter(
        due, sent_at=None, only_here=False, tries__lt=MOST_TRIES, hub__exercise_for=None
    )
    return waiting.select_related("hub").order_by("queued_at", "pk")


def wishes(emails: Iterable[Email]) -> Mapping[tuple[uuid.UUID, uuid.UUID], Wish]:
    """Return who of those to be told said how, by hub and account."""
    accounts = {one.account_id for one in emails if one.account_id}
    return {(one.hub_id, one.account_id): one for one in Wish.objects.filter(account__in=accounts)}


def unread_near_their_time(at: datetime) -> QuerySet[Email]:
    """Return what has a time that is near or over, and nobody read; the hub's own numbers say which of it goes on."""
    near = Email.objects.filter(
        read_at=None, went_on_at=None, account__isnull=False, due_at__lte=at + timedelta(days=1)
    )
    return near.filter(hub__exercise_for=None).select_related("hub").order_by("due_at", "pk")


def told_already(email: Email) -> set[uuid.UUID]:
    """Return the accounts that were told of the same thing."""
    same = Email.objects.filter(
        hub=email.hub_id,
        contact_id=email.contact_id,
        page=email.page,
        subject=email.subject,
        account__isnull=False,
    )
    return {one for one in same.values_list("account_id", flat=True) if one}


def next_in_line(email: Email, step: str, at: datetime) -> list[Staff]:
    """Return the posts of one step to whom something unread may go.  step: as `goes_on` of the content."""
    hub: Hub = email.hub
    if step == "manager":
        return rota_queries.managers_of(hub.pk, at)
    if step == "on_duty":
        return [
            one.person for one in rota_queries.on_duty(hub, at) if one.person and one.person.works_at_the_desk
        ]
    posts = Staff.objects.filter(lasting(at), hub=hub, account=email.account_id)
    return [
        lead
        for agency in posts.order_by("pk").values_list("agency", flat=True)
        for lead in rota_queries.leads_of(hub.pk, agency, at)
    ]


def does_not_leave() -> QuerySet[Email]:
    """Return what could not be sent so far, and what was given up."""
    return Email.objects.filter(sent_at=None, only_here=False, tries__gt=0, hub__exercise_for=None)


def how_the_post_stands(staff: Staff) -> dict[str, int]:
    """Return how much of a hub's outbox waits, fails, and was given up."""
    unsent = Email.objects.filter(hub=staff.hub_id, sent_at=None, only_here=False, hub__exercise_for=None)
    return unsent.aggregate(
        waiting=Count("pk", filter=Q(tries=0)),
        failing=Count("pk", filter=Q(tries__gt=0, tries__lt=MOST_TRIES)),
        given_up=Count("pk", filter=Q(tries__gte=MOST_TRIES)),
    )


def may_be_told(post: Staff, email: Email, at: datetime) -> bool:
    """Tell whether somebody else may be told of it: nobody else of what is private, nor who is kept from its case."""
    if email.private:
        return False
    if email.contact_id is None:
        return True
    lasts = Q(until_at=None) | Q(until_at__gt=at)
    kept_out = Access.objects.filter(
        lasts, staff=post.pk, contact_id=email.contact_id, bars=True, from_at__lte=at
    )
    return not kept_out.exists() and not is_restricted_from(post, email.contact_id)


def rules_of_the_hub() -> dict[str, Any]:
    """Return when the hub that acts sends e-mails: its quiet hours, and when the one a day goes."""
    return {"quiet": quiet_hours(), "one_a_day": one_a_day_at()}
