"""Notices for information only: when triage may end one, what is ended, and what a cleared person still looks at.

Source: docs/rules.md, "Contacts", "No false all-clear".
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.shortcuts import get_object_or_404

from mash.contact import queries as contacts
from mash.contact.confidence import unit_knows
from mash.contact.models import Contact, Settlement, Type
from mash.partnership.models import Staff
from mash.people.joined import as_one
from mash.sealed.queries import is_cleared, which_hold
from mash.triage import policy, queries, repeating
from mash.triage.models import Colour
from mash.triage.reading import Noted, NotedSeen

LOW = {Colour.GREEN, Colour.BLUE}
LOOKED_BACK = timedelta(days=90)


def is_noted() -> Q:
    """Return "it was recorded and counted, and nobody has taken it up again"."""
    return Q(Exists(Noted.objects.filter(contact=OuterRef("pk"), undone_at=None)))


def noted(contact: Contact) -> Noted | None:
    """Return how a notice ended at triage, while it is ended."""
    return contact.noted.filter(undone_at=None).select_related("by__account").first()


def why_not(contact: Contact, at: datetime, *, colour: str = "") -> str:
    """Say why triage may not end a contact as recorded and counted; "" when it may.

    Nothing of this knows what is sealed, so the answer is the same for everybody.
    colour: the rating, where it is given in the same breath.
    """
    newest = queries.newest_rating(contact)
    return next(_against(contact, at, colour or (newest.colour if newest else "")), "")


def _against(contact: Contact, at: datetime, colour: str) -> Iterator[str]:
    if contact.type != Type.INFORMATION_ONLY:
        yield "Only a notice sent for information ends at triage: send this one on."
    if not colour:
        yield "Rate it first."
    elif colour not in LOW:
        yield "Rated red or amber it asks for more than to be recorded: send it on."
    if queries.newest_route(contact):
        yield "It was sent on already."
    if queries.open_work(contact, at):
        yield "A case is open: it goes to the allocated worker and their manager."
    unsettled = [str(one) for one in contacts.unsettled(contact).exclude(role="professional")]
    if unsettled:
        yield f"Settle who this is first: {', '.join(unsettled)}."
    if queries.linked(contact):
        yield "Other reports tell of the same event: it ends with them."
    waits = repeating.not_looked_at(contact)
    if waits:
        yield f"A manager looks at the repeat first: {waits[0]}."


def keys_of_people(contact: Contact) -> set[uuid.UUID]:
    """Return every key by which a contact's people are known: here, in other contacts, on record."""
    people = as_one(one.pk for one in queries.settled(contact).values())
    elsewhere = Settlement.objects.filter(person__in=people, undone_at=None)
    named = contact.people.values_list("pk", flat=True)
    return {*named, *people, *elsewhere.values_list("contact_person", flat=True)}


def to_pass(staff: Staff, at: datetime) -> list[Noted]:
    """Return the ended notices that a cleared person still looks at: something is held on somebody in them.

    For anybody else there are none, and the same room is never asked.

    Source: docs/rules.md, "No false all-clear".
    """
    if not is_cleared(staff):
        return []
    seen = NotedSeen.objects.filter(noted=OuterRef("pk"))
    readable = Contact.objects.filter(policy.seen_by(staff))
    found = Noted.objects.filter(
        ~Exists(seen), contact__in=readable, undone_at=None, at__gte=at - LOOKED_BACK
    )
    ended = list(found.select_related("contact", "by__account").order_by("at", "pk"))
    held = which_hold(staff, {one.contact_id: keys_of_people(one.contact) for one in ended}, at=at)
    held |= unit_knows(staff, [one.contact for one in ended])
    return [one for one in ended if one.contact_id in held]


def find_noted(staff: Staff, contact_id: uuid.UUID) -> Noted:
    """Return how a notice ended that this worker may see.  Raises Http404 for any other."""
    rows = Noted.objects.filter(contact__in=Contact.objects.filter(policy.seen_by(staff)), undone_at=None)
    return get_object_or_404(rows.select_related("contact"), contact=contact_id)
