"""Opening a restricted case: the hub's managers are told at once, in their queue and by e-mail."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mash.contact.models import Contact
from mash.desk.models import ClockAlert, Step
from mash.partnership.actions import notify, opening
from mash.partnership.models import Opening, Staff
from mash.partnership.queries.rota import managers_of

SUBJECT = "Opened in an emergency: {reference}"
BODY = "Sign in to see reference {reference}, and to say whether that was justified."


@transaction.atomic
def open_case(*, reference: str, why: str, by: Staff, at: datetime) -> Opening | None:
    """Open a restricted case to the worker for an hour and tell who manages the hub; None where there is none to open.

    Raises PermissionDenied, ReasonMissing.

    Source: docs/rules.md, "Opening a restricted case in an emergency".
    """
    made = opening.open_restricted(reference=reference, why=why, by=by, at=at)
    if made is None:
        return None
    contact = Contact.objects.get(pk=made.contact_id)
    managers = [one for one in managers_of(by.hub_id, at) if one.account_id != by.account_id]
    alerts = [
        ClockAlert(
            hub_id=by.hub_id, contact=contact, step=Step.OPENED, due_at=made.review_due_at, to=one, at=at
        )
        for one in managers
    ]
    ClockAlert.objects.bulk_create(alerts, ignore_conflicts=True)
    subject, body = (one.format(reference=contact.reference) for one in (SUBJECT, BODY))
    for address in sorted({one.account.email for one in managers}):
        notify(
            hub_id=by.hub_id,
            to=address,
            subject=subject,
            body=body,
            at=at,
            contact=contact.pk,
            page=reverse("desk:opening", args=[made.pk]),
            due_at=made.review_due_at,
            urgent=True,
        )
    return made
