"""Keeping somebody out of a whole case, and letting them back: what they had of it goes to whoever manages the hub."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mash.contact.models import Contact
from mash.desk.access import queries
from mash.partnership.actions import access, notify
from mash.partnership.models import Staff
from mash.partnership.queries.rota import managers_of
from mash.triage.actions import take_from

SUBJECT = "A worker is kept out of a case: {reference}"
BODY = "Sign in to see reference {reference}."


@transaction.atomic
def keep_out(*, contact: Contact, who: Staff, why: str, by: Staff, at: datetime) -> int:
    """Close a case to a worker, at once: this contact, the other reports of its event, every other contact on its
    people, and those people's records.  Return how many things were closed.

    What they hold goes back to the line and what they own to whoever manages the hub, who is told by reference.
    Said again it changes nothing.

    Raises PermissionDenied, ReasonMissing.

    Source: docs/rules.md, "Access".
    """
    case = queries.case_of(contact)
    managers = [one for one in managers_of(contact.hub_id, at) if one.account_id != who.account_id]
    for one in case.contacts:
        take_from(contact=one, frm=who, to=managers[0] if managers else None, by=by, at=at)
    closed = access.keep_out(who=who, contacts=case.keys, people=case.people, why=why, by=by, at=at)
    for address in sorted({one.account.email for one in managers if one.pk != by.pk}) if closed else ():
        notify(
            hub_id=contact.hub_id,
            to=address,
            subject=SUBJECT.format(reference=contact.reference),
            body=BODY.format(reference=contact.reference),
            at=at,
            contact=contact.pk,
            page=reverse("desk:access", args=[contact.pk]),
        )
    return closed


@transaction.atomic
def let_back(*, contact: Contact, who: Staff, why: str, by: Staff, at: datetime) -> int:
    """Open a case again to a worker; nothing they had of it moves back.  Return how many things were opened.

    Raises PermissionDenied, ReasonMissing.

    Source: docs/rules.md, "Access".
    """
    case = queries.case_of(contact)
    return access.let_back(who=who, contacts=case.keys, people=case.people, why=why, by=by, at=at)
