"""A service passes back whom a decision handed over: its work ends, and the contact is on the line again."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils.timezone import get_current_timezone, localdate

from mash.common.identity import presence
from mash.common.verdict import require
from mash.decision import handed, policy, queries
from mash.decision.actions.refusals import NotWhole
from mash.decision.actions.reopening import return_to_the_line
from mash.decision.actions.standing import hold_event
from mash.decision.content import back_reasons
from mash.decision.models import Accepted, Decision, Outcome, PassedBack, WhyReopened
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.people.actions import end_involvement, resume_involvement
from mash.people.models import Involvement
from mash.people.queries import open_on


@transaction.atomic
def pass_back(
    *,
    outcome: Outcome,
    reason: str,
    words: str,
    said_by: str,
    told_on: date,
    service: str = "",
    by: Staff,
    at: datetime,
) -> PassedBack:
    """Record that a service passed one person back: its work with them ends, and the contact returns to the line.

    reason: an id of passed_back.yaml.  said_by: who at the service said so, on told_on: from the decision to today.
    service: which one, where none had accepted; otherwise it is the one that did.
    The clock counts from that day: it was not back before, and being slow to write it down buys no time.
    Others whom the decision handed over stay with their services.  Twice changes nothing.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Passed back by a service".
    """
    decision = outcome.decision
    require(policy.may_pass_back(by, decision))
    hold_event(decision.contact)
    before = queries.passed_back(outcome)
    if before:
        return before
    accepted = queries.acceptance_of(outcome)
    _whole(outcome, accepted, told_on, at)
    known = back_reasons().get(reason)
    which = accepted.involvement.agency if accepted else service.strip()
    if known is None or not (which and words.strip() and said_by.strip()):
        raise NotWhole("Say which service passed it back, who there said so, and why.")
    handed.tell(outcome, "returned", words=f"{which}: {known.label}. {words.strip()}", by=by, at=at)
    return come_back(
        outcome=outcome,
        reason=reason,
        words=words,
        said_by=said_by,
        told_on=told_on,
        service=which,
        by=by,
        at=at,
    )


def come_back(
    *,
    outcome: Outcome,
    reason: str,
    words: str,
    said_by: str,
    told_on: date,
    service: str,
    by: Staff,
    at: datetime,
) -> PassedBack:
    """Write down that a service passed one person back.  The caller may do it, holds the event still, and has looked.

    by: whose word it is: a worker of the hub, or of the service itself.
    """
    decision, known, which = outcome.decision, back_reasons()[reason], service
    accepted = queries.acceptance_of(outcome)
    acts = None if presence().identity != by.identity else by
    made = PassedBack.objects.create(
        hub_id=decision.hub_id,
        outcome=outcome,
        contact=decision.contact,
        service=which,
        said_by=said_by.strip(),
        told_on=told_on,
        reason=known.id,
        words=words.strip(),
        work_until=accepted.involvement.until_on if accepted else None,
        by=by,
        at=at,
    )
    if accepted:
        ends = _ends_on(accepted.involvement, told_on)
        end_involvement(involvement=accepted.involvement, until_on=ends, why=words.strip(), by=acts, at=at)
    newest = queries.newest_standing(decision.contact)
    if newest and not queries.reopening_of(newest):
        return_to_the_line(
            newest,
            kind=WhyReopened.PASSED_BACK,
            why=f"{which}: {known.label}. {words.strip()}",
            said_by=said_by.strip(),
            counts_from=_back_since(newest, told_on, at),
            by=by,
            at=at,
        )
    _record("passed_back", made, at, why=words.strip())
    return made


@transaction.atomic
def not_passed_back(*, passed: PassedBack, why: str, by: Staff, at: datetime) -> None:
    """Record that it was a mistake to say that a service passed somebody back.  Twice changes nothing.

    The work that had ended with it goes on, unless a decision has been made since.  The contact stays on the line
    until somebody decides, so that nothing is lost by a second mistake.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Passed back by a service".
    """
    outcome = passed.outcome
    require(policy.may_pass_back(by, outcome.decision))
    hold_event(outcome.decision.contact)
    if queries.passed_back(outcome) is None:
        return
    if not why.strip():
        raise NotWhole("Say what was wrong.")
    passed.undone_at, passed.undone_by, passed.undone_why = at, by, why.strip()
    passed.save(update_fields=["undone_at", "undone_by", "undone_why"])
    accepted = queries.acceptance_of(outcome)
    newest = queries.newest(outcome.decision.contact)
    if accepted and not (newest and newest.at > passed.at):
        work = accepted.involvement
        if work.until_on == _ends_on(work, passed.told_on):
            resume_involvement(involvement=work, until_on=passed.work_until, why=why.strip(), by=by, at=at)
    _record("not_passed_back", passed, at, why=why.strip())


def _whole(outcome: Outcome, accepted: Accepted | None, told_on: date, at: datetime) -> None:
    decision, today = outcome.decision, localdate(at)
    if outcome.person is None or outcome.alongside or outcome.outcome not in queries.helps():
        raise NotWhole("Nobody was handed over by this outcome.")
    if not localdate(decision.made_at) <= told_on <= today:
        raise NotWhole("The service said so between the decision and today.")
    if accepted and not Involvement.objects.filter(open_on(today), pk=accepted.involvement_id).exists():
        raise NotWhole("The work of that service has ended already. A new worry is a new contact.")
    if not accepted and queries.reopening_of(decision):
        raise NotWhole("This decision was reopened before a service accepted: the hub has the case already.")


def _ends_on(work: Involvement, told_on: date) -> date:
    return max(told_on, work.from_on)


def _back_since(decision: Decision, told_on: date, at: datetime) -> datetime:
    """Return from when the hub has had the case back: the start of that day, but never before the decision."""
    began = datetime.combine(told_on, time(), tzinfo=get_current_timezone())
    return at if told_on == localdate(at) else max(began, decision.made_at or began)


def _record(event: str, made: PassedBack, at: datetime, *, why: str) -> None:
    detail = {"contact": str(made.contact_id), "reason": made.reason}
    record(
        f"hand_over.{event}", about=made.outcome.decision, at=at, hub_id=made.hub_id, why=why, detail=detail
    )
