"""Texts in passages: every word is decided on once, and what is left out tells neither its number nor its length."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.subject_access import passages
from mash.subject_access.grounds import GIVE, REPLACE, WITHHOLD
from mash.subject_access.passages import BadCuts, Cut, Span
from mash.subject_access.suggesting import Somebody, suggest

TEXT = "He rang. Then she came!\nThey left on 3.4.2026 with Craig Stone. “Why?” he said."
LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)


def cut_all(text, what=GIVE, ground="", words=""):
    return [Cut(*span, what, ground, words) for span in passages.split(text)]


def test_a_text_falls_into_sentences_and_lines():
    assert [TEXT[slice(*span)] for span in passages.split(TEXT)] == [
        "He rang.", "Then she came!", "They left on 3.4.2026 with Craig Stone.", "“Why?”", "he said.",
    ]  # fmt: skip


@given(LETTERS)
def test_sentences_hold_every_word_once_and_in_order(text):
    spans = passages.split(text)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    left = passages.without(Span(0, len(text)), spans)
    assert "".join(text[one.start : one.end] for one in left).strip() == ""


@given(LETTERS)
def test_what_is_given_whole_is_the_text_and_what_is_withheld_whole_is_one_mark(text):
    whole = passages.given(text, cut_all(text))
    assert "".join(one.words for one in whole) == text.strip()
    none = passages.given(text, cut_all(text, WITHHOLD, "third_party"))
    assert [one for one in none if one.left_out or one.words.strip()] == none[:1]
    assert len(none) == (1 if text.strip() else 0)


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=9), st.booleans()), min_size=1, max_size=12))
def test_neighbours_that_are_left_out_make_one_mark(sentences):
    text = " ".join(f"{words}." for words, _ in sentences)
    cuts = [
        Cut(*span, GIVE) if is_given else Cut(*span, WITHHOLD, "crime_and_tax")
        for span, (_, is_given) in zip(passages.split(text), sentences, strict=True)
    ]
    made = passages.given(text, cuts)
    marks = [one.left_out for one in made if one.left_out or one.words.strip()]
    assert not any(one and other for one, other in pairwise(marks))
    assert "".join(one.words for one in made).split() == [
        f"{words}." for words, is_given in sentences if is_given
    ]


@pytest.mark.parametrize(
    "cuts",
    [
        [],
        cut_all(TEXT)[1:],
        [*cut_all(TEXT), Cut(0, 3, GIVE)],
        cut_all(TEXT, WITHHOLD),
        cut_all(TEXT, WITHHOLD, "because"),
        cut_all(TEXT, GIVE, "third_party"),
        cut_all(TEXT, REPLACE, "third_party"),
        cut_all(TEXT, WITHHOLD, "third_party", "words in its place"),
        [Cut(0, len(TEXT) + 1, GIVE)],
        [Cut(3, 3, GIVE), *cut_all(TEXT)],
        cut_all(TEXT, "erase"),
    ],
)
def test_cuts_that_do_not_decide_on_every_word_exactly_once_are_refused(cuts):
    with pytest.raises(BadCuts):
        passages.check(TEXT, cuts)


def test_words_in_place_of_others_stand_where_those_stood():
    first, second, *rest = passages.split(TEXT)
    cuts = [Cut(*first, REPLACE, "third_party", "Somebody rang."), Cut(*second, GIVE)]
    cuts += [Cut(*span, WITHHOLD, "third_party") for span in rest]
    made = passages.given(TEXT, cuts)
    assert [one.words for one in made if one.replaced] == ["Somebody rang."]
    assert "".join(one.words for one in made).startswith("Somebody rang. Then she came!")


def test_names_addresses_and_numbers_of_others_are_suggested_and_the_persons_own_are_not():
    other = Somebody(
        "STONE, Craig", ("Craig Stone", "Craig", "Stone"), ("4 Elm Row", "NF5 1AA"), ("07700 900123",)
    )
    mother = Somebody("LINDQVIST, Eva", ("Eva Lindqvist", "Eva", "Lindqvist"))
    text = (
        "CRAIG  Stone of 4 Elm Row (nf5 1aa) rang 07700 900123. Eva and Nora Lindqvist saw Craig’s stonework."
    )
    found = [
        text[slice(*one.span)]
        for one in suggest(text, [other, mother], ["Nora Lindqvist", "Nora", "Lindqvist"])
    ]
    assert found == ["CRAIG  Stone", "4 Elm Row", "nf5 1aa", "07700 900123", "Eva", "Craig"]


@given(LETTERS, st.lists(st.text("abcdef ", min_size=2, max_size=8), max_size=4))
def test_suggestions_lie_apart_and_within_the_text(text, names):
    found = suggest(text, [Somebody("x", tuple(name for name in names if name.strip()))])
    assert all(0 <= one.span.start < one.span.end <= len(text) for one in found)
    assert all(one.span.end <= other.span.start for one, other in pairwise(found))
