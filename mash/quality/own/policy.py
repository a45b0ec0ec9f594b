"""Who may do what about the hub's own decisions.  To audit it, read this file: no rule lives elsewhere."""

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Duty, Staff
from mash.quality.own.models import Again, Copy, Month

NOT_HERE = Verdict("This is not one you can work on.")
READS = (Duty.MANAGE, Duty.ANALYSE)


def may_lead(staff: Staff) -> Verdict:
    """Test whether a post draws a month, sees what was decided and follows what was wrong: who manages the hub.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    if staff.has(Duty.MANAGE):
        return ALLOWED
    return Verdict("The hub’s own decisions are drawn and followed by whoever manages the hub.")


def may_see_results(staff: Staff) -> Verdict:
    """Test whether a post sees what deciding again comes to over time: who analyses, or manages the hub.

    Source: docs/rules.md, "Figures of quality".
    """
    if staff.has(*READS):
        return ALLOWED
    return Verdict("What deciding again comes to is for who analyses or manages the hub.")


def may_see(staff: Staff, month: Month) -> Verdict:
    """Test whether a post sees a month: of its own hub, by who sees results."""
    return NOT_HERE if staff.hub_id != month.hub_id else may_see_results(staff)


def visible_to(staff: Staff) -> Q:
    """Return the rule of `may_see` as a filter on months.  A test holds the two together."""
    return Q(hub=staff.hub_id) if staff.has(*READS) else Q(pk__in=[])


def may_follow(staff: Staff, again: Again) -> Verdict:
    """Test whether a post sees what was decided in one case, and what came of it: who manages the hub.

    Who is kept from the case is held back by the database.
    """
    return NOT_HERE if staff.hub_id != again.hub_id else may_lead(staff)


def followed_by(staff: Staff) -> Q:
    """Return the rule of `may_follow` as a filter.  A test holds the two together."""
    return Q(hub=staff.hub_id) if staff.has(Duty.MANAGE) else Q(pk__in=[])


def decides_again(staff: Staff) -> bool:
    """Tell whether a post may be asked to decide again: trained to, cleared for whatever is held, and not the lead.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    return staff.has(Duty.REVIEW) and staff.has(Duty.CLEAR) and not staff.has(Duty.MANAGE)


def may_decide_again(staff: Staff, copy: Copy) -> Verdict:
    """Test whether a copy is this post's to decide again: it was given to them, and has not ended.

    A bar or a restriction since is the database's word, which then gives them no copy.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    if staff.hub_id != copy.hub_id or not decides_again(staff):
        return NOT_HERE
    mine = copy.reviewers.filter(staff=staff.pk, ended_at=None).exists()
    return ALLOWED if mine else NOT_HERE


def to_decide_again(staff: Staff) -> Q:
    """Return the rule of `may_decide_again` as a filter on copies.  A test holds the two together."""
    if not decides_again(staff):
        return Q(pk__in=[])
    return Q(hub=staff.hub_id, reviewers__staff=staff.pk, reviewers__ended_at=None)
