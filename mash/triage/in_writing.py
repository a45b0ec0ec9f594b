"""The written form that follows a telephone referral: by when, and which calls still wait for it."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from mash.common.clock import LONDON, Clock
from mash.contact.models import Channel, Contact, Written
from mash.triage.models import Stage
from mash.triage.queries import hub_time

PUBLIC = "public"


def written_clock(contact: Contact, at: datetime, written: Written | None) -> Clock | None:
    """Return the clock on the written form of a call, from receipt until the writing came; None where none is asked.

    A hub may set its own limit, and another one for each rating; until somebody rates the call, red's.  Of a child's
    and an adult's the sooner.

    Source: docs/rules.md, "Contacts", "Clocks".
    """
    if not contact.is_to_be_written:
        return None
    newest = max(contact.ratings.all(), key=lambda one: (one.at, one.pk), default=None)
    time = hub_time(contact.hub, at.astimezone(LONDON).date())
    limits = [one[newest.colour if newest else "red"] for one in time.limits(Stage.WRITTEN, contact.subject)]
    ended_at = written.arrived_at if written else None
    clocks = [Clock.start(contact.received_at, one, time.week, ended_at=ended_at) for one in limits if one]
    return min(clocks, key=lambda clock: clock.due_at, default=None)


def not_yet_in_writing() -> Q:
    """Return "a professional rang, and nobody has said that the writing came"."""
    said = Written.objects.filter(contact=OuterRef("pk"), undone_at=None)
    return Q(channel=Channel.TELEPHONE) & ~Q(source_kind=PUBLIC) & ~Q(Exists(said))


def calls_to_chase() -> QuerySet[Contact]:
    """Return, in every hub that whoever acts may see, the calls that wait for writing, the oldest first."""
    return Contact.objects.filter(not_yet_in_writing()).select_related("hub").order_by("received_at", "pk")
