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

__all__ = [
    "NotWhole",
    "WrongState",
    "close_round",
    "cover_words",
    "draw_round",
    "give_grade",
    "give_to_another",
    "mark_change",
    "open_round",
    "order_hints",
    "settle",
    "step_aside",
    "take_earlier",
    "take_off",
]
