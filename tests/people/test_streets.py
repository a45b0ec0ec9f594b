"""Addresses by their parts, and how two of them compare."""

from datetime import date

import pytest

from mash.people import matching, streets, tokens
from mash.people.details import Details, Home
from mash.people.matching import Mark, homes
from mash.people.streets import Address


def at(*lines, postcode=""):
    return Details(given="Daniel", family="Okafor", addresses=(Home(lines, postcode),))


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        (("12 Cobbold Street",), Address(houses=frozenset({"12"}), street=("cobbold",), kind="street")),
        (("12 Cobbold St.",), Address(houses=frozenset({"12"}), street=("cobbold",), kind="street")),
        (("12A, Cobbold St",), Address(houses=frozenset({"12a"}), street=("cobbold",), kind="street")),
        (
            ("Flat 3", "12 St John's Rd, Dockend", "Northfield"),
            Address(
                frozenset({"3"}), frozenset({"12"}), ("saint", "johns"), "road", ("dockend", "northfield")
            ),
        ),
        (("3/12 Mill Ln",), Address(frozenset({"3"}), frozenset({"12"}), ("mill",), "lane")),
        (("Wharf House", "Mill Lane"), Address(street=("mill",), kind="lane")),
        (("Rosebank", "Northfield"), Address(street=("rosebank",), places=("northfield",))),
        (("The Street",), Address(street=("the",), kind="street")),
        (("12",), Address(places=("12",))),
        (("No fixed abode",), Address()),
        (("NFA", "Northfield"), Address()),
        ((), Address()),
    ],
)
def test_an_address_is_read_by_its_parts(lines, read):
    assert streets.read(lines) == read


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (("12 Cobbold Street",), ("12 COBBOLD ST",), "street.house"),
        (("Flat 3, 12 Cobbold Street",), ("12 Cobbold Street", "Northfield"), "street.house"),
        (("Flat 3", "12 Cobbold Street"), ("Flat 4", "12 Cobbold Street"), "street.flat"),
        (("12 Cobold Street",), ("12 Cobbold Street",), "street.house_near"),
        (("12 Cobbold",), ("12 Cobbold Street",), "street.house_near"),
        (("12 Cobbold Road",), ("12 Cobbold Street",), "street.house_near"),
        (("12 Cobbold Xtreet",), ("12 Cobbold Street",), "street.house_near"),
        (("12 Cobboldstreet",), ("12 Cobbold Street",), "street.house_near"),
        (("Cobbold Sreet",), ("12 Cobbold Street",), "street.near"),
        (("47 Cobbold Sreet",), ("12 Cobbold Street",), "street.different"),
        (("Cobbold Street",), ("12 Cobbold Street",), "street.same"),
        (("Cobold Street",), ("12 Cobbold Street",), "street.near"),
        (("13 Cobbold Street",), ("12 Cobbold Street",), "street.slip"),
        (("47 Cobbold Street",), ("12 Cobbold Street",), "street.other_house"),
        (("47 Cobbold Road",), ("12 Cobbold Street",), "street.different"),
        (("47 Cobold Street",), ("12 Cobbold Street",), "street.different"),
        (("12 Mill Lane",), ("12 Cobbold Street",), "street.different"),
        (("No fixed abode",), ("No fixed abode",), ""),
        ((), ("12 Cobbold Street",), ""),
    ],
)
def test_streets_compare_the_same_both_ways(one, other, code):
    assert homes.street(at(*one), at(*other)).code == code
    assert homes.street(at(*other), at(*one)).code == code


def test_a_home_of_before_is_said_to_be_one():
    held = Details(
        addresses=(Home(("9 Mill Lane",)), Home(("12 Cobbold Street",), until_on=date(2025, 1, 2)))
    )
    assert homes.street(at("12 Cobbold Street"), held).code == "street.once"
    assert homes.street(at("9 Mill Lane"), held).code == "street.house"


def test_whoever_lives_nowhere_is_nobodys_neighbour():
    hostel = at("1 Mill Lane", postcode="ZZ99 3VZ")
    assert homes.street(hostel, hostel) is matching.NOTHING


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        (("12 Mill Ln", "Dockend"), ("9 Elm Rd", "Dockend", "Northfield"), "place.same"),
        (("12 Mill Ln", "Dockend", "Northfield"), ("9 Elm Rd", "Dockend", "Westerby"), "place.same"),
        (("12 Mill Ln", "Dokcend", "Northfield"), ("9 Elm Rd", "Dockend", "Northfield"), "place.close"),
        (("12 Mill Ln", "Northfield"), ("9 Elm Rd", "Dockend", "Northfield"), "place.wider"),
        (("12 Mill Ln", "Kilnwick", "Northfield"), ("9 Elm Rd", "Dockend", "Northfield"), "place.different"),
        (("12 Mill Ln", "Kilnwick"), ("9 Elm Rd", "Northfield"), ""),
        (("12 Mill Ln",), ("9 Elm Rd", "Northfield"), ""),
    ],
)
def test_parts_of_town_compare_the_same_both_ways(one, other, code):
    assert homes.place(at(*one), at(*other)).code == code
    assert homes.place(at(*other), at(*one)).code == code


def test_a_household_is_found_by_house_and_street_where_the_postcode_is_wrong_or_missing():
    held = tokens.findable(at("12 Cobbold Street", postcode="NF2 3AB"))
    for said in (at("Flat 2", "12 Cobold St"), at("12 Cobbold St", postcode="NF2 8AB")):
        assert {kind for kind, _ in tokens.asked_first(said) & held} == {tokens.STREET}
    assert not tokens.asked_first(at("13 Cobbold Street")) & held
    assert not tokens.asked_first(at("Cobbold Street")) & held


def test_a_short_name_finds_the_household_and_a_year_the_child():
    held = tokens.findable(
        Details(
            given="Emily",
            family="Garson",
            born_on=date(2015, 10, 6),
            addresses=(Home(("171 Quay Court",), "NF2 3AB"),),
        )
    )
    by_home = tokens.asked_first(Details(given="Em", family="Thornshaw", addresses=(Home((), "NF2 3AB"),)))
    assert {kind for kind, _ in by_home & held} == {tokens.HOME}
    misspelt = Details(given="Emily", family="Gasron", age_words="11", age_as_of=date(2026, 11, 2))
    assert tokens.LETTER in {kind for kind, _ in tokens.asked_next(misspelt) & held}
    swapped = Details(given="Garson", family="Emily", born_on=date(2014, 10, 6))
    assert tokens.DAY in {kind for kind, _ in tokens.asked_next(swapped) & held}


def test_every_way_in_which_homes_compare_has_its_order():
    assert {one.mark for one in homes.BEST_FIRST} == {Mark.SAME, Mark.CLOSE, Mark.DIFFERENT}
    made = {value for name, value in vars(matching.levels).items() if name.startswith("STREET_")}
    assert made == set(homes.BEST_FIRST)
