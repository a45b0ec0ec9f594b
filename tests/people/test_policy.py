"""Who sees whom: the rule, the filter and row-level security, each asked without the others."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, connections, transaction

from mash.people import actions, policy, queries, tokens
from mash.people.details import Details, Home
from mash.people.models import (
    Address,
    Alert,
    CourtOrder,
    Household,
    Identifier,
    Involvement,
    Name,
    OpenCasesList,
    Person,
    Phone,
    Relationship,
    Resident,
    Token,
)
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.people import InvolvementFactory, OpenCasesListFactory, PersonFactory, a_known_person

pytestmark = pytest.mark.usefixtures("transactional_db")
OF_A_PERSON = [Name, Address, Phone, Identifier, Alert, CourtOrder, Involvement, Resident, Token]


@pytest.fixture
def owner():
    return StaffFactory(screener=True)


@pytest.fixture
def person(owner):
    """Daniel, of whom something stands in every table."""
    daniel = a_known_person(
        owner.hub,
        given="Daniel",
        family="Okafor",
        known_as=("Danny",),
        addresses=(Home(("12 Cobbold Street",), "NF2 3AB"),),
        phones=("07700 900503",),
        nhs_number="9993831220",
    )
    mother = PersonFactory(hub=owner.hub, given="Grace")
    with signed_in_as(owner):
        later = date(2027, 1, 1)
        actions.add_alert(person=daniel, words="Dog", expires_on=later, by=owner, at=MONDAY_9AM)
        actions.add_court_order(
            person=daniel, kind="Care order", made_on=date(2026, 1, 1), by=owner, at=MONDAY_9AM
        )
        actions.relate_people(from_person=mother, to_person=daniel, kind="parent", by=owner, at=MONDAY_9AM)
        actions.share_a_home(people=[daniel, mother], by=owner, at=MONDAY_9AM)
    InvolvementFactory(person=daniel)
    return daniel


def reader_called(character, owner, person):
    if character == "owner":
        return owner
    if character == "manager":
        return StaffFactory(hub=owner.hub, manager=True)
    if character == "barred":
        barred = StaffFactory(hub=owner.hub, agency=owner.agency, whole_desk=True)
        AccessFactory(staff=barred, person_id=person.pk, bars=True, why="a cousin")
        return barred
    if character == "barred once":
        colleague = StaffFactory(hub=owner.hub, screener=True)
        AccessFactory(
            staff=colleague,
            person_id=person.pk,
            bars=True,
            why="a former client",
            until_at="2024-06-01T00:00Z",
        )
        return colleague
    if character == "same agency elsewhere":
        return StaffFactory(agency=owner.agency, whole_desk=True)
    if character == "stranger":
        return StaffFactory(hub=owner.hub, agency=owner.agency)
    if character == "answers for an agency":
        return StaffFactory(hub=owner.hub, answerer=True)
    return StaffFactory(
        account=owner.account, agency=owner.agency, screener=True
    )  # two hubs, in the other post


READERS = [
    ("owner", True),
    ("manager", True),
    ("barred once", True),
    ("barred", False),
    ("same agency elsewhere", False),
    ("stranger", False),
    ("answers for an agency", False),
    ("two hubs, in the other post", False),
]


@pytest.mark.parametrize(("character", "sees"), READERS)
def test_who_sees_a_person(owner, person, character, sees):
    reader = reader_called(character, owner, person)
    with signed_in_as(reader):
        assert bool(policy.may_see(reader, person)) is sees
        assert Person.objects.filter(pk=person.pk).exists() is sees
    with in_service("imports"):  # row-level security shows a service everything, so the filter speaks alone
        assert Person.objects.filter(policy.seeable_by(reader), pk=person.pk).exists() is sees


@pytest.mark.parametrize(("character", "sees"), READERS)
def test_what_belongs_to_a_person_is_seen_by_whoever_sees_them(owner, person, character, sees):
    reader = reader_called(character, owner, person)
    for table in OF_A_PERSON:
        with signed_in_as(reader):
            assert table.objects.filter(person_id=person.pk, hub_id=person.hub_id).exists() is sees, table
        with in_service("imports"):
            found = (
                table.objects.filter(policy.seeable_by(reader, "person_id")) if table is not Token else None
            )
            assert found is None or found.filter(person_id=person.pk).exists() is sees, table
    with signed_in_as(reader):
        assert Relationship.objects.filter(to_person=person.pk).exists() is sees


@pytest.mark.parametrize(("character", "sees"), READERS)
def test_a_relationship_is_hidden_from_whoever_is_barred_from_either_person(owner, person, character, sees):
    mother = Relationship.objects.using("builder").get().from_person_id
    other = Person.objects.using("builder").get(pk=mother)
    reader = reader_called(character, owner, other)
    with signed_in_as(reader):
        assert Relationship.objects.exists() is sees


@pytest.mark.parametrize(
    ("character", "sees"), [("owner", True), ("stranger", False), ("same agency elsewhere", False)]
)
def test_households_and_lists_are_the_desks_own(owner, person, character, sees):
    OpenCasesListFactory(hub=owner.hub)
    with signed_in_as(reader_called(character, owner, person)):
        assert Household.objects.filter(hub=owner.hub).exists() is sees
        assert OpenCasesList.objects.filter(hub=owner.hub).exists() is sees


@pytest.mark.parametrize(("character", "sees"), READERS)
def test_only_whoever_sees_a_person_finds_them(owner, person, character, sees):
    reader = reader_called(character, owner, person)
    with signed_in_as(reader):
        assert bool(queries.search(reader, "daniel okafor").people) is sees
        said = Details(given="Daniel", family="Okafor", nhs_number="9993831220")
        assert (
            bool([one for one in queries.candidates(owner.hub_id, said) if one.person_id == person.pk])
            is sees
        )


@pytest.mark.parametrize(("character", "sees"), [reader for reader in READERS if not reader[1]])
def test_nothing_is_added_to_a_person_by_whoever_does_not_see_them(owner, person, character, sees):
    reader = reader_called(character, owner, person)
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(reader), transaction.atomic():
        Name(hub_id=person.hub_id, person_id=person.pk, given="Planted").save(force_insert=True)


def test_a_row_of_one_hub_cannot_be_hung_on_a_person_of_another(owner, person):
    elsewhere = StaffFactory(account=owner.account, screener=True)
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(elsewhere):
        Name(hub_id=elsewhere.hub_id, person_id=person.pk, given="Planted").save(force_insert=True)


@pytest.mark.parametrize(
    ("duties", "records"),
    [
        (["screen"], True),
        (["manage"], True),
        (["out_of_hours"], True),
        (["clear"], False),
        (["audit"], False),
        ([], False),
    ],
)
def test_which_duties_may_change_a_record(owner, person, duties, records):
    worker = StaffFactory(hub=owner.hub, duties=duties)
    with signed_in_as(worker):
        assert bool(policy.may_change(worker, person)) is records
        assert bool(policy.may_record(worker, owner.hub_id)) is records
        assert not policy.may_record(worker, StaffFactory().hub_id)


def test_the_search_uses_its_index_under_the_wall(owner, person, analysed):
    words = tokens.read("daniel okafor NF2").terms
    with connections["builder"].cursor() as cursor:  # a table worth its index
        cursor.execute(
            "INSERT INTO people_token (hub_id, person_id, kind, token) "
            "SELECT %s, %s, 'part', substr(sha256(n::text::bytea), 1, 8) FROM generate_series(1, 60000) n",
            [owner.hub_id, person.pk],
        )
    analysed("people_token")
    with signed_in_as(owner, role="mash_reader"), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, set_config('enable_seqscan', 'off', true)")
        assert cursor.fetchone()[0] == "mash_reader"
        asked = Token.objects.filter(
            hub=owner.hub_id, token__in=[key for _, key in tokens.of(owner.hub_id, words)]
        )
        plan = asked.values("person_id").explain()
    (condition,) = [line for line in plan.splitlines() if "Index Cond" in line and "token" in line]
    assert "hub_id" in condition
    assert "people_token_pkey" in plan
