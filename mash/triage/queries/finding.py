"""Finding what a worker may do triage on, and what is in line for them."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, UUIDField
from django.shortcuts import get_object_or_404

from mash.common.references import normalise
from mash.contact.models import Contact, ContactPerson
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import Staff
from mash.triage import looking_again, order, policy
from mash.triage.models import Agreement, Ground, Hold, Owner, Route


def find(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact this worker may do triage on.  Raises Http404 for any other."""
    found: Contact = _seen_one.find(staff, key=contact_id)
    return found


@asked_by_a_worker(key=UUIDField())
def _seen_one(staff: Staff, key: Any) -> QuerySet[Contact]:
    return Contact.objects.filter(policy.seen_by(staff), pk=key).select_related("hub")


def find_person(contact: Contact, person_id: uuid.UUID) -> ContactPerson:
    """Return somebody a contact names.  Raises Http404 for anybody else."""
    return get_object_or_404(ContactPerson, contact=contact, pk=person_id)


def find_agreement(staff: Staff, agreement_id: uuid.UUID) -> Agreement:
    """Return an agreement recorded in this worker's hub.  Raises Http404 for any other."""
    return get_object_or_404(Agreement.objects.select_related("contact"), pk=agreement_id, hub=staff.hub_id)


def find_ground(staff: Staff, ground_id: uuid.UUID) -> Ground:
    """Return a ground recorded in this worker's hub.  Raises Http404 for any other."""
    return get_object_or_404(Ground.objects.select_related("contact"), pk=ground_id, hub=staff.hub_id)


def with_reference(staff: Staff, typed: str) -> Contact | None:
    """Return the contact with the reference typed, in any spelling, if this worker may read it."""
    written = normalise(typed)
    found = Contact.objects.filter(policy.seen_by(staff), reference=written or "")
    return found.first() if written else None


def waiting(staff: Staff, at: datetime) -> QuerySet[Contact]:
    """Return the contacts that triage has still to send somewhere, in the order of work.

    One that is back with its referrer waits again, in its place, from the day on which it is looked at again.

    Source: docs/rules.md, "Return for agreement".
    """
    contacts = Contact.objects.filter(policy.seen_by(staff))
    contacts = contacts.exclude(Exists(Route.objects.filter(contact=OuterRef("pk"))))
    contacts = contacts.exclude(looking_again.is_away(looking_again.today_at(at)))
    return order.in_order(order.still_open(contacts))


def free(staff: Staff, at: datetime) -> QuerySet[Contact]:
    """Return what waits and nobody else holds or owns."""
    newest = Owner.objects.filter(contact=OuterRef("pk")).order_by("-at", "-pk")
    held = Hold.objects.filter(contact=OuterRef("pk"), until__gt=at).exclude(staff=staff.pk)
    owned = waiting(staff, at).annotate(owned_by=Subquery(newest.values("staff")[:1]))
    return owned.filter(Q(owned_by=None) | Q(owned_by=staff.pk)).exclude(Exists(held))
