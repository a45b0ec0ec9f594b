"""Services are found by need, place, words and filters; each filter is asked by itself and all together."""

import pytest

from mash.directory import words
from mash.directory.queries.search import Asked, search
from tests.directory.entries import an_attribute, an_entry, take_in
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
HERE, NEAR, FAR = (51.500, -0.100), (51.510, -0.100), (51.700, -0.100)


@pytest.fixture
def hub(tmp_path):
    made = HubFactory()
    take_in(
        made,
        an_entry("Grief group", postcode="NF1 2AB", at=HERE, minimum_age=5, maximum_age=11, fees="Free"),
        an_entry(
            "Knife work",
            description="For young people in street groups.",
            postcode="NF1 9ZZ",
            at=NEAR,
            minimum_age=14,
            cost_options=[{"id": "70cdfa3c-d290-51e0-bb3c-c086ca27eadf", "amount": 5}],
        ),
        an_entry(
            "Counselling",
            postcode="NF12 1AA",
            at=FAR,
            maximum_age=18,
            languages=[{"id": "70cdfa3c-d290-51e0-bb3c-c086ca27eadf", "name": "Somali"}],
            schedules=[{"id": "70cdfa3c-d290-51e0-bb3c-c086ca27eadf", "byday": "SA,SU"}],
            attributes=[an_attribute("Level of need", "3: complex")],
        ),
        an_entry("Helpline", description="Somebody for bereaved counsellors to talk to."),
        an_entry("Gone", description="A counselling service that ended.", status="defunct"),
        tmp_path=tmp_path,
    )
    return made


def found(hub, **said):
    with in_service("front_door"):
        return [hit.service.name for hit in search(hub, Asked(**said)).hits]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("counceling", ["Counselling", "Helpline"]),  # a letter wrong and one too few
        ("greif group", ["Grief group"]),  # two letters changed places
        ("knif", ["Knife work"]),
        ("rgief", ["Grief group"]),  # the mistake is the first letter
        ("gnife", ["Knife work"]),
        ("ounselling", ["Counselling", "Helpline"]),
        ("knxxe", []),  # too far from any
        ("zzz", []),  # too short to be mistaken
    ],
)
def test_what_is_misspelt_finds_what_is_spelt_nearly_so(hub, typed, names):
    assert sorted(found(hub, text=typed)) == names


def test_what_was_respelt_is_said_and_what_is_known_is_left_alone(hub):
    with in_service("front_door"):
        assert search(hub, Asked(text="Greif group")).respelt == ("Greif",)
        assert search(hub, Asked(text="grief counselling")).respelt == ()
        assert search(hub, Asked(text="grief", age=60)).respelt == ()


def test_all_that_is_offered_is_shown_by_name(hub):
    assert found(hub) == ["Counselling", "Grief group", "Helpline", "Knife work"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"text": "counsellors"}, ["Counselling", "Helpline"]),  # in a name before in a description
        ({"text": "COUNSELLING bereaved"}, ["Helpline"]),
        ({"text": "cats"}, []),
        ({"text": "the of"}, []),
        ({"needs": ("bereavement",)}, ["Grief group", "Helpline"]),
        ({"needs": ("gangs",)}, ["Knife work"]),
        ({"needs": ("gangs", "bereavement")}, ["Grief group", "Helpline", "Knife work"]),
        ({"age": 4}, ["Counselling", "Helpline"]),
        ({"age": 11}, ["Counselling", "Grief group", "Helpline"]),
        ({"age": 30}, ["Helpline", "Knife work"]),
        ({"free": True}, ["Grief group"]),
        ({"free": False}, ["Knife work"]),
        ({"level": "3"}, ["Counselling"]),
        ({"languages": ("somali",)}, ["Counselling"]),
        ({"days": ("SU",)}, ["Counselling"]),
        (
            {"place": "NF1"},
            ["Grief group", "Knife work", "Helpline"],
        ),  # nearer first; whatever has no place is everywhere
        ({"place": "nf12 1aa"}, ["Counselling", "Helpline"]),
        ({"place": "NF"}, ["Knife work", "Grief group", "Counselling", "Helpline"]),
        ({"place": "NF1 2AB", "miles": 1}, ["Grief group", "Knife work"]),
        ({"place": "NF1 2AB", "miles": 10, "age": 11}, ["Grief group"]),
        ({"place": "ZZ9"}, ["Helpline"]),
        ({"place": "not a postcode"}, []),
        ({"needs": ("bereavement",), "age": 11, "free": True, "place": "NF1"}, ["Grief group"]),
    ],
)
def test_what_is_found(hub, said, expected):
    assert found(hub, **said) == expected


def test_distance_is_told_only_where_the_data_says_where_things_are(hub):
    with in_service("front_door"):
        by_name = {hit.service.name: hit.miles for hit in search(hub, Asked(place="NF1 2AB")).hits}
        nowhere = search(hub, Asked(place="ZZ9 9ZZ", miles=5))
    assert by_name == {
        "Grief group": "less than a mile away",
        "Knife work": "less than a mile away",
        "Helpline": "",
    }
    assert nowhere.centre is None


def test_pages_follow_each_other_and_the_number_in_all_is_known_beyond_the_last(hub):
    with in_service("front_door"):
        pages = [search(hub, Asked(), first=first, most=3) for first in (0, 3, 6)]
    assert [[hit.service.name for hit in page.hits] for page in pages] == [
        ["Counselling", "Grief group", "Helpline"],
        ["Knife work"],
        [],
    ]
    assert {page.total for page in pages} == {4}


def test_a_worker_finds_their_own_hubs_services_alone(hub, tmp_path):
    other = HubFactory()
    take_in(other, an_entry("Grief elsewhere"), tmp_path=tmp_path)
    with signed_in_as(StaffFactory(hub=hub)):
        assert [hit.service.name for hit in search(hub, Asked(text="grief")).hits] == ["Grief group"]
        assert search(other, Asked(text="grief")).total == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("counselling", "counsellors"),
        ("families", "family"),
        ("carers", "caring"),
        ("bereaved", "bereavement"),
        ("abuse", "abused"),
        ("gangs", "gang"),
        ("Crèche", "creche"),
    ],
)
def test_words_that_belong_together_are_one(one, other):
    assert words.asked(one) == words.asked(other)


@pytest.mark.parametrize(
    ("typed", "area"),
    [
        ("nf1 2ab", "NF1"),
        ("NF12AB", "NF1"),
        ("NF1", "NF1"),
        ("nf", "NF"),
        ("SW1A 1AA", "SW1A"),
        ("hello there", ""),
        ("1", ""),
        ("", ""),
    ],
)
def test_how_a_postcode_begins(typed, area):
    assert words.area_of(typed) == area
