"""When an e-mail may go: over midnight, over a change of the clocks, and after each failure."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.common.clock import LONDON
from mash.common.content import ContentError, Given, raw_of
from mash.common.patience import try_again_at
from mash.notifications.content import NOTIFICATIONS, load_notifications
from mash.notifications.saying import after_signing_in, body
from mash.notifications.timing import next_at, quiet_until

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))


def london(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("at", "quiet", "until"),
    [
        (london(2, 21), (time(20), time(7)), london(3, 7)),
        (london(3, 6, 59), (time(20), time(7)), london(3, 7)),
        (london(3, 7), (time(20), time(7)), None),
        (london(2, 19, 59), (time(20), time(7)), None),
        (london(2, 12, 30), (time(12), time(13)), london(2, 13)),
        (london(2, 13), (time(12), time(13)), None),
        (london(2, 3), (time(5), time(5)), None),
        (london(2, 3), None, None),
        (
            london(24, 23, month=10),
            (time(22), time(7)),
            london(25, 7, month=10),
        ),  # the clocks go back that night
    ],
)
def test_quiet_hours_end_when_they_say(at, quiet, until):
    assert quiet_until(at.astimezone(UTC), quiet) == until


@given(MOMENTS, TIMES, TIMES)
def test_quiet_hours_always_end_ahead_at_their_time_of_day_and_outside_themselves(at, begins, ends):
    until = quiet_until(at, (begins, ends))
    if until is None:
        return
    assert at < until <= at + timedelta(hours=25)
    assert until.astimezone(LONDON).time() == ends


@given(MOMENTS, TIMES)
def test_the_one_a_day_goes_within_a_day(at, of_day):
    assert at < next_at(at, of_day) <= at + timedelta(hours=26)


def test_what_fails_is_tried_later_each_time_up_to_an_hour():
    at = london(2, 9)
    assert [(try_again_at(at, n) - at) // timedelta(minutes=1) for n in (1, 2, 3, 7, 40)] == [1, 2, 4, 60, 60]


def test_the_words_read_here_do_not_ask_to_sign_in():
    said = "Sign in to see reference NF-7K3M-2Q9.  Half of its time has gone."
    assert after_signing_in(said) == "Half of its time has gone."
    assert after_signing_in("Sign in to see reference NF-7K3M-2Q9.") == ""
    assert after_signing_in("Your place is confirmed.") == "Your place is confirmed."


def test_an_email_says_where_to_sign_in_if_it_knows():
    assert "Sign in to see it: https://hub.example.org/notifications/" in body(
        "https://hub.example.org/notifications/"
    )
    assert "Sign in to see it.\n" in body("")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda raw: raw["numbers"].pop(), "each of them once"),
        (lambda raw: raw["numbers"][0].update(value=24), "an hour of the day is 0 to 23"),
        (lambda raw: raw["numbers"][3].update(value=-1), "numbers"),
        (lambda raw: raw["goes_on"].append(raw["goes_on"][0]), "used twice"),
        (lambda raw: raw["goes_on"][0].update(id="nobody"), "goes_on"),
    ],
)
def test_content_that_is_wrong_is_refused_at_its_place(change, says):
    raw = raw_of(NOTIFICATIONS)
    load_notifications(Given("notifications.yaml", raw))
    change(raw)
    with pytest.raises(ContentError, match=says):
        load_notifications(Given("notifications.yaml", raw))
