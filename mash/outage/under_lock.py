"""Passphrases of packs, as they lie under lock: bound to their row, and wrapped anew under another key."""

import uuid

from mash.common.locking import Locked, lock, unlock
from mash.common.under_lock import UnderLock, keeps
from mash.outage.models import Passphrase

PURPOSE = "outage passphrase"


def _place(key: uuid.UUID) -> str:
    return f"outage passphrase|{key}"


def lock_up(words: str, row: Passphrase) -> Locked:
    """Encrypt a passphrase."""
    return lock(words, purpose=PURPOSE, agency=row.hub_id, bound_to=_place(row.pk))


def open_up(row: Passphrase) -> str:
    """Decrypt it.  Raises InvalidTag if it belongs to another row, or lies under a key that is gone."""
    locked = Locked(row.nonce, row.body)
    return unlock(locked, purpose=PURPOSE, agency=row.hub_id, bound_to=_place(row.pk))


def register() -> None:
    """Say what lies under lock here."""
    keeps(
        UnderLock(
            "passphrases of outage packs",
            Passphrase,
            PURPOSE,
            agency=lambda row: row.hub_id,
            bound_to=lambda row: _place(row.pk),
        )
    )
