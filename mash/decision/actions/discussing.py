"""Strategy discussions: recording one, and that its record reached those who attended."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import Contact, ContactPerson
from mash.decision import policy, queries
from mash.decision.actions.refusals import NotWhole
from mash.decision.models import Strategy
from mash.decision.strategy import CHAIRS, not_there, record_target
from mash.ledger.actions import record
from mash.partnership.models import Staff


@transaction.atomic
def record_strategy(
    *,
    key: uuid.UUID,
    contact: Contact,
    held_at: datetime,
    chair: str,
    chair_role: str,
    attenders: Sequence[Mapping[str, str]],
    children: Sequence[ContactPerson],
    information: str,
    decisions: str,
    section_47: bool | None = None,
    section_47_grounds: str = "",
    actions: Sequence[Mapping[str, str]] = (),
    by: Staff,
    at: datetime,
) -> Strategy:
    """Keep a strategy discussion that was held; its record is due to those who attended one working day later.

    key: of the form; the same form again returns what it made.
    attenders: {"agency": kind of agency, "organisation", "name", "role"} each.
    section_47: whether an enquiry begins; None if that was not settled.
    actions: {"who", "what", "by"} each.

    Raises PermissionDenied, and NotWhole when an agency it needs was absent or something was not said.

    Source: docs/rules.md, "Strategy discussion", "Statutory clocks".
    """
    hold_still(contact)
    require(policy.may_record_strategy(by, contact))
    made = Strategy.objects.filter(key=key, contact=contact).first()
    if made:
        return made
    _refuse_half(attenders, chair, chair_role, information, decisions)
    if held_at > at:
        raise NotWhole("A strategy discussion is recorded once it has been held.")
    if section_47 and not section_47_grounds.strip():
        raise NotWhole("Say on what grounds the section 47 enquiry begins.")
    if not children:
        raise NotWhole("Say which children it was about.")
    strategy = Strategy(
        hub_id=contact.hub_id,
        contact=contact,
        key=key,
        held_at=held_at,
        chair=chair.strip(),
        chair_role=chair_role,
        attenders=[dict(one) for one in attenders],
        information=information.strip(),
        decisions=decisions.strip(),
        section_47=section_47,
        section_47_grounds=section_47_grounds.strip(),
        actions=[dict(one) for one in actions],
        children=[one.pk for one in children],
        record_due_at=record_target().due_at(held_at, queries.working_week(contact.hub, at)),
        by=by,
        at=at,
    )
    strategy.save(force_insert=True)
    record(
        "strategy.recorded",
        about=strategy,
        at=at,
        hub_id=by.hub_id,
        detail={"contact": str(contact.pk), "attended": len(attenders)},
    )
    return strategy


@transaction.atomic
def send_record(*, strategy: Strategy, how: str, by: Staff, at: datetime) -> Strategy:
    """Keep that the record reached everyone who attended, and how.  The same twice changes nothing.

    Raises PermissionDenied, and NotWhole unless it is said how.

    Source: docs/rules.md, "Strategy discussion".
    """
    hold_still(strategy.contact)
    require(policy.may_record_strategy(by, strategy.contact))
    strategy = Strategy.objects.select_related("contact").get(pk=strategy.pk)
    if strategy.record_sent_at:
        return strategy
    if not how.strip():
        raise NotWhole("Say how it reached them.")
    strategy.record_sent_at, strategy.record_sent_how, strategy.record_sent_by = at, how.strip(), by
    strategy.save(update_fields=["record_sent_at", "record_sent_how", "record_sent_by"])
    record("strategy.record_sent", about=strategy, at=at, hub_id=by.hub_id)
    return strategy


def _refuse_half(
    attenders: Sequence[Mapping[str, str]], chair: str, chair_role: str, information: str, decisions: str
) -> None:
    absent = not_there(one["agency"] for one in attenders if one.get("name", "").strip())
    if absent:
        raise NotWhole(f"A strategy discussion needs {', '.join(absent)}.")
    if not chair.strip() or chair_role not in CHAIRS:
        raise NotWhole("Say who chaired it: a team manager or above.")
    if not (information.strip() and decisions.strip()):
        raise NotWhole("Write what was shared and what was decided.")
