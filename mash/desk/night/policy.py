"""Who works from the emergency duty team's page.  What it may do with a contact stands in the policy of each stage."""

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Staff


def may_work_tonight(staff: Staff) -> Verdict:
    """Test whether somebody works from the night's page: a post whose only duty at the desk is the night's.

    Source: docs/rules.md, "Out of hours".
    """
    if staff.works_nights:
        return ALLOWED
    return Verdict("This page is for the emergency duty team: your own work is under “My work”.")
