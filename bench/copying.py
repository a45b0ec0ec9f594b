"""Rows that the product makes in bulk, put in by COPY, which fills a large database sooner than row by row.

COPY keeps no policy of rows, so the server's administrator writes them, beside whoever works, into a database of a
bench alone.  Neither triggers nor references are asked: what hangs on them is counted afterwards by whoever fills.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.db.models import Field, QuerySet
from django.db.models.expressions import BaseExpression
from psycopg import sql


@contextmanager
def by_copy(administrator: str) -> Iterator[None]:
    """Within, what `bulk_create` is given goes in by COPY at once; what may be there already goes its usual way.

    administrator: the address at which the server's administrator connects.
    """
    usual = QuerySet._batched_insert  # type: ignore[attr-defined]
    with psycopg.connect(administrator, autocommit=True) as beside:
        beside.execute("SET session_replication_role = replica")

        def insert(self: Any, objects: Sequence[Any], fields: Sequence[Any], *args: Any, **said: Any) -> Any:
            rows = None if said.get("on_conflict") else _rows(objects, fields)
            if rows is None:
                return usual(self, objects, fields, *args, **said)
            _copy(beside, self.model._meta.db_table, fields, rows)
            return [() for _ in objects]

        QuerySet._batched_insert = insert  # type: ignore[attr-defined]
        try:
            yield
        finally:
            QuerySet._batched_insert = usual  # type: ignore[attr-defined]


def _rows(objects: Sequence[Any], fields: Sequence[Field[Any, Any]]) -> list[list[Any]] | None:
    """Return what each column of each row holds; None where the database is to work something out itself."""
    if not all(one._is_pk_set() for one in objects):
        return None
    rows = []
    for one in objects:
        values = [field.get_db_prep_save(field.pre_save(one, True), connection) for field in fields]
        if any(isinstance(value, BaseExpression) for value in values):
            return None
        rows.append(values)
    return rows


def _copy(
    beside: psycopg.Connection[Any], table: str, fields: Collection[Field[Any, Any]], rows: list[list[Any]]
) -> None:
    columns = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])
    words = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
    with beside.cursor() as cursor, cursor.copy(words) as copy:
        for row in rows:
            copy.write_row(row)
