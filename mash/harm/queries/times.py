"""On which days of the week and at what hours events happen, in London's time."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from mash.common.clock import LONDON
from mash.harm.models import Report
from mash.harm.moments import Week, week
from mash.partnership.models import Staff


def by_week(reports: QuerySet[Report]) -> Iterator[tuple[int, int, str, int]]:
    """Yield day 1 to 7, hour, how well it is known, and how many events the reports tell of."""
    rows = (
        reports.order_by()
        .annotate(
            day=ExtractIsoWeekDay("happened_at", tzinfo=LONDON),
            hour=ExtractHour("happened_at", tzinfo=LONDON),
        )
        .values("day", "hour", "known")
        .annotate(events=Count("event", distinct=True))
    )
    for row in rows:
        yield row["day"], row["hour"], row["known"], row["events"]


def week_of_hub(staff: Staff, since: datetime, until: datetime, category: str = "") -> Week:
    """Return when events of the hub happened between two moments, as far as the worker sees them.

    Source: docs/rules.md, "What harm comes back to".
    """
    found = Report.objects.filter(hub=staff.hub_id, happened_at__gte=since, happened_at__lte=until)
    if category:
        found = found.filter(categories__contains=[category])
    return week(by_week(found))
