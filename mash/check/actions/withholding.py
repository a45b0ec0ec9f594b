"""Saying that something is held and not shared."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.check.actions.holding import ReasonIncomplete, hold, key_for, made_by, reason_for_lateness
from mash.check.actions.writing import Writing
from mash.check.models import Enquiry, EnquiryPerson, Return, Withheld
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage.content import RefusalReason, refusal_reasons


@transaction.atomic
def withhold(
    *,
    enquiry: Enquiry,
    reason: str,
    explanation: str = "",
    approved_by_words: str = "",
    person: EnquiryPerson | None = None,
    late_reason: str = "",
    by: Staff,
    at: datetime,
    key: uuid.UUID,
) -> None:
    """Say that something is held and not shared, or not yet, and why.

    person: whom it is about; None refuses the enquiry whole, which is a return and ends its clock.
    A reason that could itself endanger somebody is sealed; for whoever is not cleared the return is like any other.

    Raises PermissionDenied, Withdrawn, ReasonIncomplete, LateReasonMissing.

    Source: docs/rules.md, "Refusing to share".
    """
    held = hold(enquiry, by)
    if made_by(by, key) or Withheld.objects.filter(pk=key_for(by, key)).exists():
        return
    known = _reason(reason, explanation, approved_by_words)
    late = reason_for_lateness(held, late_reason, at) if person is None else ""
    if known.sealed_marker:
        approved = f"Approved by: {approved_by_words.strip()}" if approved_by_words.strip() else ""
        words = [known.label, explanation.strip(), approved]
        Writing(held, by, at).refusal(person, words)
    else:
        row = Withheld(
            id=key_for(by, key),
            hub_id=held.hub_id,
            enquiry=held,
            person=person,
            reason=reason,
            explanation=explanation.strip(),
            approved_by_words=approved_by_words.strip(),
            by=by,
            at=at,
        )
        Withheld.objects.bulk_create([row])
    if person is None:
        whole = Return(
            id=key_for(by, key), hub_id=held.hub_id, enquiry=held, part=False, late_reason=late, by=by, at=at
        )
        Return.objects.bulk_create([whole])
    detail = {"part": person is not None, "nil": False, "late": bool(late), "telephone": False}
    record("enquiry.answered", about=held, at=at, hub_id=held.hub_id, detail=detail)


def _reason(reason: str, explanation: str, approved_by_words: str) -> RefusalReason:
    known = refusal_reasons().get(reason)
    if known is None:
        raise ReasonIncomplete("Select a reason")
    if known.explain and not explanation.strip():
        raise ReasonIncomplete("Explain the reason in your own words")
    if known.approver and not approved_by_words.strip():
        raise ReasonIncomplete("Enter who in your agency agreed to this")
    return known
