"""What was typed and not sent, so that it can be wrapped anew under another key."""

from mash.common.under_lock import UnderLock, keeps
from mash.drafts.models import Draft
from mash.drafts.queries import bound_to


def register() -> None:
    """Say what lies under lock here."""
    keeps(
        UnderLock(
            "what was typed and not sent",
            Draft,
            "typed",
            agency=lambda row: row.staff.agency_id if row.staff else row.hub_id,
            bound_to=bound_to,
            beside=("staff",),
        )
    )
