"""Who looks after a hub's packs.  To audit access to them, read this file."""

from datetime import datetime

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.outage.models import Passphrase
from mash.partnership.models import Duty, Staff


def may_keep(staff: Staff) -> Verdict:
    """Test whether somebody sets the passphrase of the hub's packs and sees which were made: who manages the hub.

    Source: docs/rules.md, "Outage packs".
    """
    return ALLOWED if staff.has(Duty.MANAGE) else Verdict("Outage packs are kept by whoever manages the hub.")


def packs_readable_by(staff: Staff) -> Q:
    """Return the rule of `may_keep` as a filter on passphrases and packs.  A test holds the two together."""
    return Q(hub=staff.hub_id) if may_keep(staff) else Q(pk__in=[])


def still_keeps(passphrase: Passphrase, at: datetime) -> bool:
    """Tell whether whoever set a passphrase still manages the hub: in their name alone packs are made under it.

    Source: docs/rules.md, "Outage packs".
    """
    by = passphrase.by
    lasts = by.account.is_active and by.from_at <= at and (by.until_at is None or by.until_at > at)
    return lasts and bool(may_keep(by)) and by.hub_id == passphrase.hub_id
