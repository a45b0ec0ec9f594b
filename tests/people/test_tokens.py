"""How a search is read, and what a person can be found by."""

import uuid
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash.people import identifiers, names, tokens
from mash.people.details import Details, Home
from mash.people.tokens import BORN, NUMBER, PART, PHONE, POST

HUB = uuid.UUID(int=7)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Daniel OKAFOR", {(PART, "daniel"), (PART, "okafor")}),
        ("O'Grady, Siobhán", {(PART, "ogrady"), (PART, "siobhan")}),
        ("04/03/2016", {(BORN, "2016-03-04")}),
        ("4.3.2016", {(BORN, "2016-03-04")}),
        ("2016-03-04", {(BORN, "2016-03-04")}),
        ("4 March 2016", {(BORN, "2016-03-04")}),
        ("born 4th Mar 2016", {(PART, "born"), (BORN, "2016-03-04")}),
        ("nf23ab", {(POST, "NF2 3AB")}),
        ("NF2 3AB", {(POST, "NF2 3AB")}),
        ("nf2", {(POST, "NF2")}),
        ("NF2 zoe", {(POST, "NF2"), (PART, "zoe")}),
        ("07700 900503", {(PHONE, "07700900503")}),
        ("+44 7700 900 503", {(PHONE, "07700900503")}),
        ("020 7946 0059", {(PHONE, "02079460059")}),
        ("999 383 1220", {(NUMBER, "9993831220")}),
        ("9993831220", {(NUMBER, "9993831220")}),
        ("U201093221399", {(NUMBER, "U201093221399")}),
        ("NF439875", {(NUMBER, "NF439875")}),
        ("okafor 9993831220 4/3/2016 NF2 3AB", {
            (PART, "okafor"), (NUMBER, "9993831220"), (BORN, "2016-03-04"), (POST, "NF2 3AB"),
        }),
        ("  ", set()),
        ("x", set()),
    ],
)  # fmt: skip
def test_what_is_typed_is_read_as_a_worker_means_it(typed, terms):
    assert set(tokens.read(typed).terms) == terms


def test_a_single_letter_is_left_out_and_said():
    assert tokens.read("D Okafor") == tokens.Read(((PART, "okafor"),), ("d",))


def test_a_date_that_does_not_exist_finds_nobody_by_it():
    assert BORN not in {kind for kind, _ in tokens.read("31/02/2016").terms}


@settings(deadline=None)
@given(st.text())
def test_anything_at_all_can_be_typed(text):
    asked = tokens.read(text)
    assert all(value for _, value in asked.terms)
    tokens.described(asked)


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_written_as_a_name_can_be_looked_for(one, other):
    said = Details(given=one, family=other, known_as=(one,))
    held = tokens.findable(said)
    for word in {*names.words(one), *names.words(other)}:
        assert (PART, word) in held
    assert tokens.asked(said) <= held | {(PART, word) for word in names.words(f"{one} {other}")}


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), date(2026, 12, 31)))
def test_a_date_with_day_and_month_swapped_is_looked_for_too(born_on):
    asked = {value for kind, value in tokens.asked(Details(born_on=born_on)) if kind == BORN}
    assert born_on.isoformat() in asked
    other = tokens.swapped(born_on)
    assert asked == {born_on.isoformat()} | ({other.isoformat()} if other else set())


def test_a_number_that_fails_its_check_digit_is_found_by_hand_and_never_asked_for():
    said = Details(nhs_number="999 383 1221")
    assert (NUMBER, "9993831221") in tokens.findable(said)
    assert tokens.asked(said) == set()


def test_who_is_called_otherwise_is_looked_for_under_each_name():
    held = tokens.findable(Details(given="Chukwuemeka", family="Nwosu"))
    asked = tokens.asked(Details(given="Nwosu", family="Emeka"))
    assert {kind for kind, _ in held & asked} == {tokens.PAIR}


def test_where_and_how_a_name_sounds_go_together():
    home = (Home((), "NF2 3AB"),)
    held = tokens.findable(Details(given="Grace", family="Okafor", addresses=home))
    asked = tokens.asked(Details(given="Grase", addresses=home))
    assert tokens.HOME in {kind for kind, _ in held & asked}


def test_a_token_changes_with_hub_kind_value_and_key(settings):
    seen = {
        tokens.token(HUB, PART, "okafor"),
        tokens.token(uuid.UUID(int=8), PART, "okafor"),
        tokens.token(HUB, POST, "okafor"),
        tokens.token(HUB, PART, "okafo"),
    }
    settings.MASH_IDENTITY_KEY = "ab" * 32
    seen.add(tokens.token(HUB, PART, "okafor"))
    assert len(seen) == 5
    assert {len(token) for token in seen} == {8}


PHONES = st.from_regex(r"0[1-9][0-9]{8,9}", fullmatch=True)


@given(PHONES)
@settings(max_examples=300)
def test_a_number_of_digits_alone_is_read_as_one_with_spaces(number):
    assert identifiers.digits(number) == identifiers.digits(f"{number[:4]} {number[4:]}") == number
