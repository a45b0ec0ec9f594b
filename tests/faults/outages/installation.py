"""A database server, web processes and workers of their own, which may be killed at any moment and come back.

What ends is started again at once, as systemd does it with the units of `deploy/`.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg

from mash.__main__ import environment
from mash.common import embedded
from tests.deploy import servers

MB = 1024**2
ROOM = 4 * 1024**3
COMES_BACK = 180  # seconds for which a program is given up only then


class Program:
    """A program that is started again when it ends.  pid: of what runs now."""

    def __init__(self, words: list, log: Path, **more) -> None:
        self.words, self.log, self.more = [str(word) for word in words], log, more
        self.held, self.starts = False, 0
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self.more,
            )
        self.starts += 1

    @property
    def pid(self) -> int:
        return self.child.pid

    def kill(self) -> None:
        """End it without warning, and whatever it started that is still of its own session."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.child.wait()

    def end(self, by: int) -> None:
        """Ask it to end, once and for all."""
        self.held = True
        if self.child.poll() is None:
            self.child.send_signal(by)
            try:
                self.child.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


class Database(servers.Postgres):
    """A server with the settings that are shipped; `program` is its first process."""

    def run(self, **settings: str) -> None:
        """Start it, and wait until it answers."""
        said = dict(servers.settings_shipped()) | {"listen_addresses": "", "max_connections": "60"} | settings
        options = [word for pair in said.items() for word in ("-c", "=".join(pair))]
        self.program = Program(
            [
                self.programs / "postgres",
                "-D",
                self.home / "data",
                "-k",
                self.socket,
                "-p",
                servers.PORT,
                *options,
            ],
            self.home / "log",
            env=embedded.ENVIRONMENT | {"PGPASSWORD": self.like.password},
            cwd=self.home,
            **servers.someone(),
        )
        servers.until(self.answers, "PostgreSQL", COMES_BACK)

    def one_session(self) -> int | None:
        """Return the number of a process that serves somebody of the product, if there is one."""
        found = self.ask(
            "SELECT pid FROM pg_stat_activity WHERE usename IN ('mash_app', 'mash_worker') ORDER BY random() LIMIT 1"
        )
        return found[0][0] if found else None


