"""What is read about work alongside.  Every page's function starts from the worker who asks."""

from mash.alongside.queries.asking import (
    INTERVIEW,
    OFFICER,
    agreement_asked,
    around,
    colour_of,
    due,
    may_be_for,
    may_cause_harm,
    named_by_decision,
    named_contacts,
    open_of,
)
from mash.alongside.queries.finding import (
    Lists,
    State,
    find,
    first,
    listed,
    on_case,
    open_on_case,
    state_of,
)
from mash.alongside.queries.waiting import others_to_remind, overdue, overdue_step

__all__ = [
    "INTERVIEW",
    "OFFICER",
    "Lists",
    "State",
    "agreement_asked",
    "around",
    "colour_of",
    "due",
    "find",
    "first",
    "listed",
    "may_be_for",
    "may_cause_harm",
    "named_by_decision",
    "named_contacts",
    "on_case",
    "open_of",
    "open_on_case",
    "others_to_remind",
    "overdue",
    "overdue_step",
    "state_of",
]
