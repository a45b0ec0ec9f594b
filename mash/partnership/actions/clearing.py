"""Clearing what has had its time: codes, counts and the sessions of whoever is long gone."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from mash.ledger.actions import record
from mash.partnership.models import ReferrerCode, Tally

CODES_KEPT_FOR = timedelta(
    days=1
)  # after they ended: how many were sent in the last hour is counted from them


@transaction.atomic
def clear_what_has_ended(*, at: datetime) -> dict[str, int]:
    """Delete codes that ended a day ago, counts whose time is up, and sessions past their end; return how many of each.

    No live visit is touched.  Acts as the service `caretaker`.

    Source: docs/rules.md, "Public referrers".
    """
    codes, _ = ReferrerCode.objects.filter(expires_at__lt=at - CODES_KEPT_FOR).delete()
    tallies, _ = Tally.objects.filter(until_at__lte=at).delete()
    sessions, _ = Session.objects.filter(expire_date__lt=at).delete()
    gone = {"codes": codes, "tallies": tallies, "sessions": sessions}
    if any(gone.values()):
        record("ended.cleared", about="partnership.code:all", at=at, detail=gone)
    return gone
