"""What of the figures leaves the hub: quarters, with small numbers left out.

Source: docs/rules.md, "Small numbers".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mash.insight import sharing
from mash.insight.content import Meaning, meanings
from mash.insight.days import Period, charted_up_to
from mash.insight.measures import MEASURES, Measure
from mash.insight.queries.figures import Figure, Key, agency_names, figures
from mash.insight.queries.tables import ward_label
from mash.partnership.models import Staff

COLUMNS = ("Measure", "Period", "Split by", "Of", "Counted", "Yes", "No", "Share")
HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Leaving:
    """One measure as it leaves.

    places, wards: the newest quarter, split; None where it stays in the hub; no ward where the hub has none.
    """

    meaning: Meaning
    measure: Measure
    period: Period
    quarters: Sequence[sharing.Shown]
    places: Sequence[sharing.Shown] | None
    wards: Sequence[sharing.Shown] | None

    @property
    def newest(self) -> sharing.Shown:
        return self.quarters[-1]


def leaving(staff: Staff, names: Iterable[str], period: Period, today: date) -> list[Leaving]:
    """Return measures as they leave the hub, up to one quarter that is over."""
    wanted = [*names]
    periods = charted_up_to(period)
    over_time = figures(staff, wanted, periods, today)
    in_wards = figures(staff, wanted, [period], today, "ward")
    made = []
    for by in ("source", "agency"):
        some = [name for name in wanted if MEASURES[name].by == by]
        placed = figures(staff, some, [period], today, by)
        labels = agency_names({key for _, _, key in placed}) if by == "agency" else {}
        for name in some:
            measure = MEASURES[name]
            quarters = [_counts(one.short, over_time[name, one.begins, ""], measure) for one in periods]
            keys = sorted(key for of, _, key in placed if of == name)
            places = [
                _counts(
                    labels.get(key) or key.replace("_", " ").capitalize(),
                    placed[name, period.begins, key],
                    measure,
                )
                for key in keys
            ]
            made.append(
                Leaving(
                    meanings()[name],
                    measure,
                    period,
                    sharing.over_time(quarters),
                    sharing.split(quarters[-1], sorted(places, key=lambda one: one.label)),
                    _wards(measure, quarters[-1], _of(in_wards, name)),
                )
            )
    order = [*meanings()]
    return sorted(made, key=lambda one: order.index(one.meaning.id))


def _of(found: Mapping[Key, Figure], name: str) -> Mapping[str, Figure]:
    return {key: figure for (measure, _, key), figure in found.items() if measure == name}


def _wards(
    measure: Measure, whole: sharing.Counts, found: Mapping[str, Figure]
) -> Sequence[sharing.Shown] | None:
    """Return a quarter by ward as it leaves; nothing where no ward of the hub is in it."""
    if not any(found):
        return []
    ordered = sorted(found, key=lambda one: (not one, ward_label(one), one))
    return sharing.split(whole, [_counts(ward_label(one), found[one], measure) for one in ordered])


def _counts(label: str, figure: Figure, measure: Measure) -> sharing.Counts:
    """Return what is counted of a measure: of a share, those with an answer."""
    return (
        sharing.Counts(label, figure.known, figure.hits) if measure.hit else sharing.Counts(label, figure.n)
    )


def lines(found: Iterable[Leaving]) -> Iterable[Sequence[object]]:
    """Yield measures as they leave, a row each."""
    for one in found:
        tables = (("quarter", one.quarters), (one.measure.by, one.places or ()), ("ward", one.wards or ()))
        for split, rows in tables:
            for row in rows:
                period = row.label if split == "quarter" else one.period.short
                has_answers = bool(one.measure.hit)
                share = None if row.share is None else round(row.share, 4)
                yield (
                    one.meaning.name, period, split, row.label, _said(row.n), _said(row.yes) if has_answers else None,
                    _said(row.no) if has_answers else None, share,
                )  # fmt: skip


def _said(count: int | None) -> int | str:
    return HIDDEN if count is None else count
