"""What is read about hand-overs.  Every function starts from the worker who asks; row-level security lies beneath."""

from mash.handover.queries.composing import Draft, around_pack, drafted, due_at, shown
from mash.handover.queries.finding import (
    State,
    chases_of,
    exported,
    exports_of,
    find_at_hub,
    find_received,
    inbox,
    numbers_of,
    of_outcomes,
    on_case,
    remarks_of,
    seen_of,
    sent_by_hub,
    states_of,
    with_number,
)
from mash.handover.queries.stepping import (
    find_step,
    find_step_at_hub,
    steps_on,
    steps_sent,
    steps_to_pass,
)
from mash.handover.queries.systems import find_key, keys_of, live_key

__all__ = [
    "Draft",
    "State",
    "around_pack",
    "chases_of",
    "drafted",
    "due_at",
    "exported",
    "exports_of",
    "find_at_hub",
    "find_key",
    "find_received",
    "find_step",
    "find_step_at_hub",
    "inbox",
    "keys_of",
    "live_key",
    "numbers_of",
    "of_outcomes",
    "on_case",
    "remarks_of",
    "seen_of",
    "sent_by_hub",
    "shown",
    "states_of",
    "steps_on",
    "steps_sent",
    "steps_to_pass",
    "with_number",
]
