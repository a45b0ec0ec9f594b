"""A backup is whole or it is none, and what was restored is compared with it, on a real PostgreSQL."""

import gzip
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from mash.__main__ import environment
from mash.ledger.actions import rooting
from mash.operations import dumping, provisioning
from mash.operations.manifest import NAME, files_in
from mash.partnership.models import Account
from tests import cluster, conftest
from tests.factories.base import in_service
from tests.factories.releases import WORDS, Cast

pytestmark = pytest.mark.usefixtures("transactional_db")
NAME_OF_SOMEBODY = "Quillon Featherstonehaugh"


def address(role, database=None):
    return conftest._server().url(role, database or connections["default"].settings_dict["NAME"])


@pytest.fixture
def keys(settings, monkeypatch):
    """The keys that a server of one's own has in its environment."""
    for name, value in environment(conftest._server(), "mash_app").items():
        if name not in {"DATABASE_URL", "MASH_EMBEDDED", "MASH_LEDGER_WITNESSES"}:
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")
    settings.MASH_LEDGER_KEY = os.environ["MASH_LEDGER_KEY"]


@pytest.fixture
def hub(keys):
    """A hub in which something was sealed, somebody has a name, somebody is signed in, and a root was made."""
    cast = Cast()
    cast.seals()
    Account.objects.using("builder").filter(pk=cast.owner.account_id).update(name=NAME_OF_SOMEBODY)
    with connections["builder"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session VALUES ('somebodys-session', 'data', now() + interval '1 hour')"
        )
    with in_service("ledger_keeper"):
        rooting.make_root(at=timezone.now())
    return cast


def backed_up(folder, role="mash_backup", **more):
    os.environ["DATABASE_URL"], before = address(role), os.environ.get("DATABASE_URL")
    said = io.StringIO()
    try:
        call_command("backup", folder, stdout=said, **more)
    finally:
        os.environ.pop("DATABASE_URL")
        if before is not None:
            os.environ["DATABASE_URL"] = before
    return said.getvalue()


@pytest.fixture
def backup(hub, tmp_path):
    folder = tmp_path / "monday"
    return SimpleNamespace(folder=folder, said=backed_up(folder), hub=hub)


@pytest.fixture
def new_name():
    """The name of a database that is not there; afterwards it is gone."""
    name = f"restored_{os.getpid()}_{time.time_ns()}"
    yield name
    with cluster.administrator(conftest._server(), "postgres") as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def passwords_of_the_roles(folder):
    """Return a file with the passwords that the roles of the tests' cluster have."""
    file = folder.with_name("passwords")
    file.touch(mode=0o600)
    file.write_text(
        "".join(f"{role} {conftest._server().password_of(role)}\n" for role in provisioning._sign_in())
    )
    return file


def restored(folder, name, **more):
    said, wrong = io.StringIO(), io.StringIO()
    try:
        call_command(
            "restore",
            folder,
            into=address("mash_admin", name),
            passwords=passwords_of_the_roles(folder),
            stdout=said,
            stderr=wrong,
            **more,
        )
    except CommandError as why:
        return str(why), said.getvalue() + wrong.getvalue()
    return "", said.getvalue() + wrong.getvalue()


