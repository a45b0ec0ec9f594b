"""The rows of a process's database: how it becomes empty again, and how a story that was told stands there again."""

import copy
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg

from mash.common import embedded
from tests import cluster

KEEP = {"django_migrations", "django_content_type", "partnership_service", "auth_permission"}


class Told(NamedTuple):
    """A story that was told: what it returned, which rows it wrote, and when, in seconds of a clock of its own."""

    made: Any
    rows: dict[str, bytes]
    at: float


class Rows:
    """Every row of a database but those its migrations made.

    builder: a connection of this alone, to which no trigger and no foreign key speaks.
    """

    def __init__(self, builder: psycopg.Connection) -> None:
        self._builder = builder
        found = builder.execute("""
            SELECT quote_ident(schemaname) || '.' || quote_ident(tablename), tablename FROM pg_tables
            WHERE schemaname IN ('public', 'sealed')
        """)
        tables = [full for full, table in found if table not in KEEP]
        each = ", ".join(f"CASE WHEN EXISTS (SELECT FROM {table}) THEN {table!r} END" for table in tables)
        self._which = f"SELECT array_remove(ARRAY[{each}], NULL)"
        self._told: dict[Callable[[], Any], Told] = {}

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
        """Return what a long story returns that several files share: told once to an empty database, then put back.

        Its moment is the same for all of them.

        age: seconds after which it is told anew; for a story that calls the present moment now.
        """
        before = self._told.get(tell)
        if before and time.monotonic() - before.at < age:
            self.put_back(before.rows)
            return copy.deepcopy(before.made)
        made = tell()
        self._told[tell] = Told(copy.deepcopy(made), self.copied(), time.monotonic())
        return made


@contextmanager
def rows_of(server: embedded.Server, name: str) -> Iterator[Rows]:
    """Yield the rows of a database of the tests' cluster."""
    with psycopg.connect(server.url(cluster.BUILDER, name), autocommit=True) as builder:
        builder.execute(
            "SET session_replication_role = replica"
        )  # once: a change has everything planned anew
        yield Rows(builder)
