"""What is written about notifications: read or not, how one wishes to be told, sent, and passed on unread."""

from mash.notifications.actions.passing import pass_on_unread
from mash.notifications.actions.reading import keep_wish, read, read_all
from mash.notifications.actions.sending import send_queued

__all__ = ["keep_wish", "pass_on_unread", "read", "read_all", "send_queued"]
