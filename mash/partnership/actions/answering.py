"""What an agency's sign-in answered, between the form that brought it and the page that opens the account."""

import secrets
from hashlib import sha256
from typing import Any

from django.core.cache import cache

SECONDS_TO_COME_BACK = 120


def take_once(mark: str, *, seconds: int) -> bool:
    """Remember that an answer was taken; tell whether this is the first time.  seconds: for how long it could count."""
    return bool(cache.add(f"taken:{_digest(mark)}", 1, seconds))


def new_name() -> str:
    """Return a random name for something to keep."""
    return secrets.token_urlsafe(24)


def keep_answer(name: str, said: dict[str, Any]) -> str:
    """Keep what an answer came to, for two minutes, and return its name."""
    cache.set(_kept_as(name), said, SECONDS_TO_COME_BACK)
    return name


def take_back(name: str) -> dict[str, Any] | None:
    """Return what was kept under a name, once; of two who ask at one moment one gets it."""
    kept: dict[str, Any] | None = cache.get(_kept_as(name))
    return kept if kept and cache.delete(_kept_as(name)) else None


def _kept_as(name: str) -> str:
    return f"sign-in:{_digest(name)}"


def _digest(words: str) -> str:
    return sha256(words.encode()).hexdigest()
