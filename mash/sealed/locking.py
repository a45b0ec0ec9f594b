"""Encryption of what an agency keeps to itself: AES-GCM, under a key of that agency, bound to where it stands."""

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


def place_of_item(item: uuid.UUID, case: uuid.UUID, agency: uuid.UUID) -> str:
    """Return what the words of a sealed item are bound to: the item, its case and its agency."""
    return f"{item}|{case}|{agency}"


def lock_terms(terms: str, *, agency: uuid.UUID, place: str) -> Locked:
    """Encrypt the conditions of a sealed item; nothing where there are none.  place: of the item."""
    if not terms:
        return Locked(b"", b"")
    return lock(terms, purpose="item", agency=agency, bound_to=f"{place}|conditions")


def unlock_terms(locked: Locked, *, agency: uuid.UUID, place: str) -> str:
    """Decrypt the conditions of a sealed item.  Raises InvalidTag if they belong to another item, or to its words."""
    if not bytes(locked.body):
        return ""
    return unlock(locked, purpose="item", agency=agency, bound_to=f"{place}|conditions")


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
