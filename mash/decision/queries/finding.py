"""Finding decisions, and what a decision on a contact has to know first."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from mash.check.models import Check
from mash.check.queries.waiting import waited_for
from mash.common.prepared import SEVERAL_KEYS, asked_once
from mash.contact import queries as contacts
from mash.contact.models import AT_RISK, Contact, ContactPerson
from mash.decision import policy
from mash.decision.models import Decision, Strategy
from mash.decision.queries.event import Event
from mash.partnership.models import Agency, Staff

NOT_MATCHED = ("professional",)  # somebody's job, not a person of the case


def find(staff: Staff, decision_id: uuid.UUID) -> Decision:
    """Return a decision that this worker may read.  Raises Http404, never 403, for any other."""
    found = Decision.objects.filter(policy.readable_by(staff)).select_related(
        "contact", "by__account", "by__agency", "second_by__account", "cleared_by__account", "mash_check"
    )
    return get_object_or_404(found, pk=decision_id)


def find_strategy(staff: Staff, strategy_id: uuid.UUID) -> Strategy:
    """Return a strategy discussion that this worker may read.  Raises Http404, never 403, for any other."""
    found = Strategy.objects.filter(policy.readable_by(staff)).select_related("contact", "by__account")
    return get_object_or_404(found, pk=strategy_id)


def of_contact(staff: Staff, contact: Contact) -> QuerySet[Decision]:
    """Return the decisions on a contact that this worker may read, newest first."""
    return (
        Decision.objects.filter(policy.readable_by(staff), contact=contact)
        .select_related("by__account")
        .order_by("-at", "pk")
    )


def strategies(staff: Staff, contact: Contact) -> QuerySet[Strategy]:
    """Return the strategy discussions on a contact that this worker may read, newest first."""
    return (
        Strategy.objects.filter(policy.readable_by(staff), contact=contact)
        .select_related("by__account")
        .order_by("-held_at", "pk")
    )


def by_key(staff: Staff, contact: Contact, key: uuid.UUID) -> Decision | None:
    """Return the decision that this worker's form with this key has made, if it has."""
    return Decision.objects.filter(key=key, contact=contact, by=staff).first()


def newest(contact: Contact) -> Decision | None:
    """Return the newest decision on a contact's event that was not turned down: it stands, or waits."""
    return newest_of(Event(contact))


def newest_of(event: Event) -> Decision | None:
    """Return the newest decision on an event: see `newest`."""
    found: Decision | None = _newest_on.first(event=event.keys)
    return found


@asked_once(event=SEVERAL_KEYS)
def _newest_on(event: Any) -> QuerySet[Decision]:
    found = Decision.objects.filter(contact__in=event, turned_down_at=None).select_related("by__account")
    return found.order_by("-at", "pk")[:1]


def at_risk(contact: Contact) -> QuerySet[ContactPerson]:
    """Return the children and adults at risk that one contact is about; where it names none, whoever it names."""
    named = ContactPerson.objects.filter(contact=contact).exclude(role__in=NOT_MATCHED).order_by("ref")
    found = named.filter(role__in=AT_RISK)
    return found if found.exists() else named


def unsettled(event: Event) -> list[ContactPerson]:
    """Return the people named in any report of an event of whom nobody has said anything yet.

    "Cannot tell yet" has been said.

    Source: docs/rules.md, "Known already, open already".
    """
    found = (contacts.unsettled(one).exclude(role__in=NOT_MATCHED) for one in event.contacts)
    return [one for people in found for one in people]


def open_checks(event: Event) -> list[Check]:
    """Return the checks that are open on an event, the one opened first first."""
    found = Check.objects.filter(contact__in=event.keys, closed_at=None)
    return list(found.order_by("opened_at", "pk"))


def newest_check(event: Event) -> Check | None:
    """Return the newest check of an event, open or closed."""
    return Check.objects.filter(contact__in=event.keys).order_by("-opened_at").first()


def missing_agencies(checks: Iterable[Check]) -> list[Agency]:
    """Return the agencies waited for in any of these checks: asked, not let go, and without a whole return.

    To say that one does not share is a return.
    """
    silent = waited_for().filter(check_asked__in=list(checks)).select_related("agency")
    return sorted({one.agency for one in silent}, key=lambda agency: agency.name)
