"""What came before about the same people, and what repeats."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from mash.contact.models import Contact, Settlement
from mash.people.joined import as_one
from mash.people.models import Person
from mash.triage import about, content, repeats
from mash.triage.models import Rating
from mash.triage.queries.known import household_of, settled, who_is_in

ONE_YEAR = timedelta(days=366)


def earlier(contact: Contact) -> list[Contact]:
    """Return the other contacts about somebody settled in this one, newest first."""
    return earlier_about((one.pk for one in settled(contact).values()), contact)


def earlier_about(people: Iterable[uuid.UUID], contact: Contact) -> list[Contact]:
    """Return the contacts but this one in which one of these people is settled, newest first."""
    rows = _about(as_one(people)).exclude(pk=contact.pk)
    return list(rows.prefetch_related(_newest_first()).order_by("-received_at", "pk"))


def _about(people: Iterable[uuid.UUID]) -> QuerySet[Contact]:
    told = Settlement.objects.filter(
        contact_person__contact=OuterRef("pk"), undone_at=None, person__in=list(people)
    )
    return Contact.objects.filter(Exists(told))


def _newest_first() -> "Prefetch[str]":
    return Prefetch("ratings", queryset=Rating.objects.order_by("-at", "-pk"))


def repeats_of(
    contact: Contact, chosen: Mapping[uuid.UUID, Person] | None = None
) -> tuple[repeats.Fired, ...]:
    """Return the repeat rules that fire on a contact, with the facts they fire on.

    chosen: who its people would be settled to be besides, by contact person, where that is not saved yet.

    Source: docs/rules.md, "Repeats".
    """
    here = settled(contact) | dict(chosen or {})
    people = as_one(one.pk for one in here.values())
    at_risk = as_one(here[one.pk].pk for one in contact.people.all() if one.is_at_risk and one.pk in here)
    around = household_of(people) | people
    others = {one.pk: one for one in _about(around).prefetch_related(_newest_first(), "episodes", "readings")}
    others[contact.pk] = contact
    since = min(contact.received_at, contact.event_at or contact.received_at) - ONE_YEAR
    who = who_is_in(others)
    who[contact.pk] = {one.pk for one in here.values()}
    told = {
        one.pk: _told(one, who.get(one.pk, set()), at_risk or people, around)
        for one in others.values()
        if max(one.received_at, one.event_at or one.received_at) >= since
    }
    return repeats.fired(content.repeat_rules(), told[contact.pk], told.values())


def _told(
    contact: Contact, people: set[uuid.UUID], at_risk: set[uuid.UUID], around: set[uuid.UUID]
) -> repeats.Told:
    ratings = sorted(contact.ratings.all(), key=lambda one: one.at)
    episode = next((one.episode_id for one in contact.episodes.all() if one.undone_at is None), None)
    return repeats.Told(
        contact_id=contact.pk,
        reference=contact.reference,
        received_at=contact.received_at,
        event_at=contact.event_at,
        event_reference=contact.event_reference,
        place=contact.event_postcode or contact.event_place,
        episode=episode,
        colour=ratings[-1].colour if ratings else contact.suggested_rating,
        rated=bool(ratings),
        categories=about.counted(contact),
        same_person=bool(people & at_risk),
        same_household=bool(people & around),
    )
