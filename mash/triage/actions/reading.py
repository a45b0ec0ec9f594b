"""Saying what a contact is about, looking at a repeat as a manager, and ending a notice for information only."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from mash.common.editions import content_of
from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.content import categories as known_categories
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage import noting, policy, repeating
from mash.triage.actions.once import key_for
from mash.triage.actions.restricting import restrict_if_sensitive
from mash.triage.actions.returning import take_up
from mash.triage.actions.working import acknowledge
from mash.triage.models import Hold
from mash.triage.reading import MOST_CATEGORIES, Noted, NotedSeen, Reading, RepeatReview

LEVELS = range(1, 5)


class NotACategory(Exception):
    """A contact is about one to three of the hub's own categories, and a level of need is 1 to 4."""


class NotForRecord(Exception):
    """Triage may not end this contact as recorded and counted; the message says why."""


@transaction.atomic
def read_as(
    *,
    contact: Contact,
    categories: Sequence[str],
    level: int | None,
    by: Staff,
    at: datetime,
    key: uuid.UUID | None = None,
) -> Reading:
    """Say what a contact is about, beside what its sender said, and which level of need the worker thinks of.

    The message stays as it came.  Repeats, filters and prompts use the newest that a worker gave.  A sensitive
    category restricts the case.

    Raises PermissionDenied, or NotACategory.

    Source: docs/rules.md, "Categories", "Restricted cases".
    """
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    made = Reading.objects.filter(pk=key_for(by, key), contact=contact).first() if key else None
    if made:
        return made
    chosen = list(dict.fromkeys(categories))
    unknown = set(chosen) - set(known_categories())
    if unknown or len(chosen) > MOST_CATEGORIES or (not chosen and level not in LEVELS):
        raise NotACategory
    row = Reading(
        id=key_for(by, key),
        hub_id=contact.hub_id,
        contact=contact,
        categories=chosen,
        level=level,
        by=by,
        at=at,
    )
    Reading.objects.bulk_create([row])
    detail = {"categories": chosen, "level": level}
    record("contact.read_as", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    restrict_if_sensitive(contact=contact, categories=chosen, by=by, at=at)
    return row


@transaction.atomic
def ask_about_repeats(*, contact: Contact, at: datetime) -> int:
    """Ask the managers to look at the repeats that fire on a contact; return how many were new.  Safe to repeat.

    Acts as a listed service, or as whoever works on the contact.

    Source: docs/rules.md, "Repeats".
    """
    with content_of(contact.hub_id):
        rules = repeating.asking(contact)
    new = set(rules) - set(RepeatReview.objects.filter(contact=contact).values_list("rule", flat=True))
    rows = [
        RepeatReview(hub_id=contact.hub_id, contact=contact, rule=rule, asked_at=at) for rule in sorted(new)
    ]
    RepeatReview.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        detail = {"rules": sorted(new)}
        record("repeat.asked", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    return len(rows)


@transaction.atomic
def look_at_repeat(*, contact: Contact, rule: str, words: str, by: Staff, at: datetime) -> RepeatReview:
    """Record that a manager looked at a repeat, and what they said.  The first word stands; it changes no rating.

    Raises PermissionDenied.

    Source: docs/rules.md, "Repeats".
    """
    require(policy.may_look_at_repeat(by, contact))
    hold_still(contact)
    row, _ = RepeatReview.objects.get_or_create(
        contact=contact, rule=rule, defaults={"hub_id": contact.hub_id, "asked_at": at}
    )
    if row.at is None:
        row.words, row.by, row.at = words.strip(), by, at
        row.save(update_fields=["words", "by", "at"])
        detail = {"rule": rule}
        record("repeat.looked_at", about=contact, at=at, hub_id=contact.hub_id, why=row.words, detail=detail)
    return row


@transaction.atomic
def record_notice(*, contact: Contact, why: str, by: Staff, at: datetime) -> Noted:
    """End a notice for information only as recorded and counted.  Its referrer is told that a person has read it.

    Raises PermissionDenied, or NotForRecord.

    Source: docs/rules.md, "Contacts", "No false all-clear".
    """
    require(policy.may_end_notice(by, contact))
    hold_still(contact)
    ended = noting.noted(contact)
    if ended:
        return ended
    refusal = noting.why_not(contact, at)
    if refusal:
        raise NotForRecord(refusal)
    row = Noted.objects.create(hub_id=contact.hub_id, contact=contact, why=why.strip(), by=by, at=at)
    take_up(contact, at)
    acknowledge(contact=contact, by=by, at=at)
    Hold.objects.filter(contact=contact, staff=by).delete()
    record("notice.recorded", about=contact, at=at, hub_id=contact.hub_id, why=row.why)
    return row


@transaction.atomic
def take_up_notice(*, noted: Noted, why: str, by: Staff, at: datetime) -> None:
    """Take a notice up again: it waits in its place as before.

    Raises PermissionDenied.

    Source: docs/rules.md, "Contacts".
    """
    contact = noted.contact
    require(policy.may_take_up_notice(by, contact))
    hold_still(contact)
    said = {"undone_at": at, "undone_by": by, "undone_why": why.strip()}
    if Noted.objects.filter(pk=noted.pk, undone_at=None).update(**said):
        record("notice.taken_up", about=contact, at=at, hub_id=contact.hub_id, why=why.strip())


@transaction.atomic
def pass_notice(*, noted: Noted, by: Staff, at: datetime) -> None:
    """Record, for cleared people alone, that one of them looked at an ended notice and leaves it so.

    Raises PermissionDenied.

    Source: docs/rules.md, "No false all-clear".
    """
    require(policy.may_pass_notice(by, noted.contact))
    hold_still(noted.contact)
    said = {"hub_id": noted.hub_id, "contact": noted.contact, "by": by, "at": at}
    _, new = NotedSeen.objects.get_or_create(noted=noted, defaults=said)
    if new:
        record("notice.passed", about=noted.contact, at=at, hub_id=noted.hub_id)
