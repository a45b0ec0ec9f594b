"""What the pages of a measure show: over periods, and one period split, as tables and charts.

Source: docs/rules.md, "Performance figures".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mash.contact.wards import ward_labels
from mash.insight.comparing import Change, change
from mash.insight.content import Meaning, meanings
from mash.insight.days import Period, charted_up_to
from mash.insight.measures import MEASURES, Measure
from mash.insight.queries.figures import Figure, Split, agency_names, figures, last_day, lengths
from mash.partnership.models import Staff
from mash.quality.measures.control import Chart, p_chart, xmr

COLOURS = {"red": "Red", "amber": "Amber", "green": "Green", "blue": "Blue", "": "Not rated"}
NO_WARD = "In no ward, or not known"
COLUMNS = (
    "Measure", "Period", "Begins", "Ends", "Split by", "Of", "Counted", "With an answer", "Yes", "Share",
    "From", "To", "Share with pauses taken out", "Median, working hours", "90th percentile, working hours",
    "Median, hours", "90th percentile, hours",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table.  key: of what it is split by.  length: how long it took, where the measure says."""

    key: str
    label: str
    period: Period
    figure: Figure
    length: Any


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure in one period beside the one before and the same a year before."""

    meaning: Meaning
    measure: Measure
    period: Period
    now: Figure
    before: Figure
    year_before: Figure
    length: Any
    length_before: Any

    @property
    def since_before(self) -> Change:
        return change(self.now.share, self.before.share)

    @property
    def since_year_before(self) -> Change:
        return change(self.now.share, self.year_before.share)


def compared(staff: Staff, period: Period, today: date) -> list[Compared]:
    """Return every measure of one period, beside earlier ones."""
    before, year_before = period.back(1), period.year_before
    found = figures(staff, [*MEASURES], [year_before, before, period], today)
    made = []
    for name, measure in MEASURES.items():
        took = lengths(staff, measure, [period, before]) if measure.lengths else {}
        made.append(
            Compared(
                meanings()[name],
                measure,
                period,
                found[name, period.begins, ""],
                found[name, before.begins, ""],
                found[name, year_before.begins, ""],
                took.get((period.begins, "")),
                took.get((before.begins, "")),
            )
        )
    order = [*meanings()]
    return sorted(made, key=lambda one: order.index(one.meaning.id))


@dataclass(frozen=True, slots=True)
class Shown:
    """One measure: over the periods of its chart, and the newest of these split by rating and by source or agency."""

    measure: Measure
    meaning: Meaning
    period: Period
    periods: Sequence[Row]
    places: Sequence[Row]
    colours: Sequence[Row]
    wards: Sequence[Row]
    chart: Chart
    is_over: bool


def shown(staff: Staff, name: str, period: Period, today: date) -> Shown:
    """Return one measure up to a period, split as it can be."""
    measure = MEASURES[name]
    periods = charted_up_to(period)
    rows = _rows(staff, measure, periods, today, "")
    is_over = period.ends <= last_day(measure, today)
    return Shown(
        measure,
        meanings()[name],
        period,
        rows,
        _rows(staff, measure, [period], today, measure.by),
        _rows(staff, measure, [period], today, "colour") if measure.colour else [],
        _of_wards(staff, measure, period, today),
        _chart(measure, rows if is_over else rows[:-1]),
        is_over,
    )


def _of_wards(staff: Staff, measure: Measure, period: Period, today: date) -> list[Row]:
    """Return one period by ward; nothing where no ward of the hub is in it."""
    rows = _rows(staff, measure, [period], today, "ward") if measure.is_placed else []
    return sorted(rows, key=lambda one: (not one.key, one.label)) if any(one.key for one in rows) else []


def ward_label(ward: str) -> str:
    """Return what a ward is called; "" is none."""
    return ward_labels().get(ward, ward) if ward else NO_WARD


def _rows(staff: Staff, measure: Measure, periods: Sequence[Period], today: date, split: Split) -> list[Row]:
    found = figures(staff, [measure.id], periods, today, split)
    took = lengths(staff, measure, periods, split) if measure.lengths else {}
    keys = [""] if not split else [*COLOURS] if split == "colour" else sorted({key for _, _, key in found})
    names = agency_names(keys) if split == "agency" else {}
    rows = [
        Row(
            key,
            _label(split, key, names),
            one,
            found[measure.id, one.begins, key],
            took.get((one.begins, key)),
        )
        for one in periods
        for key in keys
        if not split or (measure.id, one.begins, key) in found
    ]
    return rows if split != "agency" else sorted(rows, key=lambda one: (one.label, one.key))


def _label(split: Split, key: str, names: Mapping[str, str]) -> str:
    if split == "colour":
        return COLOURS.get(key, key.capitalize())
    if split == "ward":
        return ward_label(key)
    return names.get(key, "") if split == "agency" else key.replace("_", " ").capitalize()


def _chart(measure: Measure, rows: Sequence[Row]) -> Chart:
    if measure.hit:
        return p_chart([(one.period.short, one.figure.share) for one in rows])
    first = next(
        (place for place, one in enumerate(rows) if one.figure.n), len(rows)
    )  # before it there was no hub
    return xmr(
        [
            (one.period.short, float(one.figure.n) if place >= first else None, one.figure.n)
            for place, one in enumerate(rows)
        ],
        least=0,
    )


def lines(found: Shown) -> Iterable[Sequence[object]]:
    """Yield every table of a measure, a row each, for a file that stays in the hub."""
    splits = (
        ("", found.periods),
        (found.measure.by, found.places),
        ("rating", found.colours),
        ("ward", found.wards),
    )
    for split, rows in splits:
        for row in rows:
            share, rested = row.figure.share, row.figure.share_rested
            within = share.interval
            yield (
                found.meaning.name, row.period.label, str(row.period.begins), str(row.period.ends), split, row.label,
                row.figure.n, row.figure.known if found.measure.hit else None,
                row.figure.hits if found.measure.hit else None, *_short(
                    share.value, within.low if within else None, within.high if within else None,
                    rested.value if found.measure.rested else None,
                ), *_hours(row.length),
            )  # fmt: skip


def _short(*values: float | None) -> list[float | None]:
    return [None if one is None else round(one, 4) for one in values]


def _hours(length: Any) -> list[float | None]:
    if length is None:
        return [None] * 4
    said = (length.median_working, length.ninetieth_working, length.median_elapsed, length.ninetieth_elapsed)
    return [round(one / 3600, 2) for one in said]
