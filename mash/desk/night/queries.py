"""What the emergency duty team reads: tonight's work, what was handed over, whom to call, and the sealed marker."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.db import connection

from mash.contact.confidence import unit_knows
from mash.contact.models import Contact
from mash.desk import queries
from mash.desk.hand_over.policy import readable_by
from mash.desk.hand_over.queries import TO_DAY, TO_NIGHT
from mash.desk.models import HandedOver, HandOver
from mash.desk.night import contacts
from mash.ledger.actions import record
from mash.partnership.content import rota_content
from mash.partnership.models import Hub, Staff
from mash.partnership.queries.rota import OnDuty, on_duty, working_week
from mash.triage import order
from mash.triage.looking_again import today_at

MANAGER, UNIT = "manager_on_call", "intelligence_on_call"
NOBODY = "nobody of the unit is on the rota now, so ask the manager on call"


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether the hub is open at a moment, and until when it stays so.

    turns_at: when it closes, or when it opens next.
    """

    is_open: bool
    turns_at: datetime


def hours(hub: Hub, at: datetime) -> Hours:
    """Return whether a hub is open, and until when.  Source: docs/rules.md, "Out of hours"."""
    opens, closes = next(span for span in working_week(hub).spans(at) if span[1] > at)
    return Hours(opens <= at, closes if opens <= at else opens)


def work(staff: Staff, at: datetime, page: str) -> "tuple[Page[Any], list[queries.Row]]":
    """Return a page of what is open tonight, in the order of work, and its rows.

    What came before about the same people is reached from a contact's own page and not listed.

    Source: docs/rules.md, "Out of hours", "Order of work".
    """
    hub = staff.hub_id
    wanted = contacts.urgent(hub) | contacts.given(hub) | contacts.done(hub)
    found = order.in_order(queries.open_line(staff, today_at(at)).filter(wanted))
    return queries.page_of(staff, list(found.values_list("pk", "stage")), at, page=page)


def due_before(rows: list[queries.Row], moment: datetime) -> set[uuid.UUID]:
    """Return which rows are due before a moment: the next opening, for instance."""
    return {row.contact.pk for row in rows if row.clock and row.clock.due_at <= moment}


def given_to_night(staff: Staff) -> list[HandedOver]:
    """Return the lines that the day team handed over since it last accepted a hand-back, in order."""
    lines = HandedOver.objects.filter(
        hub=staff.hub_id,
        hand_over__which=TO_NIGHT,
        hand_over__offered_at__gt=contacts.since(staff.hub_id),
    )
    return list(
        lines.select_related("hand_over__by__account").order_by("hand_over__offered_at", "place", "pk")
    )


def hand_back(staff: Staff) -> HandOver | None:
    """Return the hand-back to the day team that is written or waits to be accepted."""
    return HandOver.objects.filter(readable_by(staff), which=TO_DAY, accepted_at=None).first()


def on_call(hub: Hub, at: datetime) -> list[OnDuty]:
    """Return who is to be called tonight: the manager on call, and the sealed unit."""
    return [one for post in (MANAGER, UNIT) for one in on_duty(hub, at, only=post)]


def marker_of(staff: Staff | None, contact: Contact, at: datetime) -> str:
    """Return what somebody who works nights alone is told where something is sealed; "" for everybody else.

    That something is held, and whom to call: never what, of which kind, whose or how much.

    Source: docs/rules.md, "Out of hours", "The sealed room".
    """
    if staff is None or not staff.works_nights:
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity.held_tonight(%s)", [contact.pk])
        (held,) = cursor.fetchone()
    asked = unit_knows(staff, [contact])
    record("case.room_asked", about=f"case:{contact.pk}", at=at, hub_id=contact.hub_id)
    if not (held or asked):
        return ""
    number = next((_reached(one) for one in on_duty(contact.hub, at, only=UNIT) if one.reached_on), NOBODY)
    said: str = rota_content().out_of_hours.sealed_marker_says
    return said.replace("{intelligence_on_call_phone}", number)


def _reached(one: OnDuty) -> str:
    if one.reached_on_if_no_answer:
        return f"{one.reached_on}, or {one.reached_on_if_no_answer} if there is no answer"
    return one.reached_on
