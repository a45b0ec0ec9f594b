"""A sensitive category restricts a case: the contact, and the other reports of its event."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from mash.contact.models import Contact
from mash.partnership.actions import notify
from mash.partnership.actions.restricting import restrict
from mash.partnership.models import Staff
from mash.partnership.queries import restriction_of
from mash.partnership.queries.rota import managers_of
from mash.triage import about, queries

SUBJECT = "A case is restricted: {reference}"
BODY = "Sign in to see reference {reference}, and to let in who needs it."


@transaction.atomic
def restrict_if_sensitive(*, contact: Contact, categories: Sequence[str], by: Staff, at: datetime) -> None:
    """Restrict a case where a worker says that it is about something sensitive.  Restricted already, it stays so.

    Whoever says it is let in, and so is who holds or owns the contact; the hub's managers are told, by reference.

    Source: docs/rules.md, "Restricted cases".
    """
    sensitive = about.sensitive(categories)
    if sensitive:
        _restrict(contact, "; ".join(one.label for one in sensitive), by, at)


@transaction.atomic
def restrict_together(*, contact: Contact, by: Staff, at: datetime) -> None:
    """Restrict all reports of one event where one of them is restricted.

    Source: docs/rules.md, "Restricted cases".
    """
    reports = [contact, *(one.contact for one in queries.linked(contact))]
    why = next((one.why for one in map(restriction_of, (each.pk for each in reports)) if one), "")
    if why:
        _restrict(contact, why, by, at)


def _restrict(contact: Contact, why: str, by: Staff, at: datetime) -> None:
    for one in (contact, *(each.contact for each in queries.linked(contact))):
        at_work = [row.staff for row in (queries.hold_of(one, at), queries.owner_of(one)) if row]
        if restrict(contact=one.pk, reference=one.reference, why=why, let_in=at_work, by=by, at=at):
            _tell_managers(one, by, at)


def _tell_managers(contact: Contact, by: Staff, at: datetime) -> None:
    for address in sorted({one.account.email for one in managers_of(contact.hub_id, at) if one.pk != by.pk}):
        notify(
            hub_id=contact.hub_id,
            to=address,
            subject=SUBJECT.format(reference=contact.reference),
            body=BODY.format(reference=contact.reference),
            at=at,
            contact=contact.pk,
        )
