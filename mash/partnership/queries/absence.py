"""Who is away, as far as a worker may know."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.partnership import policy
from mash.partnership.models import DESK, Staff
from mash.partnership.queries.rota import absences
from mash.partnership.rota import Absence


@dataclass(frozen=True, slots=True)
class Away:
    """One absence as a worker sees it.  why: "" where that is not for them.  may_end: may say that they are back."""

    absence: Absence
    why: str
    may_end: bool


def away(staff: Staff, at: datetime) -> Sequence[Away]:
    """Return who is away or will be, the soonest first."""
    found = absences(staff.hub_id, at).filter(policy.absences_read_by(staff))
    return [
        Away(
            one,
            one.get_kind_display() if policy.may_know_why_away(staff, one) else "",
            bool(policy.may_end_absence(staff, one)),
        )
        for one in found.select_related("staff__account", "agency", "by__account")
    ]


def may_be_marked(staff: Staff, at: datetime) -> QuerySet[Staff]:
    """Return whom a worker may say to be away: their own agency, at the desk the desk, the manager everybody."""
    lasting = Q(until_at=None) | Q(until_at__gt=at)
    found = Staff.objects.filter(lasting, hub=staff.hub_id).select_related("account")
    if not staff.has("manage"):
        colleagues = Q(agency=staff.agency_id)
        found = found.filter(
            colleagues | Q(duties__overlap=list(DESK)) if staff.works_at_the_desk else colleagues
        )
    return found.order_by("account__name", "title", "pk")


def find_absence(staff: Staff, absence_id: uuid.UUID) -> Absence:
    """Return an absence that a worker may know of.  Raises Http404 for any other."""
    found = Absence.objects.filter(policy.absences_read_by(staff)).select_related("staff__account")
    return get_object_or_404(found, pk=absence_id)
