"""Reopening a decision that stands: the work goes on, and the decision stays on record as it was made."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.decision import handed, policy, queries
from mash.decision.actions.handing import take_back_work
from mash.decision.actions.refusals import AlreadyDecided, NotWhole
from mash.decision.actions.standing import hold_event
from mash.decision.models import Decision, Reopening, WhyReopened
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage.actions import begin_again


@transaction.atomic
def reopen(*, decision: Decision, kind: str, why: str, said_by: str = "", by: Staff, at: datetime) -> None:
    """Reopen a decision: every report of its event returns to the line, with the reason.  Twice changes nothing.

    kind: something new is known, and the clock of the rating counts from now; or the decision was wrong, and it
    counts from receipt as if nobody had decided, so that a wrong decision buys no time.  said_by: who told what is new.
    What a service had accepted on it counts as open no longer, and stays on record.

    Raises PermissionDenied, NotWhole, and AlreadyDecided where a newer decision stands or waits.

    Source: docs/rules.md, "Reopening a decision".
    """
    require(policy.may_reopen(by, decision))
    hold_event(decision.contact)
    if Reopening.objects.filter(decision=decision).exists():
        return
    newest = queries.newest(decision.contact)
    if newest and newest.pk != decision.pk:
        raise AlreadyDecided(newest)
    if not why.strip():
        raise NotWhole("Say why the decision is reopened.")
    if kind == WhyReopened.NEWS and not said_by.strip():
        raise NotWhole("Say who told you what is new.")
    take_back_work(decision, by=by, at=at)
    return_to_the_line(
        decision,
        kind=kind,
        why=why.strip(),
        said_by=said_by.strip(),
        counts_from=at if kind == WhyReopened.NEWS else None,
        by=by,
        at=at,
    )


def reopen_decided_again(*, decision: Decision, why: str, by: Staff, at: datetime) -> bool:
    """Reopen a decision that others found wrong who decided it again, blind; return whether it was not reopened before.

    The clock counts from receipt, as for any decision that was wrong.  For a program, which asked who may.
    by: whose word showed it.

    Raises AlreadyDecided where a newer decision stands or waits.

    Source: docs/rules.md, "Reopening a decision", "The hub’s own decisions".
    """
    hold_event(decision.contact)
    if Reopening.objects.filter(decision=decision).exists():
        return False
    newest = queries.newest(decision.contact)
    if newest and newest.pk != decision.pk:
        raise AlreadyDecided(newest)
    take_back_work(decision, by=by, at=at)
    return_to_the_line(
        decision, kind=WhyReopened.DECIDED_AGAIN, why=why, said_by="", counts_from=None, by=by, at=at
    )
    return True


def return_to_the_line(
    decision: Decision,
    *,
    kind: str,
    why: str,
    said_by: str,
    counts_from: datetime | None,
    by: Staff,
    at: datetime,
) -> None:
    """Put every report of a decision's event on the line again.  The caller holds the event still and may do it.

    No decision ends the work any more: neither the newest one nor those that it followed while they stood.
    counts_from: from when the clock of the rating counts afresh; None where it counts on from receipt.
    """
    event = queries.Event(decision.contact)
    for one in queries.standing_on(event):
        handed.end(one, why=why, by=by, at=at)
    Reopening.objects.bulk_create(
        Reopening(
            hub_id=decision.hub_id,
            decision=one,
            contact=contact,
            kind=kind,
            why=why,
            said_by=said_by,
            by=by,
            at=at,
        )
        for one in queries.standing_on(event)
        for contact in event.contacts
    )
    if counts_from:
        for contact in event.contacts:
            begin_again(contact, at, counts_from=counts_from)
    detail = {"kind": str(kind), "contact": str(decision.contact_id)}
    record("decision.reopened", about=decision, at=at, hub_id=decision.hub_id, why=why, detail=detail)
