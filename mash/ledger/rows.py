"""What a row outside the record says, as two digests: of its plain columns, and of those under lock.  Pure.

An app names the tables whose rows the record vouches for (`keeps`).  The columns stand there by name and for good:
another would give another digest, and every row from before would look changed.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import Model

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?)")


class Digests(NamedTuple):
    """The digests of one row, in hexadecimal.  locked: "" where nothing of it lies under lock."""

    plain: str
    locked: str


class Row(NamedTuple):
    """One row as it stands.  at: when it says it was written, where it says so.  parent: whose row it belongs to."""

    name: str
    digests: Digests
    at: datetime | None
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A table whose rows the record vouches for.

    name: short, and for good; with the row's key it names a row.  key: columns that make the key.
    plain, locked: columns that count.  at: the column of its moment.  parent: the name of another such table, and the
    column that leads there.  reached: what opens the way to the table.
    """

    name: str
    model: type[Model]
    plain: tuple[str, ...]
    locked: tuple[str, ...] = ()
    key: tuple[str, ...] = ("id",)
    at: str = ""
    parent: tuple[str, str] = ("", "")
    reached: Callable[[], AbstractContextManager[None]] = nullcontext

    @property
    def columns(self) -> list[str]:
        """Return every column that is read."""
        more = [one for one in (self.at, self.parent[1]) if one]
        return list(dict.fromkeys([*self.key, *self.plain, *self.locked, *more]))

    def row(self, said: Mapping[str, Any]) -> Row:
        """Return a row from its columns: as Python has them, or as PostgreSQL writes them in JSON."""
        at = said.get(self.at)
        table, column = self.parent
        return Row(
            f"{self.name}:{'/'.join(str(_plain(said[one])) for one in self.key)}",
            Digests(
                _digest(self.name, said, self.plain),
                _digest(self.name, said, self.locked) if self.locked else "",
            ),
            datetime.fromisoformat(at) if isinstance(at, str) else at,
            f"{table}:{said[column]}" if table else "",
        )

    def row_of(self, model: Model) -> Row:
        """Return a row from an object of its model."""
        return self.row({one: getattr(model, one) for one in self.columns})


EVERYTHING: dict[str, Kept] = {}


def keeps(*those: Kept) -> None:
    """Say which tables' rows the record vouches for."""
    EVERYTHING.update((one.name, one) for one in those)


def named(model: type[Model]) -> Kept:
    """Return what is said of a model's table.  Raises KeyError."""
    found = [one for one in EVERYTHING.values() if one.model is model]
    if not found:
        raise KeyError(model)
    return found[0]


def from_json(lines: Iterable[str]) -> Iterable[tuple[str, Row]]:
    """Yield rows that were given, with their tables' names: JSON lines of `table` and `row`.

    Raises ValueError for what is none.
    """
    for line in lines:
        if line.strip():
            said = json.loads(line)
            try:
                kept = EVERYTHING[said["table"]]
                yield kept.name, kept.row(said["row"])
            except (KeyError, TypeError) as why:
                raise ValueError(f"not a row that the record vouches for: {line[:80]!r}") from why


def _digest(name: str, said: Mapping[str, Any], columns: Iterable[str]) -> str:
    words = json.dumps(
        [name, [_plain(said[one]) for one in columns]], ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: Any) -> Any:
    """Return a value as it is written down: the same from Python and from PostgreSQL's JSON."""
    if isinstance(value, bytes | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, str) and MOMENT.fullmatch(value):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value
