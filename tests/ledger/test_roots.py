"""Signed roots: no line is missed or put under two, whoever commits when; nobody changes one."""

import hashlib
import random
import threading
import uuid
from datetime import timedelta

import psycopg
import pytest
from django.db import connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from mash.common.identity import Identity, Kind, acting_as
from mash.ledger import lines, trees
from mash.ledger.actions import record, rooting
from mash.ledger.models import Entry, Root
from mash.ledger.signing import NoKey
from tests import conftest
from tests.factories.base import in_service
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.ledger.conftest import looked_through, make_root

pytestmark = pytest.mark.usefixtures("transactional_db")

MINUTE = timedelta(minutes=1)
INSERT = """
    INSERT INTO ledger_entry (id, at, hub_id, actor, event, about, why, detail, hash)
    VALUES (%s, %s, NULL, 'service:reminders', 'clock.alerted', 'x', '', '{}', '')
"""


def write(count=1, at=MONDAY_9AM):
    with in_service("reminders"):
        return [record("clock.alerted", about="contact.contact:1", at=at).pk for _ in range(count)]


def opened():
    """Return a connection of the worker's own with a transaction open, which may write lines."""
    database = connections["default"].settings_dict["NAME"]
    connection = psycopg.connect(conftest._server().url("mash_worker", database))
    signed = Identity(Kind.SERVICE, "reminders").signed()
    connection.execute("SELECT set_config('mash.identity', %s, true)", [signed])
    return connection


def write_into(connection, at=MONDAY_9AM):
    key = uuid.uuid4()
    connection.execute(INSERT, [key, at])
    return key


def under():
    """Return the key of every line under a root, root by root."""
    return {root.number: list(root.lines) for root in Root.objects.using("builder").order_by("number")}


# The tree


def split_at_the_power_of_two(leaves):
    """The tree as RFC 6962 writes it down: a definition to compare with."""
    if len(leaves) == 1:
        return leaves[0]
    at = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = split_at_the_power_of_two(leaves[:at]), split_at_the_power_of_two(leaves[at:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=70))
def test_the_tree_is_the_one_of_the_standard(said):
    leaves = [trees.leaf(one) for one in said]
    assert trees.root_of(leaves) == split_at_the_power_of_two(leaves)


def test_known_trees():
    """The values that the standard's own reference code is tested with."""
    said = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31"]
    roots = [trees.root_of([trees.leaf(one) for one in said[:n]]).hex() for n in range(4)]
    assert roots == [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    ]


def test_a_leaf_and_a_node_are_never_the_same():
    a, b = trees.leaf(b"a"), trees.leaf(b"b")
    assert trees.leaf(a + b) != trees.root_of([a, b])


# A leaf


def test_a_leaf_covers_every_column_of_the_table():
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'ledger_entry'::regclass AND attnum > 0"
        )
        assert {name for (name,) in cursor.fetchall()} == set(lines.COLUMNS)


def test_the_bytes_of_a_line_do_not_hang_on_a_setting(witness):
    write()
    with in_service("ledger_keeper"):
        (before,) = lines.copied(f"SELECT {lines.WRITTEN} FROM ledger_entry e")
        with connections["default"].cursor() as cursor:
            cursor.execute("SET LOCAL datestyle = 'German'; SET LOCAL timezone = 'Asia/Tokyo'")
        (after,) = lines.copied(f"SELECT {lines.WRITTEN} FROM ledger_entry e")
    assert before == after


# Which lines


def test_the_lines_of_a_minute_are_under_one_root_in_the_order_of_their_transactions(witness):
    first, second = write(2), write(3)
    made = make_root(MONDAY_9AM)
    assert made.count == 5
    assert set(under()[1][:2]) == set(first)
    assert set(under()[1][2:]) == set(second)
    found = looked_through(witness)
    assert (found.found, found.lines, found.roots, found.waiting, found.witnessed) == ([], 5, 1, 0, 1)


def test_what_a_long_transaction_commits_late_is_under_the_next_root_and_nothing_waits_for_it(witness):
    with opened() as slow:
        late = write_into(slow)
        (before,) = write()
        make_root(MONDAY_9AM)
        (between,) = write()
        make_root(MONDAY_9AM + MINUTE)
        slow.commit()
        (after,) = write()
        make_root(MONDAY_9AM + 2 * MINUTE)
    assert [set(keys) for keys in under().values()] == [{before}, {between}, {late, after}]
    assert looked_through(witness).found == []


def test_what_is_rolled_back_is_under_no_root(witness):
    with opened() as given_up:
        write_into(given_up)
        make_root(MONDAY_9AM)
        given_up.rollback()
    (kept,) = write()
    make_root(MONDAY_9AM + MINUTE)
    assert under() == {1: [], 2: [kept]}
    assert looked_through(witness).found == []


def test_a_line_of_a_savepoint_is_under_a_root_once_its_transaction_has_ended(witness):
    with opened() as slow:
        slow.execute("SAVEPOINT a")
        late = write_into(slow)
        slow.execute("RELEASE SAVEPOINT a")
        make_root(MONDAY_9AM)
        slow.commit()
    make_root(MONDAY_9AM + MINUTE)
    assert under() == {1: [], 2: [late]}


