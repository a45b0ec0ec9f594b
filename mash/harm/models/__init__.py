"""Who and what harm comes back to: counted events, groups, what is watched, what is done about it, and a hub's areas.

Source: docs/rules.md, "What harm comes back to".
"""

from mash.harm.models.areas import Area, AreaMap, PostcodeArea, Postcodes
from mash.harm.models.counted import PLACES, Counting, Known, PlaceKind, Report, Together, Touch
from mash.harm.models.groups import Group, Member
from mash.harm.models.reducing import Ending, Reduction, ReductionNote
from mash.harm.models.subjects import About, Subject
from mash.harm.models.watching import Watch, WatchHit, WatchReview

__all__ = [
    "PLACES",
    "About",
    "Area",
    "AreaMap",
    "Counting",
    "Ending",
    "Group",
    "Known",
    "Member",
    "PlaceKind",
    "PostcodeArea",
    "Postcodes",
    "Reduction",
    "ReductionNote",
    "Report",
    "Subject",
    "Together",
    "Touch",
    "Watch",
    "WatchHit",
    "WatchReview",
]
