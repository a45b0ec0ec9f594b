"""What people do in training.  Each function is one thing somebody does; only these write."""

from mash.training.actions.booking import book, give_back, swap
from mash.training.actions.importing import choose_columns, let_go, put_in, take_over
from mash.training.actions.learners import add_learner, bind_to_accounts, change_learner, own_learner
from mash.training.actions.recording import log_learning, note_seen, sign_path
from mash.training.actions.refusals import NotWhole
from mash.training.actions.saying import say
from mash.training.actions.sessions import call_off, change_session, plan_session, record_attendance
from mash.training.actions.telling import ask_again, remind_when_due, tell_session, warn_of_refreshers

__all__ = [
    "NotWhole",
    "add_learner",
    "ask_again",
    "bind_to_accounts",
    "book",
    "call_off",
    "change_learner",
    "change_session",
    "choose_columns",
    "give_back",
    "let_go",
    "log_learning",
    "note_seen",
    "own_learner",
    "plan_session",
    "put_in",
    "record_attendance",
    "remind_when_due",
    "say",
    "sign_path",
    "swap",
    "take_over",
    "tell_session",
    "warn_of_refreshers",
]
