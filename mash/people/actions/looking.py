"""Evidence of looking: written before anything is shown, and also by a page that only reads."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.people import tokens
from mash.people.models import Person


def note_search(
    *, terms: Iterable[tokens.Word], found: Sequence[uuid.UUID], by: Staff, at: datetime, why: str = ""
) -> uuid.UUID:
    """Write down a search, its terms as keyed hashes, with whom it showed.  Returns the key of the line.

    terms: what was asked: `tokens.read(...).terms` or `tokens.asked(details)`.  The words are not kept.

    Source: docs/rules.md, "Evidence".
    """
    hashes = sorted(key.hex() for _, key in tokens.of(by.hub_id, terms))
    detail = {"terms": hashes, "people": [str(key) for key in found], "count": len(found)}
    return record("people.searched", about="people", at=at, hub_id=by.hub_id, why=why, detail=detail).pk


def note_seen(*, person: Person, at: datetime) -> None:
    """Write down that a person's record is about to be shown.  Source: docs/rules.md, "Evidence"."""
    record("person.seen", about=person, at=at, hub_id=person.hub_id)
