"""The one order in which everybody sees the work, as a rule and as SQL.

Source: docs/rules.md, "Order of work".
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, SmallIntegerField, When
from django.db.models.functions import Coalesce

from mash.contact.models import Contact
from mash.triage.content import RatingContent, rating_content
from mash.triage.models import StillOpen

FINISHED: list[Callable[[], Q]] = []
"""What later stages say of a contact that needs no more work; each adds its own when it starts."""


@rating_content.derived
def places(content: RatingContent) -> dict[str, int]:
    """Return place by id: immediate_danger, red, unrated, amber, green, blue."""
    return {position.id: position.place for position in content.worklist.order}


def place_of(colour: str, *, danger: bool) -> int:
    """Return where a contact stands.  Stated danger stays first until a worker rates it, saying what was done.

    colour: "" while nobody has rated it.
    """
    if colour:
        return places()[colour]
    return places()["immediate_danger" if danger else "unrated"]


def counts_as_finished(when: Callable[[], Q]) -> None:
    """Let a later stage say when a contact needs no more work; called from an app's `ready()`.

    when: makes the condition on a contact.
    """
    FINISHED.append(when)


def still_open(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Leave out the contacts that a later stage has finished, as the database keeps it."""
    return contacts.filter(Exists(StillOpen.objects.filter(contact=OuterRef("pk"))))


def unfinished(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    """Leave out the contacts that a later stage has finished, asked of what each stage wrote down: slow, and sure."""
    for when in FINISHED:
        contacts = contacts.exclude(when())
    return contacts


def in_order(contacts: QuerySet[Any], unrated: Mapping[str, Any] | None = None) -> QuerySet[Any]:
    """Sort contacts as everybody sees them; each carries `place` and `due_by`.

    Unrated work shares one limit from receipt, so receipt sorts it; rated work is sorted by when it is due.
    unrated: the places of unrated work, where they are given as slots.
    """
    at = unrated or places()
    not_rated = Case(
        When(immediate_danger=True, then=at["immediate_danger"]),
        default=at["unrated"],
        output_field=SmallIntegerField(),
    )
    due_by = Case(
        When(standing__isnull=True, then=F("received_at")),
        default=F("standing__due_at"),
        output_field=DateTimeField(),
    )
    marked: QuerySet[Any] = contacts.annotate(place=Coalesce("standing__place", not_rated), due_by=due_by)
    return marked.order_by("place", F("due_by").asc(nulls_last=True), "received_at", "pk")
