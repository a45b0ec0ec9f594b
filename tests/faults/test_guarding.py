"""What becomes of a spoilt guard is told by what its tests end with, in time, and of every app that has guards."""

import sys
import time

import pytest

from tests.faults import guarding


def passes(_tests, _fault, told):
    told.send("")


def fails(_tests, _fault, told):
    told.send("tests/x.py::test_y")
    sys.exit(1)


def breaks(_tests, _fault, _told):
    sys.exit(3)


def never_ends(_tests, _fault, _told):
    time.sleep(600)


@pytest.mark.parametrize(
    ("ask", "came"),
    [(passes, (0, "")), (fails, (1, "tests/x.py::test_y")), (breaks, (3, "")), (never_ends, (None, ""))],
)
def test_it_tells_what_the_tests_end_with(ask, came):
    began = time.monotonic()
    assert guarding.ends_with((), limit=0.5 if ask is never_ends else 60, ask=ask) == came
    assert time.monotonic() - began < 60


class OfTheDesk:
    module = "mash.desk.policy"
    function = "may_hand_over"


@pytest.mark.parametrize(
    ("spoilt", "sound", "how"),
    [
        (1, 0, "caught"),
        (1, 1, "FAILS WITH NOTHING SPOILT"),
        (1, None, "FAILS WITH NOTHING SPOILT"),
        (0, 0, "SURVIVED"),
        (2, 0, "ENDED WITH 2"),
        (None, 0, "DID NOT END"),
    ],
)
def test_only_a_test_that_fails_and_passes_with_nothing_spoilt_catches_a_fault(spoilt, sound, how):
    def ends(tests, fault, _limit):
        assert fault or tests == ("first",)
        return (spoilt if fault else sound), "first"

    assert guarding.came_of(OfTheDesk(), ends)[0] == how


def test_what_the_tests_of_who_may_pass_over_goes_to_every_test_of_the_app():
    def ends(tests, fault, _limit):
        return (1 if fault and tests == ("tests/desk",) else 0), "first"

    assert guarding.came_of(OfTheDesk(), ends) == ("caught", "first")


def test_what_asks_for_duties_alone_is_asked_without_a_row_first():
    class OfADuty(OfTheDesk):
        function = "may_audit"

    assert [*guarding.in_turn(OfTheDesk())] == [("tests/desk/test_policy.py",), ("tests/desk",)]
    assert next(guarding.in_turn(OfADuty())) == (guarding.OF_DUTIES,)


def test_every_app_with_guards_has_tests_that_are_there():
    assert {*guarding.OF_APP} < {*guarding.apps()}
    for app in guarding.apps():
        assert all((guarding.ROOT / one).exists() for one in (*guarding.tests_of(app), f"tests/{app}")), app
