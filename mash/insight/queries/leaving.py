"""What of the figures leaves the hub: quarters, with small numbers left out.

Source: docs/rules.md, "Small numbers".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mash.insight import sharing
from mash.insight.content import Meaning, meanings
from mash.insight.days import Period, charted_up_to
from mash.insight.measures import MEASURES, Measure
from mash.insight.queries.figures import Figure, agency_names, figures
from mash.partnership.models import Staff

COLUMNS = ("Measure", "Period", "Split by", "Of", "Counted", "Yes", "No", "Share")
HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Leaving:
    """One measure as it leaves.  places: the newest quarter, split; None where it stays in the hub."""

    meaning: Meaning
    measure: Measure
    period: Period
    quarters: Sequence[sharing.Shown]
    places: Sequence[sharing.Shown] | None

    @property
    def newest(self) -> sharing.Shown:
        return self.quarters[-1]


def leaving(staff: Staff, names: Iterable[str], period: Period, today: date) -> list[Leaving]:
    """Return measures as they leave the hub, up to one quarter that is over."""
    wanted = [*names]
    periods = charted_up_to(period)
    over_time = figures(staff, wanted, periods, today)
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
                )
            )
    order = [*meanings()]
    return sorted(made, key=lambda one: order.index(one.meaning.id))


def _counts(label: str, figure: Figure, measure: Measure) -> sharing.Counts:
    """Return what is counted of a measure: of a share, those with an answer."""
    return (
        sharing.Counts(label, figure.known, figure.hits) if measure.hit else sharing.Counts(label, figure.n)
    )


def lines(found: Iterable[Leaving]) -> Iterable[Sequence[object]]:
    """Yield measures as they leave, a row each."""
    for one in found:
        for split, rows in (("quarter", one.quarters), (one.measure.by, one.places or ())):
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
