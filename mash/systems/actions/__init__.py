"""What is done about systems of agencies, and what they send.  Every door calls these."""

from mash.systems.actions.answering import answer, row_of, withhold
from mash.systems.actions.calling import forget_calls, make_calls, note_news
from mash.systems.actions.hooking import ask_for_hook, end_hook, let_hook_in, renew_secret
from mash.systems.actions.letting_in import end_key, end_system, give_key, let_speak, note_use, say_anew
from mash.systems.actions.mapping import adopt_mapping, in_our_words, rules_of, write_mapping
from mash.systems.actions.once import SaidOtherwise
from mash.systems.actions.refusals import NotWhole
from mash.systems.actions.taking import Became, Taken, take

__all__ = [
    "Became",
    "NotWhole",
    "SaidOtherwise",
    "Taken",
    "adopt_mapping",
    "answer",
    "ask_for_hook",
    "end_hook",
    "end_key",
    "end_system",
    "forget_calls",
    "give_key",
    "in_our_words",
    "let_hook_in",
    "let_speak",
    "make_calls",
    "note_news",
    "note_use",
    "renew_secret",
    "row_of",
    "rules_of",
    "say_anew",
    "take",
    "withhold",
    "write_mapping",
]
