"""The tables of this app."""

from mash.plans.models.doing import OPEN, Change, Need, PlanAction, Reminder, ReminderKind, Status
from mash.plans.models.ending import AfterCheck, Carried, Closure, Different, Onward, Review, StepUp
from mash.plans.models.plans import (
    Agreement,
    Covers,
    FamilyMember,
    Kind,
    Lead,
    Plan,
    Said,
    Seat,
    Work,
)

__all__ = [
    "OPEN",
    "AfterCheck",
    "Agreement",
    "Carried",
    "Change",
    "Closure",
    "Covers",
    "Different",
    "FamilyMember",
    "Kind",
    "Lead",
    "Need",
    "Onward",
    "Plan",
    "PlanAction",
    "Reminder",
    "ReminderKind",
    "Review",
    "Said",
    "Seat",
    "Status",
    "StepUp",
    "Work",
]
