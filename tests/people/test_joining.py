"""Two records of one person: said, read as one, taken back; no row is moved, lost or doubled."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404

from mash.common.rls import DOORS
from mash.ledger.models import Entry
from mash.people import actions, joined, policy, queries
from mash.people.details import Details, Home
from mash.people.models import Apart, Joining, Person
from tests.factories.base import signed_in_as
from tests.factories.contact import SettlementFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.people import (
    AddressFactory,
    AlertFactory,
    CourtOrderFactory,
    IdentifierFactory,
    InvolvementFactory,
    NameFactory,
    RelationshipFactory,
    ResidentFactory,
    a_known_person,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
WHY = "The school confirmed both numbers."


@pytest.fixture
def worker():
    return StaffFactory(screener=True)


@pytest.fixture
def nora(worker):
    home = Home(("4 Quay Row",), "NF2 3AB")
    return a_known_person(
        worker.hub, given="Nora", family="Lindqvist", born_on=date(2019, 10, 31), addresses=(home,)
    )


@pytest.fixture
def norah(worker):
    return a_known_person(
        worker.hub, given="Norah", family="Lindkvist", born_on=date(2019, 10, 13), phones=("020 7946 0812",)
    )


def join(worker, person, into, why=WHY):
    with signed_in_as(worker):
        return actions.join(person=person, into=into, why=why, by=worker, at=MONDAY_9AM)


def separate(worker, joining, why="Two children after all"):
    with signed_in_as(worker):
        actions.separate(joining=joining, why=why, by=worker, at=MONDAY_9AM)


def apart(worker, one, other):
    with signed_in_as(worker):
        return actions.tell_apart(one=one, other=other, why="Cousins", by=worker, at=MONDAY_9AM)


def counts(*people):
    rows = Person.objects.using("builder").in_bulk([one.pk for one in people])
    return [rows[one.pk].merged_into_id for one in people]


def shown(worker, words):
    with signed_in_as(worker):
        return [one.pk for one in queries.search(worker, words).people]


# Read as one


def test_whoever_looks_for_either_finds_the_one_that_counts_once(worker, nora, norah):
    join(worker, norah, nora)
    for words in ("Lindqvist", "Lindkvist", "020 7946 0812", "NF2 3AB", "NF2 3AB 020 7946 0812"):
        assert shown(worker, words) == [nora.pk], words
    said = Details(given="Norah", family="Lindkvist", born_on=date(2019, 10, 13))
    with signed_in_as(worker):
        found = queries.candidates(worker.hub_id, said)
    assert [one.person_id for one in found] == [nora.pk]


def test_the_page_of_the_one_that_counts_shows_what_hangs_on_either(worker, nora, norah):
    rows = [
        kind(person=norah)
        for kind in (NameFactory, AddressFactory, IdentifierFactory, CourtOrderFactory, InvolvementFactory)
    ]
    alert = AlertFactory(person=norah, from_on="2026-01-01", expires_on="2027-01-01")
    mother = RelationshipFactory(to_person=norah)
    sister = ResidentFactory(
        person=a_known_person(worker.hub, given="Ida", family="Lindqvist"), household__hub=worker.hub
    )
    ResidentFactory(person=norah, household=sister.household)
    join(worker, norah, nora)
    with signed_in_as(worker):
        held = queries.record_of(nora, worker.hub, MONDAY_9AM)
    seen = [*held.names, *held.homes, *held.numbers, *held.court_orders, *held.work]
    assert {row.pk for row in rows} <= {row.pk for row in seen}
    assert [one.pk for one in held.alerts] == [alert.pk]
    assert [one.pk for one in held.relationships] == [mother.pk]
    assert [one.person_id for one in held.household] == [sister.person_id]
    assert held.joined == [norah]


def test_two_records_of_one_person_are_not_each_others_relations_or_household(worker, nora, norah):
    RelationshipFactory(to_person=norah, from_person=nora, kind="sibling")
    home = ResidentFactory(person=nora, household__hub=worker.hub)
    ResidentFactory(person=norah, household=home.household)
    join(worker, norah, nora)
    with signed_in_as(worker):
        held = queries.record_of(nora, worker.hub, MONDAY_9AM)
    assert (held.relationships, held.household) == ([], [])


def test_what_is_joined_is_corrected_on_the_record_that_counts(worker, nora, norah):
    join(worker, norah, nora)
    with signed_in_as(worker):
        norah.refresh_from_db()
        assert not policy.may_change(worker, norah)
        assert policy.may_change(worker, nora)


# Nothing is moved


TABLES = """
    SELECT conrelid::regclass::text, array_agg(attname::text ORDER BY attname)
    FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND confrelid = 'people_person'::regclass GROUP BY 1 ORDER BY 1
