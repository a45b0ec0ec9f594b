"""Giving roots to the witnesses outside, again and again until each has them."""

import smtplib
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from mash.ledger.models import Outside, Root
from mash.ledger.witnesses import Refused, Witness, witnesses

AT_ONCE = 500  # roots in one round
LONGEST_REST = 60  # minutes between two tries
log = structlog.stdlib.get_logger(__name__)


@transaction.atomic
def deliver(*, at: datetime) -> dict[str, int]:
    """Give each witness the roots it does not hold yet, in their order; return the last number that each holds.

    What cannot be delivered is tried again: after two minutes, then four, at most an hour.  Acts as `ledger_keeper`.

    Source: docs/rules.md, "Evidence".
    """
    reached = {}
    for one in witnesses():
        known, _ = Outside.objects.get_or_create(name=one.name)
        if known.next_at is None or known.next_at <= at:
            _give(one, known, at)
        reached[one.name] = known.upto
    return reached


def _give(witness: Witness, known: Outside, at: datetime) -> None:
    try:
        for root in _waiting(witness, known, at):
            witness.take(root)
            known.upto, known.delivered_at = root.number, at
        known.tries, known.problem, known.next_at = 0, "", None
    except (Refused, OSError, smtplib.SMTPException) as why:
        known.tries = min(known.tries + 1, 1000)
        known.problem = (str(why) if isinstance(why, Refused) else type(why).__name__)[:200]
        known.next_at = at + timedelta(minutes=min(2 ** min(known.tries, 10), LONGEST_REST))
        log.warning("a witness did not take a root", witness=known.name, problem=known.problem)
    known.save()


def _waiting(witness: Witness, known: Outside, at: datetime) -> list[Root]:
    coming = Root.objects.filter(number__gt=known.upto).order_by("number")
    if not witness.every:
        return list(coming[:AT_ONCE])
    if known.delivered_at and at - known.delivered_at < witness.every:
        return []
    newest = coming.last()
    return [newest] if newest else []
