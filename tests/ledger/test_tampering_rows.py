"""Whoever owns the database cannot change a sealed row unseen: the record says what each said when it was written.

`make check` tries each way a few times, `make prove` hundreds of times (MASH_TAMPERINGS).
"""

import io
import json
import os
import random
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from mash.ledger.findings import Kind, Verified
from mash.ledger.models import Entry
from mash.ledger.rows import EVERYTHING
from mash.ledger.verifying_rows import lines_said, rows_there, verify_rows
from mash.sealed.models import Item
from tests.factories.base import in_service
from tests.figures import figure
from tests.ledger.tampering_rows import ROW_WAYS, Owner
from tests.sealed.test_rewrapping import FIRST, SECOND, Whole, run

pytestmark = pytest.mark.usefixtures("transactional_db")
TIMES = int(os.environ.get("MASH_TAMPERINGS", "3"))  # of each way
SEED = int(os.environ.get("MASH_TAMPERINGS_SEED", "20261201"))


@pytest.fixture
def room(settings):
    """Fill a room: items in two cases, releases in each state, subjects; all wrapped anew once.

    Return what an item was before: key, nonce, body.
    """
    settings.MASH_SEAL_KEY, settings.MASH_SEAL_KEYS_BEFORE = FIRST, []
    whole = Whole()
    whole.cast.seals(case=uuid.uuid4())
    open_one = whole.cast.begins()
    whole.cast.proposes(open_one)
    was = Item.objects.using("builder").filter(terms=b"").order_by("pk").first()  # wrapped once, not twice
    settings.MASH_SEAL_KEY, settings.MASH_SEAL_KEYS_BEFORE = SECOND, [FIRST]
    run()
    return str(was.pk), bytes(was.nonce), bytes(was.body)


def looked_through():
    """Return what is found of the rows that stand in the database."""
    result = Verified()
    with in_service("row_checker"):
        verify_rows(result, lines_said(), rows_there(), tables=EVERYTHING)
    return result


