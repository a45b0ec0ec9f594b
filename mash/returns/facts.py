"""What a return is made of, as plain facts about children by number: no name, no address.  Pure."""

import hashlib
import hmac
import re
import uuid
from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mash.returns.years import Year

LONGEST_ID = 20
PLAIN = re.compile(r"[A-Za-z0-9]+")
OWN = "OM"  # begins a code of the hub's own
NEED = re.compile(r"\bN[0-9]\b")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that a rule finds.  place: which list or episode.  person, contact: where it is mended."""

    rule: str
    child: str
    place: str = ""
    person: uuid.UUID | None = None
    contact: uuid.UUID | None = None


@dataclass(slots=True)
class Child:
    """One child as a return names them.

    id: the number of the authority, or a code of the hub's own.  person: the record; None while nobody has settled who
    it is.  rules: what was found wrong while the record was read.
    """

    id: str
    person: uuid.UUID | None = None
    born_on: date | None = None
    expected_on: date | None = None
    died_on: date | None = None
    sex: str = "U"
    ethnicity: str = ""
    disabilities: tuple[str, ...] = ()
    upn: str = ""
    nhs: str = ""
    rules: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Came:
    """That a contact about a child came.  flags: what was decided, as the dataset counts it."""

    child: Child
    on: date
    source: str
    contact: uuid.UUID | None = None
    rules: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    gender: str = ""


@dataclass(slots=True)
class Help:
    """Early help for a child, from one day and perhaps until another, by an organisation."""

    child: Child
    on: date
    ended_on: date | None
    organisation: str
    gender: str = ""


@dataclass(slots=True)
class Referral:
    """A referral of a child, and what followed as far as it is known.

    before: how many came in the twelve months before it; None where an earlier file says the number.
    followed: what an earlier census says of it, or the clocks of the hub; see `history.py`.
    """

    child: Child
    on: date
    source: str
    nfa: bool
    need: str = ""
    team: str = ""
    worker: str = ""
    before: int = 0
    ended_on: date | None = None
    followed: Mapping[str, Any] = field(default_factory=dict)
    contact: uuid.UUID | None = None
    rules: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    gender: str = ""


@dataclass(slots=True)
class Gathered:
    """Everything that goes into a return of one hub, in the order in which it is written."""

    children: Sequence[Child]
    contacts: Sequence[Came]
    early_help: Sequence[Help]
    referrals: Sequence[Referral]


def is_plain(number: str) -> bool:
    """Tell whether a number of the authority may stand in a census: at most 20 letters and digits."""
    return bool(PLAIN.fullmatch(number)) and len(number) <= LONGEST_ID


def own_code(hub: uuid.UUID, thing: uuid.UUID, key: str) -> str:
    """Return the hub's own code for a child without a number: 20 letters and digits, the same each time.

    key: the product's secret, so that nobody makes a key of the database out of it.
    """
    said = hmac.new(key.encode(), b"returns|" + hub.bytes + thing.bytes, hashlib.sha256).digest()
    return OWN + b32encode(said).decode()[: LONGEST_ID - len(OWN)]


def source_code(said: str | None, kind: str, rules: Year, *, anonymous: bool) -> tuple[str, tuple[str, ...]]:
    """Return the code of who referred, and what is odd about it.

    said: the code that the sender gave.  kind: of the sender.
    """
    codes = rules.codes
    if said:
        return (said, ()) if said in rules.sources else (codes.source_of_nobody, ("8866",))
    if anonymous:
        return codes.source_of_the_anonymous, ()
    return codes.source_of_kind.get(kind, codes.source_of_nobody), ("H02",)


def need_code(said: str, suggested: str, *, nfa: bool, rules: Year) -> tuple[str, tuple[str, ...]]:
    """Return the code of the primary need, and what is odd about it.

    said: in the words of whoever decided.  suggested: what the main category usually leads to.
    """
    found = NEED.search(said.upper())
    if found and found[0] in rules.codes.primary_need:
        return found[0], ()
    if nfa:
        return "", ()
    if suggested:
        return suggested, ("H05",)
    return "", ("8610",)


def merge(ours: Sequence[Any], past: Sequence[Any], rules: Year) -> Iterator[tuple[Any, Any]]:
    """Yield what the hub knows itself beside what an earlier file says of the same; either may be None.

    The same thing known twice is one: of several that agree in child, day and source, as many as the one knows that
    knows more.
    """
    theirs: dict[Any, list[Any]] = {}
    for one in past:
        theirs.setdefault(_key(one, rules), []).append(one)
    for one in ours:
        waiting = theirs.get(_key(one, rules))
        yield one, waiting.pop(0) if waiting else None
    for rest in theirs.values():
        for one in rest:
            yield None, one


def _key(one: Any, rules: Year) -> tuple[Any, ...]:
    if isinstance(one, Help):
        return one.child.id, one.on, one.organisation
    return one.child.id, one.on, rules.in_annex_a(one.source)
