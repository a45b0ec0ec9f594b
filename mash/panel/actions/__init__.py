"""What people do on a panel.  Only these write."""

from mash.panel.actions.agenda import (
    add_part,
    bring,
    bring_to_review,
    give_minutes,
    move,
    need,
    put_on,
    take_off,
)
from mash.panel.actions.checking import check_own_records
from mash.panel.actions.holding import add_action, conclude, confirm, record_attendance, say_progress
from mash.panel.actions.meetings import call_off, change_meeting, invite, plan_meetings
from mash.panel.actions.minuting import agree, correct, write_minutes
from mash.panel.actions.panels import end_seat, give_seat, open_panel, sign_terms
from mash.panel.actions.planning import GoesUp, add_to_plan, take_in, take_over, take_over_begun, tick_in_plan
from mash.panel.actions.refusals import ChangedMeanwhile, NotWhole

__all__ = [
    "ChangedMeanwhile",
    "GoesUp",
    "NotWhole",
    "add_action",
    "add_part",
    "add_to_plan",
    "agree",
    "bring",
    "bring_to_review",
    "call_off",
    "change_meeting",
    "check_own_records",
    "conclude",
    "confirm",
    "correct",
    "end_seat",
    "give_minutes",
    "give_seat",
    "invite",
    "move",
    "need",
    "open_panel",
    "plan_meetings",
    "put_on",
    "record_attendance",
    "say_progress",
    "sign_terms",
    "take_in",
    "take_off",
    "take_over",
    "take_over_begun",
    "tick_in_plan",
    "write_minutes",
]
