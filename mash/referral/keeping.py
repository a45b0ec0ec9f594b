"""How the answers of a draft are kept: encrypted, so that nobody reads in the database what was not sent."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from mash.sealed.locking import Locked, lock, unlock

PURPOSE = "referral"
Answers = dict[str, dict[str, Any]]


class Kept(Protocol):
    """Where the answers stand."""

    id: uuid.UUID
    hub_id: uuid.UUID


def sealed_answers(answers: Mapping[str, Any], of: Kept) -> tuple[bytes, bytes]:
    """Return nonce and body of the answers, bound to their draft."""
    locked = lock(json.dumps(answers), purpose=PURPOSE, agency=of.hub_id, bound_to=f"draft:{of.id}")
    return bytes(locked.nonce), bytes(locked.body)


def opened_answers(nonce: bytes, body: bytes, of: Kept) -> Answers:
    """Return the answers; none where none were kept, or they were sent."""
    if not body:
        return {}
    locked = Locked(nonce, body)
    found: Answers = json.loads(unlock(locked, purpose=PURPOSE, agency=of.hub_id, bound_to=f"draft:{of.id}"))
    return found
