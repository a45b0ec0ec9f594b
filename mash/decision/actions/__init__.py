"""What can happen to a decision.  Each function is one thing a worker does; only these write."""

from mash.decision.actions.approving import approve, clear_closing, turn_down
from mash.decision.actions.deciding import Proposed, decide, weigh
from mash.decision.actions.disagreeing import (
    NothingDecided,
    NotItsTurn,
    answer_dissent,
    climb_when_due,
    disagree_as_referrer,
    end_dissent,
    record_dissent,
    say_of_answer,
    take_higher,
    withdraw_dissent,
)
from mash.decision.actions.discussing import record_strategy, send_record
from mash.decision.actions.handing import accept_hand_over, end_work
from mash.decision.actions.lettering import (
    CLOSED,
    ChangedMeanwhile,
    LetterBlocked,
    LetterClosed,
    begin_letter,
    clear_letter,
    give_letter,
    read_second,
    save_letter,
    take_back_letter,
    word_letters,
)
from mash.decision.actions.passing import NotOpen, pass_to_allocated_worker
from mash.decision.actions.passing_back import not_passed_back, pass_back
from mash.decision.actions.passing_letters import pass_letter
from mash.decision.actions.refusals import (
    AlreadyDecided,
    AlreadySaid,
    AnswersMissing,
    NotAgreed,
    NotSettled,
    NotWhole,
    PictureChanged,
    RatedRedSince,
)
from mash.decision.actions.reopening import reopen, reopen_decided_again
from mash.decision.actions.signposting import name_services
from mash.decision.actions.words import check_told

__all__ = [
    "CLOSED",
    "AlreadyDecided",
    "AlreadySaid",
    "AnswersMissing",
    "ChangedMeanwhile",
    "LetterBlocked",
    "LetterClosed",
    "NotAgreed",
    "NotItsTurn",
    "NotOpen",
    "NotSettled",
    "NotWhole",
    "NothingDecided",
    "PictureChanged",
    "Proposed",
    "RatedRedSince",
    "accept_hand_over",
    "answer_dissent",
    "approve",
    "begin_letter",
    "check_told",
    "clear_closing",
    "clear_letter",
    "climb_when_due",
    "decide",
    "disagree_as_referrer",
    "end_dissent",
    "end_work",
    "give_letter",
    "name_services",
    "not_passed_back",
    "pass_back",
    "pass_letter",
    "pass_to_allocated_worker",
    "read_second",
    "record_dissent",
    "record_strategy",
    "reopen",
    "reopen_decided_again",
    "save_letter",
    "say_of_answer",
    "send_record",
    "take_back_letter",
    "take_higher",
    "turn_down",
    "weigh",
    "withdraw_dissent",
    "word_letters",
]