@pytest.mark.parametrize("seed", range(8))
def test_any_mixture_of_transactions_leaves_each_line_under_exactly_one_root(witness, seed):
    chance, running, kept = random.Random(seed), [], []
    for step in range(60):
        do = chance.choice(["open", "write", "commit", "undo", "root"])
        if do == "open" and len(running) < 8:
            running.append((opened(), []))
        elif do == "root":
            make_root(MONDAY_9AM + step * MINUTE)
        elif running:
            connection, keys = running[chance.randrange(len(running))]
            if do == "write":
                keys.append(write_into(connection))
            else:
                running.remove((connection, keys))
                getattr(connection, {"commit": "commit", "undo": "rollback"}[do])()
                connection.close()
                kept += keys if do == "commit" else []
    for connection, keys in running:
        connection.commit()
        connection.close()
        kept += keys
    make_root(MONDAY_9AM + 100 * MINUTE)
    found = [key for keys in under().values() for key in keys]
    assert sorted(found) == sorted(kept)
    assert looked_through(witness).found == []


def test_roots_made_while_others_write_leave_each_line_under_exactly_one(witness):
    stop, written = threading.Event(), []

    def go():
        while not stop.is_set():
            with opened() as one:
                key = write_into(one)
                one.commit()
                written.append(key)

    writers = [threading.Thread(target=go) for _ in range(4)]
    for one in writers:
        one.start()
    for step in range(20):
        make_root(MONDAY_9AM + step * MINUTE)
    stop.set()
    for one in writers:
        one.join()
    make_root(MONDAY_9AM + 30 * MINUTE)
    assert len(written) > 20
    assert sorted(key for keys in under().values() for key in keys) == sorted(written)


def test_after_a_restore_elsewhere_where_transactions_are_counted_anew_no_line_is_missed_or_put_twice(
    witness, administrator
):
    """A cluster that has counted less far than the one the rows come from: their transactions lie ahead of it."""
    old = write(3)
    make_root(MONDAY_9AM)
    left = write(1)
    administrator.execute("UPDATE ledger_entry SET xact = (xact::text::bigint + 40)::text::xid8")
    administrator.execute(
        "UPDATE ledger_root SET low = low + 40, high = high + 40, snapshot = '900000000:900000000:'"
    )
    new = write(2)
    make_root(MONDAY_9AM + MINUTE)
    for step in range(60):  # the counter comes past the old numbers
        new += write(1)
        make_root(MONDAY_9AM + (2 + step) * MINUTE)
    found = [key for keys in under().values() for key in keys]
    assert sorted(found) == sorted([*old, *left, *new])


# A quiet minute


def test_a_quiet_minute_makes_no_root_and_a_quiet_hour_an_empty_one(witness):
    write()
    make_root(MONDAY_9AM)
    assert make_root(MONDAY_9AM + timedelta(minutes=59)) is None
    empty = make_root(MONDAY_9AM + timedelta(hours=1))
    assert (empty.number, empty.count) == (2, 0)
    assert looked_through(witness).found == []


def test_a_transaction_that_has_written_makes_no_root(witness):
    with pytest.raises(rooting.TooLate), in_service("ledger_keeper"):
        record("anything.done", about="x", at=MONDAY_9AM)
        rooting.make_root(at=MONDAY_9AM)
    assert not Root.objects.using("builder").exists()


def test_without_a_key_no_root_is_made(settings):
    settings.MASH_LEDGER_KEY = ""
    write()
    with pytest.raises(NoKey):
        make_root(MONDAY_9AM)


# Nobody changes one


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE public.ledger_root SET root = ''",
        "DELETE FROM public.ledger_root",
        "TRUNCATE public.ledger_root",
    ],
)
@pytest.mark.parametrize(
    ("login", "becomes"),
    [
        ("mash_app", ""),
        ("mash_app", "mash_reader"),
        ("mash_worker", ""),
        ("mash_migrate", "mash_owner"),
        ("mash_backup", ""),
    ],
)
def test_no_role_of_the_product_changes_or_removes_a_root(witness, login, becomes, statement):
    write()
    made = make_root(MONDAY_9AM)
    database = connections["default"].settings_dict["NAME"]
    with psycopg.connect(conftest._server().url(login, database)) as connection:
        signed = Identity(Kind.SERVICE, "migrations").signed()
        connection.execute("SELECT set_config('mash.identity', %s, true)", [signed])
        if becomes:
            connection.execute(f"SET LOCAL ROLE {becomes}")
        try:
            assert connection.execute(statement).rowcount == 0
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState):
            connection.rollback()
    assert Root.objects.using("builder").get().root == made.root


def test_nobody_but_the_keeper_adds_one(witness):
    root = Root(
        number=1, made_at=MONDAY_9AM, snapshot="1:1:", count=0, root="", before="", key="", signature=""
    )
    for who in (StaffFactory(auditor=True).identity, Identity(Kind.SERVICE, "reminders")):
        with (
            pytest.raises(Exception, match="row-level security"),
            acting_as(who),
            transaction.atomic(),
        ):
            Root.objects.bulk_create([root])


def test_nobody_says_which_transaction_wrote_a_line():
    with (
        pytest.raises(Exception, match="row-level security"),
        in_service("reminders"),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO ledger_entry (id, at, actor, event, about, why, detail, hash, xact) "
            "VALUES (gen_random_uuid(), now(), 'service:reminders', 'x', 'x', '', '{}', '', '3')"
        )
    assert not Entry.objects.using("builder").exists()


@pytest.mark.parametrize(("duty", "reads"), [("auditor", True), ("manager", False), ("cleared", False)])
def test_who_reads_the_roots(witness, duty, reads):
    write()
    make_root(MONDAY_9AM)
    staff = StaffFactory(hub=HubFactory(), **{duty: True})
    with acting_as(staff.identity, role="mash_reader"), transaction.atomic():
        assert Root.objects.exists() is reads
