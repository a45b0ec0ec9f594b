"""Vouching for lines whose free words were removed when a record was disposed of; everything else of them stays."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from mash.ledger import lines, trees
from mash.ledger.actions import record

EVENT = "ledger.words_removed"
SERVICE = "service:disposal"
AT_ONCE = 500  # lines that one line vouches for
AS_THEY_STAND = f"SELECT {lines.WRITTEN} FROM ledger_entry e WHERE e.id = ANY (%s) ORDER BY e.id"  # noqa: S608 (ours)


def vouch_for_words_removed(removed: Sequence[str], *, hub_id: uuid.UUID, because: str, at: datetime) -> None:
    """Write down of each line how it stands without its words, so that a look through the record accepts it so alone.

    removed: keys of the lines.  because: the certificate of the disposal.

    Source: docs/rules.md, "Evidence".
    """
    for place in range(0, len(removed), AT_ONCE):
        some = [uuid.UUID(key) for key in removed[place : place + AT_ONCE]]
        stand = {
            said[lines.KEY].decode(): trees.leaf(said).hex() for said in lines.copied(AS_THEY_STAND, [some])
        }
        record(EVENT, about=f"retention.disposed:{because}", at=at, hub_id=hub_id, detail={"stand": stand})
