"""What is done about systems of agencies, and what they send.  Every door calls these."""

from mash.systems.actions.answering import answer, row_of, withhold
from mash.systems.actions.letting_in import end_key, end_system, give_key, let_speak, note_use, say_anew
from mash.systems.actions.once import SaidOtherwise
from mash.systems.actions.refusals import NotWhole
from mash.systems.actions.taking import Became, Taken, take

__all__ = [
    "Became",
    "NotWhole",
    "SaidOtherwise",
    "Taken",
    "answer",
    "end_key",
    "end_system",
    "give_key",
    "let_speak",
    "note_use",
    "row_of",
    "say_anew",
    "take",
    "withhold",
]
