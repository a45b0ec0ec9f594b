"""A word that no entry holds gives way to the one that is spelt most like it, and to none that is not like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as drawn

from mash.directory.spelling import begun_otherwise, nearest

KNOWN = (
    "bereavement",
    "counselling",
    "debt",
    "doubt",
    "house",
    "houses",
    "mentoring",
    "mentor",
    "refuge",
    "a",
    "at",
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("counseling", "counselling"),  # one letter too few
        ("refugee", "refuge"),  # one too many
        ("dept", "debt"),  # one wrong
        ("hosue", "house"),  # two that changed places
        ("bereavment", "bereavement"),
        ("beraevment", "bereavement"),  # two mistakes in a long word
        ("debtt", "debt"),
    ],
)
def test_what_was_meant_is_found(typed, meant):
    assert nearest(typed, KNOWN) == meant


@pytest.mark.parametrize("typed", ["", "dbt", "xyzzy", "mntring", "hsoeu"])
def test_what_is_too_short_or_too_far_is_left_as_it_is(typed):
    assert nearest(typed, KNOWN) == ""


def test_of_several_alike_the_one_that_begins_most_like_it_then_the_first_by_the_alphabet():
    assert nearest("house1", ("mouse1", "house", "houses")) == "house"
    assert nearest("bold", ("cold", "bolt", "bola", "gold")) == "bola"


WORDS = drawn.text(alphabet="abcd1é", min_size=1, max_size=10)


@given(WORDS, drawn.sets(WORDS, max_size=60))
def test_the_first_look_finds_what_a_look_through_all_words_finds(typed, known):
    close = [one for one in known if one[0] == typed[0]] + [
        one for one in begun_otherwise(typed) if one in known
    ]
    found, once = nearest(typed, close, most=1), nearest(typed, known, most=1)
    assert found == once or once[0] == "é"
    assert (found or nearest(typed, known)) == nearest(typed, known)
