"""Contacts that are back with their referrer, and when they are looked at again.

Source: docs/rules.md, "Return for agreement".
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

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


def is_away(today: date) -> Q:
    """Return "it is with its referrer, and the day to look again has not come"."""
    return Q(Exists(_open_returns().filter(look_again_on__gt=today)))


def is_to_look_at_again(today: date) -> Q:
    """Return "the day to look again has come, and nobody has taken it up"."""
    return Q(Exists(_open_returns().filter(look_again_on__lte=today)))


def to_tell(at: datetime) -> QuerySet[Returned]:
    """Return, of every hub, what is to be looked at again by now and waits, the longest first."""
    waiting = order.still_open(Contact.objects.filter(pk=OuterRef("contact")))
    found = Returned.objects.filter(Exists(waiting), back_at=None, look_again_on__lte=today_at(at))
    return found.select_related("contact__hub").order_by("look_again_on", "pk")


def with_returns(contacts: QuerySet[Contact]) -> QuerySet[Any]:
    """Mark contacts with how often each went back (`went_back`), and when it is looked at again (`look_again_on`)."""
    mine = Returned.objects.filter(contact=OuterRef("pk"))
    times = mine.order_by().values("contact").annotate(times=Count("pk")).values("times")
    return contacts.annotate(
        went_back=Coalesce(Subquery(times), Value(0)),
        look_again_on=Subquery(mine.filter(back_at=None).values("look_again_on")[:1]),
    )


def away(contact: Any, at: datetime) -> Away | None:
    """Return how a contact that is marked so stands with its referrer; None where it never went back."""
    if not contact.went_back:
        return None
    on, today = contact.look_again_on, today_at(at)
    age = (today - contact.received_at.astimezone(LONDON).date()).days
    return Away(on, contact.went_back, age, is_due=on is not None and on <= today)


def away_of(contact: Contact, at: datetime) -> Away | None:
    """Return how one contact stands with its referrer; None where it never went back."""
    return away(with_returns(Contact.objects.filter(pk=contact.pk)).get(), at)


def today_at(at: datetime) -> date:
    """Return the day in England at a moment."""
    return at.astimezone(LONDON).date()


def _open_returns() -> QuerySet[Returned]:
    return Returned.objects.filter(contact=OuterRef("pk"), back_at=None)
