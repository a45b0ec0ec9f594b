"""Which contacts' clocks need an alarm, which alarms are up, and what was told to whom."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet

from mash.common.clock import Clock
from mash.contact.models import Contact
from mash.desk.models import ClockAlarm, ClockAlert
from mash.partnership.models import Hub, Staff
from mash.partnership.queries import rota
from mash.triage import order
from mash.triage import queries as triage

AT_ONCE = 500  # contacts worked out in one round; the rest come a minute later
DUTY_POSTS = ("screener", "duty_social_worker", "adult_screener")


def without_alarm() -> QuerySet[Contact]:
    """Return the open contacts whose alarm was never set, or was set from another due time; never all rows twice.

    An unrated contact has no due time of its own kept: its alarm stands as it was first set, from receipt.
    """
    moved = Q(standing__due_at__isnull=False) & ~Q(standing__due_at=F("alarm__due_at"))
    never = Q(alarm=None) & (Q(standing=None) | Q(standing__due_at__isnull=False))
    found = order.still_open(Contact.objects.filter(never | moved))
    return (
        found.select_related("hub", "standing", "alarm")
        .prefetch_related("ratings", "pauses")
        .order_by("received_at", "pk")
    )


def alarms_up(at: datetime) -> QuerySet[ClockAlarm]:
    """Return the alarms whose moment has come."""
    return (
        ClockAlarm.objects.filter(next_at__lte=at)
        .exclude(step="")
        .select_related("contact__hub")
        .order_by("next_at", "pk")
    )


def clock_of(contact: Contact, at: datetime) -> Clock | None:
    """Return the clock that runs on a contact now."""
    ratings, pauses = list(contact.ratings.all()), list(contact.pauses.all())
    return triage.history_of(contact, ratings, pauses, at).clock


def is_open(contact: Contact) -> bool:
    """Tell whether a contact still needs work."""
    return order.still_open(Contact.objects.filter(pk=contact.pk)).exists()


def whose(contact: Contact, at: datetime) -> list[Staff]:
    """Return whose queue an alert goes to: the owner's; nobody's contact is the duty desk's."""
    owner = triage.owner_of(contact)
    if owner:
        return [owner.staff]
    return on_duty_at_the_desk(contact.hub, at)


def on_duty_at_the_desk(hub: Hub, at: datetime) -> list[Staff]:
    """Return who is on duty at the hub's own desk now, each once."""
    found = [one.person for one in rota.on_duty(hub, at) if one.post.id in DUTY_POSTS and one.person]
    return list({one.pk: one for one in found}.values())


def unseen(staff: Staff) -> QuerySet[ClockAlert]:
    """Return the alerts in a worker's own queue, the newest first."""
    found = ClockAlert.objects.filter(hub=staff.hub_id, to=staff, seen_at=None)
    return found.select_related("contact").order_by("-at", "pk")


def chosen(staff: Staff, keys: Iterable[uuid.UUID]) -> QuerySet[ClockAlert]:
    """Return those of a worker's own alerts that were ticked."""
    return ClockAlert.objects.filter(hub=staff.hub_id, to=staff, seen_at=None, pk__in=list(keys))
