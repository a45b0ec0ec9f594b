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
    send_enquiries,
    withdraw_enquiry,
)
from mash.check.actions.chasing import chase, chase_approval, chase_when_due
from mash.check.actions.closing import AnotherIsOpen, StillWaiting, close_check, end_gathering
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
    approve_check,
    open_check,
)
from mash.check.actions.passing import pass_enquiry, pass_to_deputy
from mash.check.actions.picturing import (
    Event,
    NothingWritten,
    NotOfTheMatrix,
    NotReadable,
    mark_significant,
    record_event,
    record_risk,
    record_view,
    tick_in,
)
from mash.check.actions.withholding import withhold

__all__ = [
    "AlreadyOpen",
    "AnotherIsOpen",
    "Ask",
    "CheckClosed",
    "DraftMoved",
    "Event",
    "FocusMissing",
    "Incomplete",
    "LateReasonMissing",
    "MayNotBeCopied",
    "NeedsApproval",
    "NoBasis",
    "NobodyCovered",
    "NotAsked",
    "NotAskedHere",
    "NotOfTheMatrix",
    "NotRated",
    "NotReadable",
    "NothingWritten",
    "ReasonIncomplete",
    "SearchIncomplete",
    "Sending",
    "Sent",
    "StillWaiting",
    "Withdrawn",
    "approve_check",
    "chase",
    "chase_approval",
    "chase_when_due",
    "close_check",
    "copy_to_siblings",
    "end_gathering",
    "mark_significant",
    "open_check",
    "pass_enquiry",
    "pass_to_deputy",
    "record_event",
    "record_risk",
    "record_view",
    "save_draft",
    "see_enquiry",
    "send_answers",
    "send_enquiries",
    "supplement",
    "take_by_telephone",
    "tick_in",
    "withdraw_enquiry",
    "withhold",
]
