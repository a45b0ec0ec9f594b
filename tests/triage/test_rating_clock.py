"""What ratings do to a stage's clock, in the words of the field.  Received on Monday the 23rd at 10:00."""

from datetime import datetime

import pytest

from mash.common.clock import LONDON, Kind, Pause, State, Target, WorkingWeek
from mash.triage.rating_clock import Result, due


def on(day, at="09:00"):
    """Return a moment of November 2026 on the wall clock; Monday is the 23rd."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{at}").replace(tzinfo=LONDON)


WEEK = WorkingWeek()
RED = Target(4, "hours", Kind.ELAPSED)
AMBER = Target(6, "hours", Kind.WORKING)
GREEN = Target(4, "working_days", Kind.WORKING)
TARGETS = {"red": RED, "amber": AMBER, "green": GREEN, "blue": None}
WAITING = Pause(on(23, "11:00"), on(23, "13:00"), "waiting for the school")


def rated(*changes, **kwargs):
    return due(on(23, "10:00"), changes, TARGETS, WEEK, **kwargs)


def results(history, now):
    return [(segment.rating, segment.result(now)) for segment in history.segments]


def test_until_it_is_rated_red_s_limit_applies():
    history = due(on(20, "16:00"), [], TARGETS, WEEK)
    assert history.due_at == on(20, "20:00")
    own = Target(1, "hours", Kind.ELAPSED)
    assert due(on(20, "16:00"), [], {**TARGETS, "unrated": own}, WEEK).due_at == on(20, "17:00")


def test_a_slow_first_rating_buys_no_time():
    history = rated((on(23, "15:00"), "amber", "first"))
    assert history.due_at == on(23, "16:00")
    assert results(history, on(23, "15:30")) == [("unrated", Result.MISSED), ("amber", Result.RUNNING)]


def test_a_raise_on_news_counts_from_the_raise_and_keeps_the_earlier_result():
    history = rated((on(23, "10:30"), "green", "first"), (on(24, "14:00"), "red", "news"))
    assert history.due_at == on(24, "18:00")
    assert results(history, on(24, "15:00"))[1:] == [("green", Result.RUNNING), ("red", Result.RUNNING)]
    assert history.clock.words(on(24, "15:00")) == "3 hours left, due Tue 24 Nov 6pm"


def test_a_raise_never_moves_the_due_time_later():
    history = rated((on(23, "10:30"), "amber", "first"), (on(23, "15:00"), "red", "news"))
    assert history.due_at == on(23, "16:00")
    assert history.segments[-1].own.due_at == on(23, "19:00")


def test_a_limit_missed_before_the_raise_is_missed_once():
    changes = ((on(23, "10:30"), "amber", "first"), (on(23, "16:30"), "red", "news"))
    history = rated(*changes, ended_at=on(23, "18:00"))
    assert results(history, on(30))[1:] == [("amber", Result.MISSED), ("red", Result.MET)]
    assert history.due_at == on(23, "16:00")
    assert history.clock.state(on(30)) is State.MISSED


def test_a_raise_to_correct_counts_from_receipt():
    history = rated((on(23, "10:30"), "green", "first"), (on(23, "12:00"), "red", "correction"))
    assert history.due_at == on(23, "14:00")
    late = rated((on(23, "10:30"), "green", "first"), (on(24, "12:00"), "red", "correction"))
    assert late.clock.is_overdue(on(24, "12:00"))
    assert results(late, on(24, "12:00"))[1] == ("green", Result.RUNNING)


def test_lowering_resets_nothing():
    history = rated((on(23, "10:30"), "red", "first"), (on(23, "15:00"), "amber", "lowered"))
    assert history.due_at == on(23, "16:00")
    assert results(history, on(23, "15:30"))[1:] == [("red", Result.MISSED), ("amber", Result.RUNNING)]


def test_raising_and_lowering_again_buys_no_time():
    raised = (on(24, "11:00"), "red", "news")
    lowered = (on(24, "12:00"), "green", "lowered")
    plain = rated((on(23, "10:30"), "green", "first"))
    assert (
        rated((on(23, "10:30"), "green", "first"), raised, lowered).due_at == plain.due_at == on(27, "10:00")
    )


def test_lowering_after_a_raise_counts_from_the_raise():
    history = rated(
        (on(23, "10:30"), "green", "first"),
        (on(24, "11:00"), "red", "news"),
        (on(24, "12:00"), "amber", "lowered"),
    )
    assert history.segments[-1].counts_from == on(24, "11:00")
    assert history.due_at == on(24, "17:00")


def test_red_again_on_fresh_news_has_red_s_full_time():
    history = rated(
        (on(23, "10:30"), "red", "first"),
        (on(23, "11:00"), "green", "lowered"),
        (on(25, "11:00"), "red", "news"),
    )
    assert history.due_at == on(25, "15:00")


def test_a_rating_without_a_limit_has_no_clock_unless_it_was_raised():
    blue = rated((on(23, "10:30"), "blue", "first"))
    assert (blue.clock, blue.due_at) == (None, None)
    assert results(blue, on(30))[1] == ("blue", Result.RUNNING)
    assert rated((on(23, "10:30"), "blue", "first"), (on(24, "11:00"), "red", "news")).due_at == on(
        24, "15:00"
    )


def test_a_stage_that_begins_rated_begins_with_that_rating():
    changes = [(on(20, "10:00"), "red", "first"), (on(20, "12:00"), "amber", "lowered")]
    history = due(on(23, "10:00"), changes, TARGETS, WEEK)
    assert [segment.rating for segment in history.segments] == ["amber"]
    assert history.due_at == on(23, "16:00")


def test_a_rating_set_at_the_moment_of_receipt_leaves_no_time_unrated():
    history = rated((on(23, "10:00"), "amber", "first"))
    assert [segment.rating for segment in history.segments] == ["amber"]
    assert history.due_at == on(23, "16:00")


def test_a_rating_changed_after_the_work_was_done_changes_nothing():
    first = (on(23, "10:30"), "amber", "first")
    history = rated(first, (on(24, "10:00"), "red", "correction"), ended_at=on(23, "15:00"))
    assert history.clock.words(on(30)) == "Met with 1 hour of working time to spare"
    assert results(history, on(30)) == [("unrated", Result.RUNNING), ("amber", Result.MET)]


def test_changes_may_come_in_any_order():
    changes = [(on(24, "14:00"), "red", "news"), (on(23, "10:30"), "green", "first")]
    assert rated(*changes) == rated(*reversed(changes))


def test_red_and_unrated_work_is_never_paused():
    pauses = [WAITING]
    assert rated(pauses=pauses, may_pause=True).due_at == on(23, "14:00")
    red = rated((on(23, "10:30"), "red", "first"), pauses=pauses, may_pause=True)
    assert red.due_at == on(23, "14:00")
    lowered = rated(
        (on(23, "10:30"), "red", "first"),
        (on(23, "12:00"), "amber", "lowered"),
        pauses=pauses,
        may_pause=True,
    )
    assert lowered.due_at == on(23, "16:00")


def test_being_raised_to_red_ends_a_pause_at_once():
    changes = [(on(23, "10:30"), "amber", "first"), (on(23, "12:00"), "red", "news")]
    history = rated(*changes, pauses=[WAITING], may_pause=True)
    assert history.segments[1].own.due_at == on(23, "17:00")  # one hour paused, not two
    assert history.clock.state(on(23, "12:30")) is State.RUNNING
    assert history.due_at == on(23, "16:00")
    unpaused = rated(*changes, pauses=[WAITING])
    assert unpaused.segments[1].own.due_at == on(23, "16:00")


def test_a_pause_counts_on_amber_where_the_hub_allows_it():
    first = (on(23, "10:30"), "amber", "first")
    assert rated(first, pauses=[WAITING], may_pause=True).due_at == on(24, "10:00")
    assert rated(first, pauses=[WAITING]).due_at == on(23, "16:00")


@pytest.mark.parametrize(
    "changes",
    [
        [(on(23, "11:00"), "amber", "news")],
        [(on(23, "11:00"), "amber", "first"), (on(23, "12:00"), "green", "news")],
        [(on(23, "11:00"), "amber", "first"), (on(23, "12:00"), "red", "lowered")],
        [(on(23, "11:00"), "amber", "first"), (on(23, "12:00"), "red", "first")],
        [(on(23, "11:00"), "amber", "first"), (on(23, "12:00"), "amber", "correction")],
    ],
)
def test_a_change_that_does_not_go_the_way_its_reason_says_is_refused(changes):
    with pytest.raises(ValueError, match="is not a change of the kind"):
        rated(*changes)


def test_a_rating_without_a_place_among_the_targets_is_refused():
    with pytest.raises(ValueError, match="how long amber may take"):
        due(on(23), [(on(23, "10:00"), "amber", "first")], {"red": RED}, WEEK)
