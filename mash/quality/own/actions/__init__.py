"""What can happen to the hub's own decisions.  Each function is one thing somebody does; only these write."""

from mash.quality.own.actions.answering import decide_again, step_aside
from mash.quality.own.actions.drawing import draw_month
from mash.quality.own.actions.following import close_month, follow, take_off
from mash.quality.own.actions.looking import look_at, look_at_all

__all__ = [
    "close_month",
    "decide_again",
    "draw_month",
    "follow",
    "look_at",
    "look_at_all",
    "step_aside",
    "take_off",
]
