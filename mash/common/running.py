"""The whole product on one machine: database, web and worker, until it is told to stop."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from mash.common import embedded, roles

DATABASE = "mash"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10
Environment = Callable[[str], dict[str, str]]


class DidNotStart(Exception):
    """The web server cannot answer, or did not in time; the message says why and what to do."""


def must_be_free(port: int) -> None:
    """Raise DidNotStart where something answers at this port already: the web server would share it unasked."""
    with socket.socket() as tried:
        # A port that was closed a moment ago is free.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as why:
            raise DidNotStart(
                f"port {port} cannot be had ({why.strerror}): stop what uses it, or name another"
            ) from why


def prepare(server: embedded.Server, environment: Environment, *, afresh: bool = False) -> bool:
    """Make roles and database where they are missing, and migrate.  Returns whether the database is new.

    afresh: drop a database that is there, since what was to fill it did not come to its end.

    environment: role to the settings that follow from the server.
    """
    with psycopg.connect(server.url(embedded.ADMINISTRATOR, "postgres"), autocommit=True) as admin:
        if afresh:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not known:
            roles.make_roles(admin, server.password_of)
            roles.make_database(admin, DATABASE)
            _set_aside(server.socket.parent / "witness")
    with psycopg.connect(server.url(embedded.ADMINISTRATOR, DATABASE), autocommit=True) as inside:
        roles.prepare(inside, environment("mash_app")["MASH_IDENTITY_KEY"])
    mash(["migrate", "-v0", "--skip-checks"], environment("mash_migrate"))
    return not known


def is_prepared(server: embedded.Server) -> bool:
    """Tell whether a server holds the product's database: whoever looks at it must not make one."""
    with psycopg.connect(server.url(embedded.ADMINISTRATOR, "postgres"), autocommit=True) as admin:
        found = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
    return found is not None


def _set_aside(witness: Path) -> None:
    """Keep what witnessed the ledger of a database that is no more, and let the new one begin at its first root."""
    if witness.is_dir():
        witness.rename(witness.with_name(f"witness-before-{time.time_ns()}"))


def mash(words: list[str], settings: Mapping[str, str]) -> None:
    """Run one of our own commands to its end, with these settings.  Raises CalledProcessError when it fails."""
    subprocess.run([sys.executable, "-m", "mash", *words], env=os.environ | settings, check=True)


@contextmanager
def serving(port: int, environment: Environment, settings: Mapping[str, str]) -> Iterator[None]:
    """Run the web server and the worker while the block lasts.

    Raises DidNotStart when no page is answered within a minute.
    """
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    web += [
        "--workers",
        "2",
        "--blocking-threads",
        "4",
        "--backpressure",
        "64",
        "--no-access-log",
        "--log-level",
        "warning",
        "config.wsgi:application",
    ]
    work = [sys.executable, "-m", "mash", "procrastinate", "worker", "--concurrency", "2"]
    with ExitStack() as stack:
        stack.enter_context(_running(web, environment("mash_app") | dict(settings)))
        stack.enter_context(
            _running(work, environment("mash_worker") | dict(settings) | {"MASH_CONN_MAX_AGE": "0"})
        )
        _wait_for(f"http://127.0.0.1:{port}/health")
        yield


@contextmanager
def _running(words: list[str], settings: Mapping[str, str]) -> Iterator[None]:
    child = subprocess.Popen(words, env=os.environ | settings, start_new_session=True)
    try:
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _wait_for(address: str) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5):  # our own address  # noqa: S310  # nosec B310
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise DidNotStart(f"{address} did not answer within {SECONDS_TO_START} seconds")


def until_told_to_stop() -> None:
    """Wait for Ctrl-C or a request to end; every block around this one then closes in order."""
    try:
        signal.pause()
    except KeyboardInterrupt:
        return
