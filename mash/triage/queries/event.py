"""Which contacts tell of one event, and which may."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, UUIDField

from mash.common.prepared import prepared
from mash.contact.models import Contact
from mash.triage import about, same_event
from mash.triage.models import Episode, EpisodeContact, NotOneEvent
from mash.triage.queries.known import who_is_in


def episode_of(contact: Contact) -> Episode | None:
    """Return the episode a contact is linked into."""
    return Episode.objects.filter(contacts__contact=contact, contacts__undone_at=None).first()


def linked(contact: Contact) -> list[EpisodeContact]:
    """Return the other contacts of the same event."""
    return _linked_to.rows(contact=contact.pk)


@prepared(contact=UUIDField())
def _linked_to(contact: Any) -> QuerySet[EpisodeContact]:
    rows = EpisodeContact.objects.filter(
        episode__contacts__contact=contact, episode__contacts__undone_at=None, undone_at=None
    ).exclude(contact=contact)
    return rows.select_related("contact", "by__account").order_by("contact__received_at", "pk").distinct()


def same_event_as(contact: Contact) -> tuple[same_event.Suggestion, ...]:
    """Return the contacts that may tell of the same event and are neither linked nor said to be different.

    Source: docs/rules.md, "One event, several reports".
    """
    near = Q(received_at__range=_around(contact.received_at, same_event.DAYS_APART))
    if contact.event_reference:
        near |= Q(event_reference__iexact=contact.event_reference)
    if contact.event_at:
        near |= Q(event_at__range=_around(contact.event_at, same_event.HOURS_APART))
    left_out = {contact.pk} | _said_different(contact) | {one.contact_id for one in linked(contact)}
    rows = Contact.objects.filter(near, hub=contact.hub_id).exclude(pk__in=left_out).defer("message")
    others = list(rows.prefetch_related("people", "readings"))
    who = who_is_in([contact.pk, *(one.pk for one in others)])
    reports = [_report(one, who.get(one.pk, set())) for one in others]
    return same_event.suggest(_report(contact, who.get(contact.pk, set())), reports)


def _around(moment: datetime, span: timedelta) -> tuple[datetime, datetime]:
    return moment - span, moment + span


def _said_different(contact: Contact) -> set[uuid.UUID]:
    said = NotOneEvent.objects.filter(Q(contact=contact) | Q(other=contact)).values_list("contact", "other")
    return {one for pair in said for one in pair}


def _report(contact: Contact, people: set[uuid.UUID]) -> same_event.Report:
    named = list(contact.people.all())
    at_risk = [one for one in named if one.is_at_risk]
    postcodes = {contact.event_postcode, *(one.postcode for one in named)} - {""}
    return same_event.Report(
        contact_id=contact.pk,
        reference=contact.reference,
        received_at=contact.received_at,
        event_at=contact.event_at,
        event_reference=contact.event_reference,
        postcodes=frozenset(postcodes),
        places=(contact.event_place, *(", ".join(one.lines) for one in named)),
        names=frozenset(one.family.casefold() for one in at_risk if one.family),
        people=frozenset(people),
        categories=frozenset(about.counted(contact)),
    )
