"""What happens in a check.  Each function is one thing that somebody does; only these write."""

from mash.check.actions.answering import Sending, see_enquiry, send_answers, supplement, take_by_telephone
from mash.check.actions.asking import (
    Ask,
    CheckClosed,
    FocusMissing,
    NoBasis,
    NobodyCovered,
    NotAskedHere,
    Sent,
    pass_to_deputy,
    send_enquiries,
    withdraw_enquiry,
)
from mash.check.actions.drafting import copy_to_siblings, save_draft
from mash.check.actions.holding import (
    DraftMoved,
    Incomplete,
    LateReasonMissing,
    MayNotBeCopied,
    NotAsked,
    ReasonIncomplete,
    SearchIncomplete,
    Withdrawn,
)
from mash.check.actions.opening import (
    AlreadyOpen,
    NeedsApproval,
    NotRated,
    StillWaiting,
    approve_check,
    close_check,
    open_check,
)
from mash.check.actions.withholding import withhold

__all__ = [
    "AlreadyOpen",
    "Ask",
    "CheckClosed",
    "DraftMoved",
    "FocusMissing",
    "Incomplete",
    "LateReasonMissing",
    "MayNotBeCopied",
    "NeedsApproval",
    "NoBasis",
    "NobodyCovered",
    "NotAsked",
    "NotAskedHere",
    "NotRated",
    "ReasonIncomplete",
    "SearchIncomplete",
    "Sending",
    "Sent",
    "StillWaiting",
    "Withdrawn",
    "approve_check",
    "close_check",
    "copy_to_siblings",
    "open_check",
    "pass_to_deputy",
    "save_draft",
    "see_enquiry",
    "send_answers",
    "send_enquiries",
    "supplement",
    "take_by_telephone",
    "withdraw_enquiry",
    "withhold",
]
