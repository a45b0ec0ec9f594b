"""Opening one restricted case in an emergency, and saying afterwards whether that was justified."""

import uuid
from datetime import datetime

from django.db import connection, transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership import policy
from mash.partnership.actions.access import LONGEST_WHY, ReasonMissing
from mash.partnership.models import Opening, Staff
from mash.partnership.queries.rota import working_week

MINUTES = 60  # identity_6.sql has it too, and decides


@transaction.atomic
def open_restricted(*, reference: str, why: str, by: Staff, at: datetime) -> Opening | None:
    """Open the restricted case of this reference to the worker for an hour; None where there is none to be opened.

    It is closed again at the first request after that.  A case that is closed for a conflict of interest stays closed,
    and what is sealed stays sealed.  None tells no absent reference from one that may not be opened.

    Raises PermissionDenied, ReasonMissing.

    Source: docs/rules.md, "Opening a restricted case in an emergency".
    """
    require(policy.may_ask_to_open(by))
    if not why.strip():
        raise ReasonMissing
    key, said = uuid.uuid4(), why.strip()[:LONGEST_WHY]
    due = working_week(by.hub).deadline_in_days(at, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity.open_restricted(%s, %s, %s, %s)", [reference, said, key, due])
        (contact,) = cursor.fetchone()
    if contact is None:
        record("restricted.not_opened", about="partnership.restriction", at=at, hub_id=by.hub_id, why=said)
        return None
    made = Opening.objects.get(pk=key)
    detail = {"opening": str(key), "until": made.until_at.isoformat()}
    record(
        "restricted.opened",
        about=f"contact.contact:{contact}",
        at=at,
        hub_id=by.hub_id,
        why=said,
        detail=detail,
    )
    return made


@transaction.atomic
def review(*, opening: Opening, outcome: str, why: str, by: Staff, at: datetime) -> None:
    """Say whether an opening was justified, and why.  Said already, nothing happens.

    outcome: one of `Reviewed`.

    Raises PermissionDenied, ReasonMissing.

    Source: docs/rules.md, "Opening a restricted case in an emergency".
    """
    require(policy.may_review(by, opening))
    if not why.strip():
        raise ReasonMissing
    said = {"reviewed_at": at, "reviewed_by": by, "outcome": outcome, "review_why": why.strip()}
    if Opening.objects.filter(pk=opening.pk, reviewed_at=None).update(**said):
        record(
            "opening.reviewed",
            about=opening,
            at=at,
            hub_id=opening.hub_id,
            why=why.strip(),
            detail={"outcome": outcome, "contact": str(opening.contact_id)},
        )
