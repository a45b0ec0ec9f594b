"""Restricting a case to cleared staff, whoever manages the hub, and those let in by name; and ending that."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership import policy
from mash.partnership.actions.access import LONGEST_WHY, ReasonMissing, admit
from mash.partnership.models import Agency, Duty, Restriction, Staff
from mash.partnership.queries import colleagues, is_restricted

AT_WORK = "At work on it when it was restricted"


@transaction.atomic
def restrict(
    *, contact: uuid.UUID, reference: str, why: str, let_in: Iterable[Staff], by: Staff, at: datetime
) -> Restriction | None:
    """Close a case to the desk but for whoever is cleared, manages the hub or is let in; None if it was already.

    let_in: who works on it now, so that nobody is thrown out in the middle; `by` is let in by this act.

    Raises ReasonMissing.

    Source: docs/rules.md, "Restricted cases".
    """
    if not why.strip():
        raise ReasonMissing
    if is_restricted(contact):
        return None
    for one in {each.pk: each for each in (by, *let_in)}.values():
        if one.hub_id == by.hub_id and not policy.sees_restricted(one):
            admit(who=one, contact=contact, why=AT_WORK, until_at=None, by=by, at=at)
    said = why.strip()[:LONGEST_WHY]
    made = Restriction(hub_id=by.hub_id, contact_id=contact, reference=reference, why=said, from_at=at, by=by)
    Restriction.objects.bulk_create([made])
    record("case.restricted", about=f"contact.contact:{contact}", at=at, hub_id=by.hub_id, why=made.why)
    return made


@transaction.atomic
def lift(*, restriction: Restriction, why: str, by: Staff, at: datetime) -> None:
    """Open a restricted case again to the whole desk.  Lifted already, nothing happens.

    Raises PermissionDenied, ReasonMissing.

    Source: docs/rules.md, "Restricted cases".
    """
    require(policy.may_lift(by, restriction))
    if not why.strip():
        raise ReasonMissing
    ended = {"until_at": at, "lifted_by": by, "lifted_why": why.strip()[:LONGEST_WHY]}
    if Restriction.objects.filter(pk=restriction.pk, until_at=None).update(**ended):
        about = f"contact.contact:{restriction.contact_id}"
        record("restriction.lifted", about=about, at=at, hub_id=restriction.hub_id, why=why.strip())


def let_in_who_answers(*, contact: uuid.UUID, agency: Agency, by: Staff, at: datetime) -> None:
    """Let in who answers for an agency that is asked about a restricted case, where they work at the desk themselves.

    Nothing happens where the case is not restricted.

    Source: docs/rules.md, "Restricted cases".
    """
    if not is_restricted(contact):
        return
    for one in colleagues(by, Duty.ANSWER).filter(agency=agency):
        if not policy.sees_restricted(one):
            why = "Answers for an agency that was asked"
            admit(who=one, contact=contact, why=why, until_at=None, by=by, at=at)
