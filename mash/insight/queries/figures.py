"""The figures that a worker sees: sums that are kept or, for whoever is kept from a case, counted among their own.

Source: docs/rules.md, "Performance figures", "Restricted cases in a figure".
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import DateField, F, Q, QuerySet, UUIDField
from django.db.models import Sum as Add
from django.db.models.functions import TruncDay, TruncMonth, TruncQuarter

from mash.common.prepared import prepared
from mash.common.shares import Share
from mash.insight import policy
from mash.insight.days import ONE_DAY, Period, period_with
from mash.insight.measures import MEASURES, Measure
from mash.insight.models import Advised, AsOf, Enquired, Length, Report, Span, Sum, WardSum
from mash.insight.queries.tallying import ALL, lengths_of, tallies, tallies_of_wards
from mash.partnership.models import Agency, Staff

Split = Literal["", "source", "colour", "agency", "ward"]
Part = Literal["all", "yes", "no", "open"]
DUE = {"told_due_on", "due_on"}
"""Columns of days on which something is due: what is due today may still come in time."""
WORDS_OF_ADVICE = tuple(f"consultation__{name}" for name in ("question", "advice", "next_steps", "named"))
CUT = {Span.DAY: TruncDay, Span.MONTH: TruncMonth, Span.QUARTER: TruncQuarter}


@dataclass(slots=True)
class Figure:
    """How many.  known: of these, with an answer; hits: with yes; rested: with yes once pauses are taken out."""

    n: int = 0
    known: int = 0
    hits: int = 0
    rested: int = 0

    def add(self, n: int, known: int, hits: int, rested: int) -> None:
        """Count some more."""
        self.n += n
        self.known += known
        self.hits += hits
        self.rested += rested

    @property
    def share(self) -> Share:
        return Share(self.hits, self.known)

    @property
    def share_rested(self) -> Share:
        return Share(self.rested, self.known)


Key = tuple[str, date, str]
"""Measure, the first day of the period, and what it is split by: a source, colour, key of an agency, ward, or ""."""


def last_day(measure: Measure, today: date) -> date:
    """Return the last day that is counted: what was due today is not, since it may still come in time."""
    return today - ONE_DAY if measure.on in DUE else today


def figures(
    staff: Staff, measures: Collection[str], periods: Sequence[Period], today: date, split: Split = ""
) -> Mapping[Key, Figure]:
    """Return the figures of measures in periods of one span; an empty one where nothing was counted.

    today: England's, after which nothing is counted.
    """
    found: dict[Key, Figure] = defaultdict(Figure)
    if not periods:
        return found
    begins, ends, span = min(periods).begins, max(periods).ends, periods[0].span
    if policy.sees_all(staff):
        for due in (False, True):
            some = [name for name in measures if (MEASURES[name].on in DUE) is due]
            until = min(ends, today - ONE_DAY if due else today)
            for row in _sums.rows(tuple(some), span, split, hub=staff.hub_id, begins=begins, until=until):
                key = str(row[2] or "") if split else ""
                found[row[0], row[1], key].add(*row[-4:])
    else:
        for name in measures:
            measure = MEASURES[name]
            days = (begins, min(ends, last_day(measure, today)))
            which = policy.listed_for(staff, measure.of) & Q(**{f"{measure.on}__range": days})
            for row in (tallies_of_wards if split == "ward" else tallies)(measure, which):
                key = str(row["agency_id"] or "") if split == "agency" else row[split] if split else ""
                figure = found[name, period_with(row["on"], span).begins, key]
                figure.add(row["n"], row["known"], row["hits"], row["rested"])
    return found


@prepared(hub=UUIDField(), begins=DateField(), until=DateField())
def _sums(
    measures: tuple[str, ...], span: Span, split: Split, *, hub: Any, begins: Any, until: Any
) -> "QuerySet[Any]":
    table: Any = WardSum if split == "ward" else Sum
    rows = table.objects.filter(hub=hub, measure__in=measures, on__gte=begins, on__lte=until)
    columns = ["measure", "period", *([split] if split else [])]
    added: QuerySet[Any] = (
        rows.annotate(period=CUT[span]("on"))
        .order_by()
        .values_list(*columns)
        .annotate(Add("n"), Add("known"), Add("hits"), Add("rested"))
    )
    return added


def lengths(
    staff: Staff, measure: Measure, periods: Sequence[Period], split: Split = ""
) -> Mapping[tuple[date, str], Any]:
    """Return how long it took in each period: all of it, by rating or by agency; none by source or ward.

    Each has the fields of `Length`.
    """
    if split in ("source", "ward"):
        return {}
    if policy.sees_all(staff):
        rows: Iterable[Any] = Length.objects.filter(
            hub=staff.hub_id,
            measure=measure.id,
            span=periods[0].span,
            begins__in=[one.begins for one in periods],
        )
    else:
        rows = [
            Length(measure=measure.id, span=one.span, begins=one.begins, **said)
            for one in periods
            for said in lengths_of(measure, policy.listed_for(staff, measure.of), one)
        ]
    if split == "agency":
        return {(one.begins, str(one.agency_id)): one for one in rows if one.agency_id}
    of_all = [one for one in rows if one.agency_id is None]
    if split == "colour":
        return {(one.begins, one.colour): one for one in of_all if one.colour != ALL}
    return {(one.begins, ""): one for one in of_all if one.colour == ALL}


def as_of(staff: Staff) -> datetime | None:
    """Return as of when the figures of a worker's hub stand; None while they were never counted."""
    found: datetime | None = _counted_at.first(hub=staff.hub_id)
    return found


