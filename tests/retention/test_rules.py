"""Which class a record falls in, and the day it falls due."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.retention.rules import (
    ADULT,
    AT_LEAST,
    CLASSES,
    Due,
    Facts,
    Waits,
    classes_of,
    due_of,
    last_of,
    latest_birth,
    years_after,
)
from mash.setup.retention import load_retention

PERIODS = {one.id: one for one in load_retention().periods}
A_CHILD = Facts(
    first_on=date(2010, 5, 1), last_on=date(2012, 6, 1), born_on=date(2004, 2, 29), asked_for_something=True
)
AN_ADULT = replace(A_CHILD, born_on=date(1950, 1, 1), adult=True)


def test_every_class_that_facts_lead_to_is_one_the_product_carries():
    assert set(CLASSES) == set(PERIODS)


@pytest.mark.parametrize(
    ("facts", "period", "on"),
    [
        (A_CHILD, "no_further_action", date(2025, 3, 1)),  # the 18th birthday, 1 March 2022, and three years
        (replace(A_CHILD, helped=True), "assessed", date(2034, 3, 1)),
        (replace(A_CHILD, protected=True), "child_protection", date(2047, 6, 1)),
        (replace(A_CHILD, protected=True, ended_on=date(2015, 1, 2)), "child_protection", date(2050, 1, 2)),
        (replace(A_CHILD, looked_after=True), "looked_after", date(2079, 3, 1)),
        (replace(A_CHILD, asked_for_something=False), "notice_only", date(2018, 6, 1)),
        (replace(A_CHILD, identified=False), "unidentified", date(2018, 6, 1)),
        (replace(A_CHILD, identified=False, protected=True), "child_protection", date(2047, 6, 1)),
        (replace(A_CHILD, advice=True), "consultations", date(2015, 6, 1)),
        (AN_ADULT, "adult_safeguarding", date(2022, 6, 1)),
        (replace(AN_ADULT, helped=True), "adult_safeguarding", date(2022, 6, 1)),  # keeps it longest
        (replace(A_CHILD, at_risk=False), "", date(2015, 6, 1)),  # only named beside others
        (replace(A_CHILD, at_risk=False, helped=True), "assessed", date(2034, 3, 1)),
        (replace(A_CHILD, at_risk=False, placed="looked_after"), "looked_after", date(2079, 3, 1)),
        (replace(A_CHILD, placed="consultations"), "consultations", date(2015, 6, 1)),
        (replace(A_CHILD, keep_until=date(2090, 1, 1)), "no_further_action", date(2090, 1, 1)),
        (replace(A_CHILD, last_on=date(2040, 1, 1)), "no_further_action", date(2043, 1, 1)),
    ],
)
def test_classes_and_days(facts, period, on):
    assert due_of(facts, PERIODS) == Due(period, on)


@pytest.mark.parametrize(
    ("facts", "waits"),
    [
        (replace(A_CHILD, open_work=True), Waits.WORK),
        (replace(A_CHILD, open_contact=True), Waits.CONTACT),
        (replace(A_CHILD, at_risk=False, open_contact=True), Waits.CONTACT),
        (replace(A_CHILD, placed="of_another_hub"), Waits.PERIOD),
    ],
)
def test_what_gives_no_day(facts, waits):
    assert (due_of(facts, PERIODS).on, due_of(facts, PERIODS).waits) == (None, waits)


def test_a_hub_without_the_class_disposes_of_nothing_in_it():
    fewer = {name: one for name, one in PERIODS.items() if name != "no_further_action"}
    assert due_of(A_CHILD, fewer) == Due("no_further_action", None, Waits.PERIOD)


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ({}, date(2010, 5, 1)),  # nothing is known: born on the day the hub first knew of them
        ({"adult": True}, date(1992, 5, 1)),
        ({"age_words": "about 4", "age_as_of": date(2010, 5, 1)}, date(2007, 5, 1)),
        ({"age_words": "40", "adult": True}, date(1971, 5, 1)),
        ({"age_words": "8 months"}, date(2010, 5, 1)),
        ({"expected_on": date(2010, 9, 9)}, date(2010, 9, 9)),
        ({"expected_on": date(2009, 9, 9)}, date(2010, 5, 1)),
        ({"born_on": date(2004, 2, 29), "age_words": "9"}, date(2004, 2, 29)),
    ],
)
def test_the_latest_day_somebody_can_have_been_born(said, on):
    assert latest_birth(replace(A_CHILD, **({"born_on": None} | said))) == on


def test_a_shared_contact_is_kept_until_the_last_is_due():
    own = Due("no_further_action", date(2025, 1, 1))
    later, never = Due("looked_after", date(2070, 1, 1)), Due("assessed", None, Waits.WORK)
    assert last_of(own, []) == own
    assert last_of(own, [later]) == Due("no_further_action", date(2070, 1, 1))
    assert last_of(own, [later, never]) == Due("no_further_action", None, Waits.WORK)


DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
SOME = st.builds(
    Facts,
    first_on=DAYS, last_on=DAYS, born_on=st.none() | DAYS, expected_on=st.none() | DAYS,
    age_words=st.sampled_from(["", "4", "about 40", "6 weeks", "unknown", "999"]), age_as_of=st.none() | DAYS,
    at_risk=st.booleans(), adult=st.booleans(), identified=st.booleans(), advice=st.booleans(),
    asked_for_something=st.booleans(), helped=st.booleans(), protected=st.booleans(), looked_after=st.booleans(),
    open_work=st.booleans(), open_contact=st.booleans(), ended_on=st.none() | DAYS,
    placed=st.sampled_from(["", *CLASSES]), keep_until=st.none() | DAYS,
)  # fmt: skip


@given(SOME)
def test_nothing_is_due_while_it_is_worked_on_or_soon_after(facts):
    due = due_of(facts, PERIODS)
    assert (due.on is None) == (facts.open_work or facts.open_contact)
    if due.on:
        assert due.on >= years_after(facts.last_on, AT_LEAST)
        assert facts.keep_until is None or due.on >= facts.keep_until
        assert not due.waits


@given(SOME)
def test_every_record_falls_in_a_class_that_its_facts_or_a_worker_say(facts):
    due = due_of(facts, PERIODS)
    if facts.is_named_only:
        assert due.period == ""
    else:
        assert due.period in ([facts.placed] if facts.placed else classes_of(facts))


@given(SOME, DAYS)
def test_whoever_s_birthday_is_not_known_is_kept_no_shorter_than_if_it_were(facts, born_on):
    """Whatever their birthday was, as long as it fits what was said: an adult was 18, and nobody came before birth."""
    unknown = replace(facts, born_on=None, expected_on=None, age_words="")
    latest = years_after(facts.first_on, -ADULT) if facts.adult else facts.first_on
    known = replace(unknown, born_on=min(born_on, latest))
    assert due_of(unknown, PERIODS).sort >= due_of(known, PERIODS).sort


@given(SOME)
def test_what_is_added_to_the_facts_keeps_it_no_shorter(facts):
    """More done for somebody, or a later contact, never makes a record due sooner."""
    before = due_of(replace(facts, placed=""), PERIODS)
    if facts.advice or not facts.at_risk or not facts.identified:
        return
    for more in ({"protected": True}, {"looked_after": True}, {"helped": True}):
        assert due_of(replace(facts, placed="", **more), PERIODS).sort >= before.sort
    later = replace(facts, placed="", last_on=facts.last_on + timedelta(days=400))
    assert due_of(later, PERIODS).sort >= before.sort


@given(DAYS, st.integers(-150, 150))
def test_years_after_is_the_same_day_or_the_first_of_march(on, years):
    there = years_after(on, years)
    assert (there.month, there.day) == (on.month, on.day) or (
        (on.month, on.day) == (2, 29) and (there.month, there.day) == (3, 1)
    )
