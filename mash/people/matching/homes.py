"""Comparing where people live or lived by street, house and part of town.  Pure."""

from rapidfuzz.distance import DamerauLevenshtein

from mash.people import names, streets
from mash.people.details import Details
from mash.people.identifiers import is_no_home, tidy_postcode
from mash.people.matching.levels import (
    NOTHING,
    PLACE_CLOSE,
    PLACE_DIFFERENT,
    PLACE_SAME,
    PLACE_WIDER,
    STREET_DIFFERENT,
    STREET_FLAT,
    STREET_HOUSE,
    STREET_HOUSE_NEAR,
    STREET_NEAR,
    STREET_ONCE,
    STREET_OTHER_HOUSE,
    STREET_SAME,
    STREET_SLIP,
    Level,
)
from mash.people.streets import Address

SHORT, LONG = 4, 8
"""Letters of a street: below the first one letter makes another, from the second on two may be wrong."""
BEST_FIRST = (
    STREET_HOUSE, STREET_ONCE, STREET_HOUSE_NEAR, STREET_SAME, STREET_SLIP, STREET_NEAR, STREET_FLAT,
    STREET_OTHER_HOUSE, STREET_DIFFERENT,
)  # fmt: skip
PLACES_BEST_FIRST = (PLACE_SAME, PLACE_CLOSE, PLACE_WIDER, NOTHING, PLACE_DIFFERENT)


def street(incoming: Details, held: Details) -> Level:
    """Compare the streets and houses where both live or lived: the best of every two."""
    mine, theirs = _addresses(incoming), _addresses(held)
    found = [
        STREET_ONCE if level is STREET_HOUSE and place else level
        for one in mine
        for place, other in enumerate(theirs)
        if (level := _street(one, other)) is not NOTHING
    ]
    return min(found, key=BEST_FIRST.index, default=NOTHING)


def place(incoming: Details, held: Details) -> Level:
    """Compare the parts of town, as far as they were said."""
    theirs = _addresses(held)
    found = [_place(one.places, other.places) for one in _addresses(incoming) for other in theirs]
    return min(found, key=PLACES_BEST_FIRST.index, default=NOTHING)


def _addresses(details: Details) -> list[Address]:
    return [
        streets.read(home.lines)
        for home in details.addresses
        if home.lines and not is_no_home(tidy_postcode(home.postcode))
    ]


def _street(one: Address, other: Address) -> Level:
    if not one.street or not other.street:
        return NOTHING
    same_name = "".join(one.street) == "".join(other.street)
    if same_name and one.kind == other.kind:
        return _house(one, other)
    as_written = _nearly_as_written(one, other)
    if not (same_name or as_written or _nearly("".join(one.street), "".join(other.street))):
        return STREET_DIFFERENT
    if one.houses & other.houses:
        return STREET_HOUSE_NEAR
    one_kind = one.kind == other.kind or as_written
    return STREET_NEAR if one_kind and not (one.houses and other.houses) else STREET_DIFFERENT


def _nearly_as_written(one: Address, other: Address) -> bool:
    """Tell whether two streets are nearly the same with their kinds, where of one no kind can be told.

    The mistake may lie in the kind itself, or in the space before it: Banks Xtreet, Warrego Circiut, Millroad.
    """
    if one.kind and other.kind:
        return False
    return _nearly("".join((*one.street, one.kind)), "".join((*other.street, other.kind)))


def _house(one: Address, other: Address) -> Level:
    if not one.houses or not other.houses:
        return STREET_SAME
    if one.houses & other.houses:
        return STREET_FLAT if one.flats and other.flats and not one.flats & other.flats else STREET_HOUSE
    slips = any(
        DamerauLevenshtein.distance(a, b, score_cutoff=1) == 1 for a in one.houses for b in other.houses
    )
    return STREET_SLIP if slips else STREET_OTHER_HOUSE


def _nearly(one: str, other: str) -> bool:
    off = DamerauLevenshtein.distance(one, other, score_cutoff=2)
    shortest = min(len(one), len(other))
    if off <= (2 if shortest >= LONG else 1 if shortest >= SHORT else 0):
        return True
    return one[0] == other[0] and shortest >= SHORT and names.sound(one) == names.sound(other)


def _place(one: tuple[str, ...], other: tuple[str, ...]) -> Level:
    """The widest line, mostly the town, says little: everybody's is the same."""
    if not one or not other:
        return NOTHING
    mine, theirs = set(one[:-1]), set(other[:-1])
    if mine & set(other) or theirs & set(one) or (len(one) == len(other) == 1 and one == other):
        return PLACE_SAME
    if any(_nearly(a, b) for a in one[: len(one) - 1 or 1] for b in other[: len(other) - 1 or 1]):
        return PLACE_CLOSE
    if not (mine and theirs) and one[-1] == other[-1]:
        return PLACE_WIDER
    return NOTHING if len(one) == len(other) == 1 else PLACE_DIFFERENT
