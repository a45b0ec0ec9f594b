"""Which contacts' clocks need an alarm, which alarms are up, and what was told to whom."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, When

from mash.common.clock import Clock
from mash.contact import file_queries as files
from mash.contact.models import Contact, Looked
from mash.desk.models import ClockAlarm, ClockAlert, Step
from mash.partnership.models import Hub, Staff
from mash.partnership.queries import rota
from mash.triage import order
from mash.triage import queries as triage
from mash.triage.models import Colour

AT_ONCE = 500  # contacts worked out in one round; the rest come a minute later
NIGHT_POST = "emergency_duty"
DUTY_POSTS = ("screener", "duty_social_worker", "adult_screener", NIGHT_POST)


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
        .select_related("contact__hub", "contact__standing")
        .order_by("next_at", "pk")
    )


def clock_of(contact: Contact, at: datetime) -> Clock | None:
    """Return the clock that runs on a contact now."""
    ratings, pauses = list(contact.ratings.all()), list(contact.pauses.all())
    standing = getattr(contact, "standing", None)
    began = standing.counts_from if standing else None
    return triage.history_of(contact, ratings, pauses, at, began=began).clock


def is_open(contact: Contact) -> bool:
    """Tell whether a contact still needs work."""
    return order.still_open(Contact.objects.filter(pk=contact.pk)).exists()


def stated_danger() -> QuerySet[Contact]:
    """Return, of every hub, what states immediate danger, nobody has rated and nobody was told of yet."""
    told = ClockAlert.objects.filter(contact=OuterRef("pk"), step=Step.DANGER)
    found = order.still_open(Contact.objects.filter(~Exists(told), immediate_danger=True, standing=None))
    return found.select_related("hub").order_by("received_at", "pk")


def harm_not_told() -> QuerySet[Looked]:
    """Return what a scanner found harmful in files of every hub and nobody was told of yet."""
    told = ClockAlert.objects.filter(contact=OuterRef("contact"), step=Step.HARMFUL, due_at=OuterRef("at"))
    return files.found_harmful().filter(~Exists(told))


def was_told(contact: Contact, step: str, due_at: datetime) -> bool:
    """Tell whether anybody was told this of a contact for this moment."""
    return ClockAlert.objects.filter(contact=contact, step=step, due_at=due_at).exists()


def whose(contact: Contact, at: datetime) -> list[Staff]:
    """Return whose queue an alert goes to: the owner's; nobody's contact is the duty desk's.

    While the hub is closed an owner is at home: the emergency duty team is told as well.

    Source: docs/rules.md, "Alerts of a clock".
    """
    owner = triage.owner_of(contact)
    if owner is None:
        return on_duty_at_the_desk(contact.hub, at)
    at_night = [] if rota.working_week(contact.hub).is_open(at) else on_duty_at_the_desk(contact.hub, at)
    return list({one.pk: one for one in [owner.staff, *at_night]}.values())


def on_duty_at_the_desk(hub: Hub, at: datetime) -> list[Staff]:
    """Return who is on duty at the hub's own desk now, each once: by night the emergency duty team."""
    found = [one.person for one in rota.on_duty(hub, at) if one.post.id in DUTY_POSTS and one.person]
    return list({one.pk: one for one in found}.values())


def unseen(staff: Staff) -> QuerySet[ClockAlert]:
    """Return the alerts in a worker's own queue: stated danger, then red, then not yet rated, the longest due first.

    Source: docs/rules.md, "Alerts of a clock".
    """
    found = ClockAlert.objects.filter(hub=staff.hub_id, to=staff, seen_at=None)
    first = Case(
        When(step=Step.DANGER, then=0),
        When(contact__standing__colour=Colour.RED, then=1),
        When(contact__standing=None, then=2),
        default=3,
        output_field=IntegerField(),
    )
    return found.select_related("contact__standing").order_by(first, "due_at", "pk")


def chosen(staff: Staff, keys: Iterable[uuid.UUID]) -> QuerySet[ClockAlert]:
    """Return those of a worker's own alerts that were ticked."""
    return ClockAlert.objects.filter(hub=staff.hub_id, to=staff, seen_at=None, pk__in=list(keys))
