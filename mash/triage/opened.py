"""Opening a page of triage: who opened it is recorded before anything is shown."""

import uuid

from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.triage import queries


def opened(request: StaffRequest, contact_id: uuid.UUID, page: str) -> Contact:
    """Return the contact that a page is about, and record that it was opened.  Raises Http404, as `queries.find`."""
    contact = queries.find(request.staff, contact_id)
    if request.method in {"GET", "HEAD"}:
        record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": page})
    return contact
