"""Reopening a decision that stands: the work goes on, and the decision stays on record as it was made."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.decision import policy, queries
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
    event = queries.episode_of(decision.contact)
    Reopening.objects.bulk_create(
        Reopening(
            hub_id=decision.hub_id,
            decision=decision,
            contact=contact,
            kind=kind,
            why=why.strip(),
            said_by=said_by.strip(),
            by=by,
            at=at,
        )
        for contact in event
    )
    take_back_work(decision, by=by, at=at)
    if kind == WhyReopened.NEWS:
        for contact in event:
            begin_again(contact, at)
    detail = {"kind": str(kind), "contact": str(decision.contact_id)}
    record("decision.reopened", about=decision, at=at, hub_id=by.hub_id, why=why.strip(), detail=detail)
