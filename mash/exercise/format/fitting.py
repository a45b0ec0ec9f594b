"""What is wrong between the parts of a file.  Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from pydantic_core import PydanticCustomError

from mash.exercise.format.refusals import Mistake
from mash.exercise.format.seats import NEVER_IN_A_SEAT, SEATS
from mash.exercise.format.shapes import MOST_DAYS, File, Referral, moment
from mash.exercise.format.whole import BAND, DAY_STARTS, days_of, on, opens, seat_of
from mash.partnership.models import Duty

MOST_INJECTS, MOST_SEATS, MOST_PEOPLE, MOST_POINTS = 60, 16, 30, 40
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,39}")


def mistakes_between(file: File) -> Iterator[Mistake]:
    """Yield what is wrong between the parts of a file whose parts are right by themselves."""
    if not CODE.fullmatch(file.exercise):
        yield Mistake("exercise", "it must be a short code of letters, digits and hyphens, such as “NF-EX-A”")
    for name, things, most in (
        ("family", file.family, MOST_PEOPLE),
        ("seats", file.seats, MOST_SEATS),
        ("injects", file.injects, MOST_INJECTS),
        ("scoring, points", file.scoring.points, MOST_POINTS),
    ):  # fmt: skip
        if not things:
            yield Mistake(name, "there is none, and one at least is needed")
        if len(things) > most:
            yield Mistake(name, f"there are {len(things)}; the most is {most}")
    yield from _twice("family", [one.id for one in file.family])
    yield from _twice("seats", [one.id for one in file.seats])
    yield from _twice("injects", [one.n for one in file.injects], "n")
    yield from _twice("scoring, points", [one.id for one in file.scoring.points])
    yield from _seat_mistakes(file)
    yield from _clock_mistakes(file)
    yield from _inject_mistakes(file)
    yield from _meeting_mistakes(file)
    yield from _scoring_mistakes(file)


def _twice(place: str, ids: Sequence[Any], name: str = "id") -> Iterator[Mistake]:
    for turn, one in enumerate(ids):
        if one in ids[:turn]:
            yield Mistake(f"{place}, number {turn + 1}, {name}", f"{one} is used already")


def _seat_mistakes(file: File) -> Iterator[Mistake]:
    for turn, one in enumerate(file.seats, start=1):
        if one.id == "all":
            yield Mistake(f"seats, number {turn}", "“all” stands for every seat and is none itself")
        if one.id not in SEATS and not (one.label and one.agency):
            yield Mistake(
                f"seats, number {turn}",
                f"{one.id} is none of the usual seats ({', '.join(SEATS)}): give it a label and an agency",
            )
        never = NEVER_IN_A_SEAT & set(one.duties or ())
        if never:
            yield Mistake(f"seats, number {turn}, duties", f"a seat has no duty to {min(never)}")
    duties = {duty for one in file.seats for duty in seat_of(one).duties}
    for needed, why in (
        (Duty.SCREEN, "screen: nobody could take the referral"),
        (Duty.DECIDE, "decide: nobody could decide"),
        (Duty.CLEAR, "clear: nothing could be closed"),
    ):
        if needed not in duties:
            yield Mistake("seats", f"no seat has the duty to {why}")


def _clock_mistakes(file: File) -> Iterator[Mistake]:
    pace = file.clock.get("simulated_minutes_per_real_minute")
    if isinstance(pace, bool) or not isinstance(pace, int | float) or not 0.1 <= pace <= 240:
        yield Mistake(
            "clock, simulated_minutes_per_real_minute", "it must be a number from 0.1 to 240, such as 5"
        )
    numbers = []
    for name, value in file.clock.items():
        if name == "simulated_minutes_per_real_minute":
            continue
        found = DAY_STARTS.fullmatch(str(name))
        if not found:
            yield Mistake(
                f"clock, {name}", "there is no such entry: days are day_1_starts, day_2_starts and so on"
            )
            continue
        try:
            moment(value)
        except PydanticCustomError as error:
            yield Mistake(f"clock, {name}", str(error))
        numbers.append(int(found[1]))
    if sorted(numbers) != list(range(1, len(numbers) + 1)) or not 1 <= len(numbers) <= MOST_DAYS:
        yield Mistake("clock", f"days are day_1_starts and on, without a gap, {MOST_DAYS} at most")
        return
    try:
        days = list(days_of(file).values())
    except PydanticCustomError:
        return
    if any(on(one) >= on(other) for one, other in pairwise(days)):
        yield Mistake("clock", "each day comes after the one before")


def _inject_mistakes(file: File) -> Iterator[Mistake]:
    seats, family = {one.id for one in file.seats}, {one.id for one in file.family}
    days = [name for name in file.clock if DAY_STARTS.fullmatch(str(name))]
    for turn, one in enumerate(file.injects, start=1):
        place = f"injects, number {turn}"
        if not one.to:
            yield Mistake(f"{place}, to", "it goes to nobody")
        for seat in one.to:
            if seat not in seats:
                yield Mistake(f"{place}, to", f"there is no seat {seat}")
        if one.day > len(days):
            yield Mistake(f"{place}, day", f"the clock has no day {one.day}")
        elif one.day in days_or_none(file) and one.minutes < opens(days_or_none(file)[one.day]):
            yield Mistake(f"{place}, at", f"{one.at} is before day {one.day} begins")
        if one.referral and one.kind != "referral":
            yield Mistake(f"{place}, referral", "only an inject of the kind “referral” brings one")
        if one.referral:
            yield from _referral_mistakes(one.referral, f"{place}, referral", family)


def _referral_mistakes(said: Referral, place: str, family: set[str]) -> Iterator[Mistake]:
    if not said.people:
        yield Mistake(f"{place}, people", "it names nobody")
    named = set(said.people)
    for one in said.people:
        if one not in family:
            yield Mistake(f"{place}, people", f"there is nobody {one} in the family")
    for turn, related in enumerate(said.relationships, start=1):
        for one in (related.from_id, related.to_id):
            if one not in named:
                yield Mistake(f"{place}, relationships, number {turn}", f"{one} is not among its people")
    if said.agreement:
        for one in (*said.agreement.covers, *([said.agreement.by] if said.agreement.by else ())):
            if one not in named:
                yield Mistake(f"{place}, agreement", f"{one} is not among its people")


def _meeting_mistakes(file: File) -> Iterator[Mistake]:
    seats = {one.id for one in file.seats}
    said = file.meeting
    for name, ones in (
        ("chair", [said.chair]), ("attendees", said.attendees), ("apologies_to_handle", said.apologies_to_handle),
        ("questions_each_agency_should_raise", said.questions_each_agency_should_raise),
    ):  # fmt: skip
        for one in ones:
            if one not in seats:
                yield Mistake(f"meeting, {name}", f"there is no seat {one}")
    if not said.agenda:
        yield Mistake("meeting, agenda", "there is nothing on it")
    days = days_or_none(file)
    if days and not any(on(one) == on(said.at) for one in days.values()):
        yield Mistake("meeting, at", "it is on none of the clock’s days")


def _scoring_mistakes(file: File) -> Iterator[Mistake]:
    said = file.scoring
    seats = {one.id for one in file.seats} | {"all"}
    for turn, one in enumerate(said.points, start=1):
        if one.seat not in seats:
            yield Mistake(f"scoring, points, number {turn}, seat", f"there is no seat {one.seat}")
    if sorted(said.scale) != [0, 1, 2]:
        yield Mistake("scoring, scale", "it has 0, 1 and 2, each with its words")
    elif said.out_of != 2 * len(said.points):
        yield Mistake("scoring, out_of", f"{len(said.points)} points of 2 make {2 * len(said.points)}")
    bands = []
    for name in said.bands:
        found = BAND.fullmatch(name)
        if not found or int(found[1]) > int(found[2]):
            yield Mistake(f"scoring, bands, {name}", "a band is two numbers, such as 0-8")
            return
        bands.append((int(found[1]), int(found[2])))
    bands.sort()
    whole = bands and bands[0][0] == 0 and bands[-1][1] == said.out_of
    if not whole or any(other[0] != one[1] + 1 for one, other in pairwise(bands)):
        yield Mistake("scoring, bands", f"together they cover 0 to {said.out_of}, each number once")


def days_or_none(file: File) -> dict[int, datetime]:
    """Return when each day begins; nothing where one is no moment."""
    try:
        return days_of(file)
    except PydanticCustomError:
        return {}
