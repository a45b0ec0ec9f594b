"""What a contact is about: as a worker says, where one has, and as its sender said otherwise.

Source: docs/rules.md, "Categories".
"""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from mash.contact.content import Category, categories
from mash.contact.models import Contact
from mash.triage.reading import Reading


def said_by_worker(contact: Contact) -> list[Reading]:
    """Return every reading of a contact, the newest first."""
    return list(contact.readings.select_related("by__account").order_by("-at", "-pk"))


def counted(contact: Contact) -> tuple[str, ...]:
    """Return the categories that count: the newest a worker gave, else the sender's."""
    rows = sorted(contact.readings.all(), key=lambda one: (one.at, str(one.pk)), reverse=True)
    newest = next((one.categories for one in rows if one.categories), None)
    return tuple(newest if newest is not None else contact.categories)


def explained(ids: Sequence[str]) -> list[Category]:
    """Return categories with the first thing to find out about each; one the hub no longer knows is left out."""
    known = categories()
    return [known[one] for one in ids if one in known]


def sensitive(ids: Sequence[str]) -> list[Category]:
    """Return those categories that restrict a case once a worker gives them."""
    return [one for one in explained(ids) if one.sealed]


def has(category: str) -> Q:
    """Return "this category counts for it", as `counted` says."""
    named = Reading.objects.exclude(categories=[])
    newer = named.filter(contact=OuterRef("contact"), at__gt=OuterRef("at"))
    given = named.filter(contact=OuterRef("pk"))
    mine = given.filter(categories__contains=[category]).exclude(Exists(newer))
    return Q(Exists(mine)) | (Q(categories__contains=[category]) & ~Q(Exists(given)))
