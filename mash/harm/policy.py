"""Who may do what about what harm comes back to.  To audit it, read this file: no rule lives elsewhere.

It is counted over the rows that the database gives the worker, so that a case closed to them changes nothing.
"""

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.harm.models import Watch
from mash.partnership.models import Duty, Staff

ANALYSES = (Duty.ANALYSE, Duty.MANAGE)
NOT_HERE = Verdict("This is not one you can work on.")


def may_see(staff: Staff) -> Verdict:
    """Test whether a post sees what harm comes back to: whoever analyses or manages, by day, at the hub's own desk.

    Source: docs/rules.md, "What harm comes back to".
    """
    if staff.has(*ANALYSES) and staff.works_at_the_desk and not staff.works_nights:
        return ALLOWED
    return Verdict(
        "What harm comes back to is looked at by day, by whoever analyses or manages at the hub’s own desk."
    )


def may_act(staff: Staff) -> Verdict:
    """Test whether a post names groups, watches, writes down what is done and takes in maps: who sees the patterns.

    Source: docs/rules.md, "What harm comes back to".
    """
    return may_see(staff)


def may_see_watch(staff: Staff, watch: Watch) -> Verdict:
    """Test whether a post sees one thing that is watched: whoever sees the patterns, and whoever is told of it.

    Whoever is kept from the person is held back by the database.

    Source: docs/rules.md, "What is watched".
    """
    if staff.hub_id != watch.hub_id or not staff.works_at_the_desk:
        return NOT_HERE
    return ALLOWED if may_see(staff) or staff.pk in watch.told else NOT_HERE


def watches_seen_by(staff: Staff) -> Q:
    """Return the rule of `may_see_watch` as a filter.  A test holds the two together."""
    if not staff.works_at_the_desk:
        return Q(pk__in=[])
    here = Q(hub=staff.hub_id)
    return here if may_see(staff) else here & Q(told__contains=[staff.pk])


def may_be_told(staff: Staff) -> Verdict:
    """Test whether a post may be told when something watched is touched: whoever works at the hub's desk by day.

    Source: docs/rules.md, "What is watched".
    """
    if staff.works_at_the_desk and not staff.works_nights:
        return ALLOWED
    return Verdict("Only who works at the hub’s own desk by day is told.")


def may_see_watched(staff: Staff) -> Verdict:
    """Test whether a post opens the list of what is watched: whoever works at the desk by day, each its own.

    Source: docs/rules.md, "What is watched".
    """
    return may_be_told(staff)
