"""Reading what one is told, and saying how one wishes to be told."""

from datetime import datetime, time

from django.db import transaction

from mash.ledger.actions import record
from mash.notifications import queries
from mash.notifications.models import Wish
from mash.partnership.models import Email, Staff


@transaction.atomic
def read(*, email: Email, by: Staff, at: datetime) -> str:
    """Count a notification as read, and return the page it leads to.  Safe to repeat.

    Source: docs/rules.md, "Notifications".
    """
    if queries.of(by).filter(pk=email.pk, read_at=None).update(read_at=at):
        record("notification.read", about=email, at=at, hub_id=by.hub_id)
    return queries.leads_to(email)


@transaction.atomic
def read_all(*, by: Staff, until: datetime, at: datetime) -> int:
    """Count as read all that a worker was told until a moment, which is when their page was made; return how many."""
    done = queries.of(by).filter(read_at=None, queued_at__lte=until).update(read_at=at)
    if done:
        record("notification.all_read", about="notifications", at=at, hub_id=by.hub_id, detail={"read": done})
    return done


@transaction.atomic
def keep_wish(
    *, how: str, quiet: str, quiet_from: time | None, quiet_until: time | None, by: Staff, at: datetime
) -> Wish:
    """Keep how somebody wishes to be told of what waits in this hub.

    Source: docs/rules.md, "Notifications".
    """
    wish, _ = Wish.objects.update_or_create(
        hub_id=by.hub_id,
        account_id=by.account_id,
        defaults={
            "how": how,
            "quiet": quiet,
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "changed_at": at,
        },
    )
    detail = {"how": how, "quiet": quiet}
    record("notification.wished", about=wish, at=at, hub_id=by.hub_id, detail=detail)
    return wish
