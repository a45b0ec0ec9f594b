"""The keys by which services' systems ask."""

import uuid

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from mash.handover.models import SystemKey
from mash.partnership.models import Staff


def keys_of(staff: Staff) -> QuerySet[SystemKey]:
    """Return the keys of a worker's own agency in their hub, the newest first."""
    found = SystemKey.objects.filter(hub=staff.hub_id, agency=staff.agency_id)
    return found.select_related("post__account", "by__account", "ended_by__account").order_by("-at", "pk")


def find_key(staff: Staff, key_id: uuid.UUID) -> SystemKey:
    """Return a key of a worker's own agency.  Raises Http404 for any other."""
    return get_object_or_404(keys_of(staff), pk=key_id)


def live_key(staff: Staff, key_id: str) -> SystemKey | None:
    """Return the key that a system showed, if it was given for this post and has not been ended."""
    return SystemKey.objects.filter(hub=staff.hub_id, post=staff.pk, pk=key_id, ended_at=None).first()
