"""What programs look for: what a service has not answered, and what has still to follow its words."""

import uuid
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from mash.handover.models import Pack, Step, WordKind

LOOKED_AHEAD = timedelta(days=2)


def packs_waiting(at: datetime) -> QuerySet[Pack]:
    """Return the hand-overs that no service has answered and whose time is nearly up, or over."""
    found = Pack.objects.filter(word=None, due_at__lt=at + LOOKED_AHEAD)
    return found.select_related("by__account").order_by("due_at", "pk")


def words_to_carry() -> list[uuid.UUID]:
    """Return the hand-overs of which a service said something that the hub's records do not follow yet."""
    found = Pack.objects.filter(word__by_hub=False, carried=None).exclude(word__kind=WordKind.WITHDRAWN)
    return list(found.order_by("at", "pk").values_list("pk", flat=True))


def steps_to_deliver() -> list[uuid.UUID]:
    """Return the steps that may go and have not gone yet."""
    found = Step.objects.filter(Q(direction="up") | Q(word__passed=True), went=None)
    return list(found.order_by("at", "pk").values_list("pk", flat=True))
