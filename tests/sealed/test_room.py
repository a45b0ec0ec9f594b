import json
import uuid
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from django.db import DatabaseError, connection, connections, transaction

from mash.sealed.actions import NotForThisSystem, NotYours, WrongGrading, seal, seal_address
from mash.sealed.grading import Grading
from mash.sealed.locking import Locked, lock, place_of_item, unlock, unlock_terms
from mash.sealed.models import Item
from mash.sealed.queries import holds_anything, items_for
from mash.sealed.room import hub_as_owner, sealed_room
from tests import conftest
from tests.cluster import administrator
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

MIGRATION = import_module("mash.sealed.migrations.0003_conditions_under_lock")
WORDS = "Owes money to the man next door"


def sealed(author, case, *, words=WORDS, **more):
    with signed_in_as(author):
        return seal(
            hub_id=author.hub_id,
            case=case,
            agency=author.agency_id,
            author=author.pk,
            about="enquiry:1/2",
            words=words,
            at=MONDAY_9AM,
            **more,
        )


def read_by(staff, case, role=""):
    with signed_in_as(staff, role=role):
        return items_for(staff, case, at=MONDAY_9AM)


def known_to(staff, **where):
    with signed_in_as(staff):
        return holds_anything(staff, at=MONDAY_9AM, **where)


def role_now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def lines():
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            "SELECT event, about, detail::text FROM ledger_entry WHERE event NOT LIKE 'rows.%' ORDER BY at, id"
        )
        return cursor.fetchall()


@pytest.mark.parametrize(
    ("same_hub", "same_agency", "author", "cleared", "reads"),
    [
        (True, True, True, False, True),  # who wrote it
        (True, True, False, False, False),  # a colleague of the same agency
        (True, False, False, True, True),  # cleared staff of the hub
        (True, False, False, False, False),  # the next desk
        (False, True, False, False, False),  # the same agency in another borough
        (False, True, False, True, False),  # cleared, in another borough
    ],
)
def test_who_reads_what_is_sealed(same_hub, same_agency, author, cleared, reads):
    writer = StaffFactory(answerer=True)
    case = uuid.uuid4()
    sealed(writer, case)
    reader = writer
    if not author:
        hub = writer.hub if same_hub else HubFactory()
        agency = writer.agency if same_agency else AgencyFactory()
        reader = StaffFactory(hub=hub, agency=agency, duties=["clear"] if cleared else ["screen", "answer"])
    assert [item.words for item in read_by(reader, case)] == ([WORDS] if reads else [])
    assert known_to(reader, case=case) is (reads and cleared)
    with signed_in_as(reader), sealed_room():  # row-level security without the filter
        assert Item.objects.exists() is reads


def test_a_person_with_posts_in_two_hubs_reads_in_the_one_they_act_in():
    writer = StaffFactory(answerer=True)
    elsewhere = StaffFactory(account=writer.account, duties=["clear"])
    case = uuid.uuid4()
    sealed(writer, case)
    assert read_by(writer, case)
    assert not read_by(elsewhere, case)


def test_outside_the_room_the_tables_do_not_exist():
    cleared = StaffFactory(cleared=True)
    with signed_in_as(cleared), pytest.raises(DatabaseError, match="does not exist"), transaction.atomic():
        Item.objects.exists()


@pytest.mark.parametrize("role", ["", "mash_reader"])
def test_the_former_role_comes_back(role):
    with signed_in_as(StaffFactory(cleared=True), role=role):
        before = role_now()
        with sealed_room():
            assert role_now() == "mash_sealed"
        assert role_now() == before
        with pytest.raises(KeyError), sealed_room():
            raise KeyError
        assert role_now() == before


def test_the_words_lie_encrypted_and_open_in_their_own_place_only():
    writer = StaffFactory(answerer=True)
    case = uuid.uuid4()
    key = sealed(writer, case)
    item = Item.objects.using("builder").get(pk=key)
    assert b"money" not in bytes(item.body)
    locked = Locked(bytes(item.nonce), bytes(item.body))
    with pytest.raises(InvalidTag):
        unlock(locked, purpose="item", agency=item.agency, bound_to=f"{key}|{uuid.uuid4()}|{item.agency}")
    with pytest.raises(InvalidTag):
        unlock(locked, purpose="item", agency=uuid.uuid4(), bound_to=f"{key}|{case}|{item.agency}")


CONDITIONS = "Ask the unit before anybody else hears of it"
GRADED = Grading("2", "D", "C", CONDITIONS)


