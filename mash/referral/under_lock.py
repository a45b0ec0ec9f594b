"""Referrals that are not sent, so that they can be wrapped anew under another key."""

from mash.common.under_lock import UnderLock, keeps
from mash.referral.keeping import PURPOSE
from mash.referral.models import Draft


def register() -> None:
    """Say what lies under lock here."""
    keeps(
        UnderLock(
            "referrals that are not sent",
            Draft,
            PURPOSE,
            agency=lambda row: row.hub_id,
            bound_to=lambda row: f"draft:{row.pk}",
        )
    )
