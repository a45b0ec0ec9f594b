"""What becomes of a spoilt guard is told by what its tests end with, in time, and of every app that has guards."""

import sys
import time

import pytest

from tests.faults import guarding


def passes(_tests, _fault):
    sys.exit(0)


def fails(_tests, _fault):
    sys.exit(1)


def breaks(_tests, _fault):
    sys.exit(3)


def never_ends(_tests, _fault):
    time.sleep(600)


@pytest.mark.parametrize(("ask", "came"), [(passes, 0), (fails, 1), (breaks, 3), (never_ends, None)])
def test_it_tells_what_the_tests_end_with(ask, came):
    began = time.monotonic()
    assert guarding.ends_with((), limit=0.5 if ask is never_ends else 60, ask=ask) == came
    assert time.monotonic() - began < 60


def test_only_a_test_that_fails_catches_a_fault():
    assert [came for came, how in guarding.SAID.items() if how == "caught"] == [guarding.FAILED]


def test_every_app_with_guards_has_tests_that_are_there():
    assert {*guarding.OF_APP} < {*guarding.apps()}
    for app in guarding.apps():
        assert all((guarding.ROOT / one).exists() for one in guarding.tests_of(app)), app
