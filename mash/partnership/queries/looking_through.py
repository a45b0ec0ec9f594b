"""Whose posts are to be looked through, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from mash.partnership import policy
from mash.partnership.looking_through import AT_ONCE, next_look
from mash.partnership.models import Duty, Hub, Staff
from mash.partnership.queries import lasting, stopped


@dataclass(frozen=True, slots=True)
class ToLook:
    """A post whose day is near or past.  last: when it was said last that it is needed.  looked_by: who looks."""

    post: Staff
    by_at: datetime
    last: datetime | None
    is_late: bool
    looked_by: tuple[Staff, ...]


def to_look_through(staff: Staff, at: datetime) -> list[ToLook]:
    """Return the posts that a worker is to look through, the longest past first; a manager also sees what is late.

    Source: docs/rules.md, "Posts are looked through".
    """
    return [
        one
        for one in due_in(staff.hub, at)
        if policy.may_look_through(staff, one.post) and (staff in one.looked_by or one.is_late)
    ]


def due_in(hub: Hub, at: datetime) -> list[ToLook]:
    """Return every post of a hub whose day is near or past, as far as whoever acts may know of it."""
    everybody = _awake(hub, at)
    found = []
    for post in everybody:
        last: datetime | None = post.last_look  # type: ignore[attr-defined]
        by_at = next_look(post, last)
        if by_at - AT_ONCE <= at:
            found.append(ToLook(post, by_at, last, by_at <= at, _who_looks(post, everybody)))
    return sorted(found, key=lambda one: (one.by_at, str(one.post.pk)))


def _who_looks(post: Staff, everybody: Sequence[Staff]) -> tuple[Staff, ...]:
    """Return who leads a post's agency, or else who manages the hub; never whoever holds it."""
    others = [one for one in everybody if one.account_id != post.account_id]
    leads = tuple(one for one in others if one.leads and one.agency_id == post.agency_id)
    return leads or tuple(one for one in others if one.has(Duty.MANAGE))


def _awake(hub: Hub, at: datetime) -> list[Staff]:
    found = Staff.objects.filter(lasting(at), ~stopped(), hub=hub)
    return list(found.annotate(last_look=Max("still_needed__at")).select_related("account", "agency", "hub"))
