"""What is read about plans.  Every function starts from the worker, but for those that jobs use."""

from mash.plans.queries.finding import (
    closing_of,
    find,
    find_action,
    find_agreement,
    find_closure,
    find_member,
    find_need,
    lead_of,
    not_covered,
    open_plans_for,
    seen,
)
from mash.plans.queries.reviews import due_on, leaderless_days, longest_on, reviews_of, triggers_of

__all__ = [
    "closing_of",
    "due_on",
    "find",
    "find_action",
    "find_agreement",
    "find_closure",
    "find_member",
    "find_need",
    "lead_of",
    "leaderless_days",
    "longest_on",
    "not_covered",
    "open_plans_for",
    "reviews_of",
    "seen",
    "triggers_of",
]
