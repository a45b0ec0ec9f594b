"""Whose content counts: the edition of the hub that acts, or else what the product carries.

`categories()`, `outcomes()` and their like take no hub.  Which hub acts is known already: a worker and a referrer
have one, and a program that may see several says which with `content_of`.  The editions in force are asked for
once a transaction, and each edition is read and checked once a process.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection

from mash.common.content import Given, Source, raw_of
from mash.common.identity import Kind, presence

T = TypeVar("T")
R = TypeVar("R")
Editions = Mapping[str, UUID]
EDITIONS_KEPT = 64  # of each content in one process, read and checked
CARRIED = UUID(int=0)
IN_FORCE = "editions in force"


class WhichHub(Exception):
    """A program that may see every hub asks for content and has not said whose."""


class NotHere(Exception):
    """Content was asked for where the answer may depend on no hub's."""


_hub: ContextVar[UUID | None] = ContextVar("hub_of_the_content", default=None)
_refused: ContextVar[bool] = ContextVar("content_is_refused", default=False)
_ask: dict[str, Callable[..., Any]] = {}
CONTENTS: dict[str, "Content[Any]"] = {}
"""Every content of the product by name, in the order in which the apps bring it."""


@contextmanager
def content_of(hub_id: UUID) -> Iterator[None]:
    """Let content answer for this hub while the block lasts: for programs, which belong to no hub."""
    token = _hub.set(hub_id)
    try:
        yield
    finally:
        _hub.reset(token)


@contextmanager
def no_content() -> Iterator[None]:
    """Refuse content while the block lasts: what is made in it is kept for every hub."""
    token = _refused.set(True)
    try:
        yield
    finally:
        _refused.reset(token)


def kept_by(*, in_force: Callable[[UUID | None], Mapping[str, UUID]], words: Callable[[UUID], Any]) -> None:
    """Say who keeps the hubs' editions; called from an app's `ready()`.

    in_force: told a hub, or None for the one hub that whoever acts can see; returns edition by name of content.
    words: returns an edition's raw content.
    """
    _ask.update(in_force=in_force, words=words)


def forget() -> None:
    """Ask afresh which editions are in force: one was published in this transaction."""
    _remembered().clear()


@dataclass(slots=True)
class _Read(Generic[T]):
    """An edition, read and checked, with what has been worked out of it."""

    value: T
    derived: dict[Any, Any] = field(default_factory=dict)


class Content(Generic[T]):
    """One kind of content: called, it answers as the hub that acts has it.

    file: what the product carries.  load: reads and checks; raises ContentError naming file and place.
    """

    def __init__(self, file: Path, title: str, load: Callable[[Source], T]) -> None:
        self.file, self.title, self.load = file, title, load
        self.name = file.stem
        self._read = lru_cache(maxsize=EDITIONS_KEPT)(self._read_afresh)
        CONTENTS[self.name] = self

    def __call__(self) -> T:
        """Return the content in force.  Raises WhichHub for a program that has not said whose."""
        return self._in_force().value

    def derived(self, work: Callable[[T], R]) -> Callable[[], R]:
        """Make a function of the content into one without arguments, worked out once for each edition."""

        def answer() -> R:
            read = self._in_force()
            if work not in read.derived:
                read.derived[work] = work(read.value)
            found: R = read.derived[work]
            return found

        answer.__doc__, answer.__name__ = work.__doc__, work.__name__
        return answer

    def check(self, raw: Any) -> T:
        """Read content that is not kept yet.  Raises ContentError naming file and place."""
        return self.load(Given(self.file.name, raw))

    def carried(self) -> Any:
        """Return the raw content that the product carries, as plain lists and mappings."""
        return raw_of(self.file)

    def _in_force(self) -> _Read[T]:
        return self._read(_in_force().get(self.name, CARRIED))

    def _read_afresh(self, edition_id: UUID) -> _Read[T]:
        source = self.file if edition_id == CARRIED else Given(self.file.name, _ask["words"](edition_id))
        return _Read(self.load(source))


def _in_force() -> Mapping[str, UUID]:
    """Return the editions of the hub that acts; none where nobody does, as in a test of what is pure."""
    if _refused.get():
        raise NotHere("what is kept for every hub depends on no content")
    identity, hub_id = presence().identity, _hub.get()
    if identity is None or identity.kind == Kind.ACCOUNT or not _ask or not connection.in_atomic_block:
        return {}
    if identity.kind == Kind.SERVICE and hub_id is None:
        raise WhichHub(f"{identity} asks for content: say whose with content_of(hub.pk)")
    kept = _remembered()
    if hub_id not in kept:
        kept[hub_id] = _ask["in_force"](hub_id)
    found: Mapping[str, UUID] = kept[hub_id]
    return found


def _remembered() -> dict[UUID | None, Mapping[str, UUID]]:
    """Return what was asked in this transaction; the database backend forgets it at BEGIN."""
    kept: dict[Any, Any] = getattr(connection, "remembered", {})
    found: dict[UUID | None, Mapping[str, UUID]] = kept.setdefault(IN_FORCE, {})
    return found
