"""Encryption of words: AES-GCM, under a key of one agency and purpose, bound to where they stand."""

import os
import uuid
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE_BYTES = 12


class Locked(NamedTuple):
    """Words under lock.  A nonce is never used twice."""

    nonce: bytes | memoryview
    body: bytes | memoryview


def lock(words: str, *, purpose: str, agency: uuid.UUID, bound_to: str) -> Locked:
    """Encrypt words.

    purpose: what they are ("item", "draft"); each has keys of its own.
    bound_to: names where they stand; moved anywhere else they cannot be opened.
    """
    nonce = os.urandom(NONCE_BYTES)
    return Locked(nonce, _cipher(purpose, agency).encrypt(nonce, words.encode(), bound_to.encode()))


def unlock(locked: Locked, *, purpose: str, agency: uuid.UUID, bound_to: str) -> str:
    """Decrypt words.  Raises InvalidTag if they were changed, or belong to another place or agency."""
    cipher = _cipher(purpose, agency)
    return cipher.decrypt(bytes(locked.nonce), bytes(locked.body), bound_to.encode()).decode()


def _cipher(purpose: str, agency: uuid.UUID) -> AESGCM:
    info = f"openmash {purpose} {agency}".encode()
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=info)
    return AESGCM(made.derive(bytes.fromhex(settings.MASH_SEAL_KEY)))