@prepared(hub=UUIDField())
def _counted_at(hub: Any) -> "QuerySet[AsOf, Any]":
    return AsOf.objects.filter(hub=hub).values_list("at", flat=True)


def reports(staff: Staff) -> "QuerySet[Report]":
    """Return the reports that were made of a worker's hub, the newest first."""
    return Report.objects.filter(hub=staff.hub_id).select_related("by__account").order_by("-at", "pk")


def agency_names(keys: Iterable[str]) -> Mapping[str, str]:
    """Return the names of agencies by their keys."""
    wanted = [uuid.UUID(one) for one in keys if one]
    return {str(pk): name for pk, name in Agency.objects.filter(pk__in=wanted).values_list("pk", "name")}


@dataclass(frozen=True, slots=True)
class Behind:
    """Which rows stand behind a figure.  part: a `Part`: all that were counted, or those with yes, no, or no answer.

    source, colour, agency, ward: None for all.
    """

    measure: Measure
    period: Period
    part: str = "all"
    source: str | None = None
    colour: str | None = None
    agency: uuid.UUID | None = None
    ward: str | None = None


def rows_behind(staff: Staff, behind: Behind, today: date) -> "QuerySet[Any]":
    """Return the rows that a figure counts, of contacts that this worker may see, the newest first.

    Source: docs/rules.md, "Performance figures".
    """
    measure = behind.measure
    days = (behind.period.begins, min(behind.period.ends, last_day(measure, today)))
    found: QuerySet[Any] = measure.of.objects.filter(
        measure.only, policy.listed_for(staff, measure.of), **{f"{measure.on}__range": days}
    )
    if behind.part != "all" and measure.hit:
        found = found.filter(**{measure.hit: {"yes": True, "no": False, "open": None}[behind.part]})
    if behind.source is not None:
        found = found.filter(source=behind.source)
    if behind.colour is not None and measure.colour:
        found = found.filter(**{measure.colour: behind.colour})
    if behind.agency is not None and measure.of is Enquired:
        found = found.filter(agency=behind.agency)
    if behind.ward is not None and measure.is_placed:
        found = found.filter(ward=behind.ward)
    found = found.annotate(on=F(measure.on))
    if measure.of is Advised:
        found = found.select_related("consultation").defer(*WORDS_OF_ADVICE)
        return found.order_by("-on", "consultation__reference", "pk")
    found = found.select_related("contact").defer("contact__message")
    if measure.of is Enquired:
        found = found.select_related("agency")
    return found.order_by("-on", "contact__reference", "pk")


def answer_of(measure: Measure, row: Any) -> bool | None:
    """Return what a row answers to the question of a measure."""
    return getattr(row, measure.hit) if measure.hit else None
