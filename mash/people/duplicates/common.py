"""What two records have in common that are worth a look.  Pure."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations

from mash.people.duplicates.records import Line

IN_COMMON = (
    ("nhs",),
    ("phone", "given_sound"),
    ("phone", "year"),
    ("born_on", "given_sound"),
    ("born_on", "family_sound"),
    ("born_on", "postcode"),
    ("postcode", "given_sound"),
    ("given_sound", "family_sound", "days"),
    ("given_sound", "family_sound", "month"),
    ("given_sound", "family_sound", "year", "day"),
)
"""Facts of which two records have one group the same.

None brings a household together, and none grows with the square of the register as a name with a year of birth
would: among a million people that made two fifths of all pairs, and found one in a thousand.
"""
TURNED = ("month", "postcode")
"""What must be the same besides, where given and family name stand in each other's place."""


def having_in_common(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Return the places of each two lines that have one of these in common, the smaller first, in order."""
    found: set[tuple[int, int]] = set()
    for facts in IN_COMMON:
        for same in _together(lines, facts).values():
            found.update(combinations(same, 2))
    for fact in TURNED:
        groups = _together(lines, ("given_sound", "family_sound", fact))
        for (given, family, value), here in groups.items():
            there = groups.get((family, given, value), ())
            found.update((one, other) for one in here for other in there if one < other)
    return sorted(found)


def _together(lines: Iterable[Line], facts: Sequence[str]) -> dict[tuple[Hashable, ...], list[int]]:
    """Return the places of the lines by these facts, as far as all of them are known, in order."""
    groups: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
    for one in lines:
        values = tuple(getattr(one, fact) for fact in facts)
        if None not in values:
            groups[values].append(one.id)
    return dict(groups)
