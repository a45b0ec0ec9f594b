"""Comparing those who are named beside somebody with those who live with them or are their family.  Pure."""

from collections.abc import Iterable
from functools import lru_cache

from mash.people import names
from mash.people.details import Details
from mash.people.matching.levels import KIN_DIFFERENT, KIN_GIVEN, KIN_ITSELF, KIN_ONE, KIN_TWO, NOTHING, Level

MOST = 12  # people named beside somebody who are looked at
Heard = tuple[frozenset[str], frozenset[str]]
"""How a given and a family name sound, the given name in its full forms."""


def kin(incoming: Details, held: Details) -> Level:
    """Compare the others who were named with those who belong to the person on record.

    The record may be of one of the others themselves: a brother who was named too is not the child who is asked about.
    """
    mine = _named(incoming)
    if not mine:
        return NOTHING
    own, sought = _heard(held.given, held.family), _heard(incoming.given, incoming.family)
    if not own[0] & sought[0] and any(_are_one(own, other) for other in mine):
        return KIN_ITSELF
    theirs = _named(held)
    if not theirs:
        return NOTHING
    both = sum(any(_are_one(one, other) for other in theirs) for one in mine)
    if both:
        return KIN_TWO if both > 1 else KIN_ONE
    return KIN_GIVEN if _given(mine) & _given(theirs) else KIN_DIFFERENT


def _named(details: Details) -> list[Heard]:
    """Return how the others' names sound; of whom no given name is known is left out."""
    return [heard for one in details.kin[:MOST] if (heard := _heard(one.given, one.family))[0]]


@lru_cache(maxsize=65536)
def _heard(given: str, family: str) -> Heard:
    spoken = {names.sound(full) for word in names.given_words(given)[:2] for full in names.full_forms(word)}
    return frozenset(spoken), frozenset(map(names.sound, names.core(names.family_words(family))))


def _are_one(one: Heard, other: Heard) -> bool:
    return bool(one[0] & other[0] and one[1] & other[1])


def _given(several: Iterable[Heard]) -> set[str]:
    return {sound for given, _ in several for sound in given}
