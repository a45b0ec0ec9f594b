"""Clocks against a count of every single minute, and in the words of the field.

The count shares nothing with the code it checks: bank holidays and clock changes are written out here as
published, and each minute is asked whether the wall clock, the day and the pauses let it count.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from itertools import compress, count, islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mash.common.clock import (
    LONDON,
    Clock,
    Kind,
    Pause,
    State,
    Target,
    WorkingWeek,
    england,
    months_after,
    spoken_length,
    spoken_moment,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = WorkingWeek()

# The minute count
EPOCH = datetime(2025, 3, 1, tzinfo=UTC)
FIRST_DAY = date(2025, 3, 1)
DAYS = 930  # to September 2027
SUMMER = (("2025-03-30", "2025-10-26"), ("2026-03-29", "2026-10-25"), ("2027-03-28", "2027-10-31"))
CHANGES = [datetime.fromisoformat(f"{day}T01:00Z") for pair in SUMMER for day in pair][:5]
BANK_HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        *("2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25", "2025-12-26"),
        *("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25"),
        *("2026-12-26", "2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31"),
        *("2027-08-30", "2027-12-25", "2027-12-26", "2027-12-27", "2027-12-28"),
    )
)


def minute_of(moment):
    return (moment - EPOCH) // MINUTE


def moment_of(minute):
    return EPOCH + minute * MINUTE


def wall_clock():
    """Return for each minute in UTC the minute since the start of FIRST_DAY that the wall clock shows."""
    shown = list(range(DAYS * 1440))
    for begins, ends in SUMMER:
        begin, end = (minute_of(datetime.fromisoformat(f"{day}T01:00Z")) for day in (begins, ends))
        shown[begin:end] = range(begin + 60, end + 60)
    return shown[: DAYS * 1440]


WALL = wall_clock()


def as_shown():
    """Return for each minute how many the wall clock shows one after the other on the same day, from it on."""
    many = [1] * len(WALL)
    for minute in range(len(WALL) - 2, -1, -1):
        if WALL[minute + 1] == WALL[minute] + 1 and WALL[minute + 1] % 1440:
            many[minute] = many[minute + 1] + 1
    return many


AS_SHOWN = as_shown()


@cache
def staffed(opens, closes):
    """Return for each minute of a day on the wall clock whether it lies in these hours."""
    return bytes(opens <= minute < closes for minute in range(1440))


def minutes_into_day(at):
    return at.hour * 60 + at.minute


def count_each_minute(week, from_, until, pauses=()):
    """Return 1 for each minute from one to the other that counts, 0 for each that does not."""
    hours = {}
    for weekday, (opens, closes) in week.hours.items():
        hours[weekday] = (minutes_into_day(opens), minutes_into_day(closes) or 1440)
    days = {}
    for number in range(WALL[from_] // 1440, WALL[until - 1] // 1440 + 1 if until > from_ else 0):
        day = FIRST_DAY + number * DAY
        shut = day in week.closed or day in BANK_HOLIDAYS
        days[number] = (0, 0) if shut else hours.get(day.weekday(), (0, 0))
    counted = bytearray()
    while from_ + len(counted) < until:
        begins = from_ + len(counted)
        day, first = divmod(WALL[begins], 1440)
        counted += staffed(*days[day])[first : first + min(AS_SHOWN[begins], until - begins)]
    for pause in pauses:
        begins, ends = max(minute_of(pause.from_), from_), min(minute_of(pause.until), until)
        counted[max(begins - from_, 0) : max(ends - from_, 0)] = bytes(max(ends - begins, 0))
    return counted


# Hours on the wall clock, in steps of 5 minutes, leaving out those that a clock change skips or shows twice.
TIMES = [time(m // 60, m % 60) for m in range(0, 1440, 5) if not 60 < m < 120]
LAST = len(TIMES)


@st.composite
def days_hours(draw):
    opens = draw(st.integers(0, LAST - 12))
    closes = draw(st.integers(opens + 12, LAST))
    return TIMES[opens], TIMES[closes % LAST]


HOURS = st.one_of(
    st.sampled_from(
        [(time(9), time(17)), (time(8, 30), time(16)), (time(0), time(0)), (time(9), time(12, 30))]
    ),
    days_hours(),
)


@st.composite
def starts(draw):
    """A minute of the two years, often near a change of the clock or a bank holiday."""
    near = draw(st.sampled_from(["anywhere", "clock change", "bank holiday"]))
    if near == "anywhere":
        return draw(st.integers(60 * 1440, 730 * 1440))
    holidays = [datetime(d.year, d.month, d.day, tzinfo=UTC) for d in sorted(BANK_HOLIDAYS) if d.year < 2027]
    middle = draw(st.sampled_from(CHANGES if near == "clock change" else holidays))
    return minute_of(middle) + draw(st.integers(-3 * 1440, 1440))


@st.composite
def cases(draw):
    """A week, a start as a minute, and pauses that follow it."""
    hours = draw(st.dictionaries(st.integers(0, 6), HOURS, min_size=2, max_size=7))
    start = draw(starts())
    first = FIRST_DAY + (start // 1440) * DAY
    closed = draw(st.frozensets(st.integers(-1, 12), max_size=3))
    week = WorkingWeek(hours=hours, closed=frozenset(first + n * DAY for n in closed))
    lengths = st.tuples(st.integers(-600, 4000), st.integers(1, 3000))
    pauses = tuple(
        Pause(moment_of(start + after), moment_of(start + after + length), "waiting for the school")
        for after, length in draw(st.lists(lengths, max_size=2))
    )
    return week, start, pauses


def zoned(draw_london, minute):
    moment = moment_of(minute)
    return moment.astimezone(LONDON) if draw_london else moment


MANY = settings(
    max_examples=int(os.environ.get("MASH_CLOCKS", "500")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@MANY
@given(cases(), st.integers(0, 6000), st.booleans())
def test_working_time_is_what_counting_each_minute_gives(case, length, in_london):
    week, start, pauses = case
    from_, until = zoned(in_london, start), zoned(in_london, start + length)
    counted = sum(count_each_minute(week, start, start + length, pauses))
    assert week.working_time(from_, until, pauses) == counted * MINUTE
    assert week.working_time(until, from_, pauses) == -counted * MINUTE


def first_minute_with(week, start, wanted, pauses):
    """Return the end of the minute that makes up `wanted`, looking ahead as far as it takes."""
    for ahead in (4, 14, 60, 160):
        counted = count_each_minute(week, start, start + ahead * 1440, pauses)
        if sum(counted) >= wanted:
            return start + next(islice(compress(count(1), counted), wanted - 1, None))
    raise AssertionError("Not staffed enough within 160 days")


@MANY
@given(cases(), st.integers(1, 1500), st.booleans())
def test_a_deadline_is_the_minute_that_counting_each_minute_reaches(case, allowance, in_london):
    week, start, pauses = case
    due_at = week.deadline(zoned(in_london, start), allowance * MINUTE, pauses)
    assert minute_of(due_at) == first_minute_with(week, start, allowance, pauses)
    assert (due_at - EPOCH) % MINUTE == timedelta(0)


def whole_day(week, minute):
    """Return how many minutes the hub is staffed on the day that the wall clock shows at this minute."""
    day = WALL[minute] // 1440
    around = range(minute - 1500, minute + 1500)
    counted = count_each_minute(week, around.start, around.stop)
    return sum(c for m, c in zip(around, counted, strict=True) if WALL[m] // 1440 == day)


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(), st.integers(1, 3))
def test_each_staffed_day_counts_as_one_whatever_its_length(case, days):
    week, start, pauses = case
    left, minute, lengths = Fraction(days), start, {}
    counted = count_each_minute(week, start, start + 60 * 1440, pauses)
    while left > 0:
        if counted[minute - start]:
            length = lengths.setdefault(WALL[minute] // 1440, None) or whole_day(week, minute)
            lengths[WALL[minute] // 1440] = length
            last, left = left, left - Fraction(1, length)
        minute += 1
    exact = minute - 1 + last * length  # in the minute that used up what was left
    due_at = week.deadline_in_days(moment_of(start), days, pauses)
    assert 0 <= (due_at - EPOCH) / timedelta(microseconds=1) - float(exact * 60_000_000) < 2


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases(), st.timedeltas(timedelta(microseconds=1), timedelta(hours=30)))
def test_what_is_allowed_is_what_has_passed_when_it_is_due(case, allowance):
    week, start, pauses = case
    begun = moment_of(start) + timedelta(seconds=7, microseconds=3)
    due_at = week.deadline(begun, allowance, pauses)
    assert week.working_time(begun, due_at, pauses) == allowance
    assert week.working_time(begun, due_at - timedelta(microseconds=1), pauses) < allowance


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cases(),
    st.one_of(
        st.builds(
            Target,
            st.integers(1, 1500).map(lambda minutes: minutes / 60),
            st.just("hours"),
            st.sampled_from(Kind),
        ),
        st.builds(Target, st.sampled_from([0.5, 1, 2, 3]), st.just("working_days"), st.just(Kind.WORKING)),
    ),
)
def test_what_began_later_than_the_latest_start_is_due_later(case, target):
    week, due_by, _ = case
    due_by = moment_of(due_by)
    begun = target.latest_start(due_by, week)
    assert target.due_at(begun, week) <= due_by
    assert target.due_at(begun + timedelta(milliseconds=1), week) > due_by
    if target.kind is Kind.ELAPSED:
        assert due_by - begun == timedelta(hours=target.value)
    elif target.unit == "hours":
        assert week.working_time(begun, due_by) == timedelta(hours=target.value)


def test_a_limit_longer_than_ten_years_of_a_hub_s_time_began_at_no_moment():
    with pytest.raises(OverflowError):
        Target(100_000, "hours", Kind.WORKING).latest_start(moment_of(0), WEEK)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_the_next_opening_is_the_first_minute_that_counts(case):
    week, start, _ = case
    ahead = count_each_minute(week, start, start + 60 * 1440).index(1)
    opening = week.next_opening(moment_of(start))
    assert minute_of(opening) == start + ahead
    assert week.is_open(opening)
    assert week.is_open(moment_of(start)) is (ahead == 0)


def test_bank_holidays_of_england_are_those_published():
    assert england(range(2026, 2028)) == {day for day in BANK_HOLIDAYS if day.year > 2025}
    assert WorkingWeek().is_working_day(date(2026, 12, 24))
    assert not WorkingWeek().is_working_day(date(2026, 12, 28))
    assert WorkingWeek(holidays=frozenset()).is_working_day(date(2026, 12, 28))
    assert date(2026, 1, 2) not in england([2026])  # a holiday in Scotland
    assert "2026-12-28" not in WorkingWeek().holidays


# Examples


def on(day, at="09:00"):
    """Return a moment of November 2026 on the wall clock; Monday is the 23rd."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{at}").replace(tzinfo=LONDON)


