"""Taking a backup: one moment of the database, dumped, counted and hashed, and found whole before it is called one."""

import gzip
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import conninfo

from mash.common import embedded
from mash.operations.manifest import DUMP, Manifest, files_in, product
from mash.operations.stock import LEFT_OUT, Stock, take_stock

UNFINISHED = ".unfinished"
WHO = """
    SELECT rolname, rolsuper, rolbypassrls AND pg_has_role(rolname, 'pg_read_all_data', 'USAGE')
    FROM pg_roles WHERE rolname = current_user
"""
ONE_MOMENT = """
    SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; SET lock_timeout = 0;
    SET default_transaction_isolation = 'repeatable read'; SET default_transaction_read_only = on
"""
OURS = "SELECT to_regclass('public.django_migrations') IS NOT NULL AND to_regclass('public.ledger_entry') IS NOT NULL"
END_OF_ROWS = b"\\.\n"
MOST_NAMED = 20


class NotTaken(Exception):
    """No backup was taken; the message says why and what to do."""


class LeftOver(NotTaken):
    """What would be written to is there already, and is not ours to clear away."""


def take(address: str, folder: Path, *, at: datetime, jobs: int = 1) -> Manifest:
    """Back up the database at `address` into `folder`, which must not be there yet.

    Everything is of one moment: the dump and the figures in the manifest see one snapshot.  The folder has its name
    only when all was written and found whole; until then it is called `….unfinished`, and without a manifest.

    at: the moment now.  jobs: how many tables are dumped at once.

    Raises NotTaken, and embedded.Unavailable where PostgreSQL's own programs are missing.
    """
    if folder.exists():
        raise NotTaken(f"{folder} is there already. Give a name of its own to each backup.")
    if not folder.parent.is_dir():
        raise NotTaken(f"There is no folder {folder.parent}.")
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            _refuse_role(connection)
            connection.execute(ONE_MOMENT)
            with connection.transaction():
                return _whole_or_nothing(
                    folder, lambda part: _write(connection, address, part, at=at, jobs=jobs)
                )
    except SystemExit as why:  # asked to end, at whatever moment, which is no success
        kept = f"{folder} was written whole" if folder.exists() else "Nothing was kept"
        raise NotTaken(f"It was told to end before all was done. {kept}.") from why
    except psycopg.OperationalError as why:
        raise NotTaken(f"The database cannot be reached: {_first_line(why)}") from why
    except psycopg.Error as why:
        raise NotTaken(f"The database refused: {_first_line(why)}") from why


def _refuse_role(connection: psycopg.Connection) -> None:
    name, mighty, reads = connection.execute(WHO).fetchone() or ("nobody", False, False)
    if mighty:
        raise NotTaken(
            f"{name} may do anything. Connect as mash_backup, which reads everything and changes nothing."
        )
    if not reads:
        raise NotTaken(
            f"{name} does not see every row: row-level security would leave an almost empty dump, and no word of it. "
            "Connect as mash_backup."
        )
    found = connection.execute(OURS).fetchone()
    if not found or not found[0]:
        raise NotTaken("This database is not the product's: it has no migrations or no ledger.")


def _whole_or_nothing(folder: Path, write: Callable[[Path], Manifest]) -> Manifest:
    part = folder.with_name(folder.name + UNFINISHED)
    try:  # being told to end may come at any moment, and so between two lines
        _make(part)
        manifest = write(part)
        _to_the_disk(part)
        part.rename(folder)
        _to_the_disk(folder.parent)
    except LeftOver:
        raise
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest


def _make(part: Path) -> None:
    try:
        part.mkdir(mode=0o700)
    except FileExistsError as why:
        raise LeftOver(
            f"{part} is left of a backup that was interrupted. Remove it, then try again."
        ) from why


def _write(connection: psycopg.Connection, address: str, part: Path, *, at: datetime, jobs: int) -> Manifest:
    snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
    stock = take_stock(connection)
    said = _dump(address, part, stock, snapshot[0] if snapshot else "", jobs)
    _refuse_hollow(part, stock)
    manifest = Manifest(at.isoformat(), product(), said, stock, files_in(part))
    manifest.write(part)
    return manifest


def _to_the_disk(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _dump(address: str, part: Path, stock: Stock, snapshot: str, jobs: int) -> str:
    program = embedded.client("pg_dump", stock.major)
    where, environment = without_password(address)
    words = [
        "--format=directory",
        "--compress=6",
        f"--jobs={jobs}",
        f"--snapshot={snapshot}",
        "--no-password",
    ]
    words += [f"--exclude-table-data={table}" for table in LEFT_OUT]
    made = subprocess.run(
        [program, *words, f"--file={part / DUMP}", f"--dbname={where}"],
        env=environment,
        umask=0o077,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise NotTaken(f"pg_dump failed: {made.stderr.strip()[-2000:]}")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return said.stdout.strip()


def without_password(address: str) -> tuple[str, dict[str, str]]:
    """Return an address without its password, and the environment that carries it: others see a command's words."""
    parts = conninfo.conninfo_to_dict(address)
    password = parts.pop("password", None)
    return conninfo.make_conninfo("", **parts), os.environ | (
        {"PGPASSWORD": str(password)} if password else {}
    )


def _refuse_hollow(part: Path, stock: Stock) -> None:
    """Count the rows that lie in the dump, table by table: what pg_dump says of itself is not asked."""
    there = _rows_in_dump(part, stock.major)
    wrong = [
        f"{name}: {there.get(name, 0)} of {table.rows}"
        for name, table in sorted(stock.tables.items())
        if name not in LEFT_OUT and there.get(name, 0) != table.rows
    ]
    if wrong:
        raise NotTaken(f"The dump does not hold every row: {'; '.join(wrong[:MOST_NAMED])}.")


def _rows_in_dump(part: Path, major: str) -> dict[str, int]:
    listed = subprocess.run(
        [embedded.client("pg_restore", major), "--list", part / DUMP],
        capture_output=True,
        text=True,
        check=True,
    )
    found = {}
    for line in listed.stdout.splitlines():
        number, _, rest = line.partition("; ")
        words = rest.split()
        if words[2:4] == ["TABLE", "DATA"]:
            found[".".join(words[4:6])] = _rows_in(part / DUMP / f"{number}.dat.gz")
    return found


def _rows_in(path: Path) -> int:
    rows = 0
    with gzip.open(path, "rb") as file:
        for line in file:
            if line == END_OF_ROWS:
                break
            rows += 1
    return rows


def _first_line(why: Exception) -> str:
    return (str(why).strip().splitlines() or ["it did not say why"])[0]
