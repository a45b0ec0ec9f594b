"""What an entry says in words: ages, cost, hours, and what a change changes."""

import pytest

from mash.directory import shown
from tests.directory.entries import an_attribute, key


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (11, 18, "11 to 18"),
        (16, None, "from 16"),
        (0, 5, "up to 5"),
        (None, 5, "up to 5"),
        (None, None, "any age"),
        (0, 0, "up to 0"),
    ],
)
def test_ages(low, high, words):
    assert shown.ages(low, high) == words


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"fees": "Free", "cost_options": [{"option": "Free", "amount": 0}]}, "Free"),
        ({"cost_options": [{"amount": 0}]}, "Free"),
        (
            {"cost_options": [{"option": "Adults", "amount": 3.5, "amount_description": "a session"}]},
            "Adults: £3.50 a session",
        ),
        ({"cost_options": [{"option": "Children", "amount": 0}, {"amount": 1200}]}, "Children: free; £1,200"),
        ({}, ""),
    ],
)
def test_cost(entry, words):
    assert shown.cost(entry) == words


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (
            {"byday": "MO,TU,WE", "opens_at": "09:00:00", "closes_at": "17:00:00"},
            "Monday to Wednesday, 09:00 to 17:00",
        ),
        ({"byday": "MO,WE", "opens_at": "09:00"}, "Monday and Wednesday, 09:00"),
        ({"byday": "1TH", "opens_at": "14:00:00", "freq": "MONTHLY"}, "Thursday, 14:00 (monthly)"),
        ({"description": "When the tide is out"}, "When the tide is out"),
        ({}, ""),
    ],
)
def test_hours(schedule, words):
    assert shown.hours(schedule) == words


def test_a_change_is_told_place_by_place_and_the_order_of_terms_is_none():
    one, two = an_attribute("Need", "Grief"), an_attribute("Need", "Debt")
    before = {"id": key("a"), "name": "Old", "assured_date": "2026-11-01", "attributes": [one, two]}
    after = before | {"name": "New", "assured_date": "2026-11-02", "attributes": [two, one], "alert": "Full"}
    assert shown.differences(before, after) == [
        ("Name", "Old", "New"),
        ("Last verified", "1 November 2026", "2 November 2026"),
        ("Alert", "", "Full"),
    ]
    assert shown.differences(before, before | {"attributes": [one]}) == [("Need", "Debt; Grief", "Grief")]
