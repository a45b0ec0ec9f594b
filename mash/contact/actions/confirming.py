"""Saying that a contact taken by telephone was followed in writing."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact import policy
from mash.contact.actions.holding import hold_still
from mash.contact.models import Addition, Contact, Written
from mash.contact.queries import may_be_the_writing
from mash.ledger.actions import record
from mash.partnership.models import Staff


class NotTheWriting(Exception):
    """That is no writing that could follow this call: of another contact, or of another sender."""


@transaction.atomic
def confirm_in_writing(
    *,
    contact: Contact,
    addition: Addition | None = None,
    message: Contact | None = None,
    by: Staff,
    at: datetime,
) -> Written:
    """Say which addition, or which message of the same organisation, is the written form of a telephone referral.

    Said once already, it stays as it was said: undo it first to say otherwise.

    Raises PermissionDenied; NotTheWriting.

    Source: docs/rules.md, "Contacts".
    """
    require(policy.may_add(by, contact))
    hold_still(contact)
    said = Written.objects.filter(contact=contact, undone_at=None).first()
    if said:
        return said
    found = Written(hub_id=contact.hub_id, contact=contact, by=by, at=at)
    if addition is not None and addition.contact_id == contact.pk and contact.is_to_be_written:
        found.addition, found.arrived_at = addition, addition.at
    elif message is not None and may_be_the_writing(by, contact).filter(pk=message.pk).exists():
        found.message, found.arrived_at = message, message.received_at
    else:
        raise NotTheWriting
    Written.objects.bulk_create([found])
    detail = {"addition": str(addition.pk) if addition else "", "message": str(message.pk) if message else ""}
    record("contact.written", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    return found


@transaction.atomic
def undo_writing(*, contact: Contact, by: Staff, at: datetime) -> None:
    """Take back that a telephone referral was followed in writing.  Twice changes nothing.

    Raises PermissionDenied.

    Source: docs/rules.md, "Contacts".
    """
    require(policy.may_add(by, contact))
    hold_still(contact)
    if Written.objects.filter(contact=contact, undone_at=None).update(undone_at=at, undone_by=by):
        record("contact.writing_undone", about=contact, at=at, hub_id=contact.hub_id)
