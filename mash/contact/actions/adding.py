"""Adding to a contact, which itself is never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact import policy
from mash.contact.models import Addition, Attachment, Contact
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


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that came after its contact.  media_type: by its content.  sha256: of the body."""

    name: str
    media_type: str
    body: bytes
    sha256: str


@transaction.atomic
def add_files(*, contact: Contact, files: Sequence[NewFile], by: Staff, at: datetime) -> None:
    """Put files beside those of a contact; they wait to be looked through like those that came with it.

    Raises PermissionDenied if `by` may not add to this contact.

    Source: docs/rules.md, "Contacts", "Files".
    """
    require(policy.may_add(by, contact))
    rows = [
        Attachment(
            hub_id=contact.hub_id,
            contact=contact,
            name=one.name,
            media_type=one.media_type,
            size=len(one.body),
            sha256=one.sha256,
            body=one.body,
        )
        for one in files
    ]
    Attachment.objects.bulk_create(rows)
    if rows:
        record(
            "contact.files_added", about=contact, at=at, hub_id=contact.hub_id, detail={"files": len(rows)}
        )
