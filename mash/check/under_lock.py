"""Agencies' answers that are not sent, so that they can be wrapped anew under another key."""

from mash.check.models import Draft
from mash.check.queries.answering import place_of
from mash.common.under_lock import UnderLock, keeps


def register() -> None:
    """Say what lies under lock here."""
    keeps(
        UnderLock(
            "answers that are not sent",
            Draft,
            "draft",
            agency=lambda row: row.agency_id,
            bound_to=lambda row: place_of(row.enquiry_id),
        )
    )
