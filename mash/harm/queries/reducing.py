"""What is done about patterns, and how many events there were before and after."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from mash.common.clock import LONDON
from mash.harm import content
from mash.harm.before_after import Difference, difference
from mash.harm.models import Reduction, ReductionNote
from mash.harm.queries.things import Thing, find, touches_of
from mash.partnership.models import Agency, Membership, Staff

ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Stands:
    """How one stands.  difference: of events before and after; thing: what it is about."""

    reduction: Reduction
    thing: Thing
    notes: tuple[ReductionNote, ...]
    difference: Difference
    before: tuple[date, date]
    after: tuple[date, date]


def reductions(staff: Staff, page: str | None) -> Page[Any]:
    """Return what is done about patterns in this worker's hub: open ones first, by the day they are due.

    Source: docs/rules.md, "What is done about a pattern".
    """
    found = (
        Reduction.objects.filter(hub=staff.hub_id)
        .select_related("person", "group", "agency")
        .order_by(F("ended_at").desc(nulls_first=True), "due_on", "pk")
    )
    return Paginator(found, ON_A_PAGE).get_page(page)


def find_reduction(staff: Staff, reduction_id: uuid.UUID, at: datetime) -> Stands:
    """Return one of this worker's hub, with its events before and after.  Raises Http404, never 403, for any other."""
    rows = Reduction.objects.select_related("person", "group", "agency", "by__account", "ended_by__account")
    one = get_object_or_404(rows, pk=reduction_id, hub=staff.hub_id)
    thing = find(staff, one.about, one.subject)
    span = timedelta(days=one.days)
    before = (one.from_on - span, one.from_on - timedelta(days=1))
    after = (one.from_on, one.from_on + span - timedelta(days=1))
    counted = difference(
        _events(staff, thing, before),
        _events(staff, thing, after),
        at_least=content.numbers()["before_and_after_events"],
        whole=after[1] < localdate(at),
    )
    notes = one.notes.select_related("by__account").order_by("at", "pk")
    return Stands(one, thing, tuple(notes), counted, before, after)


def _events(staff: Staff, thing: Thing, days: tuple[date, date]) -> int:
    first, last = days
    since = datetime.combine(first, time(), LONDON)
    until = datetime.combine(last + timedelta(days=1), time(), LONDON)
    found = touches_of(staff, thing).filter(happened_at__gte=since, happened_at__lt=until)
    return found.values("event").distinct().count()


def agencies(staff: Staff) -> list[Agency]:
    """Return the agencies of this worker's hub, by name."""
    members = Membership.objects.filter(hub=staff.hub_id, left_at=None).values("agency")
    return list(Agency.objects.filter(pk__in=members).order_by("name", "pk"))
