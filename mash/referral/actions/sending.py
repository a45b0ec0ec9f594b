"""Sending: a form becomes a contact like any other, once."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mash.contact import actions as contacts
from mash.contact.message import Message
from mash.contact.models import Channel, Contact
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.referral import queries
from mash.referral.models import Draft, Sent


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a post, or whoever has shown a code.  Sending itself is the service `front_door`'s."""

    post: Staff | None = None
    code: str = ""

    def __str__(self) -> str:
        return str(self.post.identity) if self.post else f"referrer:{self.code}"


@transaction.atomic
def send(
    *, draft_id: uuid.UUID, sender: Sender, compose: Callable[[Draft], Message], at: datetime
) -> Contact:
    """Send a referral: it becomes a frozen contact under the same key and, as a rule, the same reference.

    Sent again it is the contact that it became.  What was typed is then kept in the contact alone, and a protected
    address in the sealed room alone.  Acts as the service `front_door`.

    compose: makes the message of the draft as it stands when it is sent; what it raises undoes the sending.

    Raises Draft.DoesNotExist unless it is the sender's.

    Source: docs/rules.md, "Contacts", "Protected addresses", "Drafts of a referral".
    """
    draft = queries.hold_for(sender.post, sender.code, draft_id, at)
    if draft.sent_at:
        return Contact.objects.get(pk=draft.pk)
    contact, _ = contacts.receive(
        compose(draft),
        hub=draft.hub,
        channel=Channel.FORM,
        received_at=at,
        as_=contacts.Known(draft.pk, draft.reference),
    )
    if sender.post:
        Sent.objects.create(hub=draft.hub, contact=contact, staff=sender.post, at=at)
    _empty(draft, contact, at)
    record("draft.sent", about=draft, at=at, hub_id=draft.hub_id, detail={"by": str(sender)})
    return contact


def _empty(draft: Draft, contact: Contact, at: datetime) -> None:
    """Leave of the draft only that it was sent."""
    draft.files.all().delete()
    draft.nonce, draft.body = b"", b""
    draft.sent_at = draft.saved_at = at
    draft.save(update_fields=["nonce", "body", "sent_at", "saved_at"])
    if contact.reference != draft.reference:
        draft.reference = contact.reference
        draft.save(update_fields=["reference"])
