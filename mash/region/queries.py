"""Which hubs let their registers be compared, and who may be known to another."""

import uuid
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from mash.partnership.models import Hub, Staff
from mash.people.models import Person
from mash.region import policy
from mash.region.models import Grant, LookedOver, Met, Word

Pair = tuple[uuid.UUID, uuid.UUID]
"""A hub, and another that it may be compared with: each names the other, now."""


def running() -> set[Pair]:
    """Return which hubs may be compared now, each pair both ways; of one's own hub alone, unless the run asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hub, elsewhere FROM identity.my_region()")
        return set(cursor.fetchall())


def newest_grant(hub: Hub) -> Grant | None:
    """Return a hub's own word; None where it never gave one, and so is compared with nobody."""
    return Grant.objects.filter(hub=hub).select_related("by__account").order_by("-number").first()


def is_running(grant: Grant | None, at: datetime) -> bool:
    """Tell whether a hub lets its register be compared now, as far as it is for that hub to say."""
    return bool(
        grant and grant.runs and grant.from_at and grant.until_at and grant.from_at <= at < grant.until_at
    )


def others(hub: Hub) -> "QuerySet[Hub]":
    """Return with which hubs one may be compared, by name: a practice hub only with its like, none of an exercise."""
    if hub.exercise_for_id:
        return Hub.objects.none()
    alike = Hub.objects.filter(is_training=hub.is_training, exercise_for=None)
    return alike.exclude(pk=hub.pk).order_by("name")


def waiting(staff: Staff) -> "QuerySet[Met]":
    """Return who may be known to another hub and of whom nobody has said anything, the likeliest first."""
    said = Word.objects.filter(person=OuterRef("person"), elsewhere=OuterRef("elsewhere"))
    found = Met.objects.filter(policy.met_seen_by(staff), ~Exists(said))
    return found.select_related("person", "elsewhere").order_by("-likely", "elsewhere__name", "pk")


def find_met(staff: Staff, met_id: uuid.UUID) -> Met:
    """Return somebody who waits for this worker's word.  Raises Http404."""
    return get_object_or_404(waiting(staff), pk=met_id)


def looked_over(hub: Hub) -> LookedOver | None:
    """Return when a hub's register was last compared."""
    return LookedOver.objects.filter(hub=hub).order_by("-at").first()


def who_counts(people: set[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return for each record the key of the one that counts for it."""
    found = Person.objects.filter(pk__in=people).values_list("pk", "merged_into")
    return {one: into or one for one, into in found}
