"""What can happen to a contact.  Each function is one thing that is done; only these write."""

from mash.contact.actions.adding import NewFile, add, add_files
from mash.contact.actions.allocating import tell_allocated
from mash.contact.actions.answering import enter_code, reply, see_replies, see_replies_to, send_code
from mash.contact.actions.confirming import NotTheWriting, confirm_in_writing, undo_writing
from mash.contact.actions.consulting import (
    follow_up,
    link_consultation,
    record_consultation,
    say_what_of_the_guide,
    unlink_consultation,
)
from mash.contact.actions.holding import hold_key, hold_still
from mash.contact.actions.joining import join_records, who_may_see_it_now
from mash.contact.actions.listening import keep_feedback
from mash.contact.actions.looking import NotOpened, look_through, open_file
from mash.contact.actions.printing import say_why
from mash.contact.actions.receiving import DifferentContent, Known, Sent, receive
from mash.contact.actions.settling import (
    AlreadySettled,
    NothingToUndo,
    NotSettled,
    SaidNotTheSame,
    SearchFirst,
    look_for,
    look_for_each,
    say_not_the_same,
    settle,
    undo,
    undo_not_the_same,
)

__all__ = [
    "AlreadySettled",
    "DifferentContent",
    "Known",
    "NewFile",
    "NotOpened",
    "NotSettled",
    "NotTheWriting",
    "NothingToUndo",
    "SaidNotTheSame",
    "SearchFirst",
    "Sent",
    "add",
    "add_files",
    "confirm_in_writing",
    "enter_code",
    "follow_up",
    "hold_key",
    "hold_still",
    "join_records",
    "keep_feedback",
    "link_consultation",
    "look_for",
    "look_for_each",
    "look_through",
    "open_file",
    "receive",
    "record_consultation",
    "reply",
    "say_not_the_same",
    "say_what_of_the_guide",
    "say_why",
    "see_replies",
    "see_replies_to",
    "send_code",
    "settle",
    "tell_allocated",
    "undo",
    "undo_not_the_same",
    "undo_writing",
    "unlink_consultation",
    "who_may_see_it_now",
]