def is_there(name):
    with cluster.administrator(conftest._server(), "postgres") as admin:
        return bool(admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


def manifest(folder):
    return json.loads((folder / NAME).read_text())


def data_file(folder, table):
    """Return the file of one table in a dump."""
    listed = subprocess.run(
        [dumping.embedded.client("pg_restore", manifest(folder)["holds"]["postgresql"].split(".")[0]), "--list",
         folder / "dump"], capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    (line,) = [one for one in listed.splitlines() if f"TABLE DATA {table.replace('.', ' ')} " in one]
    return folder / "dump" / f"{line.split(';')[0]}.dat.gz"


def forge(folder, table, change):
    """Change the rows of one table in a dump, and the manifest's hashes with them."""
    file = data_file(folder, table)
    lines = gzip.decompress(file.read_bytes()).split(b"\n")
    end = lines.index(b"\\.")
    file.write_bytes(gzip.compress(b"\n".join(change(lines[:end]) + lines[end:])))
    said = manifest(folder)
    said["files"] = files_in(folder)
    (folder / NAME).write_text(json.dumps(said))


def test_what_was_backed_up_comes_back_equal_and_its_ledger_verifies(backup, new_name):
    refused, said = restored(backup.folder, new_name)
    assert refused == "", said
    assert "equal:" in said
    assert "everything is as the backup says" in said
    with psycopg.connect(address("mash_app", new_name)) as app:  # the wall stands, and the key is trusted
        with pytest.raises(psycopg.Error, match="nobody is acting"):
            app.execute("SELECT count(*) FROM partnership_staff").fetchone()
        app.rollback()
        signed = backup.hub.owner.identity.signed()
        app.execute("SELECT set_config('mash.identity', %s, true)", [signed])
        app.execute("SELECT identity.learn()")
        assert app.execute("SELECT count(*) FROM partnership_staff").fetchone()[0] > 0


def test_the_manifest_says_what_is_in_it_and_names_nobody(backup):
    said = manifest(backup.folder)
    assert said["holds"]["tables"]["sealed.sealed_item"]["rows"] == 2
    assert said["holds"]["ledger"]["number"] == 1
    assert len(said["holds"]["ledger"]["root"]) == 64
    assert said["holds"]["ledger"]["lines"] >= said["holds"]["ledger"]["lines_under_roots"] > 0
    assert "partnership.0001_initial" in said["holds"]["migrations"]
    assert said["files"] == files_in(backup.folder)
    words = (backup.folder / NAME).read_text()
    assert NAME_OF_SOMEBODY not in words
    for key in ("MASH_SEAL_KEY", "MASH_SECRET_KEY", "MASH_IDENTITY_KEY", "MASH_LEDGER_KEY", "MASH_HUBS_KEY"):
        assert key in said["keys_needed_and_not_in_here"]
        assert os.environ[key] not in words


def test_a_dump_holds_no_key_no_session_and_sealed_words_only_under_their_lock(backup):
    everything = b"".join(
        gzip.decompress(one.read_bytes()) if one.suffix == ".gz" else one.read_bytes()
        for one in (backup.folder / "dump").iterdir()
    )
    assert NAME_OF_SOMEBODY.encode() in everything, "people's records are in it, or this test sees nothing"
    assert WORDS.encode() not in everything
    assert WORDS.encode().hex().encode() not in everything
    assert b"somebodys-session" not in everything
    pad = bytes(byte ^ 0x36 for byte in bytes.fromhex(os.environ["MASH_IDENTITY_KEY"]).ljust(64, b"\0"))
    assert pad.hex().encode() not in everything
    assert backup.folder.stat().st_mode & 0o777 == 0o700
    assert "in the clear" in backup.said


def test_a_spoilt_file_is_found_before_anything_is_restored(backup, new_name):
    file = data_file(backup.folder, "public.partnership_hub")
    file.write_bytes(file.read_bytes()[:-3] + b"xyz")
    refused, _ = restored(backup.folder, new_name)
    assert f"dump/{file.name} was changed" in refused
    assert not is_there(new_name)


def test_each_table_that_is_not_as_it_was_is_named_even_where_the_hashes_were_made_to_fit(backup, new_name):
    forge(
        backup.folder, "public.ledger_entry", lambda rows: [row.replace(b"staff:", b"stafg:") for row in rows]
    )
    forge(backup.folder, "public.partnership_service", lambda rows: rows[:-1])
    said = manifest(backup.folder)
    said["holds"]["tables"]["public.partnership_staff"]["guards"] = hashlib.sha256(b"another").hexdigest()
    said["holds"]["ledger"]["root"] = "0" * 64
    (backup.folder / NAME).write_text(json.dumps(said))
    refused, words = restored(backup.folder, new_name)
    assert "5 things are not as the backup says" in refused
    for one in (
        "public.ledger_entry: as many rows",
        "public.partnership_service: ",
        "public.partnership_staff: owner, rights or policies",
        "the ledger: root 1 0000000000000000…",
    ):
        assert f"differs: {one}" in words


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("mash_app", "does not see every row"),
        ("mash_worker", "does not see every row"),
        ("mash_admin", "may do anything"),
    ],
)
def test_only_the_backup_role_takes_one(hub, tmp_path, role, said):
    with pytest.raises(CommandError, match=said):
        backed_up(tmp_path / "tuesday", role)
    assert list(tmp_path.iterdir()) == []


