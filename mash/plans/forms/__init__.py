"""The shape of what is typed on the pages of a plan."""

from mash.plans.forms.doing import AddAction, AddNeed, ChangeAction, ChangeNeed, Progress, Wants, Write
from mash.plans.forms.ending import After, Answer, Close, LookAgain, StepUpForm
from mash.plans.forms.family import Agree, Begin, Copy, LeadForm, OpenTo, Withdraw

__all__ = [
    "AddAction",
    "AddNeed",
    "After",
    "Agree",
    "Answer",
    "Begin",
    "ChangeAction",
    "ChangeNeed",
    "Close",
    "Copy",
    "LeadForm",
    "LookAgain",
    "OpenTo",
    "Progress",
    "StepUpForm",
    "Wants",
    "Withdraw",
    "Write",
]