def verified(*words):
    """Run the command; return what it says."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("ledger", "verify", *words, stdout=out, stderr=err)
    except CommandError as why:
        return f"{err.getvalue()}{why}"
    return out.getvalue()


@pytest.mark.parametrize("way", ROW_WAYS, ids=lambda way: way.__name__)
def test_every_tampering_with_a_sealed_row_is_found_and_the_row_named(room, administrator, way):
    tables = [f"sealed.{one.model._meta.db_table}" for one in EVERYTHING.values()] + ["ledger_entry"]
    administrator.execute("SET session_replication_role = replica")
    for table in tables:
        administrator.execute(f"CREATE TABLE kept_{table.split('.')[-1]} AS TABLE {table}")
    assert looked_through().found == []
    try:
        for turn in range(TIMES):
            tried = way(Owner(administrator, random.Random(SEED + turn), room))
            found = looked_through().found
            assert tried.kind in {one.kind for one in found}, (tried, found)
            named = {name for one in found for name in one.keys}
            assert set(tried.names) <= named, (tried, found)
            for table in tables:
                administrator.execute(f"DELETE FROM {table}")
                administrator.execute(f"INSERT INTO {table} TABLE kept_{table.split('.')[-1]}")
            assert looked_through().found == []
    finally:
        for table in tables:
            administrator.execute(f"DROP TABLE kept_{table.split('.')[-1]}")
    figure("S9 sealed rows", f"{way.__name__}: {TIMES} tried, {TIMES} found and named", "all found")


def test_a_row_that_was_only_read_and_wrapped_anew_is_no_finding(room):
    result = looked_through()
    assert result.found == []
    assert result.rows > 30
    assert result.rows_from_before == 0
    assert "sealed rows, all as the record says" in verified()


def test_the_command_names_the_rows_and_fails(room, administrator):
    administrator.execute("SET session_replication_role = replica")
    tried = Owner(administrator, random.Random(3), room).change_an_owner()
    said = verified()
    assert f"sealed rows changed after they were written: {tried.names[0]}" in said
    assert "1 things do not agree" in said


def test_rows_that_were_given_are_looked_through_without_the_database_s_own(room, administrator, tmp_path):
    file = tmp_path / "rows.jsonl"

    def give():
        with file.open("w") as out:
            for name, kept in EVERYTHING.items():
                rows = administrator.execute(
                    f"SELECT to_json(one) FROM sealed.{kept.model._meta.db_table} one"
                ).fetchall()
                out.writelines(json.dumps({"table": name, "row": row}) + "\n" for (row,) in rows)

    administrator.execute("SET TIME ZONE 'Europe/London'")
    give()
    assert "sealed rows, all as the record says" in verified("--rows", str(file))
    administrator.execute("SET session_replication_role = replica")
    tried = Owner(administrator, random.Random(5), room).add_a_recipient()
    assert "no line vouches" in verified()
    assert "sealed rows, all as the record says" in verified("--rows", str(file)), (
        "what was given is as it was"
    )
    give()
    assert tried.names[0] in verified("--rows", str(file))
    file.write_text('{"table": "nothing"}')
    assert "cannot be read" in verified("--rows", str(file))


# Rows from before


def test_rows_from_before_are_said_to_be_so_and_never_passed_in_silence(room, administrator):
    administrator.execute("DELETE FROM ledger_entry WHERE event LIKE 'rows.%'")
    result = looked_through()
    assert result.found == []
    assert result.rows_from_before == result.rows > 30
    assert f"of {result.rows} of these it cannot say that they are as they were first written" in verified()


def test_they_are_taken_over_once_and_from_then_on_a_row_without_a_line_is_found(room, administrator):
    administrator.execute("DELETE FROM ledger_entry WHERE event LIKE 'rows.%'")
    out = io.StringIO()
    call_command("ledger", "take-over", stdout=out)
    rows = looked_through().rows
    assert out.getvalue() == f"{rows} sealed rows from before are vouched for as they stand\n"
    assert f"of {rows} of these it cannot say" in verified(), "it still knows that they are from before"
    administrator.execute("SET session_replication_role = replica")
    tried = Owner(administrator, random.Random(7), room).put_a_row_in()
    administrator.execute("UPDATE sealed.sealed_item SET at = '2020-01-01'")
    found = {one.kind: one.keys for one in looked_through().found}
    assert tried.names[0] in found[Kind.ROW_PUT_IN]
    assert Kind.ROW_CHANGED in found
    with pytest.raises(CommandError, match="taken over already"):
        call_command("ledger", "take-over")


def test_a_row_put_in_after_the_first_line_is_found_though_nothing_was_taken_over(room, administrator):
    administrator.execute("SET session_replication_role = replica")
    first = administrator.execute("SELECT min(at) FROM ledger_entry WHERE event = 'rows.written'").fetchone()[
        0
    ]
    for later, expected in ((1, True), (-1, False)):
        key = uuid.uuid4()
        administrator.execute(
            'INSERT INTO sealed.sealed_room (id, hub_id, "case", opened_at) '
            "VALUES (%s, gen_random_uuid(), gen_random_uuid(), %s + %s * interval '1 day')",
            [key, first, later],
        )
        named = {name for one in looked_through().found for name in one.keys}
        assert (f"room:{key}" in named) is expected
    assert looked_through().rows_from_before == 1


# Who reads the lines, and who the rows


def test_what_is_vouched_for_is_of_no_hub_and_no_auditor_reads_it(room):
    said = Entry.objects.using("builder").filter(event__startswith="rows.")
    assert said.exists()
    assert set(said.values_list("hub_id", flat=True)) == {None}
    assert set(said.values_list("why", flat=True)) == {""}


def test_only_the_checker_reads_both_and_it_writes_into_no_room(room):
    vouched = Entry.objects.filter(event__startswith="rows.")
    for service in ("ledger_keeper", "setup", "reminders"):
        with in_service(service):
            assert list(rows_there()) == []
            assert vouched.exists() is (service == "ledger_keeper")
    with in_service("row_checker"):
        assert set(vouched.values_list("event", flat=True)) == {"rows.written", "rows.wrapped_anew"}
        assert list(rows_there())
        kept = EVERYTHING["item"]
        with pytest.raises(DatabaseError), kept.reached():
            Item.objects.update(handling="P")


def test_each_column_of_a_sealed_table_counts_or_is_named_here():
    """Another column gives another digest: decide whether it counts, and what becomes of the rows from before."""
    left_out = {
        "room": {"opened_at"},
        "subject_ended": {"id"},
        "mark": {"id"},
    }
    for name, kept in EVERYTHING.items():
        columns = {field.attname for field in kept.model._meta.concrete_fields}
        assert columns - set(kept.plain) - set(kept.locked) - set(kept.key) == left_out.get(
            name, set()
        ) - set(kept.key)
