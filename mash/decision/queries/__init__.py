"""What is read about decisions.

What a worker asks for starts from the worker; the rest serves one action on a contact they may read.
"""

from mash.decision.queries.finding import (
    at_risk,
    by_key,
    find,
    find_strategy,
    missing_agencies,
    newest,
    newest_check,
    of_contact,
    open_check,
    strategies,
    unsettled,
)
from mash.decision.queries.naming import agreement_gaps, day_of, need_label, needs_to_say, subject_of
from mash.decision.queries.picture import (
    PUBLIC,
    Picture,
    colour_of,
    draw,
    episode_of,
    fingerprint,
    settled_people,
    spells_of,
)
from mash.decision.queries.telling import (
    gaps_for,
    hub_gaps,
    names_in,
    open_work,
    public_names,
    why_not_thanked,
)
from mash.decision.queries.waiting import waiting_for, working_week

__all__ = [
    "PUBLIC",
    "Picture",
    "agreement_gaps",
    "at_risk",
    "by_key",
    "colour_of",
    "day_of",
    "draw",
    "episode_of",
    "find",
    "find_strategy",
    "fingerprint",
    "gaps_for",
    "hub_gaps",
    "missing_agencies",
    "names_in",
    "need_label",
    "needs_to_say",
    "newest",
    "newest_check",
    "of_contact",
    "open_check",
    "open_work",
    "public_names",
    "settled_people",
    "spells_of",
    "strategies",
    "subject_of",
    "unsettled",
    "waiting_for",
    "why_not_thanked",
    "working_week",
]