"""


def everything():
    """Return every row of every table that points at a person, as it stands."""
    with connections["builder"].cursor() as cursor:
        cursor.execute(TABLES)
        tables = dict(cursor.fetchall())
        found = {}
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(row)::text FROM {table} row ORDER BY 1")
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def test_no_row_that_points_at_a_person_is_moved_lost_or_doubled(worker, nora, norah):
    for one in (nora, norah):
        for kind in (NameFactory, AddressFactory, IdentifierFactory, AlertFactory, CourtOrderFactory):
            kind(person=one)
        InvolvementFactory(person=one)
        RelationshipFactory(to_person=one)
        ResidentFactory(person=one, household__hub=worker.hub)
        SettlementFactory(person=one, answer="known", contact_person__contact__hub=worker.hub)
    before = everything()
    assert len(before) >= 15
    assert {"people_token", "contact_settlement", "people_involvement"} <= {t for t in before if before[t]}
    joining = join(worker, norah, nora)
    after = everything()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"people_person", "people_joining"}
    assert len(after["people_person"]) == len(before["people_person"])
    separate(worker, joining)
    last = everything()
    assert {table for table in before if before[table] != last[table]} == {"people_joining"}


def test_several_records_point_to_the_one_that_counts_and_come_apart_as_they_were_joined(worker, nora, norah):
    third = a_known_person(worker.hub, given="N", family="Lindqvist")
    first = join(worker, third, norah)
    second = join(worker, norah, nora)
    assert counts(nora, norah, third) == [None, nora.pk, nora.pk]
    separate(worker, second)
    assert counts(nora, norah, third) == [None, None, norah.pk]
    again = join(worker, third, nora, "Seen together")  # the whole of both: `norah` counts for `third`
    assert (again.person_id, again.into_id) == (norah.pk, nora.pk)
    separate(worker, first)
    assert counts(nora, norah, third) == [None, nora.pk, None]


# What is refused, and remembered


def test_it_is_said_with_a_reason_and_stands_in_the_ledger(worker, nora, norah):
    with pytest.raises(actions.ReasonMissing):
        join(worker, norah, nora, why="  ")
    joining = join(worker, norah, nora)
    separate(worker, joining)
    apart(worker, nora, norah)
    said = Entry.objects.using("builder").filter(event__startswith="person.").order_by("at", "pk")
    assert {"person.joined", "person.separated", "person.told_apart"} <= {one.event for one in said}
    joining = Joining.objects.using("builder").get()
    assert (joining.by_id, joining.why, joining.undone_by_id) == (worker.pk, WHY, worker.pk)


def test_said_again_the_first_word_stands(worker, nora, norah):
    assert join(worker, norah, nora).pk == join(worker, norah, nora).pk
    with pytest.raises(actions.OnePerson):
        join(worker, nora, norah)
    with pytest.raises(actions.OnePerson):
        apart(worker, nora, norah)


def test_separated_twice_says_that_somebody_was_first(worker, nora, norah):
    joining = join(worker, norah, nora)
    separate(worker, joining)
    with pytest.raises(actions.TakenBack):
        separate(worker, joining)


def test_who_was_said_not_to_be_the_same_is_not_joined_until_that_is_taken_back(worker, nora, norah):
    third = a_known_person(worker.hub, given="N", family="Lindqvist")
    said = apart(worker, nora, norah)
    assert apart(worker, norah, nora).pk == said.pk
    join(worker, third, norah)
    with pytest.raises(actions.SaidApart):
        join(worker, third, nora)  # through the record it counts as
    with signed_in_as(worker):
        actions.take_back_apart(said=said, by=worker, at=MONDAY_9AM)
        actions.take_back_apart(said=said, by=worker, at=MONDAY_9AM)
    join(worker, third, nora)
    assert counts(nora, norah, third) == [None, nora.pk, nora.pk]


def test_two_workers_at_once_leave_one_word(worker, nora, norah):
    other = StaffFactory(hub=worker.hub, screener=True)
    start, refused = threading.Barrier(2), []

    def go(who, person, into):
        start.wait()
        try:
            join(who, person, into)
        except actions.NotJoined as why:
            refused.append(type(why))
        finally:
            connections.close_all()

    several = [
        threading.Thread(target=go, args=each) for each in ((worker, norah, nora), (other, nora, norah))
    ]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert refused == [actions.OnePerson]
    assert Joining.objects.using("builder").filter(undone_at=None).count() == 1
    assert counts(nora, norah).count(None) == 1


# Who may


@pytest.mark.parametrize("duty", ["screener", "social_worker", "decider", "manager"])
def test_the_desk_says_it_by_day(duty, nora, norah):
    assert policy.may_join(StaffFactory(hub=nora.hub, **{duty: True}), nora, norah)


def others(person):
    return {
        "night": StaffFactory(hub=person.hub, duties=["out_of_hours"]),
        "auditor": StaffFactory(hub=person.hub, auditor=True),
        "agency": StaffFactory(hub=person.hub, answerer=True),
        "elsewhere": StaffFactory(whole_desk=True),
        "without duties": StaffFactory(hub=person.hub),
    }


def test_nobody_else_says_it_and_the_database_holds_it_too(worker, nora, norah):
    said = join(worker, norah, nora)
    for who, staff in others(nora).items():
        assert not policy.may_join(staff, nora, norah), who
        with signed_in_as(staff), pytest.raises(PermissionDenied):
            actions.tell_apart(one=nora, other=norah, why=WHY, by=staff, at=MONDAY_9AM)
        with signed_in_as(staff):
            seen = Joining.objects.filter(pk=said.pk).exists()
            assert seen is (who in {"night", "auditor"} and staff.works_at_the_desk), who
            changed = Joining.objects.filter(pk=said.pk)
            assert who == "night" or changed.update(undone_at=MONDAY_9AM) == 0, who


def test_who_is_kept_from_one_of_them_sees_no_word_about_either(worker, nora, norah):
    kept = StaffFactory(hub=worker.hub, manager=True)
    AccessFactory(staff=kept, person_id=norah.pk, contact_id=None, bars=True)
    joining, said = join(worker, norah, nora), None
    with signed_in_as(kept):
        assert not Joining.objects.exists()
        with pytest.raises(Http404):
            joined.find_joining(kept, joining.pk)
    separate(worker, joining)
    said = apart(worker, nora, norah)
    with signed_in_as(kept):
        assert not Apart.objects.exists()
        with pytest.raises(Http404):
            joined.find_apart(kept, said.pk)


def test_the_roles_of_the_product_cannot_delete_a_word():
    with connections["builder"].cursor() as cursor:
        for table in ("people_joining", "people_apart"):
            for role in DOORS.split(", "):
                cursor.execute("SELECT has_table_privilege(%s, %s, 'DELETE')", [role, table])
                assert cursor.fetchone() == (False,), (role, table)


@pytest.mark.parametrize("kept_from", ["nora", "norah"])
@pytest.mark.parametrize("word", [Joining, Apart])
def test_whoever_is_kept_from_either_of_two_records_reads_no_word_on_both(
    worker, nora, norah, word, kept_from
):
    join(worker, norah, nora) if word is Joining else apart(worker, nora, norah)
    colleague = StaffFactory(hub=worker.hub, screener=True)
    with signed_in_as(colleague):
        assert word.objects.count() == 1
    person = {"nora": nora, "norah": norah}[kept_from]
    AccessFactory(staff=colleague, person_id=person.pk, bars=True, why="her sister's child")
    with signed_in_as(colleague):
        assert word.objects.count() == 0
