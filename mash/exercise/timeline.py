"""Simulated time: how far an exercise is, and what is due.  Pure: every moment is passed in.

A position is a number of simulated minutes since the first day began; days follow each other without the nights.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mash.common.clock import LONDON
from mash.exercise.format import Exercise, Inject, day_length, minutes_of


@dataclass(frozen=True, slots=True)
class Span:
    """A simulated day: its number, when it begins in minutes from midnight, and how many minutes it has."""

    day: int
    opens: int
    length: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that was done to the clock: where it stood then, and whether it ran on."""

    at: datetime
    position: float
    runs: bool


@dataclass(frozen=True, slots=True)
class Stands:
    """Where the clock stands: on which day, at which time of it."""

    position: float
    runs: bool
    day: int
    clock: str
    over: bool

    def __str__(self) -> str:
        return f"day {self.day}, {self.clock}"


def spans_of(exercise: Exercise) -> list[Span]:
    """Return the simulated days of an exercise in order."""
    local = {day: opens.astimezone(LONDON) for day, opens in exercise.days.items()}
    return [
        Span(day, 60 * one.hour + one.minute, int(day_length(exercise, day).total_seconds() // 60))
        for day, one in local.items()
    ]


def whole(spans: Iterable[Span]) -> int:
    """Return how many simulated minutes there are."""
    return sum(one.length for one in spans)


def position_of(spans: Sequence[Span], day: int, clock: str) -> float:
    """Return the position of a time of a day; one outside the day is its nearest end."""
    before = sum(one.length for one in spans if one.day < day)
    span = next(one for one in spans if one.day == day)
    return before + min(max(0, minutes_of(clock) - span.opens), span.length)


def time_at(spans: Sequence[Span], position: float) -> tuple[int, str]:
    """Return the day and the time of it at a position."""
    left = position
    for one in spans[:-1]:
        if left < one.length:
            return one.day, _words(one.opens + int(left))
        left -= one.length
    last = spans[-1]
    return last.day, _words(last.opens + int(min(left, last.length)))


def _words(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def position_now(turns: Sequence[Moved], pace: float, longest: float, now: datetime) -> float:
    """Return the position now.  turns: what was done to the clock, in order.  pace: simulated minutes in a real one."""
    if not turns:
        return 0.0
    last = turns[-1]
    since = max(0.0, (now - last.at).total_seconds() / 60) if last.runs else 0.0
    return min(longest, last.position + since * pace)


def stands(spans: Sequence[Span], turns: Sequence[Moved], pace: float, now: datetime) -> Stands:
    """Return where the clock stands now."""
    longest = whole(spans)
    position = position_now(turns, pace, longest, now)
    day, clock = time_at(spans, position)
    return Stands(
        position, bool(turns and turns[-1].runs and position < longest), day, clock, position >= longest
    )


def timetable(exercise: Exercise) -> list[tuple[float, Inject]]:
    """Return every inject with its position, in order."""
    spans = spans_of(exercise)
    return [(position_of(spans, one.day, one.at), one) for one in exercise.injects]


def due(exercise: Exercise, position: float) -> list[Inject]:
    """Return the injects whose time has come, in the order of the timetable."""
    return [one for place, one in timetable(exercise) if place <= position]
