"""A service accepts whom a decision handed over, and the end of its work: what open cases are read from."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.identity import presence
from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.decision import handed, policy, queries
from mash.decision.actions.refusals import NotWhole
from mash.decision.content import outcomes
from mash.decision.models import Accepted, Decision, Outcome
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.people.actions import end_involvement, open_involvement
from mash.people.joined import records_of
from mash.people.models import Involvement, Person
from mash.people.queries import open_on

SOURCE = "decision"
LONGEST = timedelta(days=366)


@transaction.atomic
def accept_hand_over(
    *,
    outcome: Outcome,
    service: str,
    said_by: str,
    from_on: date,
    until_on: date,
    by: Staff,
    at: datetime,
    **names: str,
) -> Accepted:
    """Record that a service accepted one person: from then on its work with them is open, at the outcome's tier.

    from_on: the day it began, not before the decision and not later than today.  until_on: the first day on which it
    no longer counts as open, unless its end is recorded before; at most a year later.
    names: team, worker_name, worker_email, manager_name, manager_email.
    What earlier decisions had opened with the person ends that day: the work has moved.  Twice changes nothing.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Hand-over to a service".
    """
    decision = outcome.decision
    require(policy.may_hand_over(by, decision))
    hold_still(decision.contact)
    before = Accepted.objects.filter(outcome=outcome).first()
    if before:
        return before
    if not service.strip() or not said_by.strip():
        raise NotWhole("Say which service accepted, and who there said so.")
    _whole(outcome, from_on, until_on, at)
    handed.tell(outcome, "accepted", words=f"{service.strip()}: {said_by.strip()}", by=by, at=at)
    return take_on(
        outcome=outcome,
        service=service,
        said_by=said_by,
        from_on=from_on,
        until_on=until_on,
        by=by,
        at=at,
        **names,
    )


def take_on(
    *,
    outcome: Outcome,
    service: str,
    said_by: str,
    from_on: date,
    until_on: date,
    by: Staff,
    at: datetime,
    **names: str,
) -> Accepted:
    """Write down that a service accepted one person.  The caller may do it, holds the contact still, and has looked.

    by: whose word it is: a worker of the hub, or of the service itself.  names: as `accept_hand_over` takes them.
    """
    decision = outcome.decision
    assert outcome.person  # noqa: S101 - `_whole` has looked
    known = outcomes()[outcome.outcome]
    acts = None if presence().identity != by.identity else by
    work_has_moved(outcome.person, from_on, by=acts, at=at)
    work = open_involvement(
        person=outcome.person,
        source=SOURCE,
        source_key=str(outcome.pk),
        agency=service.strip(),
        plan=known.label[:80],
        tier=known.tier or 0,
        from_on=from_on,
        until_on=until_on,
        by=acts,
        at=at,
        **{name: said.strip() for name, said in names.items()},
    )
    made = Accepted.objects.create(
        hub_id=decision.hub_id,
        outcome=outcome,
        contact=decision.contact,
        involvement=work,
        said_by=said_by.strip(),
        by=by,
        at=at,
    )
    detail = {"contact": str(decision.contact_id), "outcome": outcome.outcome}
    record("hand_over.accepted", about=decision, at=at, hub_id=decision.hub_id, detail=detail)
    return made


def _whole(outcome: Outcome, from_on: date, until_on: date, at: datetime) -> None:
    decision = outcome.decision
    if outcome.person is None or outcome.alongside or outcome.outcome not in queries.helps():
        raise NotWhole("Nobody is handed over by this outcome.")
    made = localdate(decision.made_at) if decision.made_at else from_on
    if not made <= from_on <= localdate(at):
        raise NotWhole("The work began between the decision and today.")
    if not from_on < until_on <= from_on + LONGEST:
        raise NotWhole("The last day is later than the first, and at most a year.")


@transaction.atomic
def end_work(*, accepted: Accepted, until_on: date, why: str, by: Staff, at: datetime) -> None:
    """Record that a service's work after a decision has ended.  It stays on the person's record as it was.

    until_on: the first day without it, not later than tomorrow.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Hand-over to a service".
    """
    decision = accepted.outcome.decision
    require(policy.may_end_work(by, decision))
    hold_still(decision.contact)
    work = accepted.involvement
    if not why.strip():
        raise NotWhole("Say why the work has ended.")
    if not work.from_on <= until_on <= localdate(at) + timedelta(days=1):
        raise NotWhole("The day is between the first day of the work and tomorrow.")
    end_involvement(involvement=work, until_on=until_on, why=why.strip(), by=by, at=at)


def take_back_work(decision: Decision, *, by: Staff, at: datetime) -> None:
    """End what a service opened on a decision that no longer stands.  The caller holds the contact still."""
    today = localdate(at)
    for one in Accepted.objects.filter(outcome__decision=decision).select_related("involvement__person"):
        work = one.involvement
        end_involvement(involvement=work, until_on=max(today, work.from_on), by=by, at=at)


def end_what_ends(decision: Decision, *, by: Staff, at: datetime) -> None:
    """End the help that earlier decisions had opened, for whom this one says that it ends."""
    today = localdate(at)
    for outcome in decision.outcomes.filter(ends_open_help=True, person__isnull=False).select_related(
        "person"
    ):
        assert outcome.person  # noqa: S101 - asked for just above
        for work in _open_by_decisions(outcome.person, today):
            end_involvement(involvement=work, until_on=max(today, work.from_on), by=by, at=at)


def work_has_moved(person: Person, from_on: date, *, by: Staff | None, at: datetime) -> None:
    """End what services began with a person after decisions: from a day on another service works with them."""
    for earlier in _open_by_decisions(person, localdate(at)):
        end_involvement(involvement=earlier, until_on=max(from_on, earlier.from_on), by=by, at=at)


def _open_by_decisions(person: Person, on: date) -> list[Involvement]:
    return list(
        Involvement.objects.filter(open_on(on), person__in=records_of(person), source=SOURCE).select_related(
            "person"
        )
    )
