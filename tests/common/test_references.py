import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash.common.references import ALPHABET, new_reference, normalise

PREFIXES = ("NF", "EM", "HV", "S", "LIOS", "OUSE", "SLIO", "TRNG")
ANYTHING = string.ascii_uppercase + string.digits
READ_AS = str.maketrans("ILOSU", "1105V")
TYPED_LETTERS_AS = str.maketrans("015", "OIS")


def plain(reference):
    return reference.replace("-", "")


def same_to_the_eye(one, other, *, in_prefix):
    table = TYPED_LETTERS_AS if in_prefix else READ_AS
    return one.translate(table) == other.translate(table)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_reference_is_short_groups_that_can_be_read_out(prefix):
    reference = new_reference(prefix)
    assert re.fullmatch(rf"{prefix}-[2346789][{ALPHABET}]{{3}}-[{ALPHABET}]{{3}}", reference)
    assert normalise(reference) == reference


def test_look_alikes_are_never_written_after_the_hub_s_letters():
    written = {character for _ in range(2000) for character in new_reference("NF")[3:]}
    assert not written & set("ILOSU")
    assert written == set(ALPHABET) | {"-"}


@pytest.mark.parametrize("prefix", ["", "nf", "ABCDE", "N1", "N-", "É"])
def test_a_prefix_is_one_to_four_letters(prefix):
    with pytest.raises(ValueError, match="one to four letters"):
        new_reference(prefix)


def test_references_tell_nothing_of_how_many_there_are():
    drawn = [new_reference("NF") for _ in range(2000)]
    assert len(set(drawn)) > 1990
    assert drawn != sorted(drawn)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_one_wrong_character_is_always_caught(prefix):
    for _ in range(100):
        reference = new_reference(prefix)
        right = plain(reference)
        for place, character in enumerate(right):
            for wrong in ANYTHING:
                typed = right[:place] + wrong + right[place + 1 :]
                alike = same_to_the_eye(wrong, character, in_prefix=place < len(prefix))
                assert normalise(typed) == (reference if alike else None), typed


@pytest.mark.parametrize("prefix", PREFIXES)
def test_two_neighbours_swapped_are_always_caught(prefix):
    for _ in range(1000):
        reference = new_reference(prefix)
        right = plain(reference)
        for place in range(len(right) - 1):
            one, other = right[place : place + 2]
            typed = right[:place] + other + one + right[place + 2 :]
            assert normalise(typed) == (reference if one == other else None), typed


@given(st.sampled_from(PREFIXES), st.data())
@settings(max_examples=300, deadline=None)
def test_however_it_is_typed_it_is_the_same_reference(prefix, data):
    reference = new_reference(prefix)
    typed = plain(reference)
    letters, code = typed[: len(prefix)], typed[len(prefix) :]
    for right, alike in ("0O", "1I", "1L", "5S", "VU"):
        if data.draw(st.booleans()):
            code = code.replace(right, alike)
    for right, alike in ("O0", "I1", "S5"):
        if data.draw(st.booleans()):
            letters = letters.replace(right, alike)
    gap = data.draw(st.sampled_from(["", " ", "-", " - ", "–", "."]))
    typed = f" {letters}{gap}{code[:4]}{gap}{code[4:]}\n"
    assert normalise(data.draw(st.sampled_from([typed, typed.lower()]))) == reference


@given(st.text(max_size=30))
@settings(max_examples=500, deadline=None)
def test_what_is_not_a_reference_is_refused_or_written_as_one(text):
    found = normalise(text)
    assert found is None or normalise(found) == found


@pytest.mark.parametrize("text", ["", "NF", "-", "7K3M2Q9", "NF-7K3M-2Q", "NF-7K3M-2Q99", "NF-7K3M-2É9", "£"])
def test_half_a_reference_is_none(text):
    assert normalise(text) is None
