"""Who may be whom: what agrees, what does not, and what never goes further than a look."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash.contact import comparing
from mash.people import matching
from mash.people.details import Details, Home, OtherName
from mash.people.matching import Band, rank
from mash.people.matching.ranking import band_of
from mash.people.matching.weights import shipped

DANIEL = Details(
    given="Daniel",
    family="Okafor",
    born_on=date(2016, 3, 4),
    sex="M",
    addresses=(Home(("12 Cobbold Street",), "NF2 3AB"),),
    phones=("07700 900503",),
    school="Larkhill Primary",
    nhs_number="9993831220",
    upn="U201093221399",
)
NAME_AND_DATE = replace(DANIEL, addresses=(), phones=(), school="", nhs_number="", upn="")
AT_HOME = replace(DANIEL, nhs_number="", upn="")


def beside(incoming, *held):
    return rank(incoming, [(uuid.UUID(int=place + 1), one) for place, one in enumerate(held)])


def band(incoming, held):
    return matching.best(beside(incoming, held))


def test_name_and_date_of_birth_are_likely_the_same():
    (found,) = beside(NAME_AND_DATE, DANIEL)
    assert found.band == Band.LIKELY
    assert found.reasons_for == ("same date of birth", "family name the same", "given name the same")
    assert found.reasons_against == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"born_on": date(2016, 4, 3)}, "date of birth with day and month swapped"),
        ({"given": "Danyel"}, "given name one letter different"),
        ({"given": "Danny"}, "given name a short or other form of the same name"),
        ({"given": "Daniel Chidi"}, "given name partly the same"),
        ({"family": "Okafore"}, "family name one letter different"),
        ({"family": "Okafor-Marsh"}, "family name partly the same"),
        ({"given": "Okafor", "family": "Daniel"}, "given and family name swapped"),
        ({"phones": ("+44 7700 900503",)}, "same telephone number"),
        ({"addresses": (Home((), "nf23ab"),)}, "same postcode"),
        ({"school": "LARKHILL PRIMARY"}, "same school"),
        ({"addresses": (Home(("12 Cobbold St",), ""),)}, "same house and street"),
        (
            {"addresses": (Home(("Flat 2, 12 Cobold St",), "NF2 3AB"),)},
            "same house number, and the street nearly the same",
        ),
        (
            {"addresses": (Home(("13 Cobbold Street",), "NF2 3AB"),)},
            "same street, and the house number one digit different",
        ),
    ],
)
def test_what_nearly_agrees_is_said_and_stays_likely_at_home(changes, reason):
    (found,) = beside(replace(AT_HOME, **changes), DANIEL)
    assert reason in found.reasons_for
    assert found.band == Band.LIKELY


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"given": "Samuel"}, "given name different"),
        ({"born_on": date(2013, 7, 9)}, "date of birth different"),
        ({"born_on": date(1985, 3, 4)}, "same day and month of birth, another year"),
        ({"sex": "F"}, "sex different"),
        ({"nhs_number": "9990541957"}, "NHS number different"),
        ({"addresses": (Home(("90 Cobbold Street",), ""),)}, "another house in the same street"),
        ({"addresses": (Home(("90 Mill Lane",), ""),)}, "another street"),
    ],
)
def test_what_disagrees_is_said(changes, reason):
    (found,) = beside(
        replace(DANIEL, upn="", **changes) if "nhs_number" in changes else replace(AT_HOME, **changes), DANIEL
    )
    assert reason in found.reasons_against


@pytest.mark.parametrize(
    ("given_name", "sex"),
    [
        ("Ruth", "F"), ("Kayden", "M"), ("Daniela", "F"), ("Danielle", "F"), ("Ada", "M"), ("", "M"), ("D", "M"),
    ],
)  # fmt: skip
def test_a_twin_is_never_more_than_a_look(given_name, sex):
    twin = replace(AT_HOME, given=given_name, sex=sex)
    assert band(twin, DANIEL) != Band.LIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hassan", "Hussain"), ("Taiwo", "Kehinde"), ("Ava", "Ada"), ("Jayden", "Kayden"), ("Ella", "Bella"),
        ("Mohammed Hassan", "Mohammed Hussain"), ("Mia", "Mya Rose"), ("Noah", "Norah"),
    ],
)  # fmt: skip
def test_twins_with_names_alike_are_never_more_than_a_look(one, other):
    assert band(replace(AT_HOME, given=one), replace(AT_HOME, given=other)) != Band.LIKELY


def test_house_and_street_are_a_home_where_the_postcode_is_not_given_and_not_where_it_is_another():
    held = replace(AT_HOME, given="Obinna", phones=(), school="")
    by_another_name = replace(held, family="Marsh")
    here = replace(by_another_name, addresses=(Home(("12 Cobbold St",), ""),))
    elsewhere = replace(by_another_name, addresses=(Home(("12 Cobbold St",), "NF28 9ZZ"),))
    by_house, nowhere = (weighed_alone(one, held) for one in (here, elsewhere))
    assert by_house == Band.LIKELY
    assert nowhere == Band.CHECK


def weighed_alone(incoming, held):
    """Return the band that the rules give, whatever the sum."""
    levels = matching.compare(incoming, held)
    return band_of(levels, 100.0, shipped(), has_claimed_number=False)


@pytest.mark.parametrize("lines", [("12 Cobbold St",), ("Flat 3, 12 Cobbold Street",), ("12 Cobold",)])
def test_a_twin_in_the_same_house_is_never_more_than_a_look(lines):
    twin = replace(AT_HOME, given="Ruth", sex="F", addresses=(Home(lines, "NF2 3AB"),))
    assert band(twin, DANIEL) != Band.LIKELY
    assert weighed_alone(twin, DANIEL) == Band.CHECK


def test_the_compare_page_marks_the_address():
    (found,) = beside(replace(AT_HOME, addresses=(Home(("12 Cobold St",), "NF2 3AB"),)), DANIEL)
    (row,) = (row for row in comparing.rows(found.details, [found]) if row["label"] == "Address")
    assert row["cells"] == [
        {
            "value": "12 Cobbold Street",
            "mark": "close",
            "why": "same house number, and the street nearly the same",
        }
    ]


def test_a_common_name_with_a_date_nearly_the_same_is_worth_less_where_many_have_it():
    said = replace(NAME_AND_DATE, born_on=date(2016, 3, 5))
    others = [replace(NAME_AND_DATE, born_on=date(1990 + year, 5, 17)) for year in range(8)]
    zoe = replace(NAME_AND_DATE, given="Zoe", family="Shah")
    alone, among = (
        next(one for one in beside(said, *held) if one.details == DANIEL)
        for held in ([DANIEL, zoe], [DANIEL, *others])
    )
    assert alone.levels["namesakes"].code == "namesakes.rare"
    assert "others on record have this name" in among.reasons_against
    assert among.points < alone.points


def test_a_brother_or_sister_at_home_is_not_likely():
    sister = replace(AT_HOME, given="Ruth", born_on=date(2020, 1, 29), sex="F")
    assert band(sister, DANIEL) != Band.LIKELY


def test_father_and_son_of_one_name_are_never_likely_even_with_each_others_number():
    father = replace(DANIEL, born_on=date(1985, 3, 4), nhs_number="9990541957", upn="")
    assert band(AT_HOME, father) == Band.CHECK
    typed_wrong = replace(AT_HOME, nhs_number="9990541957")
    (found,) = beside(typed_wrong, father)
    assert found.band == Band.CHECK
    assert "nhs" in found.claimed


def test_a_number_of_another_known_person_speaks_against_and_not_for():
    mother = Details(
        given="Grace", family="Okafor", born_on=date(1988, 7, 11), sex="F", nhs_number="9990541957"
    )
    typed_wrong = replace(AT_HOME, nhs_number="9990541957")
    found = beside(typed_wrong, mother, DANIEL)
    daniel, grace = found
    assert (daniel.details, daniel.band) == (DANIEL, Band.LIKELY)
    assert "the NHS number given stands on another person's record" in daniel.reasons_against
    assert (grace.details, grace.band) == (mother, Band.CHECK)
    assert not any("NHS number" in reason for reason in grace.reasons_for)
    assert any("NHS number given is this person's" in reason for reason in grace.reasons_against)


def test_a_right_number_carries_a_change_of_family_name():
    (found,) = beside(replace(DANIEL, family="Marsh", born_on=None, addresses=(), phones=(), upn=""), DANIEL)
    assert found.band == Band.LIKELY
    assert found.reasons_for[0] == "NHS number the same"


def test_a_number_that_fails_its_check_digit_is_no_evidence():
    wrong = replace(NAME_AND_DATE, born_on=None, nhs_number="9993831221")
    (found,) = beside(wrong, replace(NAME_AND_DATE, nhs_number="9993831221"))
    assert found.band == Band.CHECK
    assert "the NHS number given fails its check digit, so it is not used" in found.reasons_against
    assert found.levels["nhs"].mark == matching.Mark.UNKNOWN


def test_a_name_without_a_date_is_only_looked_at():
    assert band(replace(AT_HOME, born_on=None), DANIEL) == Band.CHECK


def test_an_age_in_words_is_weighed():
    (fits,) = beside(
        Details(given="Bee", age_words="about 10", age_as_of=date(2026, 11, 2)),
        replace(DANIEL, other_names=(OtherName("Bee"),)),
    )
    assert "age fits" in fits.reasons_for
    assert (
        matching.compare(Details(age_words="40s", age_as_of=date(2026, 11, 2)), DANIEL)["born_on"]
        == matching.AGE_DIFFERENT
    )


@pytest.mark.parametrize(
    ("words", "fits"),
    [("10", True), ("about 12", True), ("6 months", False), ("3", False), ("10s", True), ("unknown", None)],
)
def test_ages_are_read_as_people_write_them(words, fits):
    level = matching.compare(Details(age_words=words, age_as_of=date(2026, 11, 2)), DANIEL)["born_on"]
    assert level == {True: matching.AGE_FITS, False: matching.AGE_DIFFERENT, None: matching.NOTHING}[fits]


def test_two_people_who_fit_equally_are_both_only_looked_at():
    one, other = (replace(NAME_AND_DATE, given=f"Daniel {name}") for name in ("Chidi", "Kelechi"))
    found = beside(NAME_AND_DATE, one, other)
    assert [candidate.band for candidate in found] == [Band.CHECK, Band.CHECK]
    assert all("somebody else on record fits as well" in candidate.reasons_against for candidate in found)


def test_the_same_person_held_twice_is_likely_twice():
    found = beside(NAME_AND_DATE, DANIEL, replace(DANIEL, family="Okafors", addresses=()))
    assert [candidate.band for candidate in found] == [Band.LIKELY, Band.LIKELY]


def test_at_most_five_are_shown_and_nobody_at_all_is_not_found():
    crowd = [replace(NAME_AND_DATE, born_on=None) for _ in range(9)]
    assert len(beside(NAME_AND_DATE, *crowd)) == 5
    assert matching.best(beside(NAME_AND_DATE, Details(given="Zoe", family="Shah"))) == Band.NOT_FOUND
    assert beside(Details(), DANIEL) == []


names = st.sampled_from(
    ["Ama", "Amma", "Kojo", "Daniel", "Danielle", "Mohammed Ali", "Lexi-Mae", "Lexi", "", "J", "Nguyễn"]
)
days = st.sampled_from(
    [None, date(2016, 3, 4), date(2016, 4, 3), date(2016, 1, 1), date(1985, 3, 4), date(2016, 3, 5)]
)
people = st.builds(
    Details,
    given=names,
    family=names,
    born_on=days,
    sex=st.sampled_from(["F", "M", "U"]),
    nhs_number=st.sampled_from(["", "9993831220", "9990541957", "9990541958"]),
    phones=st.sampled_from([(), ("07700 900503",)]),
    addresses=st.sampled_from(
        [
            (),
            (Home((), "NF2 3AB"),),
            (Home((), "NF9 1AA"),),
            (Home(("12 Mill Lane",), "NF2 3AB"),),
            (Home(("Flat 2", "12 Mill Ln", "Dockend"), ""),),
            (Home(("12 Mil Lane", "Northfield"), "NF9 1AA"),),
        ]
    ),
)


@settings(max_examples=300, deadline=None)
@given(incoming=people, held=people)
def test_no_agreement_lifts_another_name_or_another_birth_date_above_a_look(incoming, held):
    for found in beside(incoming, held):
        different = matching.Mark.DIFFERENT in (found.levels["given"].mark, found.levels["born_on"].mark)
        assert not (different and found.band == Band.LIKELY)
        assert found.reasons_for or found.reasons_against


@settings(max_examples=200, deadline=None)
@given(one=people, other=people)
def test_comparing_is_the_same_both_ways(one, other):
    here, there = (matching.compare(*pair) for pair in ((one, other), (other, one)))
    assert {name: level.mark for name, level in here.items()} == {
        name: level.mark for name, level in there.items()
    }
