"""The file of an exercise, `openmash.exercise/1`.  Pure: text goes in; an exercise, or every mistake with its place.

`docs/exercises.md` says for whoever writes one what each part means.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from mash.exercise.format.fitting import mistakes_between
from mash.exercise.format.plain import LARGEST, as_text, plain
from mash.exercise.format.refusals import Mistake, Refused, place_of, reason_of
from mash.exercise.format.seats import SEATS
from mash.exercise.format.shapes import CLOCK, KINDS, File, Inject, Person, Point, Referral, minutes_of
from mash.exercise.format.whole import Band, Exercise, Seat, bands_of, day_length, days_of, seat_of

__all__ = [
    "CLOCK", "KINDS", "LARGEST", "SEATS", "Band", "Exercise", "File", "Inject", "Mistake", "Person", "Point",
    "Referral", "Refused", "Seat", "as_text", "day_length", "minutes_of", "plain", "read", "shaped",
]  # fmt: skip


def read(text: str | bytes) -> tuple[Exercise, dict[str, Any]]:
    """Return the exercise in a text, and the plain mapping it was written as.

    Raises Refused, with every mistake that was found.
    """
    raw = plain(text)
    return shaped(raw), raw


def shaped(raw: dict[str, Any]) -> Exercise:
    """Return the exercise in a plain mapping.  Raises Refused."""
    try:
        file = File.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise Refused(_once(Mistake(place_of(one["loc"]), reason_of(one)) for one in found)) from None
    mistakes = _once(mistakes_between(file))
    if mistakes:
        raise Refused(mistakes)
    seats = {one.id: seat_of(one) for one in file.seats}
    days = days_of(file)
    return Exercise(file, days, float(file.clock["simulated_minutes_per_real_minute"]), seats, bands_of(file))


def _once(mistakes: Iterator[Mistake]) -> list[Mistake]:
    return list(dict.fromkeys(mistakes))
