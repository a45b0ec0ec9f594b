"""What a system says under a key of its own: it counts once, and other content under the same key is refused."""

import uuid
from datetime import datetime

from django.utils.crypto import salted_hmac

from mash.common.turns import take_turn
from mash.systems.models import Key, Said


class SaidOtherwise(Exception):
    """The system said something else under this key before.  Nothing was changed."""


def said_before(*, key: Key, said: uuid.UUID, content: str) -> uuid.UUID | None:
    """Return the key of what came of the same thing said before; None the first time.

    Whoever says the same at one moment waits until this transaction ends.  Raises SaidOtherwise.

    Source: docs/rules.md, "Systems of agencies".
    """
    take_turn(f"system_said:{key.system_id}:{said}")
    found = Said.objects.filter(system=key.system_id, key=said).first()
    if found and found.digest != _digest(content):
        raise SaidOtherwise
    return found.made if found else None


def keep_said(*, key: Key, said: uuid.UUID, content: str, made: uuid.UUID, at: datetime) -> None:
    """Keep that a system said something, and what came of it."""
    row = Said(
        hub_id=key.hub_id, system_id=key.system_id, key=said, digest=_digest(content), made=made, at=at
    )
    Said.objects.bulk_create([row])


def _digest(content: str) -> str:
    """Return a keyed digest: what was sealed is not found out by trying likely words."""
    return salted_hmac("systems.said", content, algorithm="sha256").hexdigest()
