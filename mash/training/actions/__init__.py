"""What people do in training.  Each function is one thing somebody does; only these write."""

from mash.training.actions.booking import book, give_back, swap
from mash.training.actions.learners import add_learner, change_learner, own_learner
from mash.training.actions.refusals import NotWhole
from mash.training.actions.saying import say
from mash.training.actions.sessions import call_off, change_session, plan_session, record_attendance
from mash.training.actions.telling import ask_again, remind_when_due, tell_session

__all__ = [
    "NotWhole",
    "add_learner",
    "ask_again",
    "book",
    "call_off",
    "change_learner",
    "change_session",
    "give_back",
    "own_learner",
    "plan_session",
    "record_attendance",
    "remind_when_due",
    "say",
    "swap",
    "tell_session",
]
