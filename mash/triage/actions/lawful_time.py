"""Recording the facts that begin and end the clocks of law."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage import fixed, policy
from mash.triage.actions.once import key_for
from mash.triage.reading import ClockFact

NO_REASON = {
    fixed.INTERVIEW: "Say why no interview will be held",
    fixed.SCHOOL: "Say why no school is told, and who decided that",
}


class NotAFact(Exception):
    """Only what concerns a contact's own clocks is recorded; the message says what is wrong."""


@transaction.atomic
def record_clock_fact(
    *,
    contact: Contact,
    code: str,
    happened_at: datetime,
    words: str,
    by: Staff,
    at: datetime,
    key: uuid.UUID | None = None,
) -> ClockFact:
    """Record that something happened which begins or ends a clock of law, or is kept beside it.  None is changed.

    code: of one of `fixed.can_be_said`.  happened_at: when it happened, not later than now.

    Raises PermissionDenied, or NotAFact.

    Source: docs/rules.md, "Statutory clocks".
    """
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    made = ClockFact.objects.filter(pk=key_for(by, key), contact=contact).first() if key else None
    if made:
        return made
    fact = next((one for one in fixed.can_be_said(contact) if one.code == code), None)
    if fact is None:
        raise NotAFact("Choose what happened")
    if (fact.clock, fact.what) == (fixed.SCHOOL, fixed.NOT_HELD):
        require(policy.may_tell_school(by, contact))
    _refuse(contact, fact, happened_at, words, at)
    row = ClockFact(
        id=key_for(by, key),
        hub_id=contact.hub_id,
        contact=contact,
        about=fact.about,
        clock=fact.clock,
        what=fact.what,
        happened_at=happened_at,
        words=words.strip(),
        by=by,
        at=at,
    )
    ClockFact.objects.bulk_create([row])
    detail = {"clock": fact.clock, "what": fact.what, "about": fact.about.ref if fact.about else ""}
    record("clock.fact", about=contact, at=at, hub_id=contact.hub_id, why=row.words, detail=detail)
    return row


def _refuse(contact: Contact, fact: fixed.Fact, happened_at: datetime, words: str, at: datetime) -> None:
    if happened_at > at:
        raise NotAFact("It cannot have happened later than now")
    if fact.what == fixed.NOT_HELD and not words.strip():
        raise NotAFact(NO_REASON[fact.clock])
    if fact.clock == fixed.INTERVIEW and fact.what != fixed.STARTED and fact.about in fixed.to_find(contact):
        raise NotAFact("Record first when the child was found or came back")
