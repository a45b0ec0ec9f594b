"""Questions that page after page asks in one form: written as SQL once, then asked with other values.

Django takes longer to write one of our larger questions than PostgreSQL takes to answer it.  What is kept here is
words with slots in them: no row, no answer, no value of whoever asked.  A question is made of its form and of
slots and of nothing else: content or rows asked for while it is made are refused.
"""

from collections.abc import Callable, Hashable, Mapping
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BinaryField, Expression, Field, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler

from mash.common.editions import no_content
from mash.common.identity import only_reads

FORMS_KEPT = 64  # of each question in one process
SEVERAL_KEYS = ArrayField(UUIDField())
SEVERAL_HASHES = ArrayField(BinaryField())
T = TypeVar("T")
Fields = Mapping[str, "Field[Any, Any]"]
Question = Callable[..., "QuerySet[Any, Any]"]


class NotOfItsForm(Exception):
    """A question asked for rows while it was made: its words would hold for one asking alone."""


class Slot(Expression):
    """Stands in a question for a value that is given each time it is asked.

    output_field: of which kind the value is; SEVERAL_KEYS for keys to the right of `in`, SEVERAL_HASHES for hashes.
    """

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002
        """Leave the place open, and say by oneself what belongs there."""
        if isinstance(self.output_field, ArrayField):
            return f"(SELECT unnest(%s::{self.output_field.db_type(connection)}))", (self,)
        return "%s", (self,)

    def get_group_by_cols(self) -> list[Any]:
        """Group by nothing: the value is the same for every row, and put in its place a number would name a column."""
        return []

    def filled(self, given: Mapping[str, Any]) -> Any:
        """Return the value for this place.  Raises ValueError for None, which equals nothing in SQL."""
        value = given[self.name]
        if value is None:
            raise ValueError(f"nothing is given for {self.name}")
        if self.output_field is SEVERAL_KEYS:
            return f"{{{','.join(one.hex for one in value)}}}"  # one word is sent faster than many
        return value


@dataclass(frozen=True, slots=True)
class _Written:
    """A question in words; the compiler that wrote them knows how to read what comes back.

    converters: how it reads each column, once it was asked: they hang on the columns alone.
    """

    question: "QuerySet[Any, Any]"
    compiler: SQLCompiler
    words: str
    params: tuple[Any, ...]
    converters: list[Any] = field(default_factory=list)

    def filled(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(one.filled(given) if isinstance(one, Slot) else one for one in self.params)

    def asked_with(self, params: tuple[Any, ...]) -> "QuerySet[Any, Any]":
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (self.words, params)  # type: ignore[method-assign]
        compiler.execute_sql = lambda *args, **how: _planned_once(compiler, *args, **how)  # type: ignore[method-assign]
        compiler.get_converters = self._converters_of  # type: ignore[assignment, method-assign]
        asked = self.question.all()
        asked.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return asked

    def _converters_of(self, columns: list[Expression]) -> Any:
        if not self.converters:
            self.converters.append(self.compiler.get_converters(columns))
        return self.converters[0]


class Prepared:
    """A question that is written once for each of its forms.

    make: told a form and the slots, by name, returns the question.  values: of which kind each slot's value is.
    once: in a transaction that only reads, the same values are not asked with again; what is found is shared then.
    """

    def __init__(self, make: Question, values: Fields, *, once: bool = False) -> None:
        self._make, self._once = make, once
        self._slots = {name: Slot(name, kind) for name, kind in values.items()}
        self._written = lru_cache(maxsize=FORMS_KEPT)(self._write)

    def rows(self, *form: Hashable, **given: Any) -> list[Any]:
        """Ask, and return what was found.

        form: all that the words depend on.  given: the values, by name of slot.
        """
        written = self._written(*form)
        if not written:
            return []
        params = written.filled(given)
        if not self._once:
            return list(written.asked_with(params))
        return list(once((self, form, params), lambda: list(written.asked_with(params))))

    def first(self, *form: Hashable, **given: Any) -> Any:
        """Ask, and return the first that was found; None where nothing was."""
        return next(iter(self.rows(*form, **given)), None)

    def _write(self, *form: Hashable) -> _Written | None:
        with no_content(), connection.execute_wrapper(_refuse):
            question = self._make(*form, **self._slots)
            compiler = question.query.get_compiler(question.db)
            try:
                words, params = compiler.as_sql()
            except EmptyResultSet:
                return None
        return _Written(question, compiler, words, tuple(params))


def prepared(**values: "Field[Any, Any]") -> Callable[[Question], Prepared]:
    """Write a question once: it is told slots in place of these values."""
    return lambda make: Prepared(make, values)


def asked_once(**values: "Field[Any, Any]") -> Callable[[Question], Prepared]:
    """Write a question once, as `prepared` does, that a page which only reads asks once with the same values.

    For what many parts of one page need, and what no such page writes: not for receipts, nor lines of the record.
    """
    return lambda make: Prepared(make, values, once=True)


def once(key: Hashable, ask: Callable[[], T]) -> T:
    """Return what was found the first time in a transaction that only reads; ask in every other.

    It is forgotten when the transaction ends, and never known to another.
    """
    if not (only_reads() and connection.in_atomic_block):
        return ask()
    found: dict[Hashable, T] = connection.remembered  # type: ignore[attr-defined]
    if key not in found:
        found[key] = ask()
    return found[key]


def plans_kept() -> AbstractContextManager[None]:
    """Let the database keep how it carries out the statements of a block, which are written in the same words again.

    For rows that are added in one form.  PostgreSQL must be able to tell each value's type from where it stands.
    """
    kept: AbstractContextManager[None] = connection.keeping_plans()  # type: ignore[attr-defined]
    return kept


def _planned_once(compiler: SQLCompiler, *args: Any, **how: Any) -> Any:
    with plans_kept():
        return SQLCompiler.execute_sql(compiler, *args, **how)


def _refuse(*_: Any) -> NoReturn:
    raise NotOfItsForm("a question is made of its form and of slots alone")
