"""Which editions of content are in force, and what they say."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet, UUIDField

from mash.common.identity import Kind, presence
from mash.common.prepared import prepared
from mash.partnership.models import Staff
from mash.setup.models import Edition


def in_force(hub_id: uuid.UUID | None) -> Mapping[str, uuid.UUID]:
    """Return the newest edition of each content of a hub, in one query.

    hub_id: None for the hub of whoever acts: a worker's by their post, a referrer's by the only one they can see.
    """
    who = presence().identity
    if hub_id:
        return dict(_newest_of.rows(hub=hub_id))
    if who and who.kind == Kind.STAFF:
        return dict(_newest_for.rows(staff=who.key))
    return dict(_newest(Edition.objects.all()))


@prepared(hub=UUIDField())
def _newest_of(hub: Any) -> QuerySet[Edition, Any]:
    return _newest(Edition.objects.filter(hub=hub))


@prepared(staff=UUIDField())
def _newest_for(staff: Any) -> QuerySet[Edition, Any]:
    return _newest(Edition.objects.filter(hub__in=Staff.objects.filter(pk=staff).values("hub")))


def _newest(found: QuerySet[Edition]) -> QuerySet[Edition, Any]:
    return found.order_by("content", "-version").distinct("content").values_list("content", "pk")


def words(edition_id: uuid.UUID) -> Any:
    """Return what an edition says, as plain lists and mappings.  Raises Edition.DoesNotExist."""
    return Edition.objects.values_list("words", flat=True).get(pk=edition_id)
