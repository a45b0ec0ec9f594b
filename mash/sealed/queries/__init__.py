"""What is read in the sealed room: what is held, and what leaves it."""

from mash.sealed.policy import is_cleared
from mash.sealed.queries.items import (
    Held,
    Opened,
    UnitKnows,
    ask_the_unit,
    find_subject,
    held_on,
    holds_anything,
    items_for,
    subjects_of,
    told_of_a_search,
    which_hold,
    who_it_is,
)
from mash.sealed.queries.releases import find_release, register, released_to, releases_of, waiting_for

__all__ = [
    "Held",
    "Opened",
    "UnitKnows",
    "ask_the_unit",
    "find_release",
    "find_subject",
    "held_on",
    "holds_anything",
    "is_cleared",
    "items_for",
    "register",
    "released_to",
    "releases_of",
    "subjects_of",
    "told_of_a_search",
    "waiting_for",
    "which_hold",
    "who_it_is",
]
