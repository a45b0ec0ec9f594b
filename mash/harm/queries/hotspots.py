"""How many events there were in each area of a hub's own map, as far as the worker sees their contacts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from mash.common.suppressing import in_words, suppressed
from mash.harm.drawing import Class, Drawing, class_of, classes, draw
from mash.harm.models import Area, AreaMap, PostcodeArea, Postcodes, Report
from mash.partnership.models import Staff

CSV_COLUMNS = ("Code", "Area", "Events", "Children", "Events per 1,000 children")


@dataclass(frozen=True, slots=True)
class InArea:
    """One area: its events, and how many that is for every 1,000 children, where it is said how many live there."""

    number: int
    area: Area
    events: int
    rate: float | None
    step: int


@dataclass(frozen=True, slots=True)
class Hotspots:
    """A map of one time.  events: different ones, in all areas and in none.

    not_placed: events of which no report can be placed.
    """

    map: AreaMap
    areas: tuple[InArea, ...]
    drawing: Drawing | None
    classes: tuple[Class, ...]
    events: int
    not_placed: int
    postcodes: Postcodes | None
    by_rate: bool


def newest_map(hub_id: uuid.UUID) -> AreaMap | None:
    """Return the boundaries of a hub that count; None before the first."""
    return AreaMap.objects.filter(hub=hub_id).order_by("-at", "pk").first()


def newest_postcodes(hub_id: uuid.UUID) -> Postcodes | None:
    """Return the table of postcodes of a hub that counts; None before the first."""
    return Postcodes.objects.filter(hub=hub_id).order_by("-at", "pk").first()


def hotspots(
    staff: Staff, since: datetime, until: datetime, *, category: str = "", by_rate: bool = False
) -> Hotspots | None:
    """Return the events of a time by area; None for a hub without a map.

    An event lies where it happened, by the postcode of the place, else where the first at risk lives.  One whose
    reports place it in two areas is counted in both, and once in all.

    Source: docs/rules.md, "Areas on a map".
    """
    found = newest_map(staff.hub_id)
    if found is None:
        return None
    table = newest_postcodes(staff.hub_id)
    areas = list(found.areas.order_by("name", "code"))
    reports = Report.objects.filter(hub=staff.hub_id, happened_at__gte=since, happened_at__lte=until)
    if category:
        reports = reports.filter(categories__contains=[category])
    counted: dict[str, int] = {}
    placed = reports.none()
    if table:
        where = reports.annotate(area=Coalesce(_code(table, "place"), _code(table, "home")))
        placed = where.filter(area__in=[one.code for one in areas])
        counted = dict(
            placed.order_by()
            .values("area")
            .annotate(n=Count("event", distinct=True))
            .values_list("area", "n")
        )
    events = reports.aggregate(n=Count("event", distinct=True))["n"]
    in_some_area = placed.aggregate(n=Count("event", distinct=True))["n"] if table else 0
    rows, steps = _by_area(areas, counted, by_rate=by_rate)
    return Hotspots(
        found,
        rows,
        draw([one.shape for one in areas]),
        steps,
        events,
        events - in_some_area,
        table,
        by_rate,
    )


def _code(table: Postcodes, column: str) -> Subquery:
    return Subquery(
        PostcodeArea.objects.filter(postcodes=table, postcode=OuterRef(column)).values("code")[:1]
    )


def _by_area(
    areas: Sequence[Area], counted: dict[str, int], *, by_rate: bool
) -> tuple[tuple[InArea, ...], tuple[Class, ...]]:
    rates = {one.code: _rate(counted.get(one.code, 0), one.children) for one in areas}
    values = [rates[one.code] if by_rate else counted.get(one.code, 0) for one in areas]
    steps = classes(one for one in values if one is not None)
    rows = (
        InArea(number, one, counted.get(one.code, 0), rates[one.code], class_of(value, steps))
        for number, (one, value) in enumerate(zip(areas, values, strict=True), 1)
    )
    return tuple(rows), tuple(steps)


def _rate(events: int, children: int | None) -> float | None:
    return round(1000 * events / children, 1) if children else None


def csv_lines(found: Hotspots, small: int) -> list[tuple[object, ...]]:
    """Return the table as it leaves the hub: small numbers left out, and their rates with them.

    Source: docs/rules.md, "Areas on a map".
    """
    counts = {one.area.code: one.events for one in found.areas} | {"": found.not_placed}
    kept = suppressed(counts, small)
    lines: list[tuple[object, ...]] = [
        (
            one.area.code,
            one.area.name,
            in_words(kept[one.area.code]),
            one.area.children,
            one.rate if kept[one.area.code] is not None else None,
        )
        for one in found.areas
    ]
    return [*lines, ("", "Not placed", in_words(kept[""]), None, None)]
