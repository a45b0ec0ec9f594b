"""Encryption of what an agency keeps to itself, under the common lock: an item, and the conditions on it."""

import uuid

from mash.common.locking import Locked, lock, unlock

__all__ = ["Locked", "lock", "lock_terms", "place_of_item", "unlock", "unlock_terms"]


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
