"""Contacts that are back with their referrer, and when they are looked at again.

Source: docs/rules.md, "Return for agreement".
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from mash.common.clock import LONDON
from mash.contact.models import Contact
from mash.triage import order
from mash.triage.models import Returned


@dataclass(frozen=True, slots=True)
class Away:
    """How a contact stands with its referrer.

    look_again_on: the day on which it is looked at again; None once it was taken up.  times: how often it went back.
    days_old: whole days since it was received.
    """

    look_again_on: date | None
    times: int
    days_old: int
    is_due: bool

    @property
    def words(self) -> str:
        """Say how old it is and how often it went back, for whoever takes it up."""
        age = {0: "today", 1: "yesterday"}.get(self.days_old, f"{self.days_old} days ago")
        times = {1: "once", 2: "twice"}.get(self.times, f"{self.times} times")
        return f"Received {age}, back with the referrer {times}"


def is_away(at: datetime) -> Q:
    """Return "it is with its referrer, and the day to look again has not come"."""
    return Q(Exists(_open_returns().filter(look_again_on__gt=_today(at))))


def is_to_look_at_again(at: datetime) -> Q:
    """Return "the day to look again has come, and nobody has taken it up"."""
    return Q(Exists(_open_returns().filter(look_again_on__lte=_today(at))))


def to_tell(at: datetime) -> QuerySet[Returned]:
    """Return, of every hub, what is to be looked at again by now and waits, the longest first."""
    waiting = order.still_open(Contact.objects.filter(pk=OuterRef("contact")))
    found = Returned.objects.filter(Exists(waiting), back_at=None, look_again_on__lte=_today(at))
    return found.select_related("contact__hub").order_by("look_again_on", "pk")


def away_of(contacts: Iterable[Contact], at: datetime) -> dict[uuid.UUID, Away]:
    """Return how each contact that ever went back stands with its referrer, by one question."""
    received = {one.pk: one.received_at.astimezone(LONDON).date() for one in contacts}
    rows: dict[uuid.UUID, list[Returned]] = {}
    for row in Returned.objects.filter(contact__in=list(received)).order_by("at", "pk"):
        rows.setdefault(row.contact_id, []).append(row)
    today = _today(at)
    found = {}
    for key, gone in rows.items():
        on = next((one.look_again_on for one in gone if one.back_at is None), None)
        age = (today - received[key]).days
        found[key] = Away(on, len(gone), age, is_due=on is not None and on <= today)
    return found


def _open_returns() -> QuerySet[Returned]:
    return Returned.objects.filter(contact=OuterRef("pk"), back_at=None)


def _today(at: datetime) -> date:
    return at.astimezone(LONDON).date()
