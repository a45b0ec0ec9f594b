"""Pages that only read, answered from a streaming replica of the database where there is one.

A page is read whole from one server.  Before that the primary says who acts and how far it has written; the replica
answers nothing until it has all of that, so nobody sees by it what the primary would no longer show them, or misses
what somebody has just kept.  Lines of the ledger go to the primary, each committed as it is written, which is before
the page leaves.  Where the replica has not come so far, or does not answer, the primary answers.

Source: docs/rules.md, "Pages read from a copy".
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction

REPLICA = "replica"  # its name among the databases; without REPLICA_URL there is none
SECONDS_OF_REST = 10  # after it was behind or away it is left alone for so long
FIRST_LOOK, LONGEST_LOOK = 0.001, 0.02  # seconds from one look at how far it is to the next
WRITTEN = """
    SELECT pg_is_in_recovery(), system_identifier, CASE WHEN NOT pg_is_in_recovery()
      THEN ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int END,
      CASE WHEN NOT pg_is_in_recovery() THEN CASE current_setting('synchronous_commit')
        WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END::text END,
      (SELECT oid FROM pg_database WHERE datname = current_database())
    FROM pg_control_system()
"""
IS_ITS_COPY = """pg_is_in_recovery() AND s.system_identifier = %s AND c.timeline_id = %s
      AND (SELECT oid FROM pg_database WHERE datname = current_database()) = %s"""
REPLAYED = f"""
    SELECT {IS_ITS_COPY},
      coalesce(pg_last_wal_replay_lsn() >= %s::pg_lsn, false)
    FROM pg_control_system() s, pg_control_checkpoint() c
"""  # noqa: S608 (words of our own)
BEHIND_BY = f"""
    SELECT {IS_ITS_COPY},
      CASE WHEN pg_last_wal_replay_lsn() >= %s::pg_lsn THEN interval '0'
        ELSE greatest(interval '0', clock_timestamp() - pg_last_xact_replay_timestamp()) END
    FROM pg_control_system() s, pg_control_checkpoint() c
"""  # noqa: S608 (words of our own)
View = TypeVar("View", bound=Callable[..., Any])
Line = TypeVar("Line")


class By(StrEnum):
    """Which server answered a page that may be read from a replica, and why."""

    REPLICA = "replica"
    BEHIND = "behind"  # the primary: the replica had not come so far
    AWAY = "away"  # the primary: the replica did not answer, or ceased to
    RESTING = "resting"  # the primary: it was behind or away a moment ago


class NotUsable(Exception):
    """The replica is not asked now, and the primary answers instead.  by: why."""

    def __init__(self, words: str, by: By = By.BEHIND) -> None:
        super().__init__(words)
        self.by = by


@dataclass(frozen=True, slots=True)
class Written:
    """How far a primary has written.  system, timeline, database: which it is.  lsn: a place in its log."""

    system: int
    timeline: int
    database: int
    lsn: str

    @property
    def asked(self) -> list[Any]:
        """Return it as the words for a replica take it."""
        return [self.system, self.timeline, self.database, self.lsn]


@dataclass(slots=True)
class Look:
    """One look at a page.  lines: of the ledger, already committed for it.  again: the primary answers after all."""

    lines: list[tuple[object, Any]] = field(default_factory=list)
    again: bool = False


@dataclass(slots=True)
class _Rest:
    until: float = 0.0  # on the machine's own steady clock


_rest = _Rest()
_look: ContextVar[Look | None] = ContextVar("look", default=None)
_primary: ContextVar[Any] = ContextVar("primary", default=None)
_needed: ContextVar[Written | None] = ContextVar("needed", default=None)


def from_replica(view: View) -> View:
    """Mark a page that writes nothing but lines of the ledger: its GET may be answered from a replica."""
    view.reads_from_replica = True  # type: ignore[attr-defined]
    return view


def is_set() -> bool:
    """Tell whether there is a replica."""
    return REPLICA in connections.settings


def is_reading() -> bool:
    """Tell whether what is asked now is asked of the replica."""
    return _primary.get() is not None


def rests() -> bool:
    """Tell whether the replica is left alone, since it was behind or away a moment ago."""
    return time.monotonic() < _rest.until


def let_rest(seconds: float = SECONDS_OF_REST) -> None:
    """Leave the replica alone for a while, so that not every page waits for it."""
    _rest.until = time.monotonic() + seconds


def written() -> Written:
    """Return how far the primary has written by now: all that anybody was told is kept.

    Raises NotUsable where what we write to is itself a replica.
    """
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        is_copy, system, timeline, lsn, database = cursor.fetchone()
    if is_copy:
        raise NotUsable("DATABASE_URL leads to a replica", By.AWAY)
    return Written(system, timeline, database, lsn)


@contextmanager
def one_look() -> Iterator[Look]:
    """Let one page be answered twice, by the replica and then by the primary, with each line written once."""
    look = Look()
    token = _look.set(look)
    try:
        yield look
    finally:
        _look.reset(token)


@contextmanager
def reading(needed: Written) -> Iterator[None]:
    """Ask the replica whatever is asked in this block, in transactions that begin with all that is `needed`.

    Raises NotUsable as a transaction begins, where it has not come so far in time.
    """
    before = connections[DEFAULT_DB_ALIAS]
    tokens = _primary.set(before), _needed.set(needed)
    connections[DEFAULT_DB_ALIAS] = connections[REPLICA]
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = before
        _primary.reset(tokens[0])
        _needed.reset(tokens[1])


def write_once(says: object, line: Line, write: Callable[[Line], object]) -> Line:
    """Write a line of the ledger where it belongs, and return it.  says: what it says, to know it again.

    While the replica is asked, it is committed on the primary at once.  When the primary answers the same look after
    all, the line is there already, and the one that is there is returned.
    """
    look = _look.get()
    if look is None:
        write(line)
        return line
    if look.again:
        for number, (said, there) in enumerate(look.lines):
            if said == says:
                del look.lines[number]
                return there  # type: ignore[no-any-return]
    if not is_reading():
        write(line)
        return line
    here = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = _primary.get()
    try:
        with transaction.atomic():
            write(line)
    finally:
        connections[DEFAULT_DB_ALIAS] = here
    look.lines.append((says, line))
    return line


def wait_until_it_has_all(cursor: Any) -> None:
    """Wait, in a transaction of the replica that nobody acts in yet, until it has all that is needed.

    Raises NotUsable where that takes longer than MASH_REPLICA_MILLISECONDS, or where it copies another primary.
    """
    needed = _needed.get()
    if needed is None:
        raise NotUsable("the replica is asked without saying what it must have", By.AWAY)
    end = time.monotonic() + settings.MASH_REPLICA_MILLISECONDS / 1000
    pause = FIRST_LOOK
    while True:
        cursor.execute(REPLAYED, needed.asked)
        is_its_copy, has_all = cursor.fetchone()
        if not is_its_copy:
            raise NotUsable("REPLICA_URL leads to no copy of this primary", By.AWAY)
        if has_all:
            return
        if time.monotonic() >= end:
            raise NotUsable("the replica has not come so far")
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_LOOK)


def behind_by() -> timedelta | None:
    """Return how old what the replica shows is, none at all where it has everything; None where it is of no use.

    So it is where it does not answer, or is no copy of this primary.  Asked outside every transaction.
    """
    try:
        needed = written()
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(BEHIND_BY, needed.asked)
            is_its_copy, behind = cursor.fetchone()
    except (NotUsable, DatabaseError, ImproperlyConfigured):
        return None
    return (behind or timedelta(0)) if is_its_copy else None
