"""What waits for this worker's word, and the hub's working time."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from mash.common.clock import WorkingWeek
from mash.decision import policy
from mash.decision.models import Decision
from mash.partnership.models import Duty, Hub, Staff
from mash.triage.queries import hub_time


def waiting_for(staff: Staff) -> QuerySet[Decision]:
    """Return the decisions that wait for this worker's word as a second or a cleared person, oldest first.

    Source: docs/rules.md, "Second person", "No false all-clear".
    """
    mine = Q(pk__in=[])
    if staff.has(*policy.AGREES):
        mine |= Q(needs_second=True, second_by=None)
    if staff.has(Duty.CLEAR):
        mine |= Q(needs_clearance=True, cleared_by=None)
    return (
        Decision.objects.filter(policy.readable_by(staff), mine, made_at=None, turned_down_at=None)
        .exclude(by__account=staff.account_id)
        .select_related("contact", "by__account")
        .order_by("at", "pk")
    )


def working_week(hub: Hub, at: datetime) -> WorkingWeek:
    """Return when a hub works, as it stands at a moment.  Source: docs/rules.md, "Clocks"."""
    return hub_time(hub, localdate(at)).week