def test_the_conditions_lie_encrypted_too_and_whoever_reads_the_words_reads_them():
    writer = StaffFactory(answerer=True)
    case = uuid.uuid4()
    key = sealed(writer, case, grading=GRADED)
    item = Item.objects.using("builder").get(pk=key)
    assert b"Ask the unit" not in bytes(item.terms)
    (read,) = read_by(writer, case)
    assert read.grading == GRADED


@pytest.mark.parametrize("moved", ["item", "case", "agency", "words"])
def test_conditions_open_in_their_own_place_only(moved):
    writer = StaffFactory(answerer=True)
    case = uuid.uuid4()
    key = sealed(writer, case, grading=GRADED)
    item = Item.objects.using("builder").get(pk=key)
    at = {"item": key, "case": case, "agency": item.agency}
    locked = Locked(item.terms_nonce, item.terms)
    assert unlock_terms(locked, agency=item.agency, place=place_of_item(**at)) == CONDITIONS
    if moved == "words":  # the body of an item is not its conditions
        locked = Locked(item.nonce, item.body)
    else:
        at[moved] = uuid.uuid4()
    with pytest.raises(InvalidTag):
        unlock_terms(locked, agency=at["agency"], place=place_of_item(**at))


def test_what_has_no_conditions_has_nothing_to_open():
    writer = StaffFactory(answerer=True)
    case = uuid.uuid4()
    item = Item.objects.using("builder").get(pk=sealed(writer, case))
    assert (bytes(item.terms_nonce), bytes(item.terms)) == (b"", b"")
    assert read_by(writer, case)[0].grading == Grading()


def as_before_the_migration(cursor, key):
    """Put an item back as an older release left it: its conditions in plain words."""
    cursor.execute("""
        ALTER TABLE sealed.sealed_item DROP CONSTRAINT item_conditions_under_lock, ALTER conditions TYPE text
    """)
    cursor.execute(
        "UPDATE sealed.sealed_item SET conditions = %s, terms = '', terms_nonce = '' WHERE id = %s",
        [CONDITIONS, key],
    )


@contextmanager
def undone():
    """The administrator's connection, who may change tables, in a transaction that is undone."""
    name = connections["builder"].settings_dict["NAME"]
    with administrator(conftest._server(), name) as admin, admin.transaction(force_rollback=True):
        yield admin


def test_items_that_were_there_before_keep_their_conditions():
    writer = StaffFactory(answerer=True)
    case = uuid.uuid4()
    key, plain = sealed(writer, case, grading=GRADED), sealed(writer, case)
    with undone() as admin, admin.cursor() as cursor:
        as_before_the_migration(cursor, key)
        MIGRATION.take_over(None, SimpleNamespace(connection=admin))
        cursor.execute("SELECT conditions, terms_nonce, terms FROM sealed.sealed_item WHERE id = %s", [key])
        conditions, nonce, terms = cursor.fetchone()
        cursor.execute("SELECT terms FROM sealed.sealed_item WHERE id = %s", [plain])
        assert bytes(cursor.fetchone()[0]) == b""
    assert conditions == ""
    place = place_of_item(key, case, writer.agency_id)
    assert unlock_terms(Locked(nonce, terms), agency=writer.agency_id, place=place) == CONDITIONS


def test_another_key_stops_the_migration_and_changes_nothing(settings):
    writer = StaffFactory(answerer=True)
    key = sealed(writer, uuid.uuid4(), grading=GRADED)
    with undone() as admin, admin.cursor() as cursor:
        as_before_the_migration(cursor, key)
        settings.MASH_SEAL_KEY = "22" * 32
        with pytest.raises(InvalidTag):
            MIGRATION.take_over(None, SimpleNamespace(connection=admin))
        cursor.execute("SELECT conditions FROM sealed.sealed_item WHERE id = %s", [key])
        assert cursor.fetchone()[0] == CONDITIONS


def test_nothing_can_be_written_in_plain_words_any_more():
    writer = StaffFactory(answerer=True)
    key = sealed(writer, uuid.uuid4())
    with undone() as admin, admin.cursor() as cursor, pytest.raises(psycopg.errors.CheckViolation):
        cursor.execute("UPDATE sealed.sealed_item SET conditions = '-' WHERE id = %s", [key])


def test_two_seals_of_the_same_words_look_different():
    agency = uuid.uuid4()
    one, two = (lock("same", purpose="item", agency=agency, bound_to="here") for _ in range(2))
    assert one.nonce != two.nonce
    assert one.body != two.body