def wall(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def test_work_that_arrives_on_friday_evening_is_counted_from_monday():
    assert WEEK.deadline(on(20, "17:30"), 2 * HOUR) == on(23, "11:00")
    assert WEEK.deadline(on(20, "16:00"), 2 * HOUR) == on(23, "10:00")
    assert WEEK.deadline(on(20, "15:00"), 2 * HOUR) == on(20, "17:00")
    assert WEEK.deadline(on(21, "12:00"), timedelta(0)) == on(21, "12:00")


def test_one_working_day_is_the_same_time_on_the_next_working_day():
    assert WEEK.deadline_in_days(on(23, "10:15"), 1) == on(24, "10:15")
    assert WEEK.deadline_in_days(on(20, "10:15"), 1) == on(23, "10:15")
    assert WEEK.deadline_in_days(on(21, "10:15"), 1) == on(23, "17:00")
    assert WEEK.deadline_in_days(wall("2026-12-24T10:15"), 1) == wall("2026-12-29T10:15")
    closed = WorkingWeek(closed=frozenset({date(2026, 11, 24)}))
    assert closed.deadline_in_days(on(23, "10:15"), 1) == on(25, "10:15")


def test_a_short_friday_is_one_working_day_too():
    hours = {day: (time(9), time(17)) for day in range(4)} | {4: (time(9), time(13))}
    week = WorkingWeek(hours=hours)
    assert week.deadline_in_days(on(26, "11:00"), 1) == on(
        27, "10:00"
    )  # a quarter through Thursday and Friday
    assert week.deadline_in_days(on(27, "10:00"), 1) == on(30, "11:00")
    assert week.deadline_in_days(on(27, "09:00"), 1) == on(27, "13:00")


def test_a_night_in_which_the_clock_changes_is_an_hour_longer_or_shorter():
    week = WorkingWeek(hours=dict.fromkeys(range(7), (time(0), time(0))))
    spring, autumn = wall("2026-03-28T22:00"), wall("2026-10-24T22:00")
    assert week.deadline(spring, 8 * HOUR) == wall("2026-03-29T07:00")
    assert week.deadline(autumn, 8 * HOUR) == wall("2026-10-25T05:00")
    assert week.working_time(wall("2026-03-29T00:00"), wall("2026-03-30T00:00")) == 23 * HOUR
    assert week.working_time(wall("2026-10-25T00:00"), wall("2026-10-26T00:00")) == 25 * HOUR


def test_an_opening_time_that_the_clock_change_skips_or_repeats_is_read_as_before_the_change():
    week = WorkingWeek(hours={6: (time(1, 30), time(17))})
    assert week.next_opening(wall("2026-03-28T12:00")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert week.next_opening(wall("2026-10-24T12:00")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_moments_in_the_hour_that_is_shown_twice_are_told_apart():
    week = WorkingWeek(hours={6: (time(0), time(0))})
    first = wall("2026-10-25T01:30")
    assert week.working_time(first, first.replace(fold=1)) == HOUR


@pytest.mark.parametrize(
    "hours", [{}, {7: (time(9), time(17))}, {0: (time(17), time(9))}, {0: (time(9), time(9))}], ids=str
)
def test_a_week_that_cannot_be_is_refused(hours):
    with pytest.raises(ValueError, match="A working"):
        WorkingWeek(hours=hours)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        WEEK.deadline(datetime(2026, 11, 23, 9), HOUR)
    with pytest.raises(ValueError, match="forwards"):
        WEEK.deadline(on(23), -HOUR)


def test_a_pause_has_an_end_and_a_reason():
    with pytest.raises(ValueError, match="ends after"):
        Pause(on(23), on(23), "waiting for the school")
    with pytest.raises(ValueError, match="reason"):
        Pause(on(23), on(24), " ")


@pytest.mark.parametrize(
    ("value", "unit", "kind"), [(0, "hours", Kind.WORKING), (1, "working_days", Kind.ELAPSED)]
)
def test_a_target_that_cannot_be_is_refused(value, unit, kind):
    with pytest.raises(ValueError, match=r"target|working time"):
        Target(value, unit, kind)


RED = Target(4, "hours", Kind.ELAPSED)
AMBER = Target(6, "hours", Kind.WORKING)
GREEN = Target(4, "working_days", Kind.WORKING)
WAITING = Pause(on(23, "11:00"), on(23, "13:00"), "waiting for the school")


def test_a_clock_in_words_while_it_runs():
    clock = Clock.start(on(23, "14:10"), AMBER, WEEK)
    assert clock.words(on(24, "10:50")) == "1 hour 20 minutes of working time left, due Tue 24 Nov 12:10pm"
    assert clock.words(on(24, "12:09")) == "1 minute of working time left, due Tue 24 Nov 12:10pm"
    assert clock.words(on(24, "12:10")) == "less than a minute of working time left, due Tue 24 Nov 12:10pm"
    assert clock.words(on(24, "14:10")) == "Overdue by 2 hours of working time, was due Tue 24 Nov 12:10pm"
    assert clock.state(on(24, "14:10")) is State.RUNNING
    assert clock.is_overdue(on(24, "14:10"))
    assert not clock.is_overdue(on(24, "12:10"))


def test_red_runs_past_closing():
    clock = Clock.start(on(20, "16:00"), RED, WEEK)
    assert clock.due_at == on(20, "20:00")
    assert clock.words(on(20, "18:30")) == "1 hour 30 minutes left, due Fri 20 Nov 8pm"
    assert clock.words(on(23, "09:00")) == "Overdue by 2 days 13 hours, was due Fri 20 Nov 8pm"


def test_a_clock_in_words_once_it_has_ended():
    met = Clock.start(on(23, "10:00"), RED, WEEK, ended_at=on(23, "13:50"))
    missed = Clock.start(on(23, "10:00"), RED, WEEK, ended_at=on(23, "17:00"))
    assert (met.state(on(30)), met.words(on(30))) == (State.MET, "Met with 10 minutes to spare")
    assert (missed.state(on(30)), missed.words(on(30))) == (State.MISSED, "Missed by 3 hours")
    assert met.time_left(on(30)) == 10 * MINUTE
    assert missed.time_left(on(30)) == -3 * HOUR
    assert not missed.is_overdue(on(30))
    assert Clock.start(on(23, "10:00"), RED, WEEK, ended_at=on(23, "14:00")).state(on(30)) is State.MET


def test_days_left_are_working_days():
    clock = Clock.start(on(23, "10:15"), GREEN, WEEK)
    assert clock.words(on(23, "10:15")) == "4 working days left, due Fri 27 Nov 10:15am"
    assert clock.words(on(24, "12:00")) == "2 working days 6 hours left, due Fri 27 Nov 10:15am"
    assert clock.words(on(26, "10:15")) == "1 working day left, due Fri 27 Nov 10:15am"
    assert clock.words(on(26, "11:15")) == "7 hours of working time left, due Fri 27 Nov 10:15am"
    assert clock.words(on(27, "11:15")) == "Overdue by 1 hour of working time, was due Fri 27 Nov 10:15am"
    assert (
        Clock.start(on(23), GREEN, WEEK, ended_at=on(24)).words(on(30)) == "Met with 3 working days to spare"
    )


def test_days_left_in_an_uneven_week_are_whole():
    hours = {0: (time(9), time(16, 7)), 1: (time(9), time(12, 11)), 3: (time(8, 1), time(17))}
    clock = Clock.start(on(23, "10:13"), Target(45, "working_days", Kind.WORKING), WorkingWeek(hours=hours))
    assert clock.words(on(23, "10:13")).startswith("45 working days left, due ")


def test_a_pause_stops_the_clock_says_why_and_ends_by_itself():
    clock = Clock.start(on(23, "10:00"), AMBER, WEEK, pauses=[WAITING], may_pause=True)
    assert (clock.due_at, clock.due_without_pauses) == (on(24, "10:00"), on(23, "16:00"))
    assert clock.state(on(23, "11:00")) is State.PAUSED
    assert clock.words(on(23, "12:00")) == "Paused: waiting for the school until Mon 23 Nov 1pm"
    assert clock.time_left(on(23, "11:00")) == clock.time_left(on(23, "12:59")) == 5 * HOUR
    assert clock.state(on(23, "13:00")) is State.RUNNING
    assert clock.words(on(23, "14:00")) == "4 hours of working time left, due Tue 24 Nov 10am"


def test_a_clock_that_may_not_be_paused_never_is():
    clock = Clock.start(on(23, "10:00"), AMBER, WEEK, pauses=[WAITING])
    assert clock.due_at == clock.due_without_pauses == on(23, "16:00")
    assert clock.state(on(23, "12:00")) is State.RUNNING


def test_a_pause_of_every_hour_counts_on_a_clock_of_every_hour():
    clock = Clock.start(on(23, "10:00"), RED, WEEK, pauses=[WAITING], may_pause=True)
    assert clock.due_at == on(23, "16:00")


def test_a_pause_that_begins_after_the_due_time_excuses_nothing():
    late = Pause(on(23, "17:00"), on(24, "12:00"), "waiting for the school")
    clock = Clock.start(on(23, "10:00"), AMBER, WEEK, pauses=[late], may_pause=True)
    assert clock.words(on(24, "10:00")) == "Overdue by 2 hours of working time, was due Mon 23 Nov 4pm"


def test_warnings_come_at_shares_of_the_time_allowed():
    clock = Clock.start(on(23, "13:00"), Target(8, "hours", Kind.WORKING), WEEK)
    assert clock.warn_at(0.5) == on(23, "17:00")
    assert clock.warn_at(0.75) == on(24, "11:00")
    assert clock.warn_at(0.8) == on(24, "11:24")
    assert clock.warn_at(1) == clock.due_at == on(24, "13:00")
    assert clock.warnings(on(23, "16:59")) == ()
    assert clock.warnings(on(23, "17:00")) == (0.5,)
    assert clock.warnings(on(24, "11:24")) == (0.5, 0.75, 0.8)
    assert clock.warnings(on(24, "13:00")) == (0.5, 0.75, 0.8, 1.0)
    shares = [clock.share_used(on(day, at)) for day, at in ((23, "08:00"), (23, "15:00"), (24, "13:00"))]
    assert shares == [0, 0.25, 1]
    assert clock.share_used(on(24, "17:00")) == 1.5


def test_no_warning_comes_after_the_work_is_done():
    clock = Clock.start(on(23, "13:00"), Target(8, "hours", Kind.WORKING), WEEK, ended_at=on(24, "09:00"))
    assert clock.warnings(on(30)) == (0.5,)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (on(24, "16:10"), "Tue 24 Nov 4:10pm"),
        (on(24, "00:05"), "Tue 24 Nov 12:05am"),
        (on(24, "12:00"), "Tue 24 Nov midday"),
        (on(25, "00:00"), "midnight at the end of Tue 24 Nov"),
        (wall("2027-01-05T09:00"), "Tue 5 Jan 2027 9am"),
        (datetime(2026, 7, 1, 9, tzinfo=UTC), "Wed 1 Jul 10am"),
    ],
)
def test_moments_are_said_on_the_wall_clock(moment, words):
    assert spoken_moment(moment, on(23)) == words


def test_lengths_are_said_in_two_units():
    assert spoken_length(50 * HOUR + 5 * MINUTE, in_days=True) == "2 days 2 hours"
    assert spoken_length(50 * HOUR + 5 * MINUTE) == "50 hours 5 minutes"
    assert spoken_length(61 * MINUTE) == "1 hour 1 minute"
    assert spoken_length(timedelta(seconds=59)) == "less than a minute"


# Months


@pytest.mark.parametrize(
    ("on", "months", "then"),
    [
        (date(2026, 11, 2), 6, date(2027, 5, 2)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
        (date(2026, 5, 1), 0, date(2026, 5, 1)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2028, 2, 29), -24, date(2026, 2, 28)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last_of_the_month(on, months, then):
    assert months_after(on, months) == then


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-120, 120))
def test_so_many_months_later_is_the_same_day_or_the_last_of_that_month(day, months):
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
