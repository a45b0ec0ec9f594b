"""Deleting what was begun and never sent."""

from datetime import datetime

from django.db import transaction

from mash.ledger.actions import record
from mash.referral.models import KEPT_FOR, Draft


@transaction.atomic
def delete_old(*, at: datetime) -> int:
    """Delete every draft in which nothing was saved for 28 days, with its files; return how many.

    What was sent has long been a contact; of it only the empty row goes.  Acts as the service `draft_keeper`.

    Source: docs/rules.md, "Drafts of a referral".
    """
    old = Draft.objects.select_for_update(skip_locked=True).filter(saved_at__lt=at - KEPT_FOR)
    rows = list(old.only("id", "hub_id", "sent_at"))
    for one in rows:
        record("draft.deleted", about=one, at=at, hub_id=one.hub_id, detail={"sent": one.sent_at is not None})
    Draft.objects.filter(pk__in=[one.pk for one in rows]).delete()
    return len(rows)
