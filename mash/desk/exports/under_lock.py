"""The files of lists, as they lie under lock: bound to what they were asked for, and wrapped anew under another key."""

import uuid

from mash.common.locking import Locked, lock, unlock
from mash.common.under_lock import UnderLock, keeps
from mash.desk.models import Export, ExportFile

PURPOSE = "export"


def _place(export: uuid.UUID) -> str:
    return f"export|{export}"


def lock_up(words: str, export: Export) -> Locked:
    """Encrypt the file of a list."""
    return lock(words, purpose=PURPOSE, agency=export.hub_id, bound_to=_place(export.pk))


def open_up(file: ExportFile) -> str:
    """Decrypt it.  Raises InvalidTag if it belongs to another list."""
    locked = Locked(file.nonce, file.body)
    return unlock(locked, purpose=PURPOSE, agency=file.hub_id, bound_to=_place(file.export_id))


def register() -> None:
    """Say what lies under lock here."""
    keeps(
        UnderLock(
            "files of lists that are taken out",
            ExportFile,
            PURPOSE,
            agency=lambda row: row.hub_id,
            bound_to=lambda row: _place(row.export_id),
        )
    )
