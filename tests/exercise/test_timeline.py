"""Simulated time, against a count minute by minute; and what several observers saw together."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mash.exercise.content import carried
from mash.exercise.scores import Word, sheet
from mash.exercise.timeline import (
    Moved,
    Span,
    due,
    position_now,
    position_of,
    spans_of,
    stands,
    time_at,
    whole,
)
from tests.exercise.story import LARKSPUR, NINE

EXERCISE = carried()[LARKSPUR][0]
SPANS = spans_of(EXERCISE)
TURNS = some.lists(
    some.tuples(some.integers(0, 90), some.booleans()), min_size=1, max_size=6
)  # minutes since the turn before, and whether it then runs


def test_days_follow_each_other_without_the_night():
    assert [Span(1, 540, 610), Span(2, 540, 150)] == SPANS  # to half an hour after the last thing of each
    assert [time_at(SPANS, one) for one in (0, 609, 610, 670, 760, 9999)] == [
        (1, "09:00"), (1, "19:09"), (2, "09:00"), (2, "10:00"), (2, "11:30"), (2, "11:30"),
    ]  # fmt: skip
    assert [position_of(SPANS, *one) for one in ((1, "08:00"), (1, "09:05"), (1, "23:00"), (2, "09:40"))] == [
        0, 5, 610, 650,
    ]  # fmt: skip


@given(some.integers(0, whole(SPANS) - 1))
def test_a_position_and_its_time_are_each_others_reverse(position):
    assert position_of(SPANS, *time_at(SPANS, position)) == position


@given(TURNS, some.sampled_from([0.5, 1.0, 5.0]), some.integers(0, 200))
def test_the_clock_is_what_a_count_minute_by_minute_gives(said, pace, after):
    at, position, runs, turns = NINE, 0.0, False, []
    for wait, goes in said:
        for _ in range(wait):
            position = min(whole(SPANS), position + (pace if runs else 0))
        at += timedelta(minutes=wait)
        runs = goes
        turns.append(Moved(at, position, runs))
    for _ in range(after):
        position = min(whole(SPANS), position + (pace if runs else 0))
    now = at + timedelta(minutes=after)
    assert position_now(turns, pace, whole(SPANS), now) == pytest.approx(position)
    assert stands(SPANS, turns, pace, now).runs == (runs and position < whole(SPANS))


@given(some.floats(0, 760), some.floats(0, 760))
def test_what_was_due_stays_due(one, other):
    first, later = sorted((one, other))
    assert {each.n for each in due(EXERCISE, first)} <= {each.n for each in due(EXERCISE, later)}


def test_each_is_due_at_its_minute_and_not_before():
    for inject in EXERCISE.injects:
        place = position_of(SPANS, inject.day, inject.at)
        assert inject in due(EXERCISE, place)
        assert inject not in due(EXERCISE, place - 0.01)


def test_where_observers_differ_the_mean_counts_and_it_is_shown():
    points = [one.id for one in EXERCISE.file.scoring.points]
    ada, ben = uuid.uuid4(), uuid.uuid4()
    said = {(point, ada): Word("Ada", 1, "") for point in points}
    one = sheet(EXERCISE, said | {("S1", ben): Word("Ben", 2, "At once")})
    assert (one.total, one.is_whole, one.band.label) == (12.5, True, "meets with feedback")
    assert [each.differ for each in one.scored] == [True, *[False] * 11]
    assert [each.observer for each in one.scored[0].words] == ["Ada", "Ben"]
    assert not sheet(EXERCISE, {("S1", ada): Word("Ada", 2, "")}).band
    assert sheet(EXERCISE, {("S1", ada): Word("Ada", 2, "")}).observed == 1
    assert sheet(EXERCISE, {}).total == 0


@pytest.mark.parametrize(
    ("score", "band"), [(0, "repeat the day"), (1, "meets with feedback"), (2, "ready to shadow")]
)
def test_a_whole_sheet_has_its_band(score, band):
    said = {(one.id, uuid.uuid4()): Word("Ada", score, "") for one in EXERCISE.file.scoring.points}
    assert sheet(EXERCISE, said).band.label == band
