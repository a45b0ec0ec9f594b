"""Whether forms are sent where they are needed: by year, period, unit and type, as reviewed and as written down."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db import connection
from django.utils.timezone import localdate

from mash.common.shares import Share
from mash.partnership.models import Staff
from mash.quality.content.dips import dip_content, dip_rules
from mash.quality.measures.compliance import Compliance, Found, counted
from mash.quality.measures.control import Chart, p_chart
from mash.quality.measures.funnel import Unit, funnel
from mash.quality.models import EarlierShare, Marked, Review
from mash.quality.queries.dips import NOT_KNOWN, earlier_shares

REVIEWED, RECORDED = "reviewed", "recorded"
K = TypeVar("K")
AS_RECORDED = """
SELECT extract(year FROM local)::int, extract(month FROM local)::int, unit, kind, form_required,
  coalesce(form_submitted, false), in_time, count(*)
FROM (
  SELECT occurred_at AT TIME ZONE 'Europe/London' AS local, unit, kind, form_required, form_submitted,
    submitted_at <= occurred_at + make_interval(hours => %(hours)s) AS in_time
  FROM quality_incident WHERE hub_id = %(hub)s) one
GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


@dataclass(frozen=True, slots=True)
class One:
    """Incidents alike, with where and when they were.  period: as it is called; on: its first day."""

    year: int
    period: str
    on: date
    unit: str
    kind: str
    found: Found


