"""What is done about systems of agencies, and what they send.  Every door calls these."""

from mash.systems.actions.answering import answer, row_of, withhold
from mash.systems.actions.calling import forget_calls, make_calls, note_news, send_again, take_up_again
from mash.systems.actions.hooking import ask_for_hook, end_hook, let_hook_in, renew_secret
from mash.systems.actions.letting_in import end_key, end_system, give_key, let_speak, note_use, say_anew
from mash.systems.actions.mapping import adopt_mapping, in_our_words, rules_of, write_mapping
from mash.systems.actions.once import SaidOtherwise
from mash.systems.actions.open_cases import (
    Later,
    Older,
    Said,
    Shorter,
    described,
    forget_cases,
    recognise,
    settle_case,
    take_cases,
)
from mash.systems.actions.refusals import NotWhole
from mash.systems.actions.taking import Became, Taken, take

__all__ = [
    "Became",
    "Later",
    "NotWhole",
    "Older",
    "Said",
    "SaidOtherwise",
    "Shorter",
    "Taken",
    "adopt_mapping",
    "answer",
    "ask_for_hook",
    "described",
    "end_hook",
    "end_key",
    "end_system",
    "forget_calls",
    "forget_cases",
    "give_key",
    "in_our_words",
    "let_hook_in",
    "let_speak",
    "make_calls",
    "note_news",
    "note_use",
    "recognise",
    "renew_secret",
    "row_of",
    "rules_of",
    "say_anew",
    "send_again",
    "settle_case",
    "take",
    "take_cases",
    "take_up_again",
    "withhold",
    "write_mapping",
]
