"""Which editions of content are in force, and what they say."""

import uuid
from collections.abc import Mapping
from typing import Any

from mash.common.identity import Kind, presence
from mash.partnership.models import Staff
from mash.setup.models import Edition


def in_force(hub_id: uuid.UUID | None) -> Mapping[str, uuid.UUID]:
    """Return the newest edition of each content of a hub, in one query.

    hub_id: None for the hub of whoever acts: a worker's by their post, a referrer's by the only one they can see.
    """
    found = Edition.objects.all()
    who = presence().identity
    if hub_id:
        found = found.filter(hub=hub_id)
    elif who and who.kind == Kind.STAFF:
        found = found.filter(hub__in=Staff.objects.filter(pk=who.key).values("hub"))
    newest = found.order_by("content", "-version").distinct("content")
    return dict(newest.values_list("content", "pk"))


def words(edition_id: uuid.UUID) -> Any:
    """Return what an edition says, as plain lists and mappings.  Raises Edition.DoesNotExist."""
    return Edition.objects.values_list("words", flat=True).get(pk=edition_id)
