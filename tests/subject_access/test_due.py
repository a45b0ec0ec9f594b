"""The month in which a request is answered: properties that hold for every day, and the days people argue about."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.common.clock import BankHolidays, months_after
from mash.subject_access.due import due, next_working_day

DAYS = st.dates(date(2020, 1, 1), date(2045, 12, 31))
SHORT = st.integers(0, 120)
HOLIDAYS = BankHolidays()


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2026, 9, 3), date(2026, 10, 5)),  # the third is a Saturday
        (date(2026, 1, 31), date(2026, 3, 2)),  # February has no 31st, and its last day is a Saturday
        (date(2024, 1, 31), date(2024, 2, 29)),  # a leap year
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas Day, Boxing Day in lieu on Monday
        (date(2026, 3, 3), date(2026, 4, 7)),  # Good Friday, the weekend, Easter Monday
        (date(2026, 12, 31), date(2027, 2, 1)),  # into the next year, and past a Sunday
    ],
)
def test_days_people_argue_about(received, last):
    assert due(received).due_on == last


@given(DAYS, st.booleans())
def test_it_ends_on_a_working_day_never_sooner_than_the_month(received, extended):
    time = due(received, extended=extended)
    months = 3 if extended else 1
    assert time.due_on.weekday() < 5
    assert time.due_on not in HOLIDAYS
    assert time.due_on >= months_after(received, months)
    between = [months_after(received, months) + timedelta(n) for n in range((time.due_on - received).days)]
    before = [day for day in between if day < time.due_on]
    assert all(day.weekday() > 4 or day in HOLIDAYS for day in before)
    assert time.due_on - months_after(received, months) <= timedelta(days=6)


@given(DAYS, DAYS)
def test_what_came_later_is_never_due_sooner(one, other):
    first, second = sorted([one, other])
    assert due(first).due_on <= due(second).due_on


@given(DAYS, SHORT, SHORT)
def test_while_identity_is_awaited_the_time_stands_and_then_runs_whole(received, asked_after, shown_after):
    asked = received + timedelta(asked_after)
    shown = asked + timedelta(shown_after)
    waiting = due(received, asked_on=asked)
    assert waiting.waits
    assert waiting.due_on is None
    assert not waiting.is_overdue(received + timedelta(days=4000))
    assert not waiting.may_be_extended(asked)
    after = due(received, asked_on=asked, shown_on=shown)
    assert not after.waits
    assert after.runs_from == max(received, shown)
    assert after.due_on == due(max(received, shown)).due_on
    assert after.due_on >= due(received).due_on
    assert waiting.without_waiting == after.without_waiting == due(received).due_on


@given(DAYS, SHORT)
def test_nobody_needs_to_be_asked(received, shown_after):
    shown = received + timedelta(shown_after)
    assert due(received, shown_on=received).due_on == due(received).due_on
    assert due(received, asked_on=received, shown_on=shown).due_on == due(shown).due_on


@given(DAYS, st.integers(0, 200))
def test_it_is_overdue_from_the_day_after_the_last_and_extended_only_within_the_first_month(received, after):
    time, today = due(received), received + timedelta(days=after)
    assert time.is_overdue(today) is (today > time.due_on)
    assert (time.days_left(today) < 0) is time.is_overdue(today)
    assert time.may_be_extended(today) is (today <= time.first_on)
    longer = due(received, extended=True)
    assert not longer.may_be_extended(today)
    assert longer.due_on > time.due_on
    assert longer.first_on == time.due_on
    assert not due(received, ended_on=today).is_overdue(today)


@given(DAYS)
def test_the_next_working_day_of_a_working_day_is_itself(day):
    assert next_working_day(next_working_day(day)) == next_working_day(day)


def test_time_that_was_seen_before_anybody_was_asked_runs_from_its_receipt():
    received = date(2026, 11, 2)
    assert due(received, shown_on=date(2026, 11, 20)).due_on == due(received).due_on
