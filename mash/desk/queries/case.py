"""What a case's first page reads, and the outbox of the hub."""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, UUIDField

from mash.common.prepared import prepared
from mash.common.references import normalise
from mash.contact import policy as contacts
from mash.contact.models import Addition, Contact, Reply, ReplySeen
from mash.notifications.queries import does_not_leave
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import DESK, Email, Staff


def find(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact with everything its first page shows.  Raises Http404 unless this worker may read it."""
    found: Contact = _whole_case.find(staff, key=contact_id)
    return found


@asked_by_a_worker(key=UUIDField())
def _whole_case(staff: Staff, key: Any) -> QuerySet[Contact]:
    rows = Contact.objects.filter(contacts.readable_by(staff), pk=key)
    return rows.select_related("hub", "taken_by__account").prefetch_related("people", "warnings")


def was_added(contact: Contact, words: str) -> bool:
    """Tell whether the referrer has added these very words before: the same form sent twice adds once."""
    return Addition.objects.filter(contact=contact, words=words, by=None).exists()


def replies(contact: Contact) -> list[Reply]:
    """Return what the referrer was told, oldest first, with whether they have opened it."""
    return _replies.rows(contact=contact.pk)


@prepared(contact=UUIDField())
def _replies(contact: Any) -> QuerySet[Reply]:
    seen = ReplySeen.objects.filter(reply=OuterRef("pk"))
    return Reply.objects.filter(contact=contact).annotate(was_seen=Exists(seen)).order_by("at", "pk")


def with_reference(staff: Staff, typed: str) -> Contact | None:
    """Return the contact whose reference was typed, in any spelling of it, if this worker may read it."""
    written = normalise(typed)
    rows = Contact.objects.filter(contacts.readable_by(staff), reference=written or "")
    return rows.first() if written else None


def outbox(staff: Staff, *, failing: bool = False) -> QuerySet[Email]:
    """Return the e-mails of this worker's hub, newest first: which reference each says to sign in for."""
    if not staff.has(*DESK):
        return Email.objects.none()
    found = does_not_leave() if failing else Email.objects.all()
    return found.filter(hub=staff.hub_id).order_by("-queued_at", "pk")
