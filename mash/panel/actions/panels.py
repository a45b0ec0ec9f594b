"""A panel is opened; seats are given and end; terms of confidentiality are signed."""

import uuid
from datetime import date, datetime

from django.db import transaction

from mash.common.clock import LONDON, months_after
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.panel import policy
from mash.panel.actions.holding_meeting import hold_panel
from mash.panel.actions.planning import open_to_members
from mash.panel.actions.refusals import NotWhole
from mash.panel.content import rules
from mash.panel.models import Panel, Role, Seat, Terms
from mash.partnership.models import Staff


@transaction.atomic
def open_panel(*, key: uuid.UUID, name: str, area: str, place: str, by: Staff, at: datetime) -> Panel:
    """Open a panel for a part of the hub's area; the same form sent twice makes one.

    Raises PermissionDenied; NotWhole where the name is taken.

    Source: docs/rules.md, "The multi-agency panel".
    """
    require(policy.may_run_any(by))
    made = Panel.objects.filter(key=key).first()
    if made:
        return made
    if Panel.objects.filter(hub=by.hub_id, name__iexact=name.strip()).exists():
        raise NotWhole("A panel has this name already.")
    panel = Panel(
        hub_id=by.hub_id, key=key, name=name.strip(), area=area.strip(), place=place.strip(), by=by, at=at
    )
    panel.save(force_insert=True)
    record("panel.opened", about=panel, at=at, hub_id=panel.hub_id)
    return panel


@transaction.atomic
def give_seat(*, panel: Panel, to: Staff, role: str, stands_in: bool, by: Staff, at: datetime) -> Seat:
    """Give a worker a seat for their agency; whoever has one keeps it.

    Raises PermissionDenied; NotWhole where somebody else is the chair, or the chair would only stand in.

    Source: docs/rules.md, "Who sits on a panel".
    """
    require(policy.may_run(by, panel))
    hold_panel(panel)
    seats = Seat.objects.filter(panel=panel, until_at=None)
    made = seats.filter(staff=to).first()
    if made:
        return made
    if role == Role.CHAIR and seats.filter(role=Role.CHAIR).exists():
        raise NotWhole("This panel has a chair. End that seat first.")
    if stands_in and role != Role.MEMBER:
        raise NotWhole("The chair and the deputy chair have seats of their own.")
    if to.hub_id != panel.hub_id:
        raise NotWhole("Choose somebody of this hub.")
    seat = Seat(
        hub_id=panel.hub_id, panel=panel, agency_id=to.agency_id, staff=to, role=role,
        stands_in=stands_in, by=by, at=at,
    )  # fmt: skip
    seat.save(force_insert=True)
    record(
        "panel.seat_given",
        about=panel,
        at=at,
        hub_id=panel.hub_id,
        detail={"to": str(to.pk), "role": role},
    )
    open_to_members(panel, by=by, at=at)
    return seat


@transaction.atomic
def end_seat(*, seat: Seat, by: Staff, at: datetime) -> None:
    """End a seat; what was recorded of it stays.  Raises PermissionDenied.

    Source: docs/rules.md, "Who sits on a panel".
    """
    require(policy.may_run(by, seat.panel))
    if Seat.objects.filter(pk=seat.pk, until_at=None).update(until_at=at):
        detail = {"of": str(seat.staff_id)}
        record("panel.seat_ended", about=seat.panel, at=at, hub_id=seat.hub_id, detail=detail)
        open_to_members(seat.panel, by=by, at=at)


@transaction.atomic
def sign_terms(*, seat: Seat, signed_on: date, by: Staff, at: datetime) -> Terms:
    """Record that the terms of confidentiality were signed for a seat; they last a year, and are then signed anew.

    Whoever sits there says so of themselves, and whoever keeps the panel of a paper that they hold.

    Raises PermissionDenied; NotWhole where the day lies ahead.

    Source: docs/rules.md, "Who sits on a panel".
    """
    if seat.staff_id != by.pk:
        require(policy.may_run(by, seat.panel))
    if signed_on > at.astimezone(LONDON).date():
        raise NotWhole("The day on which the terms were signed must be today or earlier.")
    made = Terms.objects.filter(seat=seat, signed_on=signed_on).first()
    if made:
        return made
    until_on = months_after(signed_on, rules()["terms_months"])
    terms = Terms(hub_id=seat.hub_id, seat=seat, signed_on=signed_on, until_on=until_on, by=by, at=at)
    terms.save(force_insert=True)
    detail = {"of": str(seat.staff_id), "until_on": until_on.isoformat()}
    record("panel.terms_signed", about=seat.panel, at=at, hub_id=seat.hub_id, detail=detail)
    return terms
