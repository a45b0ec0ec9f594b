"""The word of a second person and of a cleared person on a decision that waits for it."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import Verdict, require
from mash.decision import policy, queries
from mash.decision.actions.refusals import AlreadySaid, NotWhole, RatedRedSince
from mash.decision.actions.standing import hold_event, stand
from mash.decision.models import Approval, ApprovalKind, Decision
from mash.ledger.actions import record
from mash.outage.actions import Paper, happened, keep_entered
from mash.outage.models import Entry
from mash.outage.queries import times_on_paper
from mash.partnership.models import Staff


@transaction.atomic
def approve(
    *, decision: Decision, why: str = "", paper: Paper | None = None, by: Staff, at: datetime
) -> Decision:
    """Agree as the second person.  The decision stands if it waits for nobody else.

    The same word twice changes nothing.

    Raises PermissionDenied for the decider and for whoever lacks the duty, AlreadySaid when somebody else has
    answered or the decision no longer waits, and RatedRedSince; with paper also what `outage.actions` raises.

    Source: docs/rules.md, "Second person", "Entering what was on paper".
    """
    return _agree(decision, ApprovalKind.SECOND, why, paper, by=by, at=at)


@transaction.atomic
def clear_closing(
    *, decision: Decision, why: str = "", paper: Paper | None = None, by: Staff, at: datetime
) -> Decision:
    """Pass a closing as a person cleared for all that is held on the people.  It stands if it waits for nobody else.

    The same word twice changes nothing.

    Raises PermissionDenied for the decider and for whoever is not cleared, AlreadySaid when somebody else has
    answered or the decision no longer waits, and RatedRedSince; with paper also what `outage.actions` raises.

    Source: docs/rules.md, "No false all-clear", "Entering what was on paper".
    """
    return _agree(decision, ApprovalKind.CLEARED, why, paper, by=by, at=at)


@transaction.atomic
def turn_down(*, decision: Decision, why: str, by: Staff, at: datetime) -> Decision:
    """Say no, with a reason: the decision goes back to the decider, who may also take it back themselves.

    Raises PermissionDenied, NotWhole without a reason, and AlreadySaid when the decision no longer waits.

    Source: docs/rules.md, "Second person", "No false all-clear".
    """
    require(policy.may_turn_down(by, decision))
    decision = _held(decision)
    if not why.strip():
        raise NotWhole("Say why.")
    kind = _voice(decision, by)
    if not decision.waits:
        if _said(decision, kind, by, agreed=False):
            return decision
        raise AlreadySaid(None)
    _write(decision, kind, why, agreed=False, by=by, at=at)
    decision.turned_down_at = at
    decision.save(update_fields=["turned_down_at"])
    record("decision.turned_down", about=decision, at=at, hub_id=by.hub_id, detail={"as": kind})
    return decision


def _agree(
    decision: Decision, kind: ApprovalKind, why: str, paper: Paper | None, *, by: Staff, at: datetime
) -> Decision:
    require(_may(kind, by, decision))
    decision = _held(decision)
    if _said(decision, kind, by, agreed=True):
        return decision
    second = kind == ApprovalKind.SECOND
    waits = decision.waits_for_second if second else decision.waits_for_clearance
    if not waits:
        raise AlreadySaid(decision.second_by if second else decision.cleared_by)
    if decision.colour != "red" and queries.colour_of(decision.contact) == "red":
        raise RatedRedSince
    word = _write(decision, kind, why, agreed=True, by=by, at=at)
    if paper:
        _keep_paper(decision, word, paper, by=by, at=at)
    given = "second_by" if second else "cleared_by"
    setattr(decision, given, by)
    decision.save(update_fields=[given])
    record(
        "decision.agreed" if second else "decision.cleared",
        about=decision,
        at=at,
        hub_id=by.hub_id,
        detail={"contact": str(decision.contact_id)},
    )
    if not (decision.waits_for_second or decision.waits_for_clearance):
        stand(decision, by=by, at=at, stood_at=_last_word(decision))
    return decision


def _keep_paper(decision: Decision, word: Approval, paper: Paper, *, by: Staff, at: datetime) -> None:
    decided = times_on_paper([decision.pk]).get(decision.pk, decision.at)
    away = happened(paper, hub=decision.contact.hub, facts=[("it was decided", decided)], at=at)
    what = Entry.SECOND if word.kind == ApprovalKind.SECOND else Entry.CLEARED
    keep_entered(paper, away, what=what, contact=decision.contact, of=word.pk, by=by, at=at)


def _last_word(decision: Decision) -> datetime:
    """Return when the last word was given that a decision needs, on paper or here."""
    said = {decision.pk: decision.at}
    said |= {one.pk: one.at for one in decision.approvals.filter(agreed=True).order_by("at", "pk")}
    on_paper = times_on_paper(said)
    return max(on_paper.get(key, at) for key, at in said.items())


def _held(decision: Decision) -> Decision:
    """Return the decision as it is once no other transaction works on its contact."""
    hold_event(decision.contact)
    found = Decision.objects.select_related(
        "contact__hub", "by__account", "second_by__account", "cleared_by__account"
    )
    return found.get(pk=decision.pk)


def _may(kind: ApprovalKind, by: Staff, decision: Decision) -> Verdict:
    if kind == ApprovalKind.SECOND:
        return policy.may_agree(by, decision)
    return policy.may_clear(by, decision)


def _voice(decision: Decision, by: Staff) -> ApprovalKind:
    if by.account_id == decision.by.account_id:
        return ApprovalKind.TAKEN_BACK
    if decision.needs_second and not decision.second_by_id and policy.may_agree(by, decision):
        return ApprovalKind.SECOND
    return ApprovalKind.CLEARED


def _said(decision: Decision, kind: ApprovalKind, by: Staff, *, agreed: bool) -> bool:
    return decision.approvals.filter(kind=kind, by=by, agreed=agreed).exists()


def _write(
    decision: Decision, kind: ApprovalKind, why: str, *, agreed: bool, by: Staff, at: datetime
) -> Approval:
    word = Approval(
        hub_id=decision.hub_id, decision=decision, kind=kind, agreed=agreed, why=why.strip(), by=by, at=at
    )
    Approval.objects.bulk_create([word])
    return word
