"""Moving all of a worker's work in one action, and accepting what one was given."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from mash.check.actions.passing import pass_enquiry
from mash.check.models import Enquiry
from mash.check.queries.waiting import waited_for
from mash.common.turns import take_turn
from mash.common.verdict import require
from mash.contact.models import Contact
from mash.contact.queries import email_of_referrer
from mash.decision.actions import pass_letter
from mash.decision.models import Letter
from mash.desk.hand_over.actions import pass_on
from mash.desk.models import HandOver, Moved, Moving, PieceKind
from mash.desk.moving import queries
from mash.desk.moving.queries import Piece
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Membership, Staff
from mash.partnership.policy import may_move_work
from mash.partnership.queries.rota import managers_of
from mash.triage.actions.moving import give_back, move_contact

ACCEPTED_WITHIN = timedelta(minutes=30)  # what is red or due today
NOBODY_CHOSEN = "Nobody was chosen for it."
GIVEN = "Work was given to you"
GIVEN_BODY = "Sign in and open “Given to you”.  Accept each line by name."
LEFT = "Work that could not be moved"
LEFT_BODY = "Sign in and open “Work to move”.  Something that waited for somebody who is away could not move."
CALLED = "Work that nobody has accepted"
CALLED_BODY = (
    "Sign in and open “Work to move”.  Something red or due today was given and nobody has accepted it."
)
TOLD = "Somebody else has reference {reference} now"
TOLD_BODY = "Another worker of the hub has reference {reference} now.  You need do nothing."


class ReasonMissing(Exception):
    """Moving work has one reason, in words."""


@transaction.atomic
def move_all(
    *, who: Staff, choices: Mapping[str, uuid.UUID], why: str, key: uuid.UUID, by: Staff, at: datetime
) -> Moving:
    """Move everything that waits for a worker, each piece to whoever was chosen for it, for one reason.

    choices: key of a post by the name of a piece.  What cannot move, or was left without a name, is kept as such
    and told to the hub's manager; the moving is not finished until nothing is left.  Ratings, clocks, due times,
    drafts and history stay as they are.  key: of the form; the same form again moves nothing.

    Raises PermissionDenied, ReasonMissing.

    Source: docs/rules.md, "Moving work".
    """
    require(may_move_work(by, who))
    if not why.strip():
        raise ReasonMissing
    _hold_still(who)
    own_key = uuid.uuid5(by.pk, f"moving:{key}")
    made = Moving.objects.filter(key=own_key).first()
    if made:
        return made
    pieces = queries.work_of(by, who, at)
    queries.offer(by, who, pieces, at)
    moving = Moving.objects.create(
        hub_id=who.hub_id, frm=who, agency_id=who.agency_id, why=why.strip(), key=own_key, by=by, at=at
    )
    lines = [_move(moving, piece, choices.get(piece.name)) for piece in pieces]
    Moved.objects.bulk_create(line for line in lines if line)
    left = [line for line in lines if line and line.cannot]
    if not left:
        Moving.objects.filter(frm=who, finished_at=None).update(finished_at=at)
        moving.finished_at = at
    detail = {"moved": len([line for line in lines if line and line.to_id]), "left": len(left)}
    record("work.moved", about=who, at=at, hub_id=who.hub_id, why=why.strip(), detail=detail)
    _tell(moving, [line for line in lines if line], at)
    return moving


def _move(moving: Moving, piece: Piece, chosen: uuid.UUID | None) -> Moved | None:
    """Move one piece; return its line, or nothing where somebody else has it already."""
    if piece.kind == PieceKind.HELD:
        contact = Contact.objects.get(pk=piece.case)
        give_back(contact=contact, frm=moving.frm, by=moving.by, at=moving.at)
        return None
    to = next((one for one in piece.may if one.pk == chosen), None)
    if piece.cannot or to is None:
        return _line(moving, piece, None, piece.cannot or NOBODY_CHOSEN)
    try:
        with transaction.atomic():
            moved = _carry(moving, piece, to)
    except PermissionDenied as refused:
        return _line(moving, piece, None, str(refused)[:240])
    return _line(moving, piece, to, "") if moved else None


def _carry(moving: Moving, piece: Piece, to: Staff) -> bool:
    if piece.kind == PieceKind.ENQUIRY:
        enquiry = Enquiry.objects.get(pk=piece.thing)
        return pass_enquiry(enquiry=enquiry, to=to, why=moving.why, by=moving.by, at=moving.at)
    said: dict[str, Any] = {
        "frm": moving.frm,
        "to": to,
        "why": moving.why,
        "by": moving.by,
        "at": moving.at,
    }
    if piece.kind == PieceKind.LETTER:
        return pass_letter(letter=Letter.objects.select_related("contact").get(pk=piece.thing), **said)
    if piece.kind == PieceKind.HAND_OVER:
        return pass_on(hand_over=HandOver.objects.get(pk=piece.thing), **said)
    contact = Contact.objects.select_related("hub").get(pk=piece.case)
    return move_contact(contact=contact, **said)


def _line(moving: Moving, piece: Piece, to: Staff | None, cannot: str) -> Moved:
    return Moved(
        hub_id=moving.hub_id,
        moving=moving,
        agency_id=to.agency_id if to else moving.agency_id,
        kind=piece.kind,
        thing=piece.thing,
        case=piece.case,
        reference=piece.reference,
        urgent=piece.urgent,
        to=to,
        cannot=cannot,
        at=moving.at,
        accepted_at=moving.at
        if to and to.pk == moving.by_id
        else None,  # who gives it to themselves has taken it
    )


def _tell(moving: Moving, lines: Sequence[Moved], at: datetime) -> None:
    """Tell the new owners, the hub's manager where something is left, and whoever waited; references only."""
    for address in sorted({one.to.account.email for one in lines if one.to and one.to_id != moving.by_id}):
        notify(
            hub_id=moving.hub_id,
            to=address,
            subject=GIVEN,
            body=GIVEN_BODY,
            at=at,
            page=reverse("desk:given"),
        )
    if any(one.cannot for one in lines):
        for one in managers_of(moving.hub_id, at):
            notify(
                hub_id=moving.hub_id,
                to=one.account.email,
                subject=LEFT,
                body=LEFT_BODY,
                at=at,
                page=reverse("desk:given"),
            )
    for case, reference in {
        (one.case, one.reference) for one in lines if one.to and one.kind not in queries.BY_THEMSELVES
    }:
        for address in _who_waits(case):
            notify(
                hub_id=moving.hub_id,
                to=address,
                subject=TOLD.format(reference=reference),
                body=TOLD_BODY.format(reference=reference),
                at=at,
                contact=case,
            )


