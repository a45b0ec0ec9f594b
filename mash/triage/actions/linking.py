"""Joining contacts that tell of one event, and saying that two do not."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage import policy, queries
from mash.triage.actions.restricting import restrict_together
from mash.triage.models import Episode, EpisodeContact, NotOneEvent


class AlreadyElsewhere(Exception):
    """Both contacts are already linked, to two different events: undo one link first."""


@transaction.atomic
def link_event(*, contact: Contact, other: Contact, why: str, by: Staff, at: datetime) -> Episode:
    """Say that two contacts tell of one event.  Each stays whole, and each referrer is answered.

    Raises PermissionDenied, or AlreadyElsewhere.

    Source: docs/rules.md, "One event, several reports", "Restricted cases".
    """
    for each in sorted((contact, other), key=lambda one: one.pk):
        require(policy.may_work_on(by, each))
        hold_still(each)
    here, there = queries.episode_of(contact), queries.episode_of(other)
    if here and there:
        if here.pk != there.pk:
            raise AlreadyElsewhere
        return here
    episode = here or there or _new_episode(contact, by, at)
    joined = [
        EpisodeContact(hub_id=each.hub_id, episode=episode, contact=each, why=why.strip(), by=by, at=at)
        for each, known in ((contact, here), (other, there))
        if known is None
    ]
    EpisodeContact.objects.bulk_create(joined)
    restrict_together(contact=contact, by=by, at=at)
    for one in joined:
        detail = {"episode": str(episode.pk)}
        record("event.linked", about=one.contact, at=at, hub_id=one.hub_id, why=one.why, detail=detail)
    return episode


@transaction.atomic
def unlink_event(*, contact: Contact, why: str, by: Staff, at: datetime) -> None:
    """Take a contact out of its event again; that it was in it stays on record."""
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    ended = EpisodeContact.objects.filter(contact=contact, undone_at=None).update(undone_at=at)
    if ended:
        record("event.unlinked", about=contact, at=at, hub_id=contact.hub_id, why=why.strip())


@transaction.atomic
def not_one_event(*, contact: Contact, other: Contact, by: Staff, at: datetime) -> None:
    """Say that two contacts tell of different events; they are not suggested to each other again."""
    for each in (contact, other):
        require(policy.may_work_on(by, each))
    first, second = sorted((contact, other), key=lambda one: one.pk)
    hold_still(first)
    _, new = NotOneEvent.objects.get_or_create(
        contact=first, other=second, defaults={"hub_id": contact.hub_id, "by": by, "at": at}
    )
    if new:
        detail = {"other": str(other.pk)}
        record("event.not_one", about=contact, at=at, hub_id=contact.hub_id, detail=detail)


def _new_episode(contact: Contact, by: Staff, at: datetime) -> Episode:
    words = ", ".join(part for part in (contact.event_place, contact.event_postcode) if part)
    return Episode.objects.create(hub_id=contact.hub_id, words=words or "One event", by=by, at=at)
