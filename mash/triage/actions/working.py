"""Taking contacts from the line, holding them, giving them to somebody, and telling the referrer they were read."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from mash.common.verdict import require
from mash.contact import actions as contacts
from mash.contact.actions import hold_still
from mash.contact.models import Contact, Reply, ReplyKind
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage import policy, queries
from mash.triage.actions.agreeing import adopt_from_message
from mash.triage.models import Hold, Owner

SOFT_LOCK = timedelta(minutes=15)
LOOKED_AT = 50  # how far down the line the next free one is looked for


class HeldByAnother(Exception):
    """A colleague works on this contact now; `hold` says who and until when."""

    def __init__(self, hold: Hold) -> None:
        super().__init__(f"{hold.staff} works on this contact until {hold.until:%H:%M}")
        self.hold = hold


@transaction.atomic
def take_next(*, by: Staff, at: datetime) -> Contact | None:
    """Hold the most urgent contact that nobody else works on, and return it; None when nothing waits.

    Two workers at one moment never get the same: each contact is decided on under its own lock, and one that is
    locked is passed over.  Asked again before it is sent anywhere, it gives the same contact.

    Source: docs/rules.md, "Order of work".
    """
    require(policy.may_work(by))
    for contact in queries.free(by, at).select_related("hub")[:LOOKED_AT]:
        if _lock_at_once(contact) and queries.free(by, at).filter(pk=contact.pk).exists():
            _hold(contact, by, at)
            record("contact.taken", about=contact, at=at, hub_id=contact.hub_id, detail={"from": "line"})
            return contact
    return None


@transaction.atomic
def hold(*, contact: Contact, by: Staff, at: datetime) -> Hold:
    """Hold a contact softly until 15 minutes pass in which this worker does nothing on it.

    Raises PermissionDenied, or HeldByAnother.
    """
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    other = queries.hold_of(contact, at)
    if other and other.staff_id != by.pk:
        raise HeldByAnother(other)
    held = _hold(contact, by, at)
    if other is None:
        record("contact.taken", about=contact, at=at, hub_id=contact.hub_id, detail={"from": "page"})
    return held


@transaction.atomic
def go_on(*, contact_id: uuid.UUID, by: Staff, at: datetime) -> bool:
    """Let a worker's own hold last 15 minutes from now; return whether they hold the contact.

    Nobody else's is touched, and none is taken.

    Source: docs/rules.md, "Order of work".
    """
    return bool(Hold.objects.filter(contact=contact_id, staff=by).update(until=at + SOFT_LOCK))


@transaction.atomic
def let_go(*, contact: Contact, by: Staff, at: datetime) -> None:
    """Give a contact back to the line, if this worker holds it; nothing happens otherwise."""
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    ended, _ = Hold.objects.filter(contact=contact, staff=by).delete()
    if ended:
        record("contact.let_go", about=contact, at=at, hub_id=contact.hub_id)


@transaction.atomic
def let_go_of_all(*, by: Staff, at: datetime) -> int:
    """Give back everything this worker holds, as they sign out; return how many contacts that were."""
    held = list(Hold.objects.filter(staff=by).select_related("contact"))
    for one in held:
        let_go(contact=one.contact, by=by, at=at)
    return len(held)


@transaction.atomic
def own(*, contacts: Iterable[Contact], to: Staff, why: str, by: Staff, at: datetime) -> int:
    """Give contacts to a worker, several in one action; return how many changed hands.

    Raises PermissionDenied if one of them may not be given; then none is.

    Source: docs/rules.md, "Contacts".
    """
    changed = 0
    for contact in sorted(contacts, key=lambda one: one.pk):
        require(policy.may_assign(by, contact, to))
        hold_still(contact)
        current = queries.owner_of(contact)
        if current and current.staff_id == to.pk:
            continue
        Owner.objects.create(hub_id=contact.hub_id, contact=contact, staff=to, why=why.strip(), by=by, at=at)
        detail = {"to": str(to.pk)}
        record(
            "contact.assigned", about=contact, at=at, hub_id=contact.hub_id, why=why.strip(), detail=detail
        )
        changed += 1
    return changed


@transaction.atomic
def acknowledge(*, contact: Contact, by: Staff, at: datetime) -> Reply:
    """Tell the referrer that a person has read what they sent.  Saying it again says nothing new.

    Source: docs/rules.md, "Contacts"; docs/rules.md, "Statutory clocks".
    """
    require(policy.may_work_on(by, contact))
    hold_still(contact)
    said = Reply.objects.filter(contact=contact, kind=ReplyKind.ACKNOWLEDGED).order_by("at").first()
    words = "A person at the hub has read what you sent."
    return said or contacts.reply(contact=contact, kind=ReplyKind.ACKNOWLEDGED, words=words, by=by, at=at)


def _lock_at_once(contact: Contact) -> bool:
    """Take the lock that `hold_still` waits for, or say that somebody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [str(contact.pk)])
        return bool(cursor.fetchone()[0])


def _hold(contact: Contact, by: Staff, at: datetime) -> Hold:
    adopt_from_message(contact=contact, at=at)
    until = at + SOFT_LOCK
    fresh = {"hub_id": contact.hub_id, "staff": by, "until": until}
    held, _ = Hold.objects.update_or_create(contact=contact, defaults=fresh)
    return held
