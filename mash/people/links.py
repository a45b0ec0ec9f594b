"""A search that can be gone back to: its address holds the words sealed, so that no history or log reads them."""

import base64
import hashlib
import uuid

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

SECONDS_GOOD = 10 * 60 * 60  # as long as a session can last


def hide(words: str, hub_id: uuid.UUID) -> str:
    """Return words as they may stand in an address of this hub."""
    return _box(hub_id).encrypt(words.encode()).decode()


def reveal(hidden: str, hub_id: uuid.UUID) -> str:
    """Return the words again; none if they are too old, another hub's, or not ours."""
    try:
        return _box(hub_id).decrypt(hidden.encode(), ttl=SECONDS_GOOD).decode()
    except (InvalidToken, UnicodeError):
        return ""


def _box(hub_id: uuid.UUID) -> Fernet:
    key = hashlib.sha256(b"people search" + hub_id.bytes + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
