"""Records of one person, found by night over a whole register; nothing is joined by it."""

import io
import sys
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from mash.people import actions, joined
from mash.people.details import Details, Home
from mash.people.duplicates import records, splinking
from mash.people.models import LookedOver, Person, Suspected
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.people import a_known_person

pytestmark = pytest.mark.usefixtures("transactional_db")
GIVEN = ("Ada", "Ben", "Cora", "Dev", "Elsie", "Farah", "Gus", "Hana", "Idris", "Jonah", "Kofi", "Leila")
FAMILY = ("Ashby", "Brook", "Castell", "Dunmore", "Eze", "Farrow", "Gill", "Hussain", "Ibrahim", "Joyce")
LETTERS = "ABDEFGHJKLMNPQRSTUVWXYZ"
NORA = {"given": "Nora", "family": "Lindqvist", "born_on": date(2019, 10, 31), "sex": "F"}
QUAY = Home(("4 Quay Row",), "NF2 3AB")


@pytest.fixture
def hub():
    return HubFactory(name="Northfield")


def look(hub, engine="duckdb"):
    with in_service("reminders"):
        return actions.look_for_duplicates(hub=hub, at=MONDAY_9AM, engine=engine)


def found():
    rows = Suspected.objects.using("builder").order_by("-likely", "-points")
    return [({one.first_id, one.second_id}, one.likely) for one in rows]


def plain(place, **more):
    """Return a line of a made-up register, told apart from all others by its place."""
    born = date(1950, 1, 1) + timedelta(days=13 * place)
    home = Home((f"{place} Kiln Lane",), f"NF{place % 9 + 1} {place % 7 + 1}{LETTERS[place % 23]}B")
    said = {"given": GIVEN[place % 12], "family": FAMILY[place // 12 % 10], "born_on": born}
    phones = (f"020 7946 {place:04}",)
    return records.plain(
        f"r{place}",
        Details(**(said | {"addresses": (home,), "phones": phones, "sex": "FM"[place % 2]} | more)),
    )


def test_a_register_is_looked_over_by_splink():
    """In 1,500 records forty stand twice, each with something else; nobody is to be missed or lost on the way."""
    register = [plain(place) for place in range(1500)]
    twice = []
    for place in range(0, 1500, 38):
        said = register[place]
        other = [
            {"given": f"{said['given']}h", "phone": None},
            {"born_on": None},
            {"postcode": "NF1 1ZZ", "phone": None},
            {"given": said["family"], "family": said["given"], "given_sound": said["family_sound"],
             "family_sound": said["given_sound"]},
        ][place // 38 % 4]  # fmt: skip
        twice.append(dict(said) | other | {"id": f"t{place}"})
    found = {frozenset(pair) for pair in splinking.pairs([*register, *twice])}
    wanted = {frozenset({one["id"], one["id"].replace("t", "r")}) for one in twice}
    assert wanted <= found
    assert len(found) < 20 * len(twice)


def test_a_twin_is_never_likely(hub):
    a_known_person(hub, **NORA, addresses=(QUAY,))
    a_known_person(hub, **(NORA | {"given": "Elin"}), addresses=(QUAY,))
    look(hub)
    assert all(not likely for _, likely in found())


def test_two_records_of_one_child_are_found_and_nobody_else(hub):
    nora = a_known_person(hub, **NORA, addresses=(QUAY,), nhs_number="9992050586")
    twice = a_known_person(hub, **(NORA | {"given": "Norah"}), addresses=(QUAY,))
    a_known_person(hub, given="Gus", family="Farrow", born_on=date(1980, 2, 3))
    said = look(hub)
    assert found() == [({nora.pk, twice.pk}, True)]
    assert (said.records, said.found) == (3, 1)
    assert not Person.objects.using("builder").exclude(merged_into=None).exists()


def test_looked_over_again_what_is_not_there_any_more_is_gone(hub):
    a_known_person(hub, **NORA)
    twice = a_known_person(hub, **NORA)
    look(hub)
    worker = StaffFactory(hub=hub, screener=True)
    with signed_in_as(worker):
        said = {"given": "Gus", "family": "Farrow", "born_on": date(1980, 2, 3), "sex": "M"}
        actions.correct_person(person=twice, by=worker, at=MONDAY_9AM, **said)
    look(hub)
    look(hub)
    assert not any(likely for _, likely in found())  # of what it was called before something may be left
    assert LookedOver.objects.using("builder").count() == 3


def test_another_hub_is_no_part_of_it(hub):
    a_known_person(hub, **NORA)
    a_known_person(HubFactory(), **NORA)
    look(hub)
    assert found() == []


# The list


def listed(staff):
    with signed_in_as(staff):
        return list(joined.suspected(staff))


def test_a_pair_waits_until_a_worker_says_what_it_is(hub):
    one, other, third = (a_known_person(hub, **NORA) for _ in range(3))
    look(hub)
    worker = StaffFactory(hub=hub, screener=True)
    assert len(listed(worker)) == 3
    with signed_in_as(worker):
        actions.tell_apart(one=other, other=one, why="Cousins", by=worker, at=MONDAY_9AM)
    assert len(listed(worker)) == 2
    with signed_in_as(worker):
        actions.join(person=third, into=one, why="Same school", by=worker, at=MONDAY_9AM)
    assert listed(worker) == []  # the third counts as the one that was told apart from the other


def test_of_whom_a_worker_is_kept_from_they_see_no_pair(hub):
    one, _ = (a_known_person(hub, **NORA) for _ in range(2))
    look(hub)
    kept = StaffFactory(hub=hub, whole_desk=True)
    assert len(listed(kept)) == 1
    AccessFactory(staff=kept, person_id=one.pk, contact_id=None, bars=True)
    assert listed(kept) == []
    with signed_in_as(kept):
        assert not Suspected.objects.exists()
    assert listed(StaffFactory(whole_desk=True)) == []


def test_the_page_lists_them_and_leads_to_the_comparison(hub):
    one, other = sorted((a_known_person(hub, **NORA) for _ in range(2)), key=lambda person: person.pk)
    worker = StaffFactory(hub=hub, screener=True)
    client, address = browser(worker), reverse("contact:suspected")
    assert "Nobody has looked over the register yet" in client.get(address).content.decode()
    look(hub)
    page = client.get(address).content.decode()
    assert reverse("contact:compare_records", args=[one.pk, other.pk]) in page
    assert "Likely the same" in page
    assert address in client.get(reverse("people:search")).content.decode()
    for staff in (StaffFactory(hub=hub, answerer=True), StaffFactory(hub=hub, duties=["out_of_hours"])):
        assert browser(staff).get(address).status_code == 403


# From the command line


def test_it_is_run_by_hand_and_says_what_it_found(hub):
    a_known_person(hub, **NORA)
    a_known_person(hub, **NORA)
    said = io.StringIO()
    call_command("people", "duplicates", hub="Northfield", stdout=said)
    assert said.getvalue().strip() == "Northfield: 1 pairs that may be one person, among 2 records"


def test_without_splink_it_says_how_to_get_it(hub, monkeypatch):
    monkeypatch.setattr(splinking, "FEWEST", 0)
    monkeypatch.setitem(sys.modules, "splink", None)
    a_known_person(hub, **NORA)
    with pytest.raises(CommandError, match="pip install"):
        call_command("people", "duplicates", hub="Northfield")
    assert not LookedOver.objects.using("builder").exists()
