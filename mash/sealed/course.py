"""How far a release has come: what was proposed, what its owners said, who approved it, who read it.  Pure."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mash.sealed.rendition import Rendition, To


class State(StrEnum):
    """Where a release stands, as far as its reader may know."""

    BEGUN = "Being written"
    ASKED = "Waits for its owners"
    VETOED = "Vetoed: waits for the senior leads"
    STOPPED = "Stopped by its owner"
    READY = "Waits for a second person"
    TURNED_DOWN = "Turned down"
    LAPSED = "Ran out before it was approved"
    OUT = "Out"
    EXPIRED = "Expired"
    RECALLED = "Recalled"


@dataclass(frozen=True, slots=True)
class By:
    """Who said something, when, and why as far as its reader may know.  person: the account behind the post."""

    post: uuid.UUID
    person: uuid.UUID
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the senior leads decided on a veto.  ground: a code, "" where it was upheld."""

    by: By
    overruled: bool
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """What an owner said last: it may go, or a veto, which the senior leads answer by `due_at`."""

    key: uuid.UUID
    agency: uuid.UUID
    of_hub: bool
    agreed: bool
    by: By
    due_at: datetime | None = None
    ruled: Ruled | None = None

    @property
    def lets_it_go(self) -> bool:
        return self.agreed or bool(self.ruled and self.ruled.overruled)

    @property
    def is_before_the_seniors(self) -> bool:
        return not self.agreed and self.ruled is None


@dataclass(frozen=True, slots=True)
class Owner:
    """An agency, or the hub itself, that owns an item the release rests on.  word: None while it has not answered."""

    agency: uuid.UUID
    of_hub: bool
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class Second:
    """The second person's word."""

    by: By
    approved: bool


@dataclass(frozen=True, slots=True)
class Read:
    """One view, or one sheet for somebody outside.  recipient: key of the recipient's row."""

    recipient: uuid.UUID
    post: uuid.UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The newest wording.  rendition: None for whoever follows the course of a release without its words.

    to: recipients by the key of their rows.  items: sealed items it rests on, as far as its reader may know.
    replaced: whether an owner sealed something in place of one of them since.
    """

    key: uuid.UUID
    number: int
    purpose: str
    protocol: str
    basis: str
    colour: str
    expires_at: datetime
    words_digest: str
    people_digest: str
    by: By
    rendition: Rendition | None
    to: dict[uuid.UUID, To]
    items: tuple[uuid.UUID, ...] = ()
    owners: tuple[Owner, ...] = ()
    second: Second | None = None
    read: tuple[Read, ...] = ()
    replaced: bool = False

    @property
    def outside(self) -> dict[uuid.UUID, To]:
        """Return the recipients who have no post."""
        return {key: one for key, one in self.to.items() if one.staff is None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A release from its beginning.

    said: the newest wording, None while nothing was proposed.  went_out: whether any wording was ever approved.
    """

    key: uuid.UUID
    hub_id: uuid.UUID
    case: uuid.UUID
    begun: By
    said: Said | None = None
    recalled: By | None = None
    went_out: bool = False

    def state(self, at: datetime) -> State:
        """Return where it stands at a moment."""
        if self.recalled:
            return State.RECALLED
        if self.said is None:
            return State.BEGUN
        if self.said.second:
            return self._after_the_second(self.said, self.said.second, at)
        if self.said.expires_at <= at:
            return State.LAPSED
        return _before_the_second(self.said)

    def _after_the_second(self, said: Said, second: Second, at: datetime) -> State:
        if not second.approved:
            return State.TURNED_DOWN
        return State.OUT if said.expires_at > at else State.EXPIRED

    @property
    def persons(self) -> set[uuid.UUID]:
        """Return the accounts of whoever began it and wrote its newest words."""
        return {self.begun.person, *([self.said.by.person] if self.said else [])}


def _before_the_second(said: Said) -> State:
    words = [one.word for one in said.owners]
    if any(word and word.is_before_the_seniors for word in words):
        return State.VETOED
    if any(word and not word.lets_it_go for word in words):
        return State.STOPPED
    return State.READY if words and all(words) else State.ASKED
