"""What can happen about what harm comes back to.  Each function is one thing somebody does; only these write."""

from mash.harm.actions.counting import SERVICE, count
from mash.harm.actions.grouping import count_to, end_group, leave_group, name_group
from mash.harm.actions.mapping import take_map, take_postcodes
from mash.harm.actions.reducing import close, note, take_up
from mash.harm.actions.refusals import HasEnded, NotWhole, WatchedAlready
from mash.harm.actions.watching import end_watch, let_lapse, review, tell_of_touched, watch
from mash.harm.boundaries import Refused

__all__ = [
    "SERVICE",
    "HasEnded",
    "NotWhole",
    "Refused",
    "WatchedAlready",
    "close",
    "count",
    "count_to",
    "end_group",
    "end_watch",
    "leave_group",
    "let_lapse",
    "name_group",
    "note",
    "review",
    "take_map",
    "take_postcodes",
    "take_up",
    "tell_of_touched",
    "watch",
]
