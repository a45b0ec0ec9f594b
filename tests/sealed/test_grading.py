import pytest

from mash.sealed.grading import Grading, NotForThisSystem, WrongGrading, check, refuse_what_is_too_secret


@pytest.mark.parametrize(
    "grading",
    [
        Grading(),
        Grading("1", "A", "P"),
        Grading("3", "E", "C", "Not outside the hub"),
        Grading("B", "2", "1"),  # 5x5x5
        Grading("E", "5", "5", "Ask whoever gave it"),
        Grading("", "", "C", "Protected third parties"),  # no intelligence, and still with conditions
    ],
)
def test_a_whole_grading_is_taken(grading):
    check(grading)


@pytest.mark.parametrize(
    "grading",
    [
        Grading("4", "A", "P"),
        Grading("1", "F", "P"),
        Grading("1", "A", "X"),
        Grading("1", "A", ""),
        Grading("1", "", "P"),
        Grading("A", "A", "P"),  # half old, half new
        Grading("1", "A", "C"),
        Grading("1", "A", "C", "  "),
        Grading("A", "1", "5"),
        Grading("", "", "X"),
    ],
)
def test_a_grading_that_is_not_whole_is_refused(grading):
    with pytest.raises(WrongGrading):
        check(grading)


@pytest.mark.parametrize(
    ("words", "classification"),
    [
        ("Anything", "SECRET"),
        ("Anything", "top secret"),
        ("SECRET\nAnything", ""),
        ("UK TOP SECRET: anything", ""),
        ("First line\n[SECRET]", "OFFICIAL"),
    ],
)
def test_secret_and_above_does_not_belong_here(words, classification):
    with pytest.raises(NotForThisSystem, match="does not belong"):
        refuse_what_is_too_secret(words, classification)


@pytest.mark.parametrize("words", ["He keeps a secret.", "OFFICIAL-SENSITIVE: police only", "It is secret"])
def test_an_ordinary_secret_is_no_marking(words):
    refuse_what_is_too_secret(words, "OFFICIAL")
