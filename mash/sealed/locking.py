"""Encryption in the sealed room, under the common lock: an item, the conditions on it, and what leaves."""

import uuid

from mash.common.locking import Locked, lock, unlock

__all__ = [
    "Locked",
    "lock",
    "lock_reason",
    "lock_terms",
    "place_of_item",
    "place_of_wording",
    "unlock",
    "unlock_reason",
    "unlock_terms",
]


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


def place_of_wording(wording: uuid.UUID, release: uuid.UUID, case: uuid.UUID) -> str:
    """Return what the words of a release are bound to: the wording, its release and its case."""
    return f"{wording}|{release}|{case}"


def lock_reason(reason: str, *, hub: uuid.UUID, row: uuid.UUID) -> Locked:
    """Encrypt why somebody said something of a release; nothing where no reason was given.  row: that it stands in."""
    if not reason.strip():
        return Locked(b"", b"")
    return lock(reason.strip(), purpose="release", agency=hub, bound_to=f"{row}|reason")


def unlock_reason(locked: Locked, *, hub: uuid.UUID, row: uuid.UUID) -> str:
    """Decrypt such a reason.  Raises InvalidTag if it belongs to another row."""
    if not bytes(locked.body):
        return ""
    return unlock(locked, purpose="release", agency=hub, bound_to=f"{row}|reason")
