"""What can happen in a round of grading.  Each function is one thing somebody does; only these write."""

from mash.quality.actions.beside import mark_change, take_earlier
from mash.quality.actions.drawing import draw_round
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
    "close_round",
    "cover_words",
    "draw_round",
    "give_grade",
    "give_to_another",
    "go_on_reading",
    "leave_incidents",
    "let_files_go",
    "mark_change",
    "open_round",
    "order_hints",
    "put_in_incidents",
    "settle",
    "step_aside",
    "take_earlier",
    "take_incidents",
    "take_off",
]