def test_two_agencies_seal_into_one_room_without_learning_of_each_other():
    first = StaffFactory(answerer=True)
    second = StaffFactory(answerer=True, hub=first.hub)
    case = uuid.uuid4()
    sealed(first, case)
    sealed(second, case, words="Something else")
    assert [item.words for item in read_by(second, case)] == ["Something else"]
    cleared = StaffFactory(cleared=True, hub=first.hub)
    assert len(read_by(cleared, case)) == 2


def test_a_protected_address_is_sealed_by_intake_and_read_by_the_cleared_alone():
    hub = HubFactory()
    case, person = uuid.uuid4(), uuid.uuid4()
    said = json.dumps({"lines": ["1 Hidden Row"], "postcode": "NF9 9ZZ"})
    with in_service("intake"):
        seal_address(hub_id=hub.pk, case=case, about=f"address:{person}", words=said, at=MONDAY_9AM)
    cleared, screener = StaffFactory(cleared=True, hub=hub), StaffFactory(screener=True, hub=hub)
    (item,) = read_by(cleared, case)
    assert json.loads(item.words)["postcode"] == "NF9 9ZZ"
    assert item.people == (person,)
    assert item.agency == hub_as_owner(hub.pk)
    assert known_to(cleared, people=[person])
    assert not known_to(screener, people=[person])
    assert not known_to(cleared, people=[uuid.uuid4()])


def test_secret_material_is_not_kept():
    writer = StaffFactory(answerer=True)
    with pytest.raises(NotForThisSystem):
        sealed(writer, uuid.uuid4(), classification="SECRET")
    assert not Item.objects.using("builder").exists()


def test_a_condition_needs_its_text():
    writer = StaffFactory(answerer=True)
    with pytest.raises(WrongGrading):
        sealed(writer, uuid.uuid4(), grading=Grading("2", "D", "C"))
    assert not Item.objects.using("builder").exists()


def test_a_supplement_stands_beside_what_it_adds_to():
    writer = StaffFactory(answerer=True)
    case = uuid.uuid4()
    first = sealed(writer, case)
    sealed(writer, case, words="And a second loan", supplements=first)
    assert {item.supplements for item in read_by(writer, case)} == {None, first}


@pytest.mark.parametrize("there", [True, False])
def test_somebody_elses_item_and_an_absent_one_cannot_be_supplemented(there):
    first = StaffFactory(answerer=True)
    second = StaffFactory(answerer=True, hub=first.hub, agency=first.agency)
    case = uuid.uuid4()
    key = sealed(first, case) if there else uuid.uuid4()
    with pytest.raises(NotYours):
        sealed(second, case, supplements=key)


@pytest.mark.parametrize(
    "change", ["UPDATE sealed.sealed_item SET body = ''", "DELETE FROM sealed.sealed_item"]
)
def test_nobody_changes_an_item(change):
    writer = StaffFactory(answerer=True)
    sealed(writer, uuid.uuid4())
    with signed_in_as(writer), pytest.raises(DatabaseError, match="permission denied"), sealed_room():
        connection.cursor().execute(change)


def test_nobody_seals_into_another_hub():
    writer = StaffFactory(answerer=True)
    with signed_in_as(writer), pytest.raises(DatabaseError, match="row-level security"):
        seal(
            hub_id=HubFactory().pk,
            case=uuid.uuid4(),
            agency=writer.agency_id,
            author=writer.pk,
            about="x",
            words="x",
            at=MONDAY_9AM,
        )


@pytest.mark.parametrize("reader", ["cleared", "screener"])
def test_the_record_tells_that_the_room_was_asked_and_not_what_is_in_it(reader):
    writer = StaffFactory(answerer=True)
    case, empty = uuid.uuid4(), uuid.uuid4()
    sealed(writer, case)
    staff = StaffFactory(hub=writer.hub, **{reader: True})
    read_by(staff, case, role="mash_reader")
    read_by(staff, empty, role="mash_reader")
    first, second = lines()
    assert [first[0], first[2]] == [second[0], second[2]] == ["case.room_asked", "{}"]


def test_nothing_is_read_without_its_line_in_the_record(monkeypatch):
    writer = StaffFactory(answerer=True)
    case = uuid.uuid4()
    sealed(writer, case)

    def full(*args, **kwargs):
        raise DatabaseError("no room on the disk")

    monkeypatch.setattr("mash.sealed.queries.items.record", full)
    with pytest.raises(DatabaseError, match="no room"):
        read_by(writer, case)
