"""Reminding of what is overdue, by an e-mail that says a reference and nothing else."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mash.alongside import queries
from mash.alongside.models import Alongside, Reminder
from mash.contact.actions import hold_key
from mash.ledger.actions import record
from mash.partnership.actions import notify

SUBJECT = "Something is overdue: {reference}"
BODY = "Sign in to see reference {reference}.  Open “Alongside”."
TO_OTHERS_AFTER = 1  # days


@transaction.atomic
def remind_when_due(*, one: Alongside, at: datetime) -> str:
    """Remind whoever opened it once it is overdue and each day after; from the second day on others who may see it.

    Others: who manages the hub; of a sealed one the cleared alone.  Returns the step reached now, "" for none.

    Source: docs/rules.md, "Alongside a decision".
    """
    hold_key(one.contact_id)
    step = queries.overdue_step(one, at)
    if not step or Reminder.objects.filter(alongside=one, step=step).exists():
        return ""
    Reminder.objects.bulk_create([Reminder(hub_id=one.hub_id, alongside=one, step=step, at=at)])
    days = int(step.rpartition("_")[2])
    others = queries.others_to_remind(one, at) if days >= TO_OTHERS_AFTER else []
    for address in sorted({one.by.account.email, *others}):
        notify(
            hub_id=one.hub_id,
            to=address,
            subject=SUBJECT.format(reference=one.contact.reference),
            body=BODY.format(reference=one.contact.reference),
            at=at,
            private=one.sealed,
            page=reverse("alongside:one", args=[one.pk]),
            contact=one.contact_id,
        )
    record("alongside.reminded", about=one, at=at, hub_id=one.hub_id, detail={"step": step})
    return step
