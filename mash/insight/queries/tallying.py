"""Sums and lengths counted from how each contact and each enquiry went: for the sums that are kept, and without them.

Source: docs/rules.md, "Performance figures".
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet

from mash.insight.days import Period
from mash.insight.measures import Measure

NOBODY = Q(pk__in=[])
NINETIETH = 0.9
ALL = "all"
NUMBERS = ("n", "known", "hits", "rested")


class Quantile(Aggregate):
    """An ordered-set aggregate of PostgreSQL over whole seconds."""

    arity = 1
    output_field = FloatField()


class Median(Quantile):
    """The middle length; of an even number, the mean of the two in the middle."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


class Ninetieth(Quantile):
    """The smallest length that at least nine in ten do not exceed: nearest rank."""

    template = f"percentile_disc({NINETIETH}) WITHIN GROUP (ORDER BY %(expressions)s)::double precision"


def tallies(measure: Measure, which: Q) -> Iterator[dict[str, Any]]:
    """Yield how many there are of a measure on each day, by source, rating and agency.

    which: among which rows, by their own columns.
    """
    groups: dict[str, Any] = {"group_on": F(measure.on), "group_source": F("source")}
    if measure.colour:
        groups["group_colour"] = F(measure.colour)
    if measure.by == "agency":
        groups["group_agency"] = F("agency")
    row: Any  # as `groups` says, which the plugin for types cannot follow
    for row in _counted(measure, which, groups):
        yield {
            "on": row["group_on"],
            "source": row["group_source"],
            "colour": row.get("group_colour", ""),
            "agency_id": row.get("group_agency"),
            **{name: row[name] for name in NUMBERS},
        }


def tallies_of_wards(measure: Measure, which: Q) -> Iterator[dict[str, Any]]:
    """Yield how many there are of a measure on each day in each ward; nothing for what lies in none."""
    if not measure.is_placed:
        return
    groups: dict[str, Any] = {"group_on": F(measure.on), "group_ward": F("ward")}
    row: Any  # as in `tallies`
    for row in _counted(measure, which, groups):
        yield {"on": row["group_on"], "ward": row["group_ward"], **{name: row[name] for name in NUMBERS}}


def _counted(measure: Measure, which: Q, groups: dict[str, Any]) -> "QuerySet[Any, Any]":
    """Return the numbers of a measure, group by group."""
    hit, rested = (Q(**{name: True}) if name else NOBODY for name in (measure.hit, measure.rested))
    known = Q(**{f"{measure.hit}__isnull": False}) if measure.hit else NOBODY
    rows: QuerySet[Any, Any] = measure.of.objects.filter(
        measure.only, which, **{f"{measure.on}__isnull": False}
    )
    counted: QuerySet[Any, Any] = (
        rows.order_by()
        .values(**groups)
        .annotate(
            n=Count("pk"),
            known=Count("pk", filter=known),
            hits=Count("pk", filter=hit),
            rested=Count("pk", filter=rested),
        )
    )
    return counted.order_by(*groups)


def lengths_of(measure: Measure, which: Q, period: Period) -> Iterator[dict[str, Any]]:
    """Yield how long it took in one period: all of it, by rating and, of agencies, by agency."""
    if not measure.lengths:
        return
    working, elapsed = measure.lengths
    rows = measure.of.objects.filter(
        measure.only,
        which,
        **{f"{measure.on}__range": (period.begins, period.ends), f"{working}__isnull": False},
    ).order_by()
    figures = {
        "many": Count("pk"),
        "median_working": Median(working),
        "ninetieth_working": Ninetieth(working),
        "median_elapsed": Median(elapsed),
        "ninetieth_elapsed": Ninetieth(elapsed),
    }
    splits = [(), (measure.colour,), *([("agency",)] if measure.by == "agency" else [])]
    for columns in splits:
        for row in rows.values(*columns).annotate(**figures) if columns else [rows.aggregate(**figures)]:
            if row["many"]:
                yield {
                    "colour": row.get(measure.colour, ALL),
                    "agency_id": row.get("agency"),
                    "n": row["many"],
                    **{name: row[name] for name in figures if name != "many"},
                }
