"""Who works already with somebody in a contact, and who was let into one by name."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from mash.contact import policy
from mash.contact.models import AT_RISK, Contact, Settlement
from mash.partnership.models import Access, Email, Staff
from mash.people.joined import as_one
from mash.people.models import Involvement
from mash.people.queries import open_on

SEES_REFERENCE = "Reference {reference}: sign in"


@dataclass(frozen=True, slots=True)
class Allocated:
    """A worker, or their manager, of an open case.

    posts: of the account that signs in with the address the case names, in the contact's hub; none if there is none.
    told: an e-mail with the reference was written to them.
    """

    name: str
    role: str
    address: str
    plan: str
    posts: tuple[Staff, ...] = ()
    told: bool = False


def allocated_to(contact: Contact, people: Iterable[uuid.UUID], at: datetime) -> list[Allocated]:
    """Return who works with these people now, each address once; whoever is kept out of the contact has no post here.

    Accounts are matched by the whole address and by nothing else: two people may share a name.

    Source: docs/rules.md, "Known already, open already".
    """
    rows = Involvement.objects.filter(open_on(localdate(at)), person__in=as_one(people))
    named: dict[str, tuple[str, str, str, str]] = {}
    for row in rows.order_by("-tier", "from_on", "pk"):
        for role, name, typed in (
            ("Worker", row.worker_name, row.worker_email),
            ("Manager", row.manager_name, row.manager_email),
        ):
            address = typed.strip()
            if name or address:
                named.setdefault(address.casefold() or name, (name, role, address, row.plan))
    posts, told = _posts_with(contact, named, at), _told(contact)
    return [Allocated(*one, posts=tuple(posts.get(key, ())), told=key in told) for key, one in named.items()]


def _posts_with(contact: Contact, addresses: Iterable[str], at: datetime) -> dict[str, list[Staff]]:
    lasting = Q(until_at=None) | Q(until_at__gt=at)
    rows = Staff.objects.annotate(address=Lower("account__email")).filter(
        lasting, hub=contact.hub_id, address__in=list(addresses), account__is_active=True, from_at__lte=at
    )
    kept_out = Access.objects.filter(lasting, contact_id=contact.pk, bars=True, from_at__lte=at)
    found: dict[str, list[Staff]] = {}
    for post in rows.exclude(pk__in=kept_out.values("staff")).select_related("account").order_by("pk"):
        found.setdefault(post.account.email.casefold(), []).append(post)
    return found


def _told(contact: Contact) -> set[str]:
    """Return to which addresses the reference of a contact was sent as to whoever works with somebody in it."""
    subject = SEES_REFERENCE.format(reference=contact.reference)
    sent = Email.objects.filter(hub=contact.hub_id, subject=subject).values_list("to", flat=True)
    return {address.casefold() for address in sent}


def at_risk_and_settled(contact: Contact) -> list[uuid.UUID]:
    """Return the people on record whom a contact is about as children or adults at risk."""
    said = Settlement.objects.filter(contact_person__contact=contact, undone_at=None, person__isnull=False)
    people = said.filter(contact_person__role__in=AT_RISK).values_list("person", "person__merged_into")
    return list({key for pair in people for key in pair if key})


def let_in(staff: Staff) -> QuerySet[Contact]:
    """Return the contacts that a worker was let into by name, the newest first."""
    return (
        Contact.objects.filter(policy.let_in_to(staff)).select_related("hub").order_by("-received_at", "pk")
    )


def find_let_in(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact that a worker was let into by name.  Raises Http404 for any other."""
    return get_object_or_404(let_in(staff), pk=contact_id)
