"""Figures are counted: how each contact went is written anew where something changed, and sums and lengths after it.

Source: docs/rules.md, "Performance figures".
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from mash.common.editions import content_of
from mash.common.jobs import order_from
from mash.insight.days import CHARTED, period_with
from mash.insight.measures import MEASURES
from mash.insight.models import Advised, AsOf, Course, Enquired, Length, Sum, WardSum
from mash.insight.queries import changes
from mash.insight.queries.advice import advised
from mash.insight.queries.courses import courses, enquired
from mash.insight.queries.tallying import lengths_of, tallies, tallies_of_wards
from mash.partnership.models import Hub
from mash.triage.queries import forget_time

SERVICE = "insight"
JOB = "mash.insight.jobs.count_hub"
AT_ONCE = 500
OWN = {"id", "hub"}


@dataclass(frozen=True, slots=True)
class Counted:
    """What one count did.  contacts: whose course was written.  days: of which sums were made anew."""

    contacts: int
    days: int


@transaction.atomic
def roll_up(
    hub: Hub,
    *,
    at: datetime,
    since: date | None = None,
    told: Callable[[Iterable[Any], int], Iterable[Any]] = lambda some, _: some,
) -> Counted:
    """Count what changed in a hub since it was counted last; the first time, everything.

    since: count every contact that came on this day or later, changed or not.  told: told the parts of the work and how
    many contacts they hold; a command shows there how far it is.

    Two at once: the second waits until the first is done, and counts what came meanwhile.

    Source: docs/rules.md, "Performance figures".
    """
    AsOf.objects.bulk_create([AsOf(hub=hub)], ignore_conflicts=True)
    as_of = AsOf.objects.select_for_update().get(hub=hub)
    keys, days = _take_what_changed(hub)
    forget_time(hub)
    with content_of(hub.pk):
        contacts = changes.contacts_to_count(hub, keys) if as_of.at else changes.every_contact(hub)
        if since:
            contacts |= changes.every_contact(hub, since)
        for some in told(list(_parts(contacts)), len(contacts)):
            days |= _write(Course, "contact", courses(hub, some), {"contact__in": some})
            days |= _write(Enquired, "enquiry", enquired(hub, some), {"contact__in": some})
        for some in _parts(changes.advice_to_count(hub, keys, since, whole=not as_of.at)):
            days |= _write(Advised, "consultation", advised(hub, some), {"consultation__in": some})
    _sum(hub, days)
    _measure(hub, days)
    as_of.at = at
    as_of.save(update_fields=["at"])
    return Counted(len(contacts), len(days))


def roll_up_every_hub() -> None:
    """Order a count of each hub, so that one hub's trouble is no other's.

    Source: docs/rules.md, "Performance figures".
    """
    for hub in changes.hubs_to_count():
        order_from(SERVICE, JOB, hub_id=str(hub.pk))


def _take_what_changed(hub: Hub) -> tuple[dict[str, set[uuid.UUID]], set[date]]:
    """Remove the lines that say what changed, and return the keys by what they are of, and days of what is gone.

    Taken before anything is read: what they tell of is there for every question after this one, and a change that comes
    later leaves a line of its own.
    """
    keys: dict[str, set[uuid.UUID]] = defaultdict(set)
    days: set[date] = set()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_touched WHERE hub_id = %s RETURNING what, key, days", [hub.pk])
        while rows := cursor.fetchmany(AT_ONCE):
            for what, key, gone in rows:
                if key is not None:
                    keys[what].add(key)
                days.update(gone or ())
    return keys, days


def _parts(keys: Collection[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    ordered = sorted(keys)
    for begin in range(0, len(ordered), AT_ONCE):
        yield ordered[begin : begin + AT_ONCE]


def _write(
    model: type[Course] | type[Enquired] | type[Advised], unique: str, made: list[Any], which: dict[str, Any]
) -> set[date]:
    """Write how some went, and return the days on which they counted before and count now.

    unique: the column of what each row is of.  which: the rows that stood before.
    """
    columns = [field.name for field in model._meta.concrete_fields if field.name not in OWN]
    dates = [
        field.attname for field in model._meta.concrete_fields if field.get_internal_type() == "DateField"
    ]
    before = model.objects.filter(**which).values_list(*dates)
    days = {day for row in before for day in row if day}
    days |= {day for one in made for day in (getattr(one, name) for name in dates) if day}
    model.objects.bulk_create(
        made,
        AT_ONCE,
        update_conflicts=True,
        unique_fields=[unique],
        update_fields=[name for name in columns if name != unique],
    )
    return days


def _sum(hub: Hub, days: Collection[date]) -> None:
    for table in (Sum, WardSum):
        table.objects.filter(hub=hub, on__in=days).delete()
    for measure in MEASURES.values():
        which = Q(hub=hub, **{f"{measure.on}__in": days})
        rows = tallies(measure, which)
        Sum.objects.bulk_create((Sum(hub=hub, measure=measure.id, **row) for row in rows), AT_ONCE)
        placed = tallies_of_wards(measure, which)
        WardSum.objects.bulk_create((WardSum(hub=hub, measure=measure.id, **row) for row in placed), AT_ONCE)


def _measure(hub: Hub, days: Collection[date]) -> None:
    for measure in MEASURES.values():
        for period in sorted({period_with(day, span) for day in days for span in CHARTED}):
            if measure.lengths:
                Length.objects.filter(
                    hub=hub, measure=measure.id, span=period.span, begins=period.begins
                ).delete()
                Length.objects.bulk_create(
                    Length(hub=hub, measure=measure.id, span=period.span, begins=period.begins, **one)
                    for one in lengths_of(measure, Q(hub=hub), period)
                )
