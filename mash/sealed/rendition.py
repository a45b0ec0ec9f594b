"""What a recipient of a release reads, and who the recipients are; and the digests that name both exactly.  Pure."""

import hashlib
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

SHOWN = 12  # characters of a digest on a page


@dataclass(frozen=True, slots=True)
class To:
    """One recipient: a post of the hub, or somebody outside it (staff is None)."""

    name: str
    organisation: str
    staff: uuid.UUID | None = None

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.organisation) if part)

    def said(self) -> list[str]:
        """Return it as plain values."""
        return [str(self.staff or ""), self.name, self.organisation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """Everything that leaves the room, and to whom.

    purpose, protocol, basis: in the words that the recipient reads.  salt: kept with it, so that nobody can guess
    short words from their digest.
    """

    words: str
    purpose: str
    protocol: str
    basis: str
    conditions: str
    expires_at: datetime
    to: tuple[To, ...]
    salt: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def words_digest(self) -> str:
        """Return the SHA-256 of all that a recipient reads, in hexadecimal."""
        return _digest(self.salt, self._read())

    @property
    def people_digest(self) -> str:
        """Return the SHA-256 of who the recipients are, in any order, in hexadecimal."""
        return _digest(self.salt, sorted(one.said() for one in self.to))

    def is_for(self, staff: uuid.UUID) -> bool:
        """Tell whether a post is among the recipients that were approved."""
        return any(one.staff == staff for one in self.to)

    def to_json(self) -> str:
        """Write it down, to be encrypted."""
        kept = [self.salt, self._read(), [one.said() for one in self.to]]
        return json.dumps(kept, ensure_ascii=False)

    def _read(self) -> list[str]:
        until = self.expires_at.astimezone(UTC).isoformat()
        return [self.words, self.purpose, self.protocol, self.basis, self.conditions, until]


def from_json(text: str) -> Rendition:
    """Read a rendition that was written down."""
    salt, (words, purpose, protocol, basis, conditions, until), people = json.loads(text)
    return Rendition(
        words=words,
        purpose=purpose,
        protocol=protocol,
        basis=basis,
        conditions=conditions,
        expires_at=datetime.fromisoformat(until),
        to=tuple(_to(one) for one in people),
        salt=salt,
    )


def short(digest: str) -> str:
    """Return the beginning of a digest in groups of four, to be compared by eye."""
    return " ".join(digest[place : place + 4] for place in range(0, SHOWN, 4))


def _to(said: Sequence[str]) -> To:
    staff, name, organisation = said
    return To(name, organisation, uuid.UUID(staff) if staff else None)


def _digest(salt: str, said: Any) -> str:
    words = json.dumps([salt, said], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