@dataclass(frozen=True, slots=True)
class Row:
    """What some incidents come to.  on: the first day of a period."""

    label: str
    of: Compliance
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A unit beside the others, with what is unclear counted both ways."""

    label: str
    of: Compliance
    low: Unit
    high: Unit


@dataclass(frozen=True, slots=True)
class Results:
    """What is known of sending: together, by year, period, unit and type, with a chart for each way of counting."""

    source: str
    total: Compliance
    years: Sequence[Row]
    periods: Sequence[Row]
    units: Sequence[Beside]
    kinds: Sequence[Row]
    as_not_needed: Chart
    as_needed: Chart
    marks: Sequence[Marked]
    earlier: Sequence[EarlierShare]
    wide_apart: int
    hours: int

    @property
    def is_wide_apart(self) -> bool:
        """Tell whether the two ways of counting lie so far apart that the records are the finding."""
        return self.total.apart is not None and round(self.total.apart, 9) >= self.wide_apart


def results(staff: Staff, source: str) -> Results:
    """Return what is known of sending forms.

    source: REVIEWED, what reviewers found in dip samples; RECORDED, what the force wrote down of every incident.

    Source: docs/rules.md, "Figures of dip samples".
    """
    ones = list(_reviewed(staff) if source == REVIEWED else _recorded(staff))
    periods = _grouped(ones, lambda one: (one.on, one.period))
    years = _grouped(ones, lambda one: one.year)
    rules = dip_rules()
    rows = [Row(name, of, on) for (on, name), of in sorted(periods.items())]
    return Results(
        source,
        counted(one.found for one in ones),
        [Row(str(year), of) for year, of in sorted(years.items())],
        rows,
        beside(_grouped(ones, lambda one: one.unit or NOT_KNOWN)),
        [Row(name, of) for name, of in sorted(_grouped(ones, lambda one: one.kind).items())],
        p_chart([(one.label, one.of.as_not_needed) for one in rows]),
        p_chart([(one.label, one.of.as_needed) for one in rows]),
        list(Marked.objects.filter(hub=staff.hub_id).order_by("on", "pk")),
        earlier_shares(staff),
        rules["wide_apart"],
        rules["in_time_hours"],
    )


def beside(units: Mapping[str, Compliance]) -> list[Beside]:
    """Return each unit beside the others, by name: they are put in no order of merit.

    Source: docs/rules.md, "Figures of dip samples".
    """
    names = sorted(units)
    low = funnel([(name, units[name].as_not_needed) for name in names])
    high = funnel([(name, units[name].as_needed) for name in names])
    return [Beside(name, units[name], one, other) for name, one, other in zip(names, low, high, strict=True)]


def _grouped(ones: Iterable[One], key: Callable[[One], K]) -> dict[K, Compliance]:
    found: dict[K, Compliance] = defaultdict(Compliance)
    for one in ones:
        found[key(one)].add(one.found)
    return found


def _reviewed(staff: Staff) -> Iterable[One]:
    rows = (
        Review.objects.filter(hub=staff.hub_id)
        .order_by("pk")
        .values_list(
            "card__dip__label",
            "card__dip__from_on",
            "card__occurred_at",
            "card__dipped__incident__unit",
            "card__kind",
            "required",
            "submitted",
            "in_time",
        )
    )
    for label, on, at, unit, kind, required, submitted, in_time in rows:
        yield One(localdate(at).year, label, on, unit, kind, Found(required, submitted, in_time))


def _recorded(staff: Staff) -> Iterable[One]:
    rules = dip_rules()
    months = rules["months_between"]
    with connection.cursor() as cursor:
        cursor.execute(AS_RECORDED, {"hub": staff.hub_id, "hours": rules["in_time_hours"]})
        for year, month, unit, kind, required, submitted, in_time, count in cursor.fetchall():
            on = date(year, (month - 1) // months * months + 1, 1)
            last = date(year, min(on.month + months - 1, 12), 1)
            label = f"{on:%b} {year}" if on == last else f"{on:%b} to {last:%b} {year}"
            yield One(
                year, label, on, unit, kind, Found(required, submitted, in_time if submitted else None, count)
            )


COLUMNS = (
    "Of", "Which", "Incidents", "Needed", "Needed and sent", "Unclear", "Unclear and sent", "Not needed",
    "Not needed and sent", "Sent when needed, unclear as not needed", "from", "to",
    "Sent when needed, unclear as needed", "from", "to", "In time", "from", "to", "Sent when not needed", "from", "to",
)  # fmt: skip


def lines(found: Results) -> Iterable[Sequence[object]]:
    """Yield the table of all of it, a row for each year, period, unit and type; then what was published elsewhere."""
    some: list[tuple[str, Iterable[Row | Beside]]] = [
        ("Year", found.years), ("Period", found.periods), ("Unit", found.units), ("Type", found.kinds),
    ]  # fmt: skip
    yield _line("All", "", found.total)
    for name, rows in some:
        for one in rows:
            yield _line(name, one.label, one.of)
    for past in found.earlier:
        blank = [None] * (len(COLUMNS) - 3)
        yield (
            "Published elsewhere, without n",
            past.label,
            None,
            *blank[:6],
            float(past.percent) / 100,
            *blank[7:],
        )


def _line(name: str, label: str, of: Compliance) -> Sequence[object]:
    figures: list[float | None] = []
    for share in (of.as_not_needed, of.as_needed, of.in_time, of.over_sending):
        figures += _short(share)
    counts = (of.n, of.needed, of.needed_sent, of.unclear, of.unclear_sent, of.not_needed, of.not_needed_sent)
    return (name, label, *counts, *figures)


def _short(share: Share) -> list[float | None]:
    within = share.interval
    found = [share.value, within.low if within else None, within.high if within else None]
    return [None if one is None else round(one, 4) for one in found]


def why_not(staff: Staff) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return, for each question with a reason or what was done, how often reviewers gave each answer."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for said in Review.objects.filter(hub=staff.hub_id).order_by("pk").values_list("said", flat=True):
        for name, answer in said.items():
            counts[name][answer] += 1
    found = []
    for one in dip_content().questions:
        if one.id in {"why_not", "what_led_to_it", "put_right"} and counts[one.id]:
            rows = sorted(counts[one.id].items(), key=lambda pair: (-pair[1], pair[0]))
            found.append((one.text, [(one.label_of(name), many) for name, many in rows]))
    return found
