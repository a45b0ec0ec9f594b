"""What workers do with a plan.  Every door calls these, and a panel's meeting does too."""

from mash.plans.actions.agreeing import record_agreement, withdraw_agreement
from mash.plans.actions.beginning import Named, begin_plan, take_to_panel
from mash.plans.actions.closing import check_after, pass_closing, propose_close, return_closing
from mash.plans.actions.doing import (
    add_action,
    add_member,
    add_need,
    carry_over,
    change_action,
    change_need,
    give_copy,
    say_progress,
    take_in_action,
    write_plan,
    write_wants,
)
from mash.plans.actions.leading import end_seat, follow_step, follow_the_lead, give_seat, name_lead
from mash.plans.actions.refusals import ChangedMeanwhile, NotWhole
from mash.plans.actions.reminding import remind
from mash.plans.actions.reviewing import CarryOver, hold_review, set_next_look
from mash.plans.actions.stepping_up import step_up, take_in

__all__ = [
    "CarryOver",
    "ChangedMeanwhile",
    "Named",
    "NotWhole",
    "add_action",
    "add_member",
    "add_need",
    "begin_plan",
    "carry_over",
    "change_action",
    "change_need",
    "check_after",
    "end_seat",
    "follow_step",
    "follow_the_lead",
    "give_copy",
    "give_seat",
    "hold_review",
    "name_lead",
    "pass_closing",
    "propose_close",
    "record_agreement",
    "remind",
    "return_closing",
    "say_progress",
    "set_next_look",
    "step_up",
    "take_in",
    "take_in_action",
    "take_to_panel",
    "withdraw_agreement",
    "write_plan",
    "write_wants",
]
