"""Reminding a service of a hand-over that it has not answered, and the hub once the time is up."""

from datetime import datetime, timedelta

from django.db import transaction

from mash.common.clock import LONDON
from mash.contact.actions import hold_key
from mash.handover.actions.sending import call_service, tell_sender
from mash.handover.content import handover_content
from mash.handover.models import Pack, PackChase, Word
from mash.ledger.actions import record

BEFORE, DUE = "before", "due"
LATE = (
    "A service has not answered a hand-over: {reference}",
    "Sign in to see reference {reference}.  The service's time is up, and the case is still the hub's.",
)


@transaction.atomic
def chase_when_due(*, pack: Pack, at: datetime) -> str:
    """Remind a service before its time is up, when it is, and each day after; the hub's sender too from then on.

    An e-mail says the reference and names nobody.  Returns the step reached now, "" for none.

    Source: docs/rules.md, "By when a service answers".
    """
    hold_key(pack.contact_id)
    if Word.objects.filter(pack=pack).exists():
        return ""
    step = _step(pack.due_at, at)
    if not step or PackChase.objects.filter(pack=pack, step=step).exists():
        return ""
    PackChase.objects.bulk_create([PackChase(hub_id=pack.hub_id, pack=pack, step=step, at=at)])
    call_service(pack, at)
    if step != BEFORE:
        tell_sender(pack, LATE, at, due_at=pack.due_at)
    record("hand_over.chased", about=pack, at=at, hub_id=pack.hub_id, detail={"step": step})
    return step


def _step(due_at: datetime, at: datetime) -> str:
    """Return how far a hand-over's time has run: "", "before", "due", or the days since."""
    if at < due_at - timedelta(hours=handover_content().remind_before_hours.value):
        return ""
    if at < due_at:
        return BEFORE
    days = (at.astimezone(LONDON).date() - due_at.astimezone(LONDON).date()).days
    return str(days) if days > 0 else DUE
