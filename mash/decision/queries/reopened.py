"""Decisions that were reopened, and why a contact that was decided is on the line again."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, UUIDField

from mash.common.prepared import SEVERAL_KEYS, prepared
from mash.decision.models import Approval, Decision, PassedBack, Reopening, Told, WhyReopened
from mash.decision.queries.event import Event

PASSED = "Passed back by a service"


@dataclass(frozen=True, slots=True)
class BackWhy:
    """Why a contact came back to the line: what happened to its decision, who said so, when, and the reason."""

    what: str
    by: str
    at: datetime
    why: str


def decided_and_not_reopened() -> Q:
    """Return "a decision on this contact stands, and nobody reopened it"."""
    again = Reopening.objects.filter(contact=OuterRef("contact"), decision=OuterRef("pk"))
    made = Decision.objects.filter(
        contact=OuterRef("pk"),
        hub=OuterRef("hub"),  # so that an index leads to those of one hub
        made_at__isnull=False,
        turned_down_at=None,
    )
    return Q(Exists(made.exclude(Exists(again))))


def told_and_not_reopened() -> Q:
    """Return "this report was answered by a decision on its event, and nobody reopened that"."""
    again = Reopening.objects.filter(contact=OuterRef("contact"), decision=OuterRef("decision"))
    told = Told.objects.filter(contact=OuterRef("pk"))  # each report of an event is answered once it stands
    return Q(Exists(told.exclude(Exists(again))))


def reopening_of(decision: Decision) -> Reopening | None:
    """Return that a decision was reopened, if it was."""
    found: Reopening | None = _reopening_of.first(decision=decision.pk, contact=decision.contact_id)
    return found


@prepared(decision=UUIDField(), contact=UUIDField())
def _reopening_of(decision: Any, contact: Any) -> QuerySet[Reopening]:
    found = Reopening.objects.filter(decision=decision, contact=contact)
    return found.select_related("by__account").order_by("pk")[:1]


def standing_on(event: Event) -> list[Decision]:
    """Return the decisions on an event that stand, oldest first; several, where one followed another that stood."""
    again = Reopening.objects.filter(decision=OuterRef("pk"))
    made = Decision.objects.filter(contact__in=event.keys, made_at__isnull=False, turned_down_at=None)
    return list(made.exclude(Exists(again)).order_by("at", "pk"))


def why_back(contacts: Iterable[uuid.UUID]) -> dict[uuid.UUID, BackWhy]:
    """Return why contacts are on the line again: reopened, passed back, taken back or sent back, the newest of each.

    Nothing of a contact on which a newer decision waits or stands.

    Source: docs/rules.md, "Reopening a decision".
    """
    ids = list(contacts)
    found: dict[uuid.UUID, BackWhy] = {}
    for contact, by, at, why, kind in _reopened.rows(contacts=ids):
        what = PASSED if kind == WhyReopened.PASSED_BACK else "Decision reopened"
        found[contact] = BackWhy(what, by, at, why)
    passed = [contact for contact, why in found.items() if why.what == PASSED]
    for contact, by, at, why in _mistaken.rows(contacts=passed) if passed else ():
        if found[contact].at <= at:
            found[contact] = BackWhy("Passed back by mistake", by, at, why)
    for contact, by, at, why, kind in _turned_down.rows(contacts=ids):
        if contact not in found or found[contact].at <= at:
            what = "Decision taken back" if kind == "back" else "Decision sent back"
            found[contact] = BackWhy(what, by, at, why)
    newer = Decision.objects.filter(contact__in=list(found), turned_down_at=None).values_list("contact", "at")
    for contact, at in newer:
        if contact in found and at > found[contact].at:
            del found[contact]
    return found


@prepared(contacts=SEVERAL_KEYS)
def _reopened(contacts: Any) -> QuerySet[Reopening, Any]:
    found = Reopening.objects.filter(contact__in=contacts).order_by("at", "pk")
    return found.values_list("contact", "by__account__name", "at", "why", "kind")


@prepared(contacts=SEVERAL_KEYS)
def _mistaken(contacts: Any) -> QuerySet[PassedBack, Any]:
    """Return the contacts that came back by mistake alone, with who said so: every report of an event."""
    others = PassedBack.objects.filter(contact=OuterRef("contact"), undone_at=None)
    found = PassedBack.objects.filter(
        ~Exists(others),
        undone_at__isnull=False,
        contact__decisions__reopenings__contact__in=contacts,
        contact__decisions__reopenings__kind=WhyReopened.PASSED_BACK,
    )
    here = "contact__decisions__reopenings__contact"
    said = found.values_list(here, "undone_by__account__name", "undone_at", "undone_why")
    return said.order_by("undone_at", "pk")


@prepared(contacts=SEVERAL_KEYS)
def _turned_down(contacts: Any) -> QuerySet[Approval, Any]:
    said = Approval.objects.filter(
        decision__contact__in=contacts, agreed=False, decision__turned_down_at__isnull=False
    )
    return said.order_by("at", "pk").values_list(
        "decision__contact", "by__account__name", "at", "why", "kind"
    )
