"""Who may do what with returns.  To audit that, read this file: no rule lives elsewhere.

A return names children by number and says no name and no address, and it has to be whole: so it is made by a program
that sees every case of the hub, and goes to whoever has the duty and is kept from none of them.
"""

from django.db.models import Q
from django.db.models.functions import Now

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Access, Duty, Staff
from mash.returns.models import Run

DUTIES = (Duty.MANAGE, Duty.ANALYSE)
KEPT_OUT = Verdict(
    "You are kept from a case of this hub, and a return holds all of them: ask a colleague who makes returns."
)


def may_make(staff: Staff) -> Verdict:
    """Test whether a post makes returns and takes them out.

    Source: docs/rules.md, "Statutory returns", "Restricted cases in a return".
    """
    if not staff.has(*DUTIES):
        return Verdict("Returns are made by whoever manages the hub or analyses for it.")
    if Access.objects.filter(_lasting(), staff=staff.pk, bars=True).exists():
        return KEPT_OUT
    return ALLOWED


def may_read(staff: Staff, run: Run) -> Verdict:
    """Test whether a post sees a return of its hub.

    Source: docs/rules.md, "Statutory returns".
    """
    if staff.hub_id != run.hub_id:
        return Verdict("This is a return of another hub.")
    return may_make(staff)


def readable_by(staff: Staff) -> Q:
    """Return the rule of `may_read` as a filter on returns.  A test holds the two together."""
    return Q(hub=staff.hub_id) if may_make(staff) else Q(pk__in=[])


def _lasting() -> Q:
    return Q(from_at__lte=Now()) & (Q(until_at=None) | Q(until_at__gt=Now()))
