"""Who looks after a hub's packs, and who enters what was on paper.  To audit access to either, read this file."""

from datetime import datetime

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.contact import policy as contacts
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


def may_see_entered(staff: Staff) -> Verdict:
    """Test whether somebody sees when the hub was without the product and what was entered: who works at its desk.

    Source: docs/rules.md, "Entering what was on paper".
    """
    return (
        ALLOWED if staff.works_at_the_desk else Verdict("What was on paper is entered at the hub's own desk.")
    )


def entered_readable_by(staff: Staff) -> Q:
    """Return the rule of `may_see_entered` as a filter.  A test holds the two together."""
    return Q(hub=staff.hub_id) if may_see_entered(staff) else Q(pk__in=[])


def may_enter(staff: Staff) -> Verdict:
    """Test whether somebody enters a contact from paper: whoever may write one down.

    Ratings, decisions and words on them are entered by whoever gave them, under the rules of their own pages.

    Source: docs/rules.md, "Entering what was on paper".
    """
    return contacts.may_write_down(staff)