class Installation:
    """What was started, by kind.  settings: of the product, the same for all its processes."""

    def __init__(self, folder: Path, like: embedded.Server, name: str) -> None:
        self.folder, self.like, self.name = folder, like, name
        self.webs: list[tuple[str, Program]] = []
        self.workers: list[Program] = []
        self.databases: list[Database] = []
        self.ended = threading.Event()
        self.settings = {
            said: value
            for said, value in environment(like, "mash_app").items()
            if said not in {"MASH_EMBEDDED", "DATABASE_URL"}
        } | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MASH_SECOND_FACTOR": "0",
            "MASH_LEDGER_WITNESSES": "",
            "MASH_LIMITS_TIMES": "1000000",
            "MASH_API_A_MINUTE": "1000000",
        }

    @property
    def places(self) -> list[str]:
        return [place for place, _ in self.webs]

    @property
    def primary(self) -> Database:
        return self.databases[0]

    def ask(self, words: str, values: tuple = ()) -> list[tuple]:
        """Ask the database as the server's administrator, from whom nothing is hidden."""
        address = self.primary.url(embedded.ADMINISTRATOR, self.name)
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(words, values or None).fetchall()

    def address(self, role: str, database: str = "") -> str:
        """Return where the product finds its database: whichever server takes writes."""
        socket = ",".join(str(one.socket) for one in self.databases)
        port = ",".join(str(servers.PORT) for _ in self.databases)
        more = {"target_session_attrs": "read-write"} if len(self.databases) > 1 else {}
        password = self.like.password if role == embedded.ADMINISTRATOR else self.like.password_of(role)
        said = {"host": socket, "port": port, "connect_timeout": "5", **more}
        return servers.url(role, password, database or self.name, **said)

    def web(self, **more: str) -> None:
        """Start a web process; more: of its environment alone."""
        port = servers.free_port()
        words = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            port,
        ]
        words += [
            "--blocking-threads",
            "4",
            "--backpressure",
            "64",
            "--no-access-log",
            "--log-level",
            "warning",
        ]
        said = self.settings | {"DATABASE_URL": self.address("mash_app")} | more
        child = Program(
            [*words, "config.wsgi:application"],
            self.folder / f"web-{port}.log",
            env=os.environ | said,
            cwd=servers.ROOT,
        )
        self.webs.append((f"http://127.0.0.1:{port}", child))

    def worker(self) -> None:
        said = self.settings | {"DATABASE_URL": self.address("mash_worker"), "MASH_CONN_MAX_AGE": "0"}
        words = [sys.executable, "-m", "mash", "procrastinate", "worker", "--concurrency", "2"]
        log = self.folder / f"worker-{len(self.workers)}.log"
        self.workers.append(Program(words, log, env=os.environ | said, cwd=servers.ROOT))

    def run(self, *words: str, role: str = "mash_app", **more: str) -> subprocess.CompletedProcess:
        """Run a command of the product to its end."""
        said = os.environ | self.settings | {"DATABASE_URL": self.address(role)} | more
        return subprocess.run(
            [sys.executable, "-m", "mash", *words],
            env=said,
            cwd=servers.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def answers(self, place: str) -> bool:
        return servers.answers(f"{place}/health")

    def wait(self) -> None:
        """Wait until each web process answers and a worker was heard of."""
        for place in self.places:
            servers.until(lambda place=place: self.answers(place), "the web", COMES_BACK)
        servers.until(lambda: self.ask("SELECT 1 FROM procrastinate_workers LIMIT 1"), "a worker", COMES_BACK)

    def crashes(self) -> Counter[str]:
        """Return what the web processes said they broke on, by their logs."""
        found: Counter[str] = Counter()
        for log in self.folder.glob("web-*.log"):
            for line in log.read_text(errors="replace").splitlines():
                with suppress(ValueError):
                    said = json.loads(line)
                    if "Internal Server Error" in str(said.get("event")) and said.get("exception"):
                        found[str(said["exception"]).strip().splitlines()[-1][:160]] += 1
        return found

    def keep(self) -> None:
        """Start again whatever ended, until the installation ends."""
        while not self.ended.wait(0.1):
            programs = [
                *(one.program for one in self.databases),
                *(one for _, one in self.webs),
                *self.workers,
            ]
            for one in programs:
                if not one.held and one.child.poll() is not None:
                    one.start()
                    time.sleep(0.1)


@contextmanager
def room() -> Iterator[Path]:
    """Yield a folder that the servers' own user reaches: in memory where there is room, for all of it goes again."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    made = (memory if roomy else embedded.home_for(servers.ROOT)) / f"mash-f{uuid.uuid4().hex[:8]}"
    made.mkdir(mode=0o711, parents=True)
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made)


@contextmanager
def installed(
    like: embedded.Server,
    name: str,
    *,
    webs: int = 2,
    workers: int = 1,
    replica: bool = False,
    small_disk: int = 0,
    settings: dict[str, str] | None = None,
    for_webs: Callable[[Path], dict[str, str]] = lambda _: {},
) -> Iterator[Installation]:
    """Run the product on a copy of a database of the tests' cluster, until the block ends.

    replica: with a second server that has what the first has before anything is acknowledged.
    small_disk: how many MB are left free for the server's data, on a disk of its own; needs root.
    settings: of the server.  for_webs: of each web process, given the folder of all.
    """
    with room() as folder, ExitStack() as stack:
        made = Installation(folder, like, name)
        programs = embedded.client("pg_basebackup", _major(like)).parent
        primary_home = servers.own(folder / "p")
        if small_disk:
            stack.enter_context(_small_disk(primary_home, _size(like) + small_disk))
        primary = Database(primary_home, like, programs)
        primary.copied_from(str(like.socket), follows=False)
        made.databases.append(primary)
        stack.callback(_end, made)
        primary.run(**(settings or {}))
        if replica:
            second = Database(servers.own(folder / "r"), like, programs)
            second.copied_from(str(primary.socket), follows=True)
            second.run()
            made.databases.append(second)
            primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
            primary.ask("SELECT pg_reload_conf()")
        for _ in range(webs):
            made.web(**for_webs(folder))
        for _ in range(workers):
            made.worker()
        keeper = threading.Thread(target=made.keep, daemon=True)
        keeper.start()
        made.wait()
        yield made


def _end(made: Installation) -> None:
    made.ended.set()
    time.sleep(0.4)  # whoever starts things again has seen it
    for one in (*(program for _, program in made.webs), *made.workers):
        one.end(signal.SIGTERM)
    for one in made.databases:
        if hasattr(one, "program"):
            one.program.end(signal.SIGINT)


def _major(like: embedded.Server) -> str:
    with psycopg.connect(like.url(embedded.ADMINISTRATOR, "postgres")) as connection:
        return str(connection.info.server_version // 10000)


def _size(like: embedded.Server) -> int:
    """Return how many MB the data of a server take."""
    data = like.socket.parent / "data"
    return sum(one.stat().st_size for one in data.rglob("*") if one.is_file()) // MB + 1


@contextmanager
def _small_disk(folder: Path, size: int) -> Iterator[None]:
    user = servers.someone()
    who = f",uid={user['user']},gid={user['group']}" if user else ""
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}m,mode=0700{who}", "tmpfs", str(folder)]
    subprocess.run(words, check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)
