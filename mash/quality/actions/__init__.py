"""What can happen in a round of grading.  Each function is one thing somebody does; only these write."""

from mash.quality.actions.beside import mark_change, take_earlier
from mash.quality.actions.dipping import close_dip, draw_dip, give_card, review_incident, say_hub_was_told
from mash.quality.actions.drawing import draw_round
from mash.quality.actions.forgetting import forget_incidents
from mash.quality.actions.grading import give_grade, step_aside
from mash.quality.actions.hinting import order_hints
from mash.quality.actions.leading import (
    close_round,
    cover_words,
    give_to_another,
    open_round,
    settle,
    take_off,
)
from mash.quality.actions.raising import finish_action, raise_action, remind_of_action, take_earlier_shares
from mash.quality.actions.refusals import NotWhole, WrongState
from mash.quality.actions.taking import (
    choose_incident_columns,
    go_on_reading,
    leave_incidents,
    let_files_go,
    put_in_incidents,
    take_incidents,
)

__all__ = [
    "NotWhole",
    "WrongState",
    "choose_incident_columns",
    "close_dip",
    "close_round",
    "cover_words",
    "draw_dip",
    "draw_round",
    "finish_action",
    "forget_incidents",
    "give_card",
    "give_grade",
    "give_to_another",
    "go_on_reading",
    "leave_incidents",
    "let_files_go",
    "mark_change",
    "open_round",
    "order_hints",
    "put_in_incidents",
    "raise_action",
    "remind_of_action",
    "review_incident",
    "say_hub_was_told",
    "settle",
    "step_aside",
    "take_earlier",
    "take_earlier_shares",
    "take_incidents",
    "take_off",
]
