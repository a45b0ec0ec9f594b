"""Saying why a page of a case is printed, before it is."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact import policy
from mash.contact.models import Contact, Printing, Purpose
from mash.ledger.actions import record
from mash.partnership.models import Staff


@transaction.atomic
def say_why(
    *, contact: Contact, page: str, purpose: str, words: str = "", by: Staff, at: datetime
) -> Printing:
    """Keep why somebody prints a page of a case, in the record and for the cover.

    page: the name of the page's address.

    Raises PermissionDenied.

    Source: docs/rules.md, "Printing", "Evidence".
    """
    require(policy.may_read(by, contact))
    said = Printing(
        hub_id=contact.hub_id, contact=contact, page=page, purpose=purpose, words=words.strip(), by=by, at=at
    )
    Printing.objects.bulk_create([said])
    why = ". ".join(part for part in (Purpose(purpose).label, said.words) if part)
    record("page.printed", about=contact, at=at, hub_id=contact.hub_id, why=why, detail={"page": page})
    return said
