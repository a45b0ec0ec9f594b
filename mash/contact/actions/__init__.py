"""What can happen to a contact.  Each function is one thing that is done; only these write."""

from mash.contact.actions.adding import add
from mash.contact.actions.answering import enter_code, reply, see_replies, send_code
from mash.contact.actions.holding import hold_still

__all__ = [
    "add",
    "enter_code",
    "hold_still",
    "reply",
    "see_replies",
    "send_code",
]
