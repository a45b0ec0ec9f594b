"""Letting a contact's clock rest, where the hub allows it."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.common.editions import content_of
from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage import content, policy, queries
from mash.triage.actions.keeping_time import stand
from mash.triage.actions.once import key_for
from mash.triage.models import Paused
from mash.triage.rating_clock import LONGEST_PAUSE, NEVER_PAUSED


class NotPaused(Exception):
    """This clock is not paused so; the message says why."""


@transaction.atomic
def pause_clock(
    *,
    contact: Contact,
    reason: str,
    words: str,
    until: datetime,
    by: Staff,
    at: datetime,
    key: uuid.UUID | None = None,
) -> Paused:
    """Let the clock of a rated contact rest from now until a moment, at most 28 days away.

    reason: an id of the hub's own `working_time.pauses`.  words: what is waited for.  The clocks of law run on.

    Raises PermissionDenied; NotPaused for red and unrated work, for a reason the hub does not have, without words,
    for an end that is not ahead or too far, and while another pause runs.

    Source: docs/rules.md, "Pauses".
    """
    require(policy.may_pause(by, contact))
    hold_still(contact)
    made = Paused.objects.filter(pk=key_for(by, key), contact=contact).first() if key else None
    if made:
        return made
    with content_of(contact.hub_id):
        known = content.pause_reasons().get(reason)
    _refuse(contact, known is not None, words, until, at)
    assert known  # noqa: S101 - refused otherwise
    pause = Paused(
        id=key_for(by, key),
        hub_id=contact.hub_id,
        contact=contact,
        reason=f"{known.label}: {words.strip()}"[:240],
        from_at=at,
        until_at=until,
        by=by,
    )
    Paused.objects.bulk_create([pause])
    stand(contact, at)
    detail = {"until": until.isoformat(), "reason": reason}
    record("clock.paused", about=contact, at=at, hub_id=contact.hub_id, why=pause.reason, detail=detail)
    return pause


def _refuse(contact: Contact, known: bool, words: str, until: datetime, at: datetime) -> None:
    rating = queries.newest_rating(contact)
    if rating is None or rating.colour in NEVER_PAUSED:
        raise NotPaused("Red and unrated work is never paused")
    if not known:
        raise NotPaused("This hub does not pause a clock for that reason")
    if not words.strip():
        raise NotPaused("Say what is waited for")
    if not at < until <= at + LONGEST_PAUSE:
        raise NotPaused("A pause ends within 28 days")
    if queries.pauses(contact).filter(until_at__gt=at).exists():
        raise NotPaused("The clock is paused already: end that pause first")


@transaction.atomic
def end_pause(*, pause: Paused, by: Staff, at: datetime) -> Paused:
    """Let the clock run on from now.  A pause that has ended by itself stays as it was.

    Source: docs/rules.md, "Pauses".
    """
    require(policy.may_pause(by, pause.contact))
    hold_still(pause.contact)
    pause.refresh_from_db()
    if pause.until_at > at:
        pause.until_at = at
        pause.save(update_fields=["until_at"])
        stand(pause.contact, at)
        record("clock.runs_on", about=pause.contact, at=at, hub_id=pause.hub_id)
    return pause
