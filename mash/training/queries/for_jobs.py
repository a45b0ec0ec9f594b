"""What a program looks for, as a service that sees every hub: what is coming, and who is asked again."""

import uuid
from datetime import datetime, timedelta

from mash.training.models import Learner, Session

AHEAD = timedelta(days=120)  # longer than any reminder before a session
BEHIND = timedelta(days=800)  # longer than anybody is asked again after one


def session_of(key: uuid.UUID) -> Session:
    """Return a session by its key."""
    return Session.objects.select_related("hub").get(pk=key)


def coming(at: datetime) -> list[Session]:
    """Return the sessions of every hub of which somebody may be reminded now."""
    found = Session.objects.filter(starts_at__gt=at, starts_at__lte=at + AHEAD, called_off_at=None)
    return list(found.select_related("hub").order_by("starts_at", "pk"))


def held(at: datetime) -> list[Session]:
    """Return the last days of courses after which somebody may be asked again now."""
    found = Session.objects.filter(starts_at__lte=at, starts_at__gt=at - BEHIND, called_off_at=None)
    return [
        one
        for one in found.select_related("hub", "cohort").order_by("starts_at", "pk")
        if one.cohort_id is None or one.day == 2
    ]


def hubs_with_learners() -> list[uuid.UUID]:
    """Return the hubs in which somebody learns."""
    found = Learner.objects.filter(ended_on=None).exclude(roles=[])
    return list(found.order_by("hub").values_list("hub", flat=True).distinct())
