"""What is watched, what touched it, who is told, and what nobody looked at again."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.contact.models import Contact
from mash.contact.policy import unless_closed
from mash.harm import policy
from mash.harm.models import PLACES, About, Member, Touch, Watch, WatchHit
from mash.harm.queries.things import Thing
from mash.partnership.models import Access, Staff

ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Seen:
    """One watch as a worker sees it.  hits: what touched it, the newest first.  told: who is told."""

    watch: Watch
    hits: tuple[WatchHit, ...]
    told: tuple[Staff, ...]


def watched(staff: Staff, page: str | None) -> Page[Any]:
    """Return what is watched and what was, as far as this worker may see it: touched last first, what ended after.

    Each has `touched`, how many contacts touched it, and `last`, when the newest did.

    Source: docs/rules.md, "What is watched".
    """
    found = (
        Watch.objects.filter(policy.watches_seen_by(staff))
        .select_related("person", "group", "by__account")
        .annotate(touched=Count("hits"), last=Max("hits__at"))
        .order_by(F("ended_at").desc(nulls_first=True), F("last").desc(nulls_last=True), "review_on", "pk")
    )
    return Paginator(found, ON_A_PAGE).get_page(page)


def find_watch(staff: Staff, watch_id: uuid.UUID) -> Seen:
    """Return one watch that this worker may see.  Raises Http404, never 403, for any other."""
    found = Watch.objects.filter(policy.watches_seen_by(staff)).select_related(
        "person", "group", "by__account", "ended_by__account"
    )
    one = get_object_or_404(found.prefetch_related("reviews__by__account"), pk=watch_id)
    hits = one.hits.select_related("contact").defer("contact__message").order_by("-at", "pk")
    told = Staff.objects.filter(pk__in=one.told).select_related("account").order_by("account__name", "pk")
    return Seen(one, tuple(hits[:100]), tuple(told))


def may_be_told(staff: Staff, thing: Thing, at: datetime) -> list[Staff]:
    """Return who may be told of a thing: who works at this hub's desk by day, and is not kept from the person."""
    lasting = Q(until_at=None) | Q(until_at__gt=at)
    posts = Staff.objects.filter(lasting, hub=staff.hub_id, from_at__lte=at, account__is_active=True)
    kept = set(_kept_from(thing.person.pk, at).values_list("staff", flat=True)) if thing.person else set()
    found = posts.select_related("account").order_by("account__name", "pk")
    return [one for one in found if policy.may_be_told(one) and one.pk not in kept]


def _kept_from(person: uuid.UUID, at: datetime) -> QuerySet[Access]:
    lasting = Q(from_at__lte=at) & (Q(until_at=None) | Q(until_at__gt=at))
    return Access.objects.filter(lasting, bars=True, person_id=person)


def due_for_lapse(today: date) -> QuerySet[Watch]:
    """Return, of every hub, what is watched and nobody looked at again by its day."""
    return Watch.objects.filter(ended_at=None, review_on__lt=today).order_by("review_on", "pk")


def newly_touched() -> Iterator[tuple[Watch, Contact]]:
    """Yield, of every hub, what is watched with each contact that came since and touches it, and was not told yet."""
    for one in Watch.objects.filter(ended_at=None).select_related("person", "group").order_by("at", "pk"):
        touches = Touch.objects.filter(hub=one.hub_id, contact=OuterRef("pk"))
        if one.about == About.PLACE:
            touches = touches.filter(subject=one.subject, kind__in=PLACES)
        elif one.about == About.PERSON:
            touches = touches.filter(subject=one.subject, person__isnull=False)
        else:
            counting = Member.objects.filter(group=one.group, ended_at=None).values("person")
            touches = touches.filter(subject__in=counting)
        told = WatchHit.objects.filter(watch=one, contact=OuterRef("pk"))
        new = Contact.objects.filter(Exists(touches), ~Exists(told), hub=one.hub_id, received_at__gte=one.at)
        for contact in new.defer("message").order_by("received_at", "pk"):
            yield one, contact


def to_tell(watch: Watch, contact: Contact, at: datetime) -> list[Staff]:
    """Return which of the people named in a watch are told of a contact: who still may see both.

    Source: docs/rules.md, "What is watched".
    """
    lasting = Q(until_at=None) | Q(until_at__gt=at)
    posts = Staff.objects.filter(
        lasting, pk__in=watch.told, hub=watch.hub_id, from_at__lte=at, account__is_active=True
    )
    kept = set(_kept_from(watch.person_id, at).values_list("staff", flat=True)) if watch.person_id else set()
    return [
        one
        for one in posts.select_related("account").order_by("pk")
        if policy.may_be_told(one) and one.pk not in kept and unless_closed(one, contact.pk)
    ]
