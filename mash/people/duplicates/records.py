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
        *_born(said.born_on),
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


def _born(on: date | None) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    """Return a date as `born_on`, `days`, `year`, `month` and `day`."""
    if on is None:
        return None, None, None, None, None
    text, (low, high) = on.isoformat(), sorted((on.day, on.month))
    return text, f"{on.year}-{low}-{high}", text[:4], text[:7], text[8:]
