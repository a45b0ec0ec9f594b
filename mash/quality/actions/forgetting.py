"""Incidents are kept for some months, and not for ever."""

import uuid
from datetime import datetime, time

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.clock import LONDON, months_after
from mash.common.editions import content_of
from mash.ledger.actions import record
from mash.quality import queries
from mash.quality.content.dips import dip_rules

BATCH = 5_000  # incidents of one statement


@transaction.atomic
def forget_incidents(*, at: datetime) -> int:
    """Take away each hub's incidents whose time is over; return how many.  A program does it.

    One that was drawn stays with its sample, as the proof of what was found there, and loses its officer once the
    sample is closed.

    Source: docs/rules.md, "Incidents of a force".
    """
    return sum(_forget(hub_id, at) for hub_id in queries.hubs_with_incidents())


def _forget(hub_id: uuid.UUID, at: datetime) -> int:
    with content_of(hub_id):
        first_kept = months_after(localdate(at), -dip_rules()["kept_months"])
    before = datetime.combine(first_kept, time(), LONDON)
    gone = 0
    while keys := queries.incidents_to_forget(hub_id, before, BATCH):
        gone += queries.incidents_by_key(hub_id, keys).delete()[0]
    unnamed = queries.officers_to_forget(hub_id, before).update(officer="")
    if gone or unnamed:
        detail = {"before": first_kept.isoformat(), "incidents": gone, "officers": unnamed}
        record("quality.incidents_forgotten", about="incidents", at=at, hub_id=hub_id, detail=detail)
    return gone
