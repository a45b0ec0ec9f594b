"""What an agency's system answers: as a person of the agency would, once."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from mash.check import actions as check
from mash.check.given import Given
from mash.check.models import Enquiry
from mash.partnership.models import Staff
from mash.systems.actions.once import keep_said, said_before
from mash.systems.models import Key


@transaction.atomic
def answer(
    *,
    enquiry: Enquiry,
    given: Sequence[Given],
    sending: check.Sending,
    content: str,
    key: Key,
    by: Staff,
    at: datetime,
) -> bool:
    """Send an agency's answer from its own system; tell whether it is new.

    content: all that was sent, by which the same is told from something else under its key.

    Raises what `check.answer_at_once` raises; SaidOtherwise.

    Source: docs/rules.md, "Systems of agencies", "Answers".
    """
    if said_before(key=key, said=sending.key, content=content):
        return False
    sent = replace(sending, key=row_of(key, sending.key))
    made = check.answer_at_once(enquiry=enquiry, given=given, sending=sent, by=by, at=at)
    keep_said(key=key, said=sending.key, content=content, made=made.pk, at=at)
    return True


@transaction.atomic
def withhold(
    *, enquiry: Enquiry, said: uuid.UUID, content: str, key: Key, by: Staff, at: datetime, **words: Any
) -> bool:
    """Say from an agency's system that something is held and not shared; tell whether it is new.

    Raises what `check.withhold` raises; SaidOtherwise.

    Source: docs/rules.md, "Systems of agencies", "Refusing to share".
    """
    if said_before(key=key, said=said, content=content):
        return False
    row = row_of(key, said)
    check.withhold(enquiry=enquiry, key=row, by=by, at=at, **words)
    keep_said(key=key, said=said, content=content, made=row, at=at)
    return True


def row_of(key: Key, said: uuid.UUID, number: int | str = "") -> uuid.UUID:
    """Return a key that is the system's own: what it calls a thing meets nothing of anybody else's."""
    return uuid.uuid5(key.system_id, f"{said}:{number}")