def _who_waits(case: uuid.UUID) -> Iterable[str]:
    """Return where to tell the professional who referred, and the agencies that were asked and have not answered."""
    contact = Contact.objects.get(pk=case)
    found = set() if contact.is_from_the_public else {email_of_referrer(contact)}
    asked = waited_for().filter(contact_id_opaque=case)
    places = Membership.objects.filter(hub=contact.hub_id, agency__in=asked.values("agency"))
    return sorted((found | set(places.values_list("email", flat=True))) - {""})


@transaction.atomic
def accept(*, lines: Iterable[uuid.UUID], by: Staff, at: datetime) -> int:
    """Accept, by name, what one was given; return how many lines.  Twice accepts nothing more.

    Source: docs/rules.md, "Moving work".
    """
    found = Moved.objects.select_for_update(of=("self",)).filter(
        pk__in=list(lines), hub=by.hub_id, to=by, accepted_at=None
    )
    accepted = list(found)
    for one in accepted:
        one.accepted_at = at
        one.save(update_fields=["accepted_at"])
        detail = {"kind": one.kind, "reference": one.reference}
        record("work.accepted", about=one, at=at, hub_id=one.hub_id, detail=detail)
    return len(accepted)


@transaction.atomic
def call_about_unaccepted(*, at: datetime) -> int:
    """Call the hub's manager about what is urgent and nobody accepted in half an hour, once; return how many lines.

    Acts as a listed service.

    Source: docs/rules.md, "Moving work".
    """
    late = list(
        queries.overdue_to_accept(at - ACCEPTED_WITHIN).select_for_update(of=("self",), skip_locked=True)
    )
    for hub in {one.hub_id for one in late}:
        for manager in managers_of(hub, at):
            notify(
                hub_id=hub,
                to=manager.account.email,
                subject=CALLED,
                body=CALLED_BODY,
                at=at,
                page=reverse("desk:given"),
                urgent=True,
            )
        count = sum(one.hub_id == hub for one in late)
        record("work.unaccepted", about="moved", at=at, hub_id=hub, detail={"lines": count})
    Moved.objects.filter(pk__in=[one.pk for one in late]).update(called_at=at)
    return len(late)


def _hold_still(who: Staff) -> None:
    """Let one transaction at a time move a worker's work."""
    take_turn(f"moving:{who.pk}")
