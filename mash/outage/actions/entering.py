"""Entering what was written on paper while the product was away: each thing once, with the time on the paper beside it.

What is entered is made by the usual actions, which take the time on the paper for the moment it happened.  Their lines
in the record carry the moment of entry, and one row here says both.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.clock import LONDON
from mash.common.templates import moment
from mash.common.turns import take_turn
from mash.common.verdict import require
from mash.contact import actions as contacts
from mash.contact.message import Message
from mash.contact.models import Channel, Contact
from mash.ledger.actions import record
from mash.outage import policy, queries
from mash.outage.forms_on_paper import read_number
from mash.outage.models import Away, Entered, Entry
from mash.partnership.models import Hub, Staff

LONGEST_WHY = 240
Facts = Iterable[tuple[str, datetime | None]]
"""What something cannot have come before, each with its words, as ("the contact was received", its moment)."""
LONGEST_AWAY = timedelta(days=366)  # ours: longer is a year mistyped


class NotSo(Exception):
    """The hub was not without the product as it is said; the message says why."""


class NotThen(Exception):
    """It cannot have happened at the time on the paper; the message says why, in the worker's words."""


class NotThatForm(Exception):
    """A number on a form is none of this hub, or was entered before; the message says which."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the paper: when it happened, and the number of the form; "" for one without."""

    happened_at: datetime
    number: str = ""


@transaction.atomic
def say_away(*, began_at: datetime, ended_at: datetime, why: str, by: Staff, at: datetime) -> Away:
    """Say from when until when the hub could not reach the product.  Nobody changes it afterwards.

    Said again in the same words by the same worker it is kept once.

    Raises PermissionDenied, and NotSo.

    Source: docs/rules.md, "Entering what was on paper".
    """
    require(policy.may_keep(by))
    _refuse_unlikely(began_at, ended_at, at)
    words = why.strip()[:LONGEST_WHY]
    if not words:
        raise NotSo("Say what could not be reached, and how it was noticed.")
    same = {"hub_id": by.hub_id, "began_at": began_at, "ended_at": ended_at, "why": words, "by": by}
    take_turn(f"outage:{by.hub_id}")
    said_before = Away.objects.filter(**same).first()
    if said_before:
        return said_before
    away = Away(**same, at=at)
    Away.objects.bulk_create([away])
    said = {"from": began_at.isoformat(), "until": ended_at.isoformat()}
    record("outage.away", about=away, at=at, hub_id=by.hub_id, why=away.why, detail=said)
    return away


def _refuse_unlikely(began_at: datetime, ended_at: datetime, at: datetime) -> None:
    """Raises NotSo."""
    if ended_at <= began_at:
        raise NotSo("It was back after it went away: look at both times.")
    if ended_at > at:
        raise NotSo("This time has not come yet. What is still going on is said once it is over.")
    if ended_at - began_at > LONGEST_AWAY:
        raise NotSo("That is longer than a year: look at the years.")


def happened(paper: Paper, *, hub: Hub, facts: Facts, at: datetime) -> Away:
    """Return the time without the product in which something on paper happened.

    Raises NotThen, and NotThatForm where the form was printed later, or is another hub's.

    Source: docs/rules.md, "Entering what was on paper".
    """
    if paper.happened_at > at:
        raise NotThen("The time on the paper has not come yet.")
    for words, since in facts:
        if since and paper.happened_at < since:
            raise NotThen(f"It cannot have happened before {words}, {moment(since)}.")
    if paper.number:
        number = read_number(paper.number)
        if number is None or number.prefix != hub.prefix:
            raise NotThatForm("This is not the number of a form of this hub.")
        if number.made_at > paper.happened_at:
            raise NotThatForm("The form with this number was printed after that.")
    away = queries.away_at(hub.pk, paper.happened_at)
    if away is None:
        raise NotThen(
            f"{_said_of_that_day(hub, paper)} Whoever manages the hub says so first, on “From paper”."
        )
    return away


def _said_of_that_day(hub: Hub, paper: Paper) -> str:
    said = queries.aways_on(hub.pk, localdate(paper.happened_at, LONDON))
    if not said:
        return "Nobody has said that the product was away then."
    times = ", and ".join(f"from {moment(one.began_at)} until {moment(one.ended_at)}" for one in said)
    return f"Nobody has said that the product was away then, but {times}."


def keep_entered(
    paper: Paper, away: Away, *, what: Entry, contact: Contact, of: uuid.UUID, by: Staff, at: datetime
) -> Entered:
    """Keep that something was written on paper first, in the transaction that enters it.

    of: the key of the row that was entered.

    Raises NotThatForm where its form was entered before.
    """
    number = str(read_number(paper.number) or "")
    row = Entered(
        hub_id=contact.hub_id, away=away, what=what, contact=contact, of=of, number=number,
        happened_at=paper.happened_at, by=by, at=at,
    )  # fmt: skip
    # A form that was entered about a case closed to this worker is refused like any other.
    Entered.objects.bulk_create([row], ignore_conflicts=True)
    if not Entered.objects.filter(pk=row.pk).exists():
        raise NotThatForm(f"{Entry(what).label}: form {number} was entered before.")
    said = {"what": str(what), "of": str(of), "happened_at": paper.happened_at.isoformat(), "number": number}
    record("outage.entered", about=contact, at=at, hub_id=contact.hub_id, detail=said)
    return row


def take_contact(
    message: Message, paper: Paper, *, hub: Hub, by: Staff, at: datetime
) -> tuple[Contact, bool]:
    """Take a contact that was written on paper; return it, and whether it is new here.

    It counts from the time on the paper.

    Raises PermissionDenied, NotThen, NotThatForm, and what `contact.actions.receive` raises.

    Source: docs/rules.md, "Entering what was on paper", "Contacts".
    """
    require(policy.may_enter(by))
    away = happened(paper, hub=hub, facts=(), at=at)
    different: contacts.DifferentContent | None = None
    with transaction.atomic():
        try:
            contact, new = contacts.receive(
                message,
                hub=hub,
                channel=Channel.TELEPHONE,
                received_at=paper.happened_at,
                written_at=at,
                by=by,
            )
        except contacts.DifferentContent as found:
            different = found  # and what came now stays kept for a person
        else:
            if new:
                keep_entered(paper, away, what=Entry.CONTACT, contact=contact, of=contact.pk, by=by, at=at)
    if different:
        raise different
    return contact, new
