"""Adding to a contact, which itself is never changed."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact import policy
from mash.contact.models import Addition, Contact
from mash.ledger.actions import record
from mash.partnership.models import Staff


@transaction.atomic
def add(*, contact: Contact, words: str, said_by: str, by: Staff | None, at: datetime) -> Addition:
    """Add a correction, a written confirmation or a further call beside what was received.

    said_by: whose words they are.  by: who wrote them down; None when the referrer adds on their own page.

    Raises PermissionDenied if `by` may not add to this contact.

    Source: docs/rules.md, "Contacts".
    """
    if by is not None:
        require(policy.may_add(by, contact))
    added = Addition(hub_id=contact.hub_id, contact=contact, words=words, said_by=said_by, by=by, at=at)
    Addition.objects.bulk_create([added])
    record(
        "contact.added_to", about=contact, at=at, hub_id=contact.hub_id, detail={"addition": str(added.pk)}
    )
    return added
