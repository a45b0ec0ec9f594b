"""Who may see a draft, and who follows what was sent.  To audit access to them, read this file alone."""

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Staff
from mash.referral.models import Draft, Sent


def may_open(staff: Staff, draft: Draft) -> Verdict:
    """Test whether a post may read and write a draft: its owner alone; the hub's desk sees none before it is sent.

    Source: docs/rules.md, "Drafts of a referral".
    """
    if draft.owner_id != staff.pk or draft.hub_id != staff.hub_id:
        return Verdict("A referral that is not sent is its writer's alone.")
    return ALLOWED


def openable_by(staff: Staff) -> Q:
    """Return the rule of `may_open` as a filter on drafts.  A test holds the two together."""
    return Q(owner=staff.pk, hub=staff.hub_id)


def may_follow(staff: Staff, sent: Sent) -> Verdict:
    """Test whether a post may see what became of a referral: the one that sent it, and not its colleagues.

    Source: docs/rules.md, "Feedback to the referrer".
    """
    if sent.staff_id != staff.pk or sent.hub_id != staff.hub_id:
        return Verdict("What became of a referral is told to whoever sent it.")
    return ALLOWED


def followable_by(staff: Staff) -> Q:
    """Return the rule of `may_follow` as a filter on what was sent.  A test holds the two together."""
    return Q(staff=staff.pk, hub=staff.hub_id)
