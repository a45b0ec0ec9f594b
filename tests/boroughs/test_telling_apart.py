"""Who shares a mark: the same person twice, and never brothers, sisters, twins or namesakes."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import pytest

from mash.boroughs.telling_apart import LENGTH, MOST, marks_of, values_of
from mash.people import names, register
from mash.people.details import Details, Home
from tests.figures import figure
from tests.people.test_sample import FIRST_DAY, REGISTER, same_people

KEY, OTHER_KEY = "ab" * 32, "cd" * 32
HOME = Home(("12 Cobbold Street",), "NF2 3AB")
CHILD = Details(
    given="Tamsin",
    family="Quillfeather",
    born_on=date(2016, 3, 4),
    sex="F",
    addresses=(HOME,),
    phones=("020 7946 0991",),
    nhs_number="999 383 1220",
    school="Ferry Primary",
)
COMMON = replace(CHILD, given="Mohammed", family="Khan", sex="M")


def meet(one, other):
    return bool(values_of(one) & values_of(other))


@pytest.mark.parametrize(
    "as_written",
    [
        replace(CHILD, given="TAMSIN", family="Quill-Feather", addresses=(), phones=()),
        replace(CHILD, family="Another", known_as=("Tamsin Quillfeather",), nhs_number=""),
        replace(CHILD, nhs_number="", addresses=(), phones=()),
        replace(CHILD, family="Married", addresses=(), phones=()),
    ],
    ids=["spelled otherwise", "another name now", "name and birth date, which few have", "the NHS number"],
)
def test_the_same_person_is_met(as_written):
    assert meet(CHILD, as_written)


@pytest.mark.parametrize("given", ["Ruth", "Tom", "Tamara", "Tam"])
def test_a_twin_at_the_same_home_with_the_same_telephone_is_never_met(given):
    assert not meet(CHILD, replace(CHILD, given=given, nhs_number="999 021 3456"))
    assert not meet(CHILD, replace(CHILD, given=given)), "nor one on whom the other's number was written"


@pytest.mark.parametrize(
    ("given", "other"),
    [("Frances", "Francis"), ("Samir", "Samer"), ("Ruby", "Robby"), ("Hannah", "Hanna"), ("Kelly", "Keely")],
)
def test_twins_whose_names_are_spelled_alike_are_never_met(given, other):
    assert not meet(replace(CHILD, given=given), replace(CHILD, given=other))


def test_a_brother_or_sister_a_father_and_a_namesake_are_never_met():
    assert not meet(CHILD, replace(CHILD, born_on=date(2018, 3, 4)))
    assert not meet(CHILD, replace(CHILD, born_on=date(1988, 3, 4)))
    elsewhere = {"addresses": (), "phones": (), "nhs_number": ""}
    assert not meet(COMMON, replace(COMMON, **elsewhere)), (
        "two boys of a name that very many have, born on one day"
    )
    assert meet(COMMON, replace(COMMON, nhs_number="", phones=()))


def test_brothers_who_carry_one_name_are_told_apart_by_their_own():
    one = replace(COMMON, given="Mohammed Bilal")
    assert not meet(one, replace(one, given="Mohammed Idris"))


def test_without_a_birth_date_or_a_name_nobody_is_met():
    assert values_of(replace(CHILD, born_on=None)) == set()
    assert values_of(replace(CHILD, given="Baby")) == set()
    assert values_of(replace(CHILD, given="")) == set()


def test_what_stands_for_no_home_and_no_telephone_tells_nobody_apart():
    nowhere = replace(COMMON, addresses=(Home(postcode="ZZ99 3VZ"),), phones=("00000000000",), nhs_number="")
    assert values_of(nowhere) == set()


def test_marks_hang_on_the_key_and_are_few():
    many = replace(CHILD, phones=tuple(f"020 7946 0{number}" for number in range(100, 300)))
    assert len(marks_of(many, KEY)) == MOST
    assert {len(mark) for mark in marks_of(CHILD, KEY)} == {LENGTH}
    assert not set(marks_of(CHILD, KEY)) & set(marks_of(CHILD, OTHER_KEY))


def test_in_the_made_up_register_nobody_is_met_who_is_somebody_else():
    """Every pair of records that share a mark, beside who is one person; brothers, sisters and twins are among them."""
    rows = [row.details for row in register.read(REGISTER, FIRST_DAY) if isinstance(row, register.Entry)]
    having = defaultdict(set)
    for one in rows:
        for value in values_of(one):
            having[value].add(one.source_key)
    same = {frozenset((a, b)) for keys in same_people().values() for a in keys for b in keys if a < b}
    met = {frozenset((a, b)) for keys in having.values() for a in keys for b in keys if a < b}
    wrong = met - same
    figure("boroughs", "pairs wrongly met", f"{len(wrong)} of {len(met)}")
    figure("boroughs", "second records met", f"{len(met & same)} of {len(same)}")
    assert not wrong


def test_each_child_of_the_register_given_a_twin_and_a_younger_sister_is_met_with_neither():
    rows = [row.details for row in register.read(REGISTER, FIRST_DAY) if isinstance(row, register.Entry)]
    born = [one for one in rows if one.born_on and one.given]
    wrong = 0
    for place, one in enumerate(born):
        twin = replace(one, given=born[(place + 7) % len(born)].given, known_as=(), other_names=())
        younger = replace(
            one, born_on=one.born_on.replace(year=one.born_on.year + 2, day=1), known_as=(), other_names=()
        )
        alone = replace(one, known_as=(), other_names=())
        differs = names.given_words(twin.given) != names.given_words(one.given)
        wrong += (differs and meet(alone, twin)) + (younger.born_on != one.born_on and meet(alone, younger))
    figure("boroughs", "twins and sisters wrongly met", f"{wrong} of {2 * len(born)}")
    assert wrong == 0
