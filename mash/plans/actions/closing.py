"""A plan is proposed to end, a cleared person passes that or returns it, and later somebody looks how it went."""

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.plans import policy
from mash.plans.actions.holding import hold
from mash.plans.actions.leading import follow_the_lead
from mash.plans.actions.refusals import NotWhole
from mash.plans.content import closing_reasons, numbers
from mash.plans.models import OPEN, AfterCheck, Closure, Plan, PlanAction, Seat
from mash.plans.queries.finding import closing_of


@transaction.atomic
def propose_close(
    *,
    key: uuid.UUID,
    plan: Plan,
    reason: str,
    detail: str,
    what_changed: str,
    what_helped: str,
    watch_for: str,
    call_whom: str,
    told_child_by: str,
    told_child_how: str,
    closed_on: date,
    by: Staff,
    at: datetime,
) -> Closure:
    """Propose that a plan ends, with the note that everybody takes along.  It ends once a cleared person passed it.

    key: of the form; sent twice it makes one.  reason: an id of plans.yaml; detail: what that asks for.

    Raises PermissionDenied; NotWhole where something is missing, an action is still open, or a closing waits already.

    Source: docs/rules.md, "Closing a plan".
    """
    require(policy.may_keep(by, plan))
    held = hold(plan)
    made = Closure.objects.filter(key=key).first()
    if made:
        return made
    waits = closing_of(held)
    if waits:
        raise NotWhole("This plan is proposed to close already, and that waits for the hub.")
    known = closing_reasons().get(reason)
    if known is None:
        raise NotWhole("Say why it ends.", place="reason")
    if known.asks and not detail.strip():
        raise NotWhole(known.asks, place="detail")
    note = (what_changed, what_helped, watch_for, call_whom, told_child_by, told_child_how)
    if not all(one.strip() for one in note):
        raise NotWhole("Write every part of the note, and who told the child how.")
    if not held.started_on <= closed_on <= localdate(at):
        raise NotWhole("The day is between the plan’s first day and today.", place="closed_on")
    still = PlanAction.objects.filter(plan=held, status__in=OPEN).first()
    if still:
        raise NotWhole(f"Say of every action how it ended. Still open: “{still.words}”.")
    closure = Closure(
        hub_id=plan.hub_id, plan=held, key=key, reason=reason, detail=detail.strip(), what_changed=what_changed.strip(),
        what_helped=what_helped.strip(), watch_for=watch_for.strip(), call_whom=call_whom.strip(),
        told_child_by=told_child_by.strip(), told_child_how=told_child_how.strip(), closed_on=closed_on,
        check_on=closed_on + timedelta(weeks=numbers()["after_closing_weeks"]), by=by, at=at,
    )  # fmt: skip
    closure.save(force_insert=True)
    record("plan.closing_proposed", about=plan, at=at, hub_id=plan.hub_id, detail={"reason": reason})
    return closure


@transaction.atomic
def pass_closing(*, closure: Closure, by: Staff, at: datetime) -> None:
    """Let a plan end, knowing what is held.  The agencies see it until somebody looks how it went.

    Twice changes nothing.  Raises PermissionDenied; NotWhole where it was returned meanwhile.

    Source: docs/rules.md, "Closing a plan", "No false all-clear".
    """
    require(policy.may_pass_closing(by, closure))
    plan = hold(closure.plan)
    row = Closure.objects.get(pk=closure.pk)
    if row.passed_at:
        return
    if row.returned_at:
        raise NotWhole("This closing was returned meanwhile.")
    row.passed_by, row.passed_at = by, at
    row.save(update_fields=["passed_by", "passed_at"])
    until = at + timedelta(weeks=numbers()["after_closing_weeks"])
    Seat.objects.filter(plan=plan, until_at=None).update(until_at=until)
    record("plan.closed", about=plan, at=at, hub_id=plan.hub_id, detail={"reason": row.reason})
    follow_the_lead(plan=plan, by=by, at=at)


@transaction.atomic
def return_closing(*, closure: Closure, why: str, by: Staff, at: datetime) -> None:
    """Let a plan go on that was proposed to close.  why: read by whoever leads it, so it says nothing that is sealed.

    Twice changes nothing.  Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Closing a plan", "No false all-clear".
    """
    require(policy.may_pass_closing(by, closure))
    hold(closure.plan)
    row = Closure.objects.get(pk=closure.pk)
    if row.returned_at:
        return
    if row.passed_at:
        raise NotWhole("This plan has ended meanwhile.")
    if not why.strip():
        raise NotWhole("Say what is to be done before it can close.", place="why")
    row.returned_by, row.returned_at, row.returned_why = by, at, why.strip()
    row.save(update_fields=["returned_by", "returned_at", "returned_why"])
    record("plan.closing_returned", about=row.plan, at=at, hub_id=row.hub_id)


@transaction.atomic
def check_after(
    *, closure: Closure, came_back: bool, words: str, on: date, by: Staff, at: datetime
) -> AfterCheck:
    """Write down whether the family has come back to the hub since a plan closed.  Once.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Closing a plan".
    """
    require(policy.may_check_after(by, closure))
    hold(closure.plan)
    made = AfterCheck.objects.filter(closure=closure).first()
    if made:
        return made
    row = Closure.objects.get(pk=closure.pk)
    if row.passed_at is None or not row.closed_on <= on <= localdate(at):
        raise NotWhole("The day lies between the end of the plan and today.", place="on")
    if not words.strip():
        raise NotWhole("Say what was found.", place="words")
    check = AfterCheck.objects.create(
        hub_id=row.hub_id,
        plan=row.plan,
        closure=row,
        came_back=came_back,
        words=words.strip(),
        on=on,
        by=by,
        at=at,
    )
    record("plan.looked_at_after", about=row.plan, at=at, hub_id=row.hub_id, detail={"came_back": came_back})
    return check
