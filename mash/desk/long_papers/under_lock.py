"""Long papers, as they lie under lock: bound to what was asked for, and wrapped anew under another key."""

import uuid

from mash.common.locking import Locked, lock, unlock
from mash.common.under_lock import UnderLock, keeps
from mash.desk.models import LongPaper, LongPaperFile

PURPOSE = "long paper"


def _place(paper: uuid.UUID) -> str:
    return f"long paper|{paper}"


def lock_up(words: str, paper: LongPaper) -> Locked:
    """Encrypt what is kept of a paper."""
    return lock(words, purpose=PURPOSE, agency=paper.hub_id, bound_to=_place(paper.pk))


def open_up(file: LongPaperFile) -> str:
    """Decrypt it.  Raises InvalidTag if it belongs to another paper."""
    locked = Locked(file.nonce, file.body)
    return unlock(locked, purpose=PURPOSE, agency=file.hub_id, bound_to=_place(file.paper_id))


def register() -> None:
    """Say what lies under lock here."""
    keeps(
        UnderLock(
            "papers of a case that are made for who asked",
            LongPaperFile,
            PURPOSE,
            agency=lambda row: row.hub_id,
            bound_to=lambda row: _place(row.paper_id),
        )
    )
