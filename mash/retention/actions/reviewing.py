"""Reviewing a record that is due: one person proposes, another agrees or sends it back.  Only these write."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.retention import policy, queries
from mash.retention.facts import periods_by_id
from mash.retention.models import Placed, Proposal, Standing, What, Word

LOOK_AT_RECORD = "mash.retention.jobs.look_at_record"


class ReasonMissing(Exception):
    """No reason was given."""


class NotDue(Exception):
    """The record is not due, so nothing can be proposed for it yet."""


class ProposedAlready(Exception):
    """Something is proposed for the record, and waits."""


class AnsweredAlready(Exception):
    """Somebody answered the proposal, or it ended."""


class TooSoon(Exception):
    """A record is kept until a day after today."""


class NoSuchClass(Exception):
    """The hub has no such class of record, or it is out of use."""


@transaction.atomic
def propose(
    *,
    key: uuid.UUID,
    standing: Standing,
    what: What,
    keep_until: date | None,
    why: str,
    by: Staff,
    at: datetime,
) -> Proposal:
    """Propose to dispose of a record that is due, or to keep it until a day.

    key: of the form, so that the same form sent twice makes one.

    Raises PermissionDenied, ReasonMissing, NotDue, TooSoon, ProposedAlready.

    Source: docs/rules.md, "Review before disposal".
    """
    require(policy.may_propose(by))
    made: Proposal | None = Proposal.objects.filter(key_of_form=key).first()
    if made:
        return made
    held = queries.holds_on(standing, standing.period) if what == What.DISPOSE else []
    require(policy.is_ready(standing, held))
    if not why.strip():
        raise ReasonMissing
    if standing.due_on is None or standing.due_on > localdate(at):
        raise NotDue
    if what == What.KEEP and (keep_until is None or keep_until <= localdate(at)):
        raise TooSoon
    Standing.objects.select_for_update().filter(pk=standing.pk).first()  # one proposal at a time
    if queries.proposal_on(standing.kind, standing.key):
        raise ProposedAlready
    queries.running().filter(queries.of_record(standing.kind, standing.key)).update(
        ended_at=at, ended_why="its day came again"
    )
    made = Proposal(
        hub_id=standing.hub_id,
        person_id=standing.person_id,
        contact_id=standing.contact_id,
        consultation_id=standing.consultation_id,
        key_of_form=key,
        what=what,
        keep_until=keep_until if what == What.KEEP else None,
        period=standing.period,
        due_on=standing.due_on,
        why=why.strip(),
        by=by,
        at=at,
    )
    Proposal.objects.bulk_create([made])
    record("retention.proposed", about=made, at=at, hub_id=by.hub_id, detail=_detail(made))
    return made


@transaction.atomic
def answer(*, proposal: Proposal, agreed: bool, why: str, by: Staff, at: datetime) -> None:
    """Agree to what another person proposed, or send it back for a reason.

    Raises PermissionDenied, ReasonMissing, AnsweredAlready.

    Source: docs/rules.md, "Review before disposal".
    """
    require(policy.may_answer(by, proposal))
    if not agreed and not why.strip():
        raise ReasonMissing
    held = queries.running().select_for_update().filter(pk=proposal.pk).first()
    if held is None or Word.objects.filter(proposal=proposal).exists():
        raise AnsweredAlready
    Word.objects.bulk_create(
        [Word(hub_id=proposal.hub_id, proposal=held, agreed=agreed, why=why.strip(), by=by, at=at)]
    )
    event = "retention.agreed" if agreed else "retention.sent_back"
    record(event, about=held, at=at, hub_id=by.hub_id, detail=_detail(held))
    if not agreed:
        Proposal.objects.filter(pk=held.pk).update(ended_at=at, ended_why="sent back")
    elif held.what == What.KEEP:
        order_from(
            "retention", LOOK_AT_RECORD, hub_id=str(held.hub_id), kind=str(held.kind), key=str(held.key)
        )


@transaction.atomic
def take_back(*, proposal: Proposal, why: str, by: Staff, at: datetime) -> None:
    """Stop a proposal before it is carried out, agreed or not.

    Raises PermissionDenied, ReasonMissing, AnsweredAlready.

    Source: docs/rules.md, "Review before disposal".
    """
    require(policy.may_take_back(by, proposal))
    if not why.strip():
        raise ReasonMissing
    if not queries.running().filter(pk=proposal.pk).update(ended_at=at, ended_why=why.strip()[:240]):
        raise AnsweredAlready
    record("retention.taken_back", about=proposal, at=at, hub_id=by.hub_id, detail=_detail(proposal))


@transaction.atomic
def place(*, standing: Standing, period: str, why: str, by: Staff, at: datetime) -> Placed | None:
    """Put a record into another class for a reason; "" puts it back into the class that its facts say.

    None where it was in that class by somebody's word already.

    Raises PermissionDenied, ReasonMissing, NoSuchClass.

    Source: docs/rules.md, "How long records are kept".
    """
    require(policy.may_propose(by))
    if not why.strip():
        raise ReasonMissing
    known = periods_by_id().get(period)
    if period and (known is None or known.retired):
        raise NoSuchClass(period)
    newest = queries.placings_of(standing).first()
    if (newest.period if newest else "") == period:
        return None
    made = Placed(
        hub_id=standing.hub_id,
        person_id=standing.person_id,
        contact_id=standing.contact_id,
        consultation_id=standing.consultation_id,
        period=period,
        why=why.strip(),
        by=by,
        at=at,
    )
    Placed.objects.bulk_create([made])
    record("retention.placed", about=made, at=at, hub_id=by.hub_id, detail={"period": period})
    order_from(
        "retention",
        LOOK_AT_RECORD,
        hub_id=str(standing.hub_id),
        kind=str(standing.kind),
        key=str(standing.key),
    )
    return made


def _detail(proposal: Proposal) -> dict[str, str]:
    """Return what the record says of a proposal: whose it is by key, what, its class and days; none of its words."""
    said = {
        "kind": str(proposal.kind),
        "key": str(proposal.key),
        "what": str(proposal.what),
        "period": proposal.period,
        "due_on": proposal.due_on.isoformat(),
    }
    return said | ({"keep_until": proposal.keep_until.isoformat()} if proposal.keep_until else {})
