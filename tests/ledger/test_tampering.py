"""Whoever rules the database cannot bend the record unseen: whatever they try is found, and named where it can be.

`make check` tries each way a few times, `make prove` a thousand times (MASH_TAMPERINGS).
"""

import json
import os
import random
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from mash.ledger.actions import record
from mash.ledger.signing import id_of, signer, written
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.ledger.conftest import looked_through, make_root
from tests.ledger.tampering import WAYS, Superuser

pytestmark = pytest.mark.usefixtures("transactional_db")

TIMES = int(os.environ.get("MASH_TAMPERINGS", "3"))  # of each way
SEED = int(os.environ.get("MASH_TAMPERINGS_SEED", "20261130"))
TABLES = ("ledger_entry", "ledger_root")


def a_record():
    """Write a morning's lines, a root each few minutes; return the moment of the last."""
    chance, staff, at = random.Random(SEED), StaffFactory(screener=True), MONDAY_9AM
    for step in range(7):
        at = MONDAY_9AM + timedelta(minutes=step)
        for _ in range(chance.randint(2, 6)):
            with signed_in_as(staff):
                record(
                    "contact.seen",
                    about=f"contact.contact:{chance.randint(1, 9)}",
                    at=at,
                    hub_id=staff.hub_id,
                    why=chance.choice(["", "Ünïcode\t\\ \u2028\n", "A reason"]),
                    detail={"page": "case", "n": chance.random()},
                )
        make_root(at)
    return at


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_tampering_by_a_superuser_is_found(witness, administrator, way):
    at = a_record()
    assert looked_through(witness).found == []
    for table in TABLES:
        administrator.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
    try:
        for turn in range(TIMES):
            tried = way(Superuser(administrator, random.Random(SEED + turn)))
            if (
                tried.did == "added and dated back"
            ):  # it is under a root like any other line, and its time betrays it
                make_root(at + timedelta(minutes=1), deliver=False)
            result = looked_through(witness)
            found = {one.kind for one in result.found}
            assert tried.kinds <= found, (tried, result.found)
            named = {key for one in result.found for key in one.keys}
            assert set(tried.keys) <= named, (tried, result.found)
            if tried.number:
                assert tried.number in {one.number for one in result.found}, (tried, result.found)
            for table in TABLES:
                administrator.execute(f"DELETE FROM {table}; INSERT INTO {table} TABLE kept_{table}")
            assert looked_through(witness).found == []
    finally:
        for table in TABLES:
            administrator.execute(f"DROP TABLE kept_{table}")


def test_a_changed_line_is_named_and_its_neighbours_are_not(witness, administrator):
    a_record()
    tried = Superuser(administrator, random.Random(3)).change_with_the_leaves()
    named = [key for one in looked_through(witness).found for key in one.keys]
    assert named == list(tried.keys)


def test_without_a_witness_the_chain_and_the_key_still_tell_that_a_minute_was_bent(witness, administrator):
    a_record()
    tried = Superuser(administrator, random.Random(4)).make_the_whole_chain_anew()
    found = looked_through().found
    assert {one.number for one in found} >= {tried.number}


def test_a_witness_with_another_root_or_one_too_few_is_told(witness):
    a_record()
    second, third = (witness / f"{number:010}.json" for number in (2, 3))
    second.unlink()
    said = json.loads(third.read_text())
    third.chmod(0o600)
    third.write_text(json.dumps(said | {"signature": "00" * 64}))
    assert [(str(one.kind), one.number) for one in looked_through(witness).found] == [
        ("not witnessed", 2),
        ("witness", 3),
    ]


def test_the_command_names_line_and_minute_and_fails(witness, administrator, tmp_path, capsys):
    a_record()
    keys = tmp_path / "keys.pem"
    keys.write_text(written(signer().public()))
    call_command("ledger", "verify", "--roots", str(witness), "--key", str(keys))
    assert "all as they were written; 7 roots, all signed; the witness holds every root up to 7" in (
        capsys.readouterr().out
    )
    tried = Superuser(administrator, random.Random(5)).remove()
    with pytest.raises(CommandError, match="1 things do not agree"):
        call_command("ledger", "verify", "--roots", str(witness), "--key", str(keys))
    said = capsys.readouterr().err
    assert f"root {tried.number}, made 2026-" in said
    assert tried.keys[0] in said


def test_a_key_that_is_not_trusted_is_told(witness, tmp_path, settings):
    a_record()
    other = tmp_path / "other.pem"
    settings.MASH_LEDGER_KEY = "6b" * 32
    other.write_text(written(signer().public()))
    assert id_of(signer().public())
    with pytest.raises(CommandError, match="7 things do not agree"):
        call_command("ledger", "verify", "--key", str(other))


def test_a_change_within_the_minute_is_found_by_the_lines_own_hash(witness, administrator):
    with in_service("reminders"):
        line = record("clock.alerted", about="x", at=MONDAY_9AM)
    administrator.execute("UPDATE ledger_entry SET why = 'x' WHERE id = %s", [line.pk])
    assert [one.keys for one in looked_through(witness).found] == [(str(line.pk),)]
