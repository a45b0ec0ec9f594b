"""What can happen alongside a decision.  Each function is one thing somebody does; only these write."""

from mash.alongside.actions.following import receive, say_result, send
from mash.alongside.actions.opening import open_alongside
from mash.alongside.actions.refusals import HasEnded, NotWhole, ThereAlready
from mash.alongside.actions.reminding import remind_when_due

__all__ = [
    "HasEnded",
    "NotWhole",
    "ThereAlready",
    "open_alongside",
    "receive",
    "remind_when_due",
    "say_result",
    "send",
]
