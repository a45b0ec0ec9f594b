"""Who was handed over to which help, what the receiving service accepted or passed back, and what waits for that.

Source: docs/rules.md, "Hand-over to a service", "Passed back by a service".
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from mash.common.prepared import SEVERAL_KEYS, prepared
from mash.contact.models import Contact
from mash.decision import direction, policy
from mash.decision.content import outcomes
from mash.decision.models import Accepted, Decision, Outcome, PassedBack, Reopening
from mash.decision.queries.event import Event
from mash.partnership.models import Staff
from mash.people.models import Involvement
from mash.people.queries import open_on

LOOKED_BACK = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One person whom a decision hands over to help.

    accepted: None while the service has not accepted.  passed_back: what counts of it; None where nothing does.
    mistaken: what was said of that by mistake.
    """

    outcome: Outcome
    accepted: Accepted | None
    open_now: bool
    passed_back: PassedBack | None
    mistaken: Sequence[PassedBack]


def helps() -> list[str]:
    """Return the outcomes after which a service works with the person."""
    return [one.id for one in outcomes().values() if one.kind == "main" and direction.gives_help(one)]


def handed_over(decision: Decision, on: date) -> list[HandedOver]:
    """Return whom a decision hands over to help, and how each stands on a day; nobody while it does not stand."""
    if decision.made_at is None:
        return []
    rows = decision.outcomes.filter(alongside=False, person__isnull=False, outcome__in=helps())
    rows = rows.select_related("about", "person", "accepted__involvement", "accepted__by__account")
    return [_of(one, on) for one in rows.order_by("about__ref")]


def _of(outcome: Outcome, on: date) -> HandedOver:
    accepted = getattr(outcome, "accepted", None)
    work = Involvement.objects.filter(open_on(on), pk=accepted.involvement_id) if accepted else None
    wrong = PassedBack.objects.filter(outcome=outcome, undone_at__isnull=False).select_related(
        "undone_by__account"
    )
    return HandedOver(
        outcome,
        accepted,
        bool(work and work.exists()),
        passed_back(outcome),
        list(wrong.order_by("undone_at")),
    )


def find_outcome(staff: Staff, outcome_id: uuid.UUID) -> Outcome:
    """Return what was decided for one person, where this worker may read the decision.  Raises Http404 otherwise."""
    readable = Decision.objects.filter(policy.readable_by(staff))
    found = Outcome.objects.filter(decision__in=readable, alongside=False)
    return get_object_or_404(found.select_related("decision__contact__hub", "about", "person"), pk=outcome_id)


def acceptance_of(outcome: Outcome) -> Accepted | None:
    """Return that a service accepted one person, with its work; None while none has."""
    found = Accepted.objects.filter(outcome=outcome)
    return found.select_related("involvement__person", "outcome__decision__contact").first()


def passed_back(outcome: Outcome) -> PassedBack | None:
    """Return that a service passed one person back; None where none did, or where that was said by mistake."""
    found = PassedBack.objects.filter(outcome=outcome, undone_at=None)
    return found.select_related("outcome__decision__contact", "by__account").first()


def passed_back_on(contact: Contact) -> list[PassedBack]:
    """Return whom services passed back after the decisions on a contact's event, the last first."""
    return _passed_back_on.rows(event=Event(contact).keys)


@prepared(event=SEVERAL_KEYS)
def _passed_back_on(event: Any) -> QuerySet[PassedBack]:
    found = PassedBack.objects.filter(contact__in=event, undone_at=None)
    return found.select_related("outcome__about", "by__account").order_by("-told_on", "-at", "pk")


def not_accepted(staff: Staff, at: datetime) -> QuerySet[Outcome]:
    """Return, oldest first, what standing decisions of the last 60 days handed over and no service has accepted yet.

    None for whoever does not take care of hand-overs.
    """
    if not staff.has(*policy.HANDS_OVER):
        return Outcome.objects.none()
    again = Reopening.objects.filter(decision=OuterRef("decision"))
    standing = Decision.objects.filter(
        policy.readable_by(staff), made_at__gte=at - LOOKED_BACK, turned_down_at=None
    )
    later = Decision.objects.filter(follows=OuterRef("decision"), made_at__isnull=False)
    found = Outcome.objects.filter(
        ~Exists(again),
        ~Exists(later),
        decision__in=standing,
        alongside=False,
        person__isnull=False,
        accepted=None,
        outcome__in=helps(),
    )
    return found.select_related("decision__contact", "about").order_by("decision__made_at", "pk")
