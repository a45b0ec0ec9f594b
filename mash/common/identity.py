"""Who acts.  Set once before a transaction opens; the database backend says it to PostgreSQL at BEGIN.

PostgreSQL verifies the signature itself, so SQL that was smuggled in cannot become somebody else.
"""

import hashlib
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db import connection

READER = "mash_reader"
SECONDS_FROM_SIGNING_TO_BEGIN = 60


class Kind(StrEnum):
    """What sort of identity acts."""

    STAFF = "staff"  # an account in one post
    ACCOUNT = "account"  # signed in, no post chosen
    SERVICE = "service"  # a named, listed program
    REFERRER = "referrer"  # somebody who referred, by a code sent to them


class IdentityIsFixed(Exception):
    """A transaction is open, and goes on under the identity that it began with."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One actor: `kind` and the key of its row (the name, for a service)."""

    kind: Kind
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"

    def signed(self) -> str:
        """Return `kind:key|expiry|signature`, as PostgreSQL's identity.me() verifies it."""
        said = f"{self}|{int(time.time()) + SECONDS_FROM_SIGNING_TO_BEGIN}"
        key = bytes.fromhex(settings.MASH_IDENTITY_KEY)
        return f"{said}|{hmac.new(key, said.encode(), hashlib.sha256).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Presence:
    """Who acts from now on and, if not the connection's own, the database role taken with it."""

    identity: Identity | None = None
    role: str = ""


_present: ContextVar[Presence] = ContextVar("presence", default=Presence())  # noqa: B039 (frozen)


def presence() -> Presence:
    """Return who acts in this context."""
    return _present.get()


def only_reads() -> bool:
    """Tell whether transactions of this context are begun as the reader, who changes nothing of a case."""
    return presence().role == READER


@contextmanager
def acting_as(identity: Identity | None, *, role: str = "") -> Iterator[None]:
    """Let every transaction begun in this block be `identity`'s.

    Raises IdentityIsFixed inside an open transaction: it would go on under the old identity.
    """
    if connection.in_atomic_block:
        raise IdentityIsFixed("say who acts before the transaction opens")
    token = _present.set(Presence(identity, role))
    try:
        yield
    finally:
        _present.reset(token)


@contextmanager
def as_service(name: str) -> Iterator[None]:
    """Act as a named service.  One that is not listed is refused by the database at its first query."""
    with acting_as(Identity(Kind.SERVICE, name)):
        yield
