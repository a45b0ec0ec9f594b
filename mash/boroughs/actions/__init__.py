"""What workers do across hubs.  Every door calls these."""

from mash.boroughs.actions.answering import choose, end_grant, grant, read_summary, refuse
from mash.boroughs.actions.asking import ask
from mash.boroughs.actions.moving import accept, decline, send, take_back
from mash.boroughs.actions.refusals import AskedTooOften, NotWhole, SwitchedOff

__all__ = [
    "AskedTooOften",
    "NotWhole",
    "SwitchedOff",
    "accept",
    "ask",
    "choose",
    "decline",
    "end_grant",
    "grant",
    "read_summary",
    "refuse",
    "send",
    "take_back",
]
