"""The rows of a process's database: how it becomes empty again, and how a story that was told stands there again."""

import fcntl
import math
import pickle
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from mash.common import embedded
from tests import cluster

KEEP = {"django_migrations", "django_content_type", "partnership_service", "auth_permission"}


class Told(NamedTuple):
    """A story that was told.

    made: what it returned.  rows: what it wrote, by table.  counted: how far each sequence came.  at: when, in seconds
    of a clock that all processes of this machine share.
    """

    made: Any
    rows: dict[str, bytes]
    counted: list[tuple[str, int]]
    at: float


class Rows:
    """Every row of a database but those its migrations made.

    builder: a connection of this alone, to which no trigger and no foreign key speaks.
    stories: the folder that holds what was told, for every process of one run of the tests.
    """

    def __init__(self, builder: psycopg.Connection, stories: Path) -> None:
        self._builder, self._stories = builder, stories
        found = builder.execute("""
            SELECT quote_ident(schemaname) || '.' || quote_ident(tablename), tablename FROM pg_tables
            WHERE schemaname IN ('public', 'sealed')
        """)
        tables = [full for full, table in found if table not in KEEP]
        each = ", ".join(f"CASE WHEN EXISTS (SELECT FROM {table}) THEN {table!r} END" for table in tables)
        self._which = f"SELECT array_remove(ARRAY[{each}], NULL)"

    def held(self) -> list[str]:
        """Return which tables hold rows: few of them do, and one statement, planned once, asks all of them."""
        (held,) = self._builder.execute(self._which, prepare=True).fetchone() or ([],)
        return held

    def delete(self) -> None:
        """Empty every table, far cheaper than TRUNCATE."""
        if held := self.held():
            self._builder.execute("; ".join(f"DELETE FROM {table}" for table in held))

    def copied(self) -> dict[str, bytes]:
        """Return all rows, by table."""
        return {table: self._copied(table) for table in self.held()}

    def _copied(self, table: str) -> bytes:
        with self._builder.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as out:
            return b"".join(out)

    def put_back(self, copied: Mapping[str, bytes]) -> None:
        """Put rows that were copied where they stood, into a database without rows."""
        with self._builder.transaction(), self._builder.cursor() as cursor:
            for table, rows in copied.items():
                with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as into:
                    into.write(rows)

    def told(self, tell: Callable[[], Any], *, age: float = math.inf) -> Any:
        """Return what a long story returns that several files share, in whichever process: told once, then put back.

        It is told to an empty database.  Its moment is the same for all of them.

        age: seconds after which it is told anew; for a story that calls the present moment now.
        """
        with (self._stories / f"{tell.__module__}.{tell.__qualname__}").open("a+b") as kept:
            fcntl.flock(kept, fcntl.LOCK_EX)  # until whoever tells it has
            kept.seek(0)
            before = pickle.loads(held) if (held := kept.read()) else None
            if before and time.monotonic() - before.at < age:
                self.put_back(before.rows)
                self._count_on(before.counted)
                return before.made
            made = tell()
            kept.truncate(0)
            kept.write(pickle.dumps(Told(made, self.copied(), self._counted(), time.monotonic())))
            return made

    def _counted(self) -> list[tuple[str, int]]:
        return self._builder.execute("""
            SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences WHERE last_value IS NOT NULL
        """).fetchall()

    def _count_on(self, counted: list[tuple[str, int]]) -> None:
        """Have no sequence give a number that a row holds which was put back."""
        further = dict(self._counted())
        for name, last in counted:
            if last > further.get(name, 0):
                self._builder.execute("SELECT setval(%s, %s)", [name, last])


@contextmanager
def rows_of(server: embedded.Server, name: str, stories: Path) -> Iterator[Rows]:
    """Yield the rows of a database of the tests' cluster.  stories: a folder for what is told in it."""
    with psycopg.connect(server.url(cluster.BUILDER, name), autocommit=True) as builder:
        builder.execute(
            "SET session_replication_role = replica"
        )  # once: a change has everything planned anew
        yield Rows(builder, stories)
