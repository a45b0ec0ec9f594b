"""Is this person already known?  Compares what is said of somebody with what we hold.  Pure.

It suggests, and never decides: a worker says who somebody is.  The weights are in one file, and whatever a
band rests on is said in words.
"""

from mash.people.matching.levels import AGE_DIFFERENT, AGE_FITS, NOTHING, Level, Mark
from mash.people.matching.ranking import (
    SHOWN,
    Band,
    Candidate,
    best,
    compare,
    count_namesakes,
    rank,
    set_beside,
)

__all__ = [
    "AGE_DIFFERENT",
    "AGE_FITS",
    "NOTHING",
    "SHOWN",
    "Band",
    "Candidate",
    "Level",
    "Mark",
    "best",
    "compare",
    "count_namesakes",
    "rank",
    "set_beside",
]
