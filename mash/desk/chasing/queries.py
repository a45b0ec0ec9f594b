"""What agencies owe the hub: enquiries past their time, by agency, with when each was last chased."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.http import Http404

from mash.check import policy
from mash.check.models import Enquiry
from mash.partnership.models import Agency, Staff


@dataclass(frozen=True, slots=True)
class Owed:
    """One agency and its enquiries past their time, the longest first; each carries `last_chased`."""

    agency: Agency
    enquiries: Sequence[Enquiry]


def owed(staff: Staff, at: datetime) -> list[Owed]:
    """Return what is overdue from each agency, the agency that has owed longest first."""
    asked = Enquiry.objects.filter(
        policy.enquiries_read_by(staff), withdrawn_at=None, check_asked__closed_at=None, due_at__lt=at
    )
    asked = asked.exclude(returns__part=False).annotate(last_chased=Max("chases__at"))
    found: dict[uuid.UUID, list[Enquiry]] = {}
    for one in asked.select_related("agency", "check_asked__contact").order_by("due_at", "pk"):
        found.setdefault(one.agency_id, []).append(one)
    return [Owed(mine[0].agency, mine) for mine in found.values()]


def owed_by(staff: Staff, agency_id: uuid.UUID, at: datetime) -> Owed:
    """Return what one agency owes.  Raises Http404 where it owes nothing that this worker may see."""
    for one in owed(staff, at):
        if one.agency.pk == agency_id:
            return one
    raise Http404
