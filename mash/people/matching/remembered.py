"""How two descriptions compared, written down by the codes of the levels and read back.  Pure.

What is written holds no name, date or number: only in which way each fact agreed or did not.
"""

from collections.abc import Iterable, Mapping

from mash.people.matching import levels as known
from mash.people.matching.levels import (
    DIFFERENT,
    NOTHING,
    NUMBER_CLOSE,
    NUMBER_DIFFERENT,
    NUMBER_SAME,
    SCHEMES,
    Level,
)

FACTS = (
    "given",
    "family",
    "born_on",
    "sex",
    "postcode",
    "street",
    "place",
    "phone",
    "school",
    "kin",
    *SCHEMES,
)
ELSEWHERE = ".elsewhere"
"""A number that is clearly somebody else's, as the rules of matching read it."""
_LEVELS = {
    level.code: level
    for level in (
        *vars(known).values(),
        *NUMBER_SAME.values(),
        *NUMBER_CLOSE.values(),
        *NUMBER_DIFFERENT.values(),
    )
    if isinstance(level, Level) and level.code
} | {f"{scheme}{ELSEWHERE}": Level("", DIFFERENT) for scheme in SCHEMES}


def written(levels: Mapping[str, Level]) -> list[str]:
    """Return the codes of a comparison; facts of which nothing is known have none."""
    return [
        level.code or f"{fact}{ELSEWHERE}"
        for fact, level in levels.items()
        if level.code or level.mark == DIFFERENT
    ]


def read_back(codes: Iterable[str]) -> dict[str, Level] | None:
    """Return a comparison; None where it was written by an edition of levels that is not known any more."""
    found: dict[str, Level] = dict.fromkeys(FACTS, NOTHING)
    for code in codes:
        level = _LEVELS.get(code)
        if level is None:
            return None
        fact = code.split(".")[0]
        found["born_on" if fact == "born" else fact] = level
    return found
