"""Reminding whoever rang that their referral is to follow in writing."""

from datetime import datetime

from django.db import transaction

from mash.common.editions import content_of
from mash.contact.actions import hold_still
from mash.contact.models import Contact, WrittenChase
from mash.contact.queries import written_for
from mash.ledger.actions import record
from mash.partnership.actions import queue_email
from mash.triage.in_writing import written_clock

STEPS = {"75": 0.75, "100": 1.0}  # share of the time allowed
SUBJECT = "Reference {reference}: please write"
BODY = "You rang us.  Sign in to see reference {reference}.  It waits for your referral in writing."


@transaction.atomic
def chase_writing(*, contact: Contact, at: datetime) -> list[str]:
    """Remind whoever rang to write, at three quarters of the time and when it is up, once each; return the steps.

    The e-mail names the reference and nothing of the case.  Where no address is known nobody is written to, and the
    step is kept all the same: the desk sees the call among those that wait.

    Source: docs/rules.md, "Contacts".
    """
    hold_still(contact)
    with content_of(contact.hub_id):
        clock = written_clock(contact, at, written_for(contact))
    if clock is None or clock.ended_at:
        return []
    done = set(contact.written_chases.values_list("step", flat=True))
    steps = [step for step, share in STEPS.items() if step not in done and clock.warn_at(share) <= at]
    if not steps:
        return []
    WrittenChase.objects.bulk_create(
        WrittenChase(hub_id=contact.hub_id, contact=contact, step=step, at=at) for step in steps
    )
    if contact.referrer_email:
        queue_email(
            hub_id=contact.hub_id,
            to=contact.referrer_email,
            subject=SUBJECT.format(reference=contact.reference),
            body=BODY.format(reference=contact.reference),
            at=at,
        )
    detail = {"step": steps[-1], "sent": bool(contact.referrer_email)}
    record("contact.writing_chased", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    return steps
