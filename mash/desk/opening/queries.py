"""What was opened in an emergency, and what of it waits for a manager's word."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet
from django.shortcuts import get_object_or_404

from mash.common.clock import Clock, Kind, Target
from mash.contact import queries as contacts
from mash.contact.models import Contact
from mash.partnership.models import Opening, Staff
from mash.partnership.queries.rota import working_week

A_DAY = Target(1, "working_days", Kind.WORKING)
SHOWN = 100  # openings, the newest


@dataclass(frozen=True, slots=True)
class Waiting:
    """One opening and how its review stands.  overdue: no word within one working day."""

    opening: Opening
    words: str
    overdue: bool


def open_already(staff: Staff, reference: str) -> Contact | None:
    """Return the contact of a reference that the worker sees without opening it; None for any other."""
    return contacts.readable(staff).filter(reference=reference).first()


def openings(staff: Staff, at: datetime) -> list[Waiting]:
    """Return what was opened in the worker's hub, what waits for a word first, then the newest."""
    found = _of(staff).order_by(F("reviewed_at").desc(nulls_first=True), "-from_at")[:SHOWN]
    return [_waiting(one, staff, at) for one in found]


def find(staff: Staff, opening_id: uuid.UUID) -> Opening:
    """Return one opening of the worker's hub.  Raises Http404 for any other."""
    return get_object_or_404(_of(staff), pk=opening_id)


def standing(opening: Opening, staff: Staff, at: datetime) -> Waiting:
    """Return one opening with how its review stands."""
    return _waiting(opening, staff, at)


def _of(staff: Staff) -> QuerySet[Opening]:
    found = Opening.objects.filter(hub=staff.hub_id)
    return found.select_related("staff__account", "staff__agency", "reviewed_by__account")


def _waiting(opening: Opening, staff: Staff, at: datetime) -> Waiting:
    if opening.reviewed_at:
        late = opening.reviewed_at > opening.review_due_at
        return Waiting(opening, opening.get_outcome_display(), late)
    due = opening.review_due_at
    clock = Clock(opening.from_at, due, due, A_DAY, working_week(staff.hub))
    return Waiting(opening, clock.words(at), clock.is_overdue(at))
