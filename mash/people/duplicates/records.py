"""What Splink is told of a record: one line of plain words, folded as the product's own search folds them.  Pure."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from mash.people import identifiers, names
from mash.people.details import Details


class Line(NamedTuple):
    """A record as Splink reads it; what is not known is None.

    id: its place among the lines, from 0.  given_sound, family_sound: of the first word.  born_on: as 2019-10-31.
    days: the same with the smaller of day and month first, so that a date with both swapped agrees with itself.
    """

    id: int
    given: str | None
    family: str | None
    given_sound: str | None
    family_sound: str | None
    born_on: str | None
    days: str | None
    sex: str | None
    postcode: str | None
    phone: str | None
    nhs: str | None


class Stored(NamedTuple):
    """What a line is made of, as the database holds it.

    phones: as national digits, the current one first.  nhs: one whose check digit is right, or "".
    """

    given: str
    family: str
    born_on: date | None
    sex: str
    postcode: str
    phones: Sequence[str]
    nhs: str


def line(place: int, said: Stored) -> Line:
    """Return a record as a line."""
    first, last = names.given_words(said.given), names.family_words(said.family)
    home = identifiers.tidy_postcode(said.postcode)
    return Line(
        place,
        " ".join(first) or None,
        " ".join(last) or None,
        names.sound(first[0]) if first else None,
        names.sound(last[0]) if last else None,
        said.born_on.isoformat() if said.born_on else None,
        _days(said.born_on) if said.born_on else None,
        said.sex if said.sex != "U" else None,
        None if identifiers.is_no_home(home) else home or None,
        next((one for one in said.phones if not identifiers.is_no_phone(one)), None),
        said.nhs or None,
    )


def stored(said: Details) -> Stored:
    """Return what the database would hold of a description."""
    return Stored(
        said.given,
        said.family,
        said.born_on,
        said.sex,
        said.addresses[0].postcode if said.addresses else "",
        [identifiers.digits(one) for one in said.phones],
        min((value for scheme, value in said.good_numbers() if scheme == identifiers.NHS), default=""),
    )


def _days(born_on: date) -> str:
    low, high = sorted((born_on.day, born_on.month))
    return f"{born_on.year}-{low}-{high}"
