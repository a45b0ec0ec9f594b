"""Keeping how it went, in the words of whoever it was for."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact import policy
from mash.contact.models import Contact, ContactPerson, Feedback
from mash.ledger.actions import record
from mash.partnership.models import Staff


@transaction.atomic
def keep_feedback(
    *,
    contact: Contact,
    key: uuid.UUID,
    listened: str,
    clear: str,
    words: str = "",
    about: ContactPerson | None = None,
    by: Staff | None,
    at: datetime,
) -> None:
    """Keep how it went.  The same form twice makes one; nothing of it is changed afterwards.

    about, by: the person of the family who said it and the worker who wrote it down; both None for the referrer.

    Raises PermissionDenied if `by` may not write beside this contact.

    Source: docs/rules.md, "Feedback on how it went".
    """
    if by is not None:
        require(policy.may_add(by, contact))
    said = Feedback(
        hub_id=contact.hub_id,
        contact=contact,
        key=key,
        about=about,
        listened=listened,
        clear=clear,
        words=words.strip(),
        by=by,
        at=at,
    )
    if Feedback.objects.filter(key=key, contact=contact).exists():
        return
    Feedback.objects.bulk_create([said])
    told = {"feedback": str(said.pk), "from": "family" if about else "referrer"}
    record("feedback.given", about=contact, at=at, hub_id=contact.hub_id, detail=told)
