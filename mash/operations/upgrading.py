"""What a migration does to those who are working: whether the version from before can go on serving while it runs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import connections, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

QUIET = (
    migrations.AlterModelOptions,
    migrations.AlterModelManagers,
    migrations.AlterOrderWithRespectTo,
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
BREAKS = {
    migrations.RemoveField: "removes a column",
    migrations.RenameField: "renames a column",
    migrations.DeleteModel: "removes a table",
    migrations.RenameModel: "renames a table",
    migrations.AlterModelTable: "renames a table",
    migrations.RunPython: "runs Python of its own",
}
LOCKS = (
    migrations.AddIndex,
    migrations.AddConstraint,
    migrations.AlterUniqueTogether,
    migrations.AlterIndexTogether,
)
NAMED_IN_SQL = re.compile(
    r"\b(?:ON|TABLE(?: IF EXISTS)?(?: ONLY)?|POLICY \w+ ON)\s+(?:\w+\.)?(\w+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Look:
    """One migration that was not run, and why the old version cannot go on serving meanwhile: nothing, if it can."""

    name: str
    reasons: tuple[str, ...]


def look_ahead(alias: str = "default") -> list[Look]:
    """Look at each migration that this database has not had, in the order in which they would run."""
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return []
    had = [node for node in executor.loader.applied_migrations if node in executor.loader.graph.nodes]
    state = executor.loader.project_state(had, at_end=True)
    return list(_looks(plan, state))


def _looks(plan: Sequence[tuple[Migration, bool]], state: ProjectState) -> Iterator[Look]:
    fresh: set[str] = set()
    for migration, _ in plan:
        reasons = tuple(look_at(migration.operations, migration.app_label, state, fresh))
        yield Look(f"{migration.app_label}.{migration.name}", tuple(dict.fromkeys(reasons)))


def look_at(operations: Sequence[Operation], app: str, state: ProjectState, fresh: set[str]) -> Iterator[str]:
    """Say of each operation what the version from before would not bear.  Moves `state` on.

    fresh: names of tables that this upgrade makes itself, which nobody uses yet; filled on the way.
    """
    for operation in operations:
        yield from _of_one(operation, app, state, fresh)
        operation.state_forwards(app, state)


def _of_one(operation: Operation, app: str, state: ProjectState, fresh: set[str]) -> Iterator[str]:
    if isinstance(operation, migrations.CreateModel):
        fresh.add(_table(app, operation.name, operation.options.get("db_table")))
        return
    if isinstance(operation, QUIET):
        return
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for one in operation.database_operations:
            yield from _of_one(one, app, state, fresh)
        return
    if isinstance(operation, migrations.RunSQL):
        if not _touches_only(operation, fresh):
            yield "runs SQL of its own"
        return
    name = getattr(operation, "model_name", None) or getattr(operation, "name", "")
    known = state.models.get((app, str(name).lower()))
    table = _table(app, str(name), known.options.get("db_table") if known else None)
    if table in fresh:
        return
    yield from _of_a_table_in_use(operation, app, table, state)


def _of_a_table_in_use(operation: Operation, app: str, table: str, state: ProjectState) -> Iterator[str]:
    for kind, words in BREAKS.items():
        if isinstance(operation, kind):
            yield f"{words}: {table}" if kind is not migrations.RunPython else words
            return
    if isinstance(operation, migrations.AddField):
        field = operation.field
        if not (field.null or field.has_db_default() or isinstance(field, models.ManyToManyField)):
            yield f"adds a column that must be filled: {table}.{operation.name}"
    elif isinstance(operation, migrations.AlterField):
        before = state.models[app, operation.model_name_lower].get_field(operation.name_lower)
        if _in_the_database(before) != _in_the_database(operation.field):
            yield f"changes a column: {table}.{operation.name}"
    elif isinstance(operation, LOCKS):
        yield f"locks a table while it looks at every row: {table}"
    elif isinstance(operation, (migrations.RemoveIndex, migrations.RemoveConstraint)):
        return
    else:
        yield f"{type(operation).__name__}: {table}"


def _in_the_database(field: "models.Field[Any, Any]") -> tuple[object, ...]:
    """Return what of a field the database knows."""
    _, path, words, named = field.deconstruct()
    quiet = {
        "choices",
        "help_text",
        "verbose_name",
        "validators",
        "default",
        "editable",
        "related_name",
        "blank",
    }
    return (
        path,
        tuple(map(str, words)),
        tuple(sorted((k, str(v)) for k, v in named.items() if k not in quiet)),
    )


def _touches_only(operation: migrations.RunSQL, fresh: set[str]) -> bool:
    """Tell whether SQL names tables, and only such as this upgrade makes."""
    words = operation.sql if isinstance(operation.sql, str) else " ".join(map(str, operation.sql))
    named = set(NAMED_IN_SQL.findall(words))
    return bool(named) and named <= fresh and not re.search(r"\b(FUNCTION|TRIGGER|GRANT .* SCHEMA)\b", words)


def _table(app: str, model: str, given: object) -> str:
    return str(given).replace('"', "").rsplit(".", 1)[-1] if given else f"{app}_{model.lower()}"
