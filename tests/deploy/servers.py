"""A primary, a streaming replica, PgBouncer, web processes and workers on this machine: each ends with its block."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from mash.common import embedded

ROOT = Path(__file__).parent.parent.parent
PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PORT = 5432
NO_FEWER = (  # a replica refuses to follow a primary that has more of one of these
    "max_connections",
    "max_worker_processes",
    "max_wal_senders",
    "max_prepared_transactions",
    "max_locks_per_transaction",
)
NOT_HERE = {
    "ssl",
    "ssl_min_protocol_version",
    "listen_addresses",
    "max_connections",
}  # one machine, no certificate


def someone() -> dict:
    """Return whom servers that refuse root run as, as Popen takes it."""
    if os.geteuid() != 0:
        return {}
    found = pwd.getpwnam("nobody")
    with suppress(KeyError):
        found = pwd.getpwnam("mash")
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def own(folder: Path) -> Path:
    """Make a folder that belongs to whoever the servers run as."""
    folder.mkdir(mode=0o700)
    given = someone()
    if given:
        os.chown(folder, given["user"], given["group"])
    return folder


@contextmanager
def running(words, *, quit_by=signal.SIGTERM, log: Path, **more) -> Iterator[subprocess.Popen]:
    """Run a program while the block lasts, and end it by its number."""
    with log.open("ab") as file:
        child = subprocess.Popen(
            [str(word) for word in words], stdin=subprocess.DEVNULL, stdout=file, stderr=file, **more
        )
    try:
        yield child
    finally:
        if child.poll() is None:
            child.send_signal(quit_by)
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def until(asked, what: str, seconds: float = 40):
    """Ask again and again until there is an answer, and return it."""
    last, end = None, time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            last = asked()
            if last:
                return last
        except (OSError, psycopg.Error) as why:
            last = why
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} seconds; last: {last}")


class Postgres:
    """One server out of `home`, copied from another that runs; reached by its socket alone."""

    def __init__(self, home: Path, like: embedded.Server, programs: Path) -> None:
        self.home, self.like, self.programs = home, like, programs
        self.socket = own(home / "s")

    def url(self, role: str, database: str, **more: str) -> str:
        """Return the address of a database, as DATABASE_URL has it."""
        password = self.like.password if role == embedded.ADMINISTRATOR else self.like.password_of(role)
        return url(role, password, database, host=str(self.socket), port=str(PORT), **more)

    def copied_from(self, other: str, *, follows: bool) -> None:
        """Copy a running server's data, as `pg_basebackup` does it.  other: its socket's folder."""
        words = [
            "-D",
            self.home / "data",
            "-h",
            other,
            "-p",
            PORT,
            "-U",
            embedded.ADMINISTRATOR,
            "-c",
            "fast",
            "-X",
            "stream",
        ]
        subprocess.run(
            [
                str(word)
                for word in [
                    self.programs / "pg_basebackup",
                    *words,
                    "--no-sync",
                    *(["-R"] if follows else []),
                ]
            ],
            env=embedded.ENVIRONMENT | {"PGPASSWORD": self.like.password},
            cwd=self.home,
            check=True,
            capture_output=True,
            **someone(),
        )

    @contextmanager
    def serving(self, **more: str) -> Iterator["Postgres"]:
        """Run it with what `deploy/postgresql.conf` sets, until the block ends or `stop` was called."""
        said = (
            dict(settings_shipped())
            | {"fsync": "off", "listen_addresses": "", "max_connections": "60"}
            | more
        )
        settings = [word for pair in said.items() for word in ("-c", "=".join(pair))]
        words = [
            self.programs / "postgres",
            "-D",
            self.home / "data",
            "-k",
            self.socket,
            "-p",
            PORT,
            *settings,
        ]
        environment = {"env": embedded.ENVIRONMENT | {"PGPASSWORD": self.like.password}, "cwd": self.home}
        with running(
            words, quit_by=signal.SIGINT, log=self.home / "log", **environment, **someone()
        ) as self.process:
            until(self.answers, "PostgreSQL")
            yield self

    def answers(self) -> bool:
        with psycopg.connect(self.url(embedded.ADMINISTRATOR, "postgres"), connect_timeout=2):
            return True

    def stop(self) -> None:
        """Stop it at once, as a machine that goes away."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(15)

    def ask(self, words: str, database: str = "postgres"):
        with psycopg.connect(self.url(embedded.ADMINISTRATOR, database), autocommit=True) as connection:
            asked = connection.execute(words)
            return asked.fetchall() if asked.description else []


