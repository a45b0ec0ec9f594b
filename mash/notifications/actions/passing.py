"""Passing on what has a time and nobody read: to the next one in line, by the hub's own rule."""

from datetime import datetime, timedelta

from django.db import transaction

from mash.common.editions import content_of
from mash.ledger.actions import record
from mash.notifications import queries
from mash.notifications.content import notifications_content, numbers
from mash.partnership.actions import notify
from mash.partnership.models import Email, Staff


@transaction.atomic
def pass_on_unread(*, at: datetime) -> int:
    """Tell the next one in line of what is near its time and unread; return how much went on.

    Each goes on once; what was passed on has a time of its own, and goes on again if nobody reads that.
    Acts as a listed service.

    Source: docs/rules.md, "Notifications".
    """
    near = queries.unread_near_their_time(at).select_for_update(of=("self",), skip_locked=True)
    done = 0
    for one in near[: queries.AT_ONCE]:
        with content_of(one.hub_id):
            done += _pass_on(one, at)
    return done


def _pass_on(email: Email, at: datetime) -> bool:
    given, before = (
        timedelta(minutes=numbers()["minutes_to_read"]),
        timedelta(hours=numbers()["hours_before_due"]),
    )
    if email.due_at is None or at < max(email.due_at - before, email.queued_at + given):
        return False
    email.went_on_at = at
    email.save(update_fields=["went_on_at"])
    to = _next(email, at)
    for one in to:
        notify(
            hub_id=email.hub_id,
            to=one.account.email,
            subject=email.subject,
            body=email.body,
            at=at,
            page=email.page,
            contact=email.contact_id,
            due_at=email.due_at,
            urgent=email.urgent,
            private=email.private,
        )
    record("notification.went_on", about=email, at=at, hub_id=email.hub_id, detail={"to": len(to)})
    return bool(to)


def _next(email: Email, at: datetime) -> list[Staff]:
    told = queries.told_already(email)
    for step in notifications_content().goes_on:
        found = {one.account_id: one for one in queries.next_in_line(email, step.id, at)}
        able = [one for key, one in found.items() if key not in told and queries.may_be_told(one, email, at)]
        if able:
            return able
    return []
