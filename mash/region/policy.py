"""Who lets a register be compared with other hubs', and who works through what that finds.

Row-level security says the same underneath, and besides what the nightly run itself may read.
"""

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Duty, Staff
from mash.people import policy as people


def may_grant(staff: Staff) -> Verdict:
    """Test whether a post lets its hub's register be compared, and ends that: who manages the hub.

    Source: docs/rules.md, "Registers of a region".
    """
    return ALLOWED if staff.has(Duty.MANAGE) else Verdict("The hub's manager decides that.")


def may_work_through(staff: Staff) -> Verdict:
    """Test whether a post works through who may be known to another hub: who says which records are one person."""
    return people.may_judge_records(staff)


def met_seen_by(staff: Staff) -> Q:
    """Return of whom a post is told that another hub may know them: of its own hub, whom it may see."""
    if not may_work_through(staff):
        return Q(pk__in=[])
    return Q(hub=staff.hub_id) & people.seeable_by(staff, "person_id")
