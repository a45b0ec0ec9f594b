"""The bar on every page of a case: whose it is, how urgent, how long is left, and the way to its other pages."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet, UUIDField
from django.http import HttpRequest

from mash.check.models import Check
from mash.check.policy import WORKERS
from mash.common.clock import LONDON, Clock
from mash.common.navigation import address_of_one
from mash.common.prepared import prepared
from mash.common.templates import age, day
from mash.contact.models import Contact, ContactPerson
from mash.contact.queries import everybody_in
from mash.decision import queries as decisions
from mash.decision.models import Decision
from mash.desk.night.queries import marker_of
from mash.partnership.queries import is_restricted
from mash.people.models import Alert
from mash.triage import queries as triage
from mash.triage.models import Ground, Rating, Stage


@dataclass(frozen=True, slots=True)
class CaseBar:
    """What the bar shows.

    facts: pairs of label and words.  flags: pairs of words and colour.  pages: items of the sub-navigation.
    alerts: what whoever meets these people must know today, as far as this worker may see it.
    marker: at night, that something is sealed and whom to call; "" otherwise, and for everybody else.
    """

    reference: str
    name: str
    facts: tuple[tuple[str, str], ...]
    colour: str
    clock: Clock | None
    now: datetime
    flags: tuple[tuple[str, str], ...]
    alerts: tuple[Alert, ...]
    marker: str
    pages: tuple[dict[str, Any], ...]


def case_bar(request: HttpRequest, contact: Contact) -> CaseBar:
    """Return the bar of a contact, as the worker who asks sees it."""
    at = getattr(request, "at", None) or contact.received_at
    people = sorted(everybody_in(contact), key=lambda one: (not one.is_at_risk, one.ref))
    at_risk = [one for one in people if one.is_at_risk]
    ratings = triage.rating_history(contact)[::-1]
    decision = decisions.newest(contact)
    staff = getattr(request, "staff", None)
    alerts = triage.alerts_on(staff, contact, at) if staff else []
    return CaseBar(
        reference=contact.reference,
        name=names(at_risk),
        facts=tuple(_facts(at_risk, contact, at)),
        colour=ratings[-1].colour if ratings else "",
        clock=_clock(contact, ratings, decision, at),
        now=at,
        flags=tuple(_flags(contact, people, decision, rated=bool(ratings), at=at)),
        alerts=tuple(alerts),
        marker=marker_of(getattr(request, "staff", None), contact, at),
        pages=tuple(_pages(request, contact, decision)),
    )


def names(at_risk: list[ContactPerson]) -> str:
    """Say who a case is about."""
    return "; ".join(str(person) for person in at_risk) or "Nobody at risk is named"


def _clock(contact: Contact, ratings: list[Rating], decision: Decision | None, at: datetime) -> Clock | None:
    if decision and decision.made_at and not decisions.reopening_of(decision):
        stage, ended_at = Stage.HUB_DECISION, decision.made_at
        history = triage.clock_for(contact, at, stage=stage, ended_at=ended_at, ratings=ratings)
    else:
        history = triage.clock_for(contact, at, ratings=ratings)
    return history.clock


def _facts(at_risk: list[ContactPerson], contact: Contact, at: datetime) -> list[tuple[str, str]]:
    today = at.astimezone(LONDON).date()
    born = "; ".join(_born(person, today) for person in at_risk)
    return [("Born", born or "not known"), ("From", contact.organisation or "a member of the public")]


def _born(person: ContactPerson, today: date) -> str:
    if person.born_on:
        return f"{day(person.born_on)}, {age(person.born_on, today)}"
    if person.expected_on:
        return f"expected {day(person.expected_on)}"
    return person.age or "not known"


def _flags(
    contact: Contact, people: list[ContactPerson], decision: Decision | None, *, rated: bool, at: datetime
) -> list[tuple[str, str]]:
    shown = {
        ("Immediate danger stated", "red"): contact.immediate_danger and not rated,
        ("Decided on paper, entered later", "grey"): bool(decision and decision.was_on_paper),
        ("Case already open", "blue"): bool(triage.open_work(contact, at)),
        ("Agreement overridden", "purple"): _is_overridden(contact),
        ("Member of the public: do not name", "black"): contact.is_from_the_public,
        ("Restricted", "black"): is_restricted(contact.pk),
        ("Protected address", "black"): any(person.protected for person in people),
        ("Interpreter needed", "blue"): any(person.interpreter for person in people),
    }
    return [flag for flag, holds in shown.items() if holds]


def _is_overridden(contact: Contact) -> bool:
    return bool(_overriding.rows(contact=contact.pk))


@prepared(contact=UUIDField())
def _overriding(contact: Any) -> QuerySet[Ground, Any]:
    found = Ground.objects.filter(contact=contact, approved_at__isnull=False, refused_at=None)
    return found.values_list("pk", flat=True)[:1]


@prepared(contact=UUIDField())
def _newest_check(contact: Any) -> QuerySet[Check]:
    return Check.objects.filter(contact=contact).order_by("-opened_at")[:1]


def _pages(request: HttpRequest, contact: Contact, decision: Decision | None) -> list[dict[str, Any]]:
    check = _newest_check.first(contact=contact.pk)
    wanted = [
        ("What came in", "desk:case", contact.pk),
        ("People", "contact:settle", contact.pk),
        ("Family", "contact:family", contact.pk),
        ("Triage", "triage:page", contact.pk),
        *_check(request, contact, check),
        ("Chronology", "check:chronology", contact.pk),
        ("Risk", "check:risk", contact.pk),
        ("Decision", "decision:page", decision.pk)
        if decision
        else ("Decision", "decision:decide", contact.pk),
        ("Alongside", "alongside:on_case", contact.pk),
        *([("Plan", "plans:on_case", contact.pk)] if decision else []),
    ]
    match = request.resolver_match
    here = match.view_name if match else ""
    found = [(text, address_of_one(name, key), name) for text, name, key in wanted]
    return [{"text": text, "href": href, "active": name == here} for text, href, name in found if href]


def _check(request: HttpRequest, contact: Contact, check: Check | None) -> list[tuple[str, str, uuid.UUID]]:
    """Return the way to the check, or to opening one: to none for whoever could only be refused there."""
    if check:
        return [("Check", "check:board", check.pk)]
    staff = getattr(request, "staff", None)
    return [("Check", "check:open", contact.pk)] if staff and staff.has(*WORKERS) else []


def address_of_case(name: str, contact: Contact) -> str:
    """Return the address of a page about a contact, or "" where this installation does not serve it."""
    return address_of_one(name, contact.pk)
