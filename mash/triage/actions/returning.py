"""The end of a contact's time with its referrer."""

from datetime import datetime

from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.triage.models import Returned


def take_up(contact: Contact, at: datetime) -> None:
    """End a contact's time with its referrer, if it is there; the caller holds it still and has asked who may.

    Source: docs/rules.md, "Return for agreement".
    """
    ended = Returned.objects.filter(contact=contact, back_at=None).update(back_at=at)
    if ended:
        record("contact.taken_back", about=contact, at=at, hub_id=contact.hub_id)
