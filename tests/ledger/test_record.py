"""The record: no role changes it, nobody writes in another's name, few read it, and a changed line is found."""

import uuid
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction

from mash.common.identity import Identity, Kind, acting_as
from mash.ledger.actions import line_hash, record
from mash.ledger.models import Entry
from mash.ledger.verifying import verify
from tests import conftest
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, AccountFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectNotInPrerequisiteState)
CHANGES = {
    "at": MONDAY_9AM + timedelta(microseconds=1),
    "hub_id": uuid.UUID(int=7),
    "actor": "staff:somebody-else",
    "event": "contact.received",
    "about": "contact.contact:another",
    "why": "Another reason",
    "detail": {"page": "case", "n": 3},
    "hash": "0" * 64,
}
ROLES = {  # who signs in, and what it may become
    "mash_app": ("mash_app", ""),
    "mash_reader": ("mash_app", "mash_reader"),
    "mash_sealed": ("mash_app", "mash_sealed"),
    "mash_worker": ("mash_worker", ""),
    "mash_sealed of the worker": ("mash_worker", "mash_sealed"),
    "mash_migrate": ("mash_migrate", ""),
    "mash_owner": ("mash_migrate", "mash_owner"),
    "mash_backup": ("mash_backup", ""),
}


def a_line(staff=None, **more):
    staff = staff or StaffFactory(screener=True)
    said = {
        "at": MONDAY_9AM,
        "hub_id": staff.hub_id,
        "why": "A reason",
        "detail": {"page": "case", "n": 2},
    } | more
    with signed_in_as(staff):
        return record("contact.seen", about="contact.contact:1", **said)


def lines():
    return Entry.objects.using("builder")


# Changed lines


@pytest.mark.parametrize("column", CHANGES)
def test_a_line_that_was_changed_is_found_and_named_and_its_neighbours_are_not(column):
    kept, changed = a_line(), a_line()
    assert lines().filter(pk=changed.pk).update(**{column: CHANGES[column]}) == 1
    with in_service("ledger_keeper"):
        found = verify(keys=None)
    assert (found.lines, [one.keys for one in found.found]) == (2, [(str(changed.pk),)])
    assert str(kept.pk) not in found.found[0].keys


def test_the_hash_tells_where_one_word_ends_and_the_next_begins():
    one = Entry(at=MONDAY_9AM, actor="a", event="b", about="cd", why="e")
    other = Entry(pk=one.pk, at=MONDAY_9AM, actor="a", event="bc", about="d", why="e")
    assert line_hash(one) != line_hash(other)
    assert line_hash(one) == line_hash(
        Entry(pk=one.pk, at=MONDAY_9AM, actor="a", event="b", about="cd", why="e")
    )


def test_the_command_looks_through_every_line_of_every_hub_and_of_none():
    a_line()
    a_line(
        StaffFactory(hub=HubFactory(), screener=True),
        why="Ünïcode \u2028",
        detail={"é": [1, None]},
    )
    of_no_hub = a_line(hub_id=None)
    said = StringIO()
    call_command("ledger", "verify", stdout=said)
    assert said.getvalue() == "3 lines, all as they were written; 0 roots; 3 lines not yet under a root\n"
    lines().filter(pk=of_no_hub.pk).update(why="Changed")
    told = StringIO()
    with pytest.raises(CommandError, match="1 things do not agree, in 3 lines"):
        call_command("ledger", "verify", stdout=said, stderr=told)
    assert f"changed after they were written: {of_no_hub.pk}\n" in told.getvalue()


# Nobody changes one


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE public.ledger_entry SET why = 'x'",
        "DELETE FROM public.ledger_entry",
        "TRUNCATE public.ledger_entry",
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_no_role_of_the_product_changes_or_removes_a_line(role, statement):
    line = a_line()
    login, becomes = ROLES[role]
    keeper = Identity(Kind.SERVICE, "migrations").signed()
    database = connections["default"].settings_dict["NAME"]
    with psycopg.connect(conftest._server().url(login, database)) as connection:
        connection.execute("SELECT set_config('mash.identity', %s, true)", [keeper])
        if becomes:
            connection.execute(f"SET LOCAL ROLE {becomes}")
        try:
            assert connection.execute(statement).rowcount == 0
        except REFUSED:
            connection.rollback()
    assert lines().get().why == line.why


# In nobody else's name


def test_a_line_in_anothers_name_is_refused():
    staff, other = StaffFactory(screener=True), StaffFactory(screener=True)
    for actor in (f"staff:{other.pk}", "service:imports", "nobody", f"account:{staff.account_id}"):
        line = Entry(at=MONDAY_9AM, actor=actor, event="contact.seen", about="x", hash="")
        with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(staff):
            Entry.objects.bulk_create([line])
    assert not lines().exists()


# Who reads it


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("auditor", True),
        ("auditor of another hub", False),
        ("who wrote it", False),
        ("manager", False),
        ("administrator", False),
        ("cleared", False),
        ("decider", False),
        ("agency", False),
    ],
)
def test_who_reads_the_record(who, reads):
    writer = StaffFactory(screener=True)
    a_line(writer)
    reader = {
        "auditor": lambda: StaffFactory(hub=writer.hub, auditor=True),
        "auditor of another hub": lambda: StaffFactory(auditor=True),
        "who wrote it": lambda: writer,
        "manager": lambda: StaffFactory(hub=writer.hub, manager=True),
        "administrator": lambda: StaffFactory(hub=writer.hub, administrator=True),
        "cleared": lambda: StaffFactory(hub=writer.hub, cleared=True),
        "decider": lambda: StaffFactory(hub=writer.hub, decider=True),
        "agency": lambda: StaffFactory(hub=writer.hub, answerer=True),
    }[who]()
    for role in ("", "mash_reader"):
        with acting_as(reader.identity, role=role), transaction.atomic():
            assert Entry.objects.exists() is reads


def test_somebody_signed_in_without_a_post_reads_nothing_of_it():
    a_line()
    with acting_as(AccountFactory().identity), transaction.atomic():
        assert not Entry.objects.exists()


def test_a_service_reads_the_lines_of_hubs_and_the_keeper_alone_those_of_none():
    a_line(hub_id=None)
    a_line()
    with in_service("imports"):
        assert Entry.objects.count() == 1
    with in_service("ledger_keeper"):
        assert Entry.objects.count() == 2
