"""What workers do with a request for one's own information.  Every door calls these."""

from mash.subject_access.actions.answering import (
    answer_request,
    give_back,
    make_pass,
    say_second,
    send_answer,
)
from mash.subject_access.actions.marking import ask_owner, gather, hand_to_unit, mark
from mash.subject_access.actions.recording import (
    ask_identity,
    end_request,
    extend,
    give_to_handler,
    record_request,
    see_identity,
)
from mash.subject_access.actions.refusals import AnotherRoute, ChangedMeanwhile, NotWhole, Unsound

__all__ = [
    "AnotherRoute",
    "ChangedMeanwhile",
    "NotWhole",
    "Unsound",
    "answer_request",
    "ask_identity",
    "ask_owner",
    "end_request",
    "extend",
    "gather",
    "give_back",
    "give_to_handler",
    "hand_to_unit",
    "make_pass",
    "mark",
    "record_request",
    "say_second",
    "see_identity",
    "send_answer",
]
