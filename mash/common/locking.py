"""Encryption of words: AES-GCM, under a key of one agency and purpose, bound to where they stand.

What is locked begins with a mark of the key it is under, so that the key can be replaced: new words go under the new
one, and what lies under one before is read with that until it was wrapped anew (`mash sealed rewrap`).
"""

import os
import uuid
from collections.abc import Iterator
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12
MARKED = b"OMK1"
MARK_BYTES = len(MARKED) + 4


class Locked(NamedTuple):
    """Words under lock.  A nonce is never used twice."""

    nonce: bytes | memoryview
    body: bytes | memoryview


def lock(words: str, *, purpose: str, agency: uuid.UUID, bound_to: str) -> Locked:
    """Encrypt words, under the key of today.

    purpose: what they are ("item", "draft"); each has keys of its own.
    bound_to: names where they stand; moved anywhere else they cannot be opened.
    """
    nonce, key = os.urandom(NONCE_BYTES), settings.MASH_SEAL_KEY
    body = _cipher(key, purpose, agency).encrypt(nonce, words.encode(), bound_to.encode())
    return Locked(nonce, mark_of(key) + body)


def unlock(locked: Locked, *, purpose: str, agency: uuid.UUID, bound_to: str) -> str:
    """Decrypt words.

    Raises InvalidTag if they were changed, belong to another place or agency, or lie under a key that is gone.
    """
    for key, body in _tries(bytes(locked.body)):
        try:
            found = _cipher(key, purpose, agency).decrypt(bytes(locked.nonce), body, bound_to.encode())
        except InvalidTag:
            continue
        return found.decode()
    raise InvalidTag


def mark_of(key: str) -> bytes:
    """Return what words under a key begin with.  It says nothing of the key."""
    return MARKED + sha256(b"openmash seal key " + bytes.fromhex(key)).digest()[:4]


def keys_before() -> list[str]:
    """Return the keys that were used before the one of today, and are still read."""
    return [one.strip() for one in settings.MASH_SEAL_KEYS_BEFORE if one.strip()]


def _tries(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield by which key to try what; words from before there were marks are tried with each."""
    keys = [settings.MASH_SEAL_KEY, *keys_before()]
    yield from ((key, body[MARK_BYTES:]) for key in keys if body.startswith(mark_of(key)))
    yield from ((key, body) for key in keys)


def _cipher(key: str, purpose: str, agency: uuid.UUID) -> AESGCM:
    info = f"openmash {purpose} {agency}".encode()
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
    return AESGCM(made.derive(bytes.fromhex(key)))