def test_a_dump_with_fewer_rows_than_the_database_is_no_backup(hub, tmp_path, monkeypatch):
    real = dumping._dump

    def hollow(address, part, stock, *rest):
        said = real(address, part, stock, *rest)
        (part / NAME).write_text(json.dumps({"holds": {"postgresql": stock.postgresql}}))
        file = data_file(part, "public.ledger_entry")
        file.write_bytes(gzip.compress(b"\\.\n\n\n"))
        (part / NAME).unlink()
        return said

    monkeypatch.setattr(dumping, "_dump", hollow)
    with pytest.raises(CommandError, match=r"does not hold every row: public\.ledger_entry: 0 of \d+"):
        backed_up(tmp_path / "hollow")
    assert list(tmp_path.iterdir()) == []


def test_a_row_written_while_it_is_dumped_is_in_neither_dump_nor_count(hub, tmp_path, monkeypatch):
    real = dumping._dump

    def meanwhile(*words):
        with connections["builder"].cursor() as cursor:
            cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('meanwhile', 'row')")
        return real(*words)

    monkeypatch.setattr(dumping, "_dump", meanwhile)
    try:
        backed_up(tmp_path / "busy")
    finally:
        with connections["builder"].cursor() as cursor:
            cursor.execute("DELETE FROM django_content_type WHERE app_label = 'meanwhile'")
    assert b"meanwhile" not in gzip.decompress(
        data_file(tmp_path / "busy", "public.django_content_type").read_bytes()
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_backup_is_not_taken_for_one(hub, tmp_path, number):
    folder, part = tmp_path / "cut", tmp_path / "cut.unfinished"
    with cluster.administrator(conftest._server(), connections["default"].settings_dict["NAME"]) as admin:
        admin.autocommit = False
        admin.execute("LOCK TABLE procrastinate_periodic_defers IN ACCESS EXCLUSIVE MODE")
        child = subprocess.Popen(
            [sys.executable, "-m", "mash", "backup", folder],
            env=os.environ | {"DATABASE_URL": address("mash_backup")},
            stderr=subprocess.PIPE,
            text=True,
        )
        until = time.monotonic() + 30
        while not part.exists() and time.monotonic() < until:
            time.sleep(0.05)
        child.send_signal(number)
        _, said = child.communicate(timeout=30)
        admin.rollback()
    assert child.returncode != 0
    assert not folder.exists()
    if number == signal.SIGTERM:
        assert "told to end" in said
        assert not part.exists()
    else:
        assert part.exists()
        refused, _ = restored(part, "never_made")
        assert "interrupted" in refused
        assert not is_there("never_made")
        with pytest.raises(CommandError, match="left of a backup that was interrupted"):
            backed_up(folder)
        assert part.exists()


@pytest.mark.parametrize("line", ["mkdir", "rename"])
def test_a_backup_that_is_told_to_end_between_two_lines_is_none(hub, tmp_path, monkeypatch, line):
    real, folder = getattr(Path, line), tmp_path / "cut"

    def and_then_told(path, *words, **more):
        made = real(path, *words, **more)
        if path.name.startswith(folder.name):
            raise SystemExit(0)
        return made

    monkeypatch.setattr(Path, line, and_then_told)
    with pytest.raises(CommandError, match="told to end before all was done"):
        backed_up(folder)
    assert not folder.with_name("cut.unfinished").exists()
    assert folder.exists() == (line == "rename")


def test_nothing_is_restored_over_what_is_there(backup):
    there = connections["default"].settings_dict["NAME"]
    refused, _ = restored(backup.folder, there)
    assert "is there already" in refused
    assert is_there(there)


def test_restoring_is_for_the_administrator(backup, new_name):
    file = passwords_of_the_roles(backup.folder)
    with pytest.raises(CommandError, match="the server's administrator"):
        call_command("restore", backup.folder, into=address("mash_backup", new_name), passwords=file)
    assert not is_there(new_name)


def test_a_backup_of_another_version_is_refused_before_anything_is_made(backup, new_name):
    said = manifest(backup.folder)
    said["holds"]["migrations"].append("panel.9999_from_next_year")
    (backup.folder / NAME).write_text(json.dumps(said))
    refused, _ = restored(backup.folder, new_name)
    assert "panel.9999_from_next_year is not known here" in refused
    assert not is_there(new_name)


@pytest.mark.parametrize(
    "words", ["", "{", "[]", '{"OpenMASH backup": 2}', '{"OpenMASH backup": 1, "holds": 5}']
)
def test_a_manifest_that_is_none_is_said_in_words(tmp_path, keys, words):
    (tmp_path / NAME).write_text(words)
    refused, _ = restored(tmp_path, "never_made")
    assert refused.startswith("Nothing was restored.")
    assert "manifest.json" in refused


def test_passwords_are_made_once_kept_for_their_owner_and_put_right(tmp_path):
    file = tmp_path / "passwords"
    made = provisioning.passwords_in(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(made) == {"mash_migrate", "mash_app", "mash_worker", "mash_backup"}
    assert provisioning.passwords_in(file) == made
    file.chmod(0o644)
    with pytest.raises(provisioning.NotPrepared, match="Others may read"):
        provisioning.passwords_in(file)
    file.chmod(0o600)
    file.write_text("mash_app one\nroot two\n")
    with pytest.raises(provisioning.NotPrepared, match="line 2"):
        provisioning.passwords_in(file)


def test_another_identity_key_is_refused_for_nobody_would_be_found(backup, new_name, monkeypatch):
    monkeypatch.setenv("MASH_IDENTITY_KEY", "ab" * 32)
    refused, _ = restored(backup.folder, new_name)
    assert "nobody would be found" in refused
    assert not is_there(new_name)
    there = connections["default"].settings_dict["NAME"]
    words = {"address": address("mash_admin", there), "passwords": passwords_of_the_roles(backup.folder)}
    with pytest.raises(CommandError, match="prepared with another MASH_IDENTITY_KEY"):
        call_command("prepare", words["address"], passwords=words["passwords"])


def test_a_server_of_ones_own_is_prepared_and_migrated_and_may_be_prepared_again(keys, new_name, tmp_path):
    file = passwords_of_the_roles(tmp_path / "any")
    for state in ("made", "was there"):
        said = io.StringIO()
        call_command("prepare", address("mash_admin", new_name), passwords=file, stdout=said)
        assert f"database {new_name} {state}" in said.getvalue()
    with psycopg.connect(address("mash_migrate", new_name)) as migrate:
        migrate.execute("SET ROLE mash_owner")
        migrate.execute("CREATE TABLE first (id int)")
    with cluster.administrator(conftest._server(), "postgres") as admin:
        admin.execute(f"DROP DATABASE {new_name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {new_name}")
    with pytest.raises(CommandError, match="made by somebody else"):
        call_command("prepare", address("mash_admin", new_name), passwords=file)
    with pytest.raises(CommandError, match="a database of its own"):
        call_command("prepare", address("mash_admin", "postgres"), passwords=file)