def url(role: str, password: str, database: str, **more: str) -> str:
    """Write an address as DATABASE_URL takes it."""
    where = urllib.parse.urlencode(more, quote_via=urllib.parse.quote)
    return f"postgresql://{role}:{urllib.parse.quote(password, safe='')}@/{database}?{where}"


def settings_shipped() -> list[tuple[str, str]]:
    """Return what `deploy/postgresql.conf` sets, without what belongs to a net."""
    found = []
    for line in (ROOT / "deploy/postgresql.conf").read_text().splitlines():
        name, equals, value = line.partition(" = ")
        if equals and not line.startswith("#") and name not in NOT_HERE:
            found.append((name, value.strip("'")))
    return found


def room_of(primary: embedded.Server) -> dict[str, str]:
    """Return of which settings a replica needs as much as its primary has, and how much that is."""
    asked = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
    with psycopg.connect(primary.url(embedded.ADMINISTRATOR, "postgres"), autocommit=True) as connection:
        return dict(connection.execute(asked, [list(NO_FEWER)]).fetchall())


class Pool:
    """PgBouncer as `deploy/pgbouncer.ini` has it, with so many connections to the server that it points to."""

    def __init__(self, home: Path, database: str, connections: int) -> None:
        self.home, self.database, self.connections = home, database, connections
        self.folder = own(home / "bouncer")

    def point_to(self, server: Postgres) -> None:
        """Write its settings for a server; told again, it closes what it had open to another."""
        (verifier,) = server.ask("SELECT rolpassword FROM pg_authid WHERE rolname = 'mash_app'")[0]
        place = f"mash = host={server.socket} port={PORT} dbname={self.database}"
        said = (ROOT / "deploy/pgbouncer.ini").read_text()
        for old, new in {
            "mash = host=db1.internal port=5432 dbname=mash": place,
            "unix_socket_dir = /run/pgbouncer": f"unix_socket_dir = {self.folder}",
            "auth_file = /etc/pgbouncer/userlist.txt": f"auth_file = {self.folder / 'users'}",
            "default_pool_size = 20": f"default_pool_size = {self.connections}",
            "server_tls_sslmode = verify-full": "server_tls_sslmode = disable",
            "server_tls_ca_file = /etc/mash/ca.pem": "",
        }.items():
            assert said.count(old) == 1, old
            said = said.replace(old, new)
        (self.folder / "ini").write_text(said)
        (self.folder / "users").write_text(f'"mash_app" "{verifier}"\n')

    @contextmanager
    def serving(self) -> Iterator["Pool"]:
        words = [PGBOUNCER, self.folder / "ini"]
        with running(
            words, quit_by=signal.SIGINT, log=self.home / "bouncer.log", cwd=self.folder, **someone()
        ) as self.process:
            until((self.folder / ".s.PGSQL.6432").exists, "PgBouncer")
            yield self

    def read_again(self) -> None:
        """Let it read its settings again, as `systemctl reload pgbouncer` does."""
        self.process.send_signal(signal.SIGHUP)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def web(home: Path, environment: dict[str, str], *, metrics: Path | None = None) -> Iterator[str]:
    """Run a web process; yield where it answers."""
    port = free_port()
    words = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port]
    words += [
        "--blocking-threads",
        "4",
        "--backpressure",
        "64",
        "--no-access-log",
        "--log-level",
        "warning",
        "config.wsgi:application",
    ]
    environment = environment | ({"MASH_METRICS_FOLDER": str(metrics)} if metrics else {})
    with running(
        words, log=home / f"web-{port}.log", env=os.environ | environment, cwd=ROOT, start_new_session=True
    ):
        yield f"http://127.0.0.1:{port}"


def answers(place: str) -> bool:
    with urllib.request.urlopen(place, timeout=5) as answer:
        return answer.status == 200


@contextmanager
def worker(home: Path, environment: dict[str, str], number: int) -> Iterator[subprocess.Popen]:
    words = [sys.executable, "-m", "mash", "procrastinate", "worker", "--concurrency", "2"]
    with running(words, log=home / f"worker-{number}.log", env=os.environ | environment, cwd=ROOT) as child:
        yield child
