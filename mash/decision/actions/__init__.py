"""What can happen to a decision.  Each function is one thing a worker does; only these write."""

from mash.decision.actions.approving import approve, clear_closing, turn_down
from mash.decision.actions.deciding import Proposed, decide, weigh
from mash.decision.actions.disagreeing import record_dissent
from mash.decision.actions.discussing import record_strategy, send_record
from mash.decision.actions.passing import NotOpen, pass_to_allocated_worker
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
from mash.decision.actions.words import check_told

__all__ = [
    "AlreadyDecided",
    "AlreadySaid",
    "AnswersMissing",
    "NotAgreed",
    "NotOpen",
    "NotSettled",
    "NotWhole",
    "PictureChanged",
    "Proposed",
    "RatedRedSince",
    "approve",
    "check_told",
    "clear_closing",
    "decide",
    "pass_to_allocated_worker",
    "record_dissent",
    "record_strategy",
    "send_record",
    "turn_down",
    "weigh",
]
