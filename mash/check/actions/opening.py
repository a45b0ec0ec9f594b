"""Opening and approving a check."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from mash.check import policy
from mash.check.models import Check
from mash.check.queries.waiting import end_of_day
from mash.common.verdict import require
from mash.contact.actions import hold_still, reply
from mash.contact.models import Contact, ReplyKind
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Staff
from mash.partnership.queries import rota
from mash.people.joined import as_one
from mash.triage import actions as triage
from mash.triage.gate import Gate
from mash.triage.models import Colour
from mash.triage.policy import may_approve_ground
from mash.triage.queries import gate_of, linked, newest_rating, settled

TOLD = (
    "A person has read what you sent.  It is being checked with other agencies before anything is decided.  "
    "You will read here what was decided.  If somebody is in immediate danger, ring 999."
)
TOLD_THE_PUBLIC = (
    "Thank you.  A person has read what you sent and is working on it.  "
    "If somebody is in immediate danger, ring 999."
)


OPENED_AT_NIGHT = "A red check was opened out of hours: {reference}"
SIGN_IN = "Sign in to see reference {reference}."


class AlreadyOpen(Exception):
    """A check on this contact is running."""


class OpenForTheEvent(AlreadyOpen):
    """Another report of the event, whose reference is the message, has a check running about the same people."""


class NotRated(Exception):
    """Nobody has rated this contact: what is asked, and how soon, follows from the rating."""


class NeedsApproval(Exception):
    """The ground that the check would open on needs the approval of another manager first."""


@transaction.atomic
def open_check(*, contact: Contact, why: str, by: Staff, at: datetime) -> Check:
    """Open the multi-agency check of a contact, through the gate and no other way.

    why: what the check is to find out.  A red check may open with the approval of its ground due the same day.

    Raises PermissionDenied, with the gate's own reason where the gate is shut; AlreadyOpen; OpenForTheEvent;
    NotRated; NeedsApproval.

    Opened at night, it is told to the manager on call.

    Source: docs/rules.md, "The gate", "Out of hours", "One event, several reports".
    """
    require(policy.may_work_on(by, contact))
    event = [one.contact for one in linked(contact)]
    for each in sorted((contact, *event), key=lambda one: one.pk):
        hold_still(each)
    if Check.objects.filter(contact=contact, closed_at=None).exists():
        raise AlreadyOpen
    _refuse_a_second_for(contact, event)
    rating = newest_rating(contact)
    if rating is None:
        raise NotRated
    require(policy.may_open(by, contact, rating.colour))
    triage.adopt_from_message(
        contact=contact, at=at
    )  # or the gate would rely on rows that are not written yet
    gate = gate_of(contact, at)
    require(gate.verdict)
    check = Check(
        hub_id=contact.hub_id,
        contact=contact,
        colour=rating.colour,
        why=why.strip(),
        opened_by=by,
        opened_at=at,
    )
    _rely(check, gate, by, at)
    Check.objects.bulk_create([check])
    detail = {"colour": check.colour, "on": "agreement" if check.gate_agreement_id else "ground"}
    record("check.opened", about=check, at=at, hub_id=check.hub_id, why=check.why, detail=detail)
    _tell_referrer(contact, by, at)
    if by.works_nights:
        _tell_manager_on_call(check, at)
    return check


def _refuse_a_second_for(contact: Contact, event: Sequence[Contact]) -> None:
    """A family is asked about once: another report's check is used, unless this one names somebody else at risk."""
    at_risk = {one.pk for one in contact.people.all() if one.is_at_risk}
    here = {key: person.pk for key, person in settled(contact).items() if key in at_risk}
    for check in Check.objects.filter(contact__in=event, closed_at=None).select_related("contact"):
        there = as_one(one.pk for one in settled(check.contact).values())
        if at_risk == set(here) and set(here.values()) <= there:
            raise OpenForTheEvent(check.contact.reference)


def _rely(check: Check, gate: Gate, by: Staff, at: datetime) -> None:
    """Set down what opens the check: an agreement, or a ground with its reason and its approval."""
    cover = gate.relies_on
    assert cover  # noqa: S101 - an open gate relies on somebody
    if cover.agreement:
        check.gate_agreement = cover.agreement
        return
    ground = cover.ground
    assert ground  # noqa: S101 - as above
    if ground.approved_at is None and check.colour != Colour.RED:
        if not may_approve_ground(by, ground):
            raise NeedsApproval
        ground = triage.approve_ground(ground=ground, by=by, at=at)
    check.gate_ground, check.ground, check.reason = ground, ground.ground, ground.reason
    check.approved_by, check.approved_at = ground.approved_by, ground.approved_at
    if check.approved_at is None:
        check.approval_due_at = end_of_day(at)


@transaction.atomic
def approve_check(*, check: Check, by: Staff, at: datetime, reason: str = "") -> Check:
    """Approve, as another manager, the ground that a red check opened on.  Approving twice changes nothing.

    Raises PermissionDenied.

    Source: docs/rules.md, "The gate".
    """
    require(policy.may_approve(by, check))
    held = Check.objects.select_for_update(of=("self",)).select_related("gate_ground").get(pk=check.pk)
    if held.approved_at is None and held.gate_ground:
        ground = triage.approve_ground(ground=held.gate_ground, by=by, at=at, reason=reason)
        held.approved_by, held.approved_at = ground.approved_by, ground.approved_at
        held.save(update_fields=["approved_by", "approved_at"])
        late = bool(held.approval_due_at and at >= held.approval_due_at)
        record("check.approved", about=held, at=at, hub_id=held.hub_id, detail={"late": late})
    return held


def _tell_manager_on_call(check: Check, at: datetime) -> None:
    """Tell the manager on call, or whoever manages the hub where the rota names nobody, by reference alone."""
    hub, reference = check.contact.hub, check.contact.reference
    on_call = [one.person for one in rota.on_duty(hub, at, only="manager_on_call") if one.person]
    for address in sorted({one.account.email for one in on_call or rota.managers_of(hub.pk, at)}):
        notify(
            hub_id=hub.pk,
            to=address,
            subject=OPENED_AT_NIGHT.format(reference=reference),
            body=SIGN_IN.format(reference=reference),
            at=at,
            contact=check.contact_id,
            urgent=True,
        )


def _tell_referrer(contact: Contact, by: Staff, at: datetime) -> None:
    words = TOLD_THE_PUBLIC if contact.is_from_the_public else TOLD
    reply(contact=contact, kind=ReplyKind.CHECK_OPENED, words=words, by=by, at=at)
