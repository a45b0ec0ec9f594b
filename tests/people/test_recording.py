"""What is put on record, and that a person is found by it at once."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mash.ledger.models import Entry
from mash.people import actions, queries, tokens
from mash.people import held as what_we_hold
from mash.people.details import Details, Home, OtherName
from mash.people.held import known
from mash.people.models import Identifier, Name, Person, Token
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.people import PersonFactory, a_known_person

pytestmark = pytest.mark.usefixtures("transactional_db")
GRACE = {
    "given": "Grace",
    "family": "Okafor",
    "known_as": ("Gracie", "Grace Marsh"),
    "born_on": date(1988, 7, 11),
    "sex": "F",
    "addresses": (Home(("12 Cobbold Street", "Northfield"), "NF2 3AB"),),
    "phones": ("07700 900503",),
    "nhs_number": "999 054 1957",
    "school": "",
}


def tokens_held(person):
    return {
        (row.kind, bytes(row.token))
        for row in Token.objects.using("builder").filter(person_id=person.pk, hub_id=person.hub_id)
    }


def tokens_due(person):
    with in_service("imports"):
        said = known([person.pk])[person.pk]
    return tokens.of(person.hub_id, tokens.findable(said))


def finds(worker, text):
    with signed_in_as(worker):
        return {person.pk for person in queries.search(worker, text).people}


def test_everything_said_of_a_person_is_kept():
    worker = StaffFactory(screener=True)
    with signed_in_as(worker):
        person = actions.record_person(
            details=Details(**GRACE), by=worker, hub_id=worker.hub_id, at=MONDAY_9AM
        )
        held = known([person.pk])[person.pk]
    assert (held.given, held.family, held.born_on) == ("Grace", "Okafor", date(1988, 7, 11))
    assert {name.given for name in held.other_names} == {"Gracie", "Grace Marsh"}
    assert held.addresses == (Home(("12 Cobbold Street", "Northfield"), "NF2 3AB"),)
    assert held.phones == ("07700 900503",)
    assert held.numbers() == {("nhs", "9990541957")}
    assert Entry.objects.using("builder").filter(event="person.recorded", hub_id=worker.hub_id).count() == 1


@pytest.mark.parametrize(
    "part",
    [
        "Grace", "okafor", "gra", "OKAF", "Gracie", "Marsh", "NF2 3AB", "nf23ab", "NF2", "07700 900503",
        "+44 7700 900503", "999 054 1957", "9990541957", "11/07/1988", "1988-07-11", "11 July 1988",
        "Grace 11/07/1988 NF2", "Okafor, Grace",
    ],
)  # fmt: skip
def test_a_search_finds_a_person_by_any_part(part):
    worker = StaffFactory(screener=True)
    grace = a_known_person(worker.hub, **GRACE)
    PersonFactory(hub=worker.hub, given="Leon", family="Pratt", born_on="1985-02-27")
    assert finds(worker, part) == {grace.pk}


@pytest.mark.parametrize("part", ["Graec", "Grace Pratt", "NF2 3AC", "07700 900504", "12/07/1988", "G", ""])
def test_a_search_finds_nobody_by_what_does_not_fit(part):
    worker = StaffFactory(screener=True)
    a_known_person(worker.hub, **GRACE)
    assert finds(worker, part) == set()


def test_a_name_is_found_without_its_marks_hyphens_and_apostrophes():
    worker = StaffFactory(screener=True)
    a_known_person(worker.hub, given="Lexi-Mae", family="O'Grady")
    a_known_person(worker.hub, given="Renée", family="Szymańska")
    for text in ("Lexi-Mae", "lexi mae", "leximae", "OGrady", "o’grady"):
        assert len(finds(worker, text)) == 1, text
    for text in ("Renee", "RENÉE", "szymanska", "Szymańska"):
        assert len(finds(worker, text)) == 1, text


CHANGES = {
    "name": lambda one: actions.add_name(
        person=one, given="Emeka", family="Nwosu", by=None, at=MONDAY_9AM
    ),
    "surname": lambda one: actions.correct_person(person=one, family="Marsh", by=None, at=MONDAY_9AM),
    "birth": lambda one: actions.correct_person(
        person=one, born_on=date(2016, 4, 3), by=None, at=MONDAY_9AM
    ),
    "school": lambda one: actions.correct_person(person=one, school="Larkhill", by=None, at=MONDAY_9AM),
    "address": lambda one: actions.add_address(
        person=one, home=Home(("1 Kiln Place",), "NF9 1AA"), by=None, at=MONDAY_9AM
    ),
    "phone": lambda one: actions.add_phone(person=one, number="07700 900111", by=None, at=MONDAY_9AM),
    "number": lambda one: actions.add_number(
        person=one, scheme="upn", value="U201093221399", by=None, at=MONDAY_9AM
    ),
    "learned": lambda one: actions.learn(
        person=one, details=Details(given="Danyel", family="Okafor", phones=("07700 900222",)), by=None, at=MONDAY_9AM
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_tokens_follow_every_change(change):
    person = a_known_person(HubFactory(), given="Daniel", family="Okafor", born_on=date(2016, 3, 4))
    before = tokens_held(person)
    with in_service("imports"):
        CHANGES[change](person)
    assert tokens_held(person) != before
    assert tokens_held(person) == tokens_due(person)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(CHANGES)), min_size=1, max_size=4))
def test_tokens_are_true_after_any_run_of_changes(steps):
    person = a_known_person(HubFactory(), given="Daniel", family="Okafor", born_on=date(2016, 3, 4))
    with in_service("imports"):
        for step in steps:
            CHANGES[step](person)
    assert tokens_held(person) == tokens_due(person)


def test_a_change_undone_leaves_the_tokens_as_they_were():
    person = a_known_person(HubFactory(), given="Daniel", family="Okafor")
    before = tokens_held(person)
    with pytest.raises(ZeroDivisionError), in_service("imports"):
        actions.add_name(person=person, given="Danny", by=None, at=MONDAY_9AM)
        raise ZeroDivisionError
    assert tokens_held(person) == before


def test_a_token_tells_nothing_and_is_another_one_in_another_hub():
    one, other = HubFactory(), HubFactory()
    here = tokens_held(a_known_person(one, **GRACE))
    there = tokens_held(a_known_person(other, **GRACE))
    assert {len(token) for _, token in here | there} == {8}
    assert not {token for _, token in here} & {token for _, token in there}
    assert not any(b"okaf" in token or b"grac" in token for _, token in here)


def test_a_name_replaced_is_kept_and_still_finds_the_person():
    worker = StaffFactory(screener=True)
    person = a_known_person(worker.hub, given="Hodan", family="Abdi")
    with signed_in_as(worker):
        actions.correct_person(person=person, family="Warsame", by=worker, at=MONDAY_9AM, why="Married")
    assert finds(worker, "Abdi") == finds(worker, "Warsame") == {person.pk}
    former = Name.objects.using("builder").get(person=person)
    assert (former.given, former.family, former.kind) == ("Hodan", "Abdi", "former")


def test_a_new_address_ends_the_one_before_and_takes_none_away():
    person = a_known_person(HubFactory(), **GRACE)
    with in_service("imports"):
        home = Home(("1 Kiln Place",), "NF9 1AA", from_on=date(2026, 10, 1))
        actions.add_address(person=person, home=home, by=None, at=MONDAY_9AM)
        lived = [(address.postcode, address.until_on) for address in queries.addresses_of(person)]
    assert lived == [("NF9 1AA", None), ("NF2 3AB", date(2026, 10, 1))]


@pytest.mark.parametrize(
    ("scheme", "value", "valid"),
    [
        ("nhs", "9990541957", True),
        ("nhs", "9990541958", False),
        ("upn", "U201093221399", True),
        ("upn", "A201093221399", False),
    ],
)
def test_a_number_with_a_wrong_check_digit_is_kept_and_marked(scheme, value, valid):
    person = a_known_person(HubFactory(), given="Daniel")
    with in_service("imports"):
        actions.add_number(person=person, scheme=scheme, value=value, by=None, at=MONDAY_9AM)
    assert Identifier.objects.using("builder").get(person=person).valid is valid


def test_what_is_learned_adds_and_overwrites_nothing():
    person = a_known_person(HubFactory(), **GRACE)
    said = Details(
        given="Grase",
        family="Okafor",
        born_on=date(1990, 1, 1),
        language="Igbo",
        addresses=(Home(("12 Cobbold Street,", "northfield"), "nf2 3ab"), Home(("9 Pan Street",), "NF5 8NR")),
        phones=("+447700900503", "07700 900999"),
        other_names=(OtherName("Gracie", ""),),
    )
    with in_service("imports"):
        assert actions.learn(person=person, details=said, by=None, at=MONDAY_9AM)
        assert not actions.learn(person=person, details=said, by=None, at=MONDAY_9AM)
        held = known([person.pk])[person.pk]
    assert (held.given, held.born_on, held.language) == ("Grace", date(1988, 7, 11), "Igbo")
    assert {(name.given, name.kind) for name in held.other_names if name.kind == "written"} == {
        ("Grase", "written")
    }
    assert {home.postcode for home in held.addresses} == {"NF2 3AB", "NF5 8NR"}
    assert len(held.phones) == 2


def test_the_same_row_of_the_same_source_is_one_person():
    hub = HubFactory()
    one = a_known_person(hub, given="Ama", source="register", source_key="NA1")
    again = a_known_person(hub, given="Ama", source="register", source_key="NA1")
    elsewhere = a_known_person(HubFactory(), given="Ama", source="register", source_key="NA1")
    assert one == again != elsewhere


def test_a_worker_of_another_hub_or_without_the_duty_records_nobody():
    hub = HubFactory()
    for worker in (
        StaffFactory(screener=True),
        StaffFactory(hub=hub, answerer=True),
        StaffFactory(hub=hub, cleared=True),
    ):
        with pytest.raises(PermissionDenied), signed_in_as(worker):
            actions.record_person(details=Details(given="Ama"), by=worker, hub_id=hub.pk, at=MONDAY_9AM)
    assert not Person.objects.using("builder").exists()


def test_the_same_alert_and_the_same_order_twice_is_one():
    worker = StaffFactory(screener=True)
    person = PersonFactory(hub=worker.hub)
    with signed_in_as(worker):
        for _ in range(2):
            actions.add_alert(
                person=person, words="Large dog", expires_on=date(2027, 1, 1), by=worker, at=MONDAY_9AM
            )
            actions.add_court_order(
                person=person, kind="Care order", made_on=date(2026, 1, 5), by=worker, at=MONDAY_9AM
            )
        assert person.alerts.count() == person.court_orders.count() == 1


def test_an_alert_is_gone_after_its_day():
    worker = StaffFactory(screener=True)
    person = PersonFactory(hub=worker.hub)
    with signed_in_as(worker):
        actions.add_alert(person=person, words="Dog", expires_on=date(2026, 12, 1), by=worker, at=MONDAY_9AM)
        assert queries.alerts_of(person, date(2026, 12, 1)).exists()
        assert not queries.alerts_of(person, date(2026, 12, 2)).exists()


def test_parental_responsibility_said_later_is_kept_on_the_same_relationship():
    worker = StaffFactory(screener=True)
    child, mother = PersonFactory(hub=worker.hub), PersonFactory(hub=worker.hub, given="Grace")
    with signed_in_as(worker):
        for said in (None, True, None):
            actions.relate_people(
                from_person=mother,
                to_person=child,
                kind="parent",
                parental_responsibility=said,
                by=worker,
                at=MONDAY_9AM,
            )
        (relationship,) = queries.relationships_of(child)
    assert relationship.parental_responsibility is True


def test_people_who_share_a_home_are_seen_together_until_one_moves():
    worker = StaffFactory(screener=True)
    child, mother, aunt = (PersonFactory(hub=worker.hub, given=name) for name in ("Ama", "Abena", "Efua"))
    with signed_in_as(worker):
        actions.share_a_home(people=[child, mother], by=worker, at=MONDAY_9AM)
        assert [one.person for one in queries.household_of(child)] == [mother]
        actions.share_a_home(people=[mother, aunt], by=worker, at=MONDAY_9AM)
        assert not queries.household_of(child)
        assert [one.person for one in queries.household_of(aunt)] == [mother]


def test_asking_who_is_known_takes_two_queries_at_most(django_assert_max_num_queries):
    worker = StaffFactory(screener=True)
    for _ in range(3):
        a_known_person(worker.hub, **GRACE)
    for said in (Details(**GRACE), Details(given="Nobody", family="Here"), Details()):
        with signed_in_as(worker), django_assert_max_num_queries(2):
            queries.candidates(worker.hub_id, said)


def test_a_name_that_very_many_have_brings_no_more_than_so_many_beside_it(monkeypatch):
    worker = StaffFactory(screener=True)
    for _ in range(9):
        a_known_person(worker.hub, given="Ama", family="Mensah")
    asked = tokens.asked(Details(given="Ama", family="Mensah"))
    with signed_in_as(worker):
        assert len(what_we_hold.nearest(worker.hub_id, asked)) == 9
        monkeypatch.setattr(what_we_hold, "MOST_OF_ONE", 4)
        assert len(what_we_hold.nearest(worker.hub_id, asked)) <= 8
        monkeypatch.setattr(what_we_hold, "MOST_WEIGHED", 2)
        assert len(what_we_hold.nearest(worker.hub_id, asked)) == 2


def test_what_many_share_is_asked_only_when_what_few_share_shows_nobody_likely(django_assert_num_queries):
    worker = StaffFactory(screener=True)
    a_known_person(worker.hub, **GRACE)
    sure = Details(given="Grace", family="Okafor", born_on=date(1988, 7, 11))
    with signed_in_as(worker), django_assert_num_queries(2):  # by which weights, then whom
        assert queries.candidates(worker.hub_id, sure)
    moved = Details(given="Grace", family="Okafor", addresses=(Home((), "NF9 9ZZ"),))
    with signed_in_as(worker), django_assert_num_queries(3):
        assert queries.candidates(worker.hub_id, moved)
