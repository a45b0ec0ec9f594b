"""An exercise that was read, and what follows from its file.  Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mash.common.clock import LONDON
from mash.exercise.format.seats import ANSWERS, SEATS
from mash.exercise.format.shapes import File, Inject, SeatIn, minutes_of, moment
from mash.partnership.models import AgencyKind

DAY_STARTS = re.compile(r"day_([1-9][0-9]?)_starts")
BAND = re.compile(r"([0-9]{1,3})\s*-\s*([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat with everything that is usual filled in."""

    id: str
    label: str
    agency: str
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """What a sum from `low` to `high` means."""

    low: int
    high: int
    label: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise that was read: the file, and what follows from it.

    days: when each simulated day begins, by its number.  pace: simulated minutes in a real one.
    """

    file: File
    days: Mapping[int, datetime]
    pace: float
    seats: Mapping[str, Seat]
    bands: Sequence[Band]

    @property
    def injects(self) -> list[Inject]:
        """Return the injects in the order of the timetable."""
        return sorted(self.file.injects, key=lambda one: (one.day, one.minutes, one.n))

    @property
    def inject_by_n(self) -> dict[int, Inject]:
        """Return the injects by their numbers."""
        return {one.n: one for one in self.file.injects}

    @property
    def meeting_day(self) -> int:
        """Return on which simulated day the meeting is."""
        return next(n for n, day in self.days.items() if on(day) == on(self.file.meeting.at))

    @property
    def meeting_at(self) -> str:
        """Return at which time of that day it is."""
        return f"{self.file.meeting.at.astimezone(LONDON):%H:%M}"

    def band_of(self, total: float) -> Band | None:
        """Return what a sum means; one between two whole numbers is the lower."""
        return next((one for one in self.bands if one.low <= int(total) <= one.high), None)

    def label_of(self, seat: str) -> str:
        """Return how a seat is called."""
        return self.seats[seat].label if seat in self.seats else "Every seat"


def on(moment: datetime) -> date:
    """Return the day of a moment in England."""
    return moment.astimezone(LONDON).date()


def days_of(file: File) -> dict[int, datetime]:
    """Return when each simulated day begins, by its number."""
    found = {}
    for name, value in file.clock.items():
        named = DAY_STARTS.fullmatch(str(name))
        if named:
            starts = moment(value)
            assert isinstance(starts, datetime)  # noqa: S101 (said above)
            found[int(named[1])] = starts
    return dict(sorted(found.items()))


def opens(day: datetime) -> int:
    """Return when a day begins, in minutes from midnight."""
    local = day.astimezone(LONDON)
    return 60 * local.hour + local.minute


def seat_of(said: SeatIn) -> Seat:
    """Return a seat with everything that is usual filled in."""
    usual = SEATS.get(said.id)
    duties = said.duties if said.duties is not None else usual.duties if usual else ANSWERS
    agency = said.agency or (usual.agency if usual else AgencyKind.OTHER)
    return Seat(
        said.id, said.label or (usual.label if usual else said.id), str(agency), tuple(map(str, duties))
    )


def bands_of(file: File) -> list[Band]:
    """Return what sums mean, the lowest first."""
    found = []
    for name, label in file.scoring.bands.items():
        said = BAND.fullmatch(name)
        assert said  # noqa: S101 (looked at before)
        found.append(Band(int(said[1]), int(said[2]), label))
    return sorted(found, key=lambda one: one.low)


def day_length(exercise: Exercise, day: int) -> timedelta:
    """Return how long a simulated day lasts: to half an hour after the last thing that happens on it."""
    begins = opens(exercise.days[day])
    last = [one.minutes for one in exercise.file.injects if one.day == day]
    if exercise.meeting_day == day:
        last.append(minutes_of(exercise.meeting_at) + exercise.file.meeting.minutes)
    return timedelta(minutes=max([60, *(one - begins + 30 for one in last)]))
