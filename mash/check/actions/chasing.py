"""Reminding agencies that have not answered, and managers who have not approved or confirmed."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from mash.check import policy
from mash.check.models import Chase, Check, Enquiry
from mash.check.queries.asking import clock_of
from mash.check.queries.waiting import asked_on, confirmation_due
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Duty, Membership, Staff
from mash.triage.confirming import to_confirm

STEPS = {"75": 0.75, "100": 1.0}  # share of the time allowed
EVERY = timedelta(hours=2)
AGAIN = timedelta(minutes=15)  # a reminder by hand is not repeated sooner
SUBJECT = "An enquiry waits for your answer: {reference}"
BODY = "Sign in to see reference {reference}.  It waits for an answer from your agency."
APPROVAL_SUBJECT = "An approval is due today: {reference}"
APPROVAL_BODY = "Sign in to see reference {reference}.  It waits for the approval of a manager."
CONFIRMATION_SUBJECT = "A rating is to be confirmed today: {reference}"
CONFIRMATION_BODY = "Sign in to see reference {reference}.  Its rating waits for a manager to confirm it."


@transaction.atomic
def chase_when_due(*, enquiry: Enquiry, at: datetime) -> list[str]:
    """Remind an agency at three quarters of its time and when it is due, once each; return the steps reached now.

    Source: docs/rules.md, "The check".
    """
    held = _waiting(enquiry)
    if held is None:
        return []
    clock = clock_of(held, ended_at=None)
    done = set(held.chases.values_list("step", flat=True))
    steps = [step for step, share in STEPS.items() if step not in done and clock.warn_at(share) <= at]
    Chase.objects.bulk_create(Chase(hub_id=held.hub_id, enquiry=held, step=step, at=at) for step in steps)
    if steps:
        _remind(held, steps[-1], at)
    return steps


@transaction.atomic
def chase(*, enquiry: Enquiry, by: Staff, at: datetime) -> bool:
    """Remind an agency now; return whether a reminder went out.  Not twice within a quarter of an hour.

    Raises PermissionDenied.

    Source: docs/rules.md, "The check".
    """
    require(policy.may_work_on(by, enquiry.check_asked.contact))
    held = _waiting(enquiry)
    if held is None or held.chases.filter(step="again", at__gt=at - AGAIN).exists():
        return False
    Chase.objects.bulk_create([Chase(hub_id=held.hub_id, enquiry=held, step="again", at=at)])
    _remind(held, "again", at)
    return True


def _waiting(enquiry: Enquiry) -> Enquiry | None:
    """Return the enquiry, held still, while its agency is waited for."""
    held = Enquiry.objects.select_for_update(of=("self",)).select_related("hub").get(pk=enquiry.pk)
    done = held.withdrawn_at or held.let_go_at or held.returns.filter(part=False).exists()
    return None if done or Check.objects.filter(pk=held.check_asked_id, closed_at__isnull=False) else held


def _remind(enquiry: Enquiry, step: str, at: datetime) -> None:
    for address in _addresses(enquiry):
        notify(
            hub_id=enquiry.hub_id,
            to=address,
            subject=SUBJECT.format(reference=enquiry.reference),
            body=BODY.format(reference=enquiry.reference),
            at=at,
            page=reverse("check:enquiry", args=[enquiry.pk]),
            contact=enquiry.contact_id_opaque,
            due_at=enquiry.due_at,
        )
    record("enquiry.chased", about=enquiry, at=at, hub_id=enquiry.hub_id, detail={"step": step})


def _addresses(enquiry: Enquiry) -> list[str]:
    """Return where a reminder goes: to whom the enquiry is addressed, and to the agency's own address."""
    place = Membership.objects.filter(hub=enquiry.hub_id, agency=enquiry.agency_id).first()
    person = enquiry.addressed_to.account.email if enquiry.addressed_to else ""
    return list(dict.fromkeys(filter(None, [person, place.email if place else ""])))


@transaction.atomic
def chase_approval(*, check: Check, at: datetime) -> bool:
    """Remind the managers that a red check runs on a ground nobody has approved; every two hours until somebody has.

    Source: docs/rules.md, "The gate".
    """
    held = (
        Check.objects.select_for_update(of=("self",))
        .select_related("gate_ground", "contact")
        .get(pk=check.pk)
    )
    last = held.approval_chased_at or held.opened_at
    ground = held.gate_ground
    if held.approved_at or ground is None or ground.approved_at or ground.refused_at or at < last + EVERY:
        return False
    held.approval_chased_at = at
    held.save(update_fields=["approval_chased_at"])
    for staff in _managers(held.hub_id, ground.by, at):
        notify(
            hub_id=held.hub_id,
            to=staff.account.email,
            subject=APPROVAL_SUBJECT.format(reference=held.contact.reference),
            body=APPROVAL_BODY.format(reference=held.contact.reference),
            at=at,
            page=reverse("check:board", args=[held.pk]),
            contact=held.contact_id,
            due_at=held.approval_due_at,
        )
    late = bool(held.approval_due_at and at >= held.approval_due_at)
    record("check.approval_chased", about=held, at=at, hub_id=held.hub_id, detail={"late": late})
    return True


@transaction.atomic
def chase_confirmation(*, check: Check, at: datetime) -> bool:
    """Remind the managers of a rating that nobody has confirmed and agencies were asked on; every two hours until done.

    Source: docs/rules.md, "The rating is confirmed".
    """
    held = Check.objects.select_for_update(of=("self",)).select_related("contact").get(pk=check.pk)
    rating = to_confirm(held.contact)
    asked_at = asked_on(rating) if rating else None
    if rating is None or asked_at is None:
        return False
    last = max(filter(None, [held.rating_chased_at, asked_at]))
    if at < last + EVERY:
        return False
    held.rating_chased_at = at
    held.save(update_fields=["rating_chased_at"])
    for staff in _managers(held.hub_id, rating.by, at):
        notify(
            hub_id=held.hub_id,
            to=staff.account.email,
            subject=CONFIRMATION_SUBJECT.format(reference=held.contact.reference),
            body=CONFIRMATION_BODY.format(reference=held.contact.reference),
            at=at,
            page=reverse("check:board", args=[held.pk]),
            contact=held.contact_id,
        )
    late = at >= confirmation_due(asked_at)
    record("check.confirmation_chased", about=held, at=at, hub_id=held.hub_id, detail={"late": late})
    return True


def _managers(hub_id: uuid.UUID, but: Staff | None, at: datetime) -> QuerySet[Staff]:
    found = Staff.objects.filter(hub=hub_id, until_at=None, account__is_active=True, from_at__lte=at)
    found = found.filter(duties__overlap=[Duty.MANAGE, Duty.APPROVE]).select_related("account")
    return (found.exclude(account=but.account_id) if but else found).order_by("pk")
