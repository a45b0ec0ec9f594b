"""What Splink is told of a record: one line of plain words, folded as the product's own search folds them.  Pure."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from mash.people import identifiers, names
from mash.people.details import Details, Words

MOST_KEPT = 65536  # different names, postcodes and dates, of each


class Line(NamedTuple):
    """A record as Splink reads it; what is not known is None.

    id: its place among the lines, from 0.  given_sound, family_sound: of the first word.  born_on: as 2019-10-31.
    days: the same with the smaller of day and month first, so that a date with both swapped agrees with itself.
    year, month, day: parts of it, the month with its year.
    """

    id: int
    given: str | None
    family: str | None
    given_sound: str | None
    family_sound: str | None
    born_on: str | None
    days: str | None
    year: str | None
    month: str | None
    day: str | None
    sex: str | None
    postcode: str | None
    phone: str | None
    nhs: str | None


class Stored(NamedTuple):
    """What a line is made of, as the database holds it.

    born_on: as 2019-10-31, or "".  phones: as national digits, the current one first.  nhs: one whose check digit is
    right, or "".
    """

    given: str
    family: str
    born_on: str
    sex: str
    postcode: str
    phones: Sequence[str]
    nhs: str


def line(place: int, said: Stored) -> Line:
    """Return a record as a line."""
    given, given_sound = _given(said.given)
    family, family_sound = _family(said.family)
    return Line(
        place,
        given,
        family,
        given_sound,
        family_sound,
        *_born(said.born_on),
        said.sex if said.sex != "U" else None,
        _home(said.postcode),
        next((one for one in said.phones if not identifiers.is_no_phone(one)), None),
        said.nhs or None,
    )


@lru_cache(maxsize=MOST_KEPT)
def _given(text: str) -> tuple[str | None, str | None]:
    return _named(names.given_words(text))


@lru_cache(maxsize=MOST_KEPT)
def _family(text: str) -> tuple[str | None, str | None]:
    return _named(names.family_words(text))


def _named(words: Words) -> tuple[str | None, str | None]:
    """Return the words of a name and how the first of them sounds."""
    return (" ".join(words), names.sound(words[0])) if words else (None, None)


@lru_cache(maxsize=MOST_KEPT)
def _home(written: str) -> str | None:
    postcode = identifiers.tidy_postcode(written)
    return None if identifiers.is_no_home(postcode) else postcode or None


def stored(said: Details) -> Stored:
    """Return what the database would hold of a description."""
    return Stored(
        said.given,
        said.family,
        said.born_on.isoformat() if said.born_on else "",
        said.sex,
        said.addresses[0].postcode if said.addresses else "",
        [identifiers.digits(one) for one in said.phones],
        min((value for scheme, value in said.good_numbers() if scheme == identifiers.NHS), default=""),
    )


@lru_cache(maxsize=MOST_KEPT)
def _born(on: str) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    """Return a date as `born_on`, `days`, `year`, `month` and `day`."""
    if not on:
        return None, None, None, None, None
    year, month, day = on.split("-")
    return on, "-".join((year, *sorted((month, day)))), year, on[:7], day
