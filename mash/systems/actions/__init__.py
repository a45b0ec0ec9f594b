"""What is done about systems of agencies, and what they send.  Every door calls these."""

from mash.systems.actions.letting_in import end_key, end_system, give_key, let_speak, note_use, say_anew
from mash.systems.actions.refusals import NotWhole
from mash.systems.actions.taking import Became, Taken, take

__all__ = [
    "Became",
    "NotWhole",
    "Taken",
    "end_key",
    "end_system",
    "give_key",
    "let_speak",
    "note_use",
    "say_anew",
    "take",
]
