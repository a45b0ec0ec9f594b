"""What grading comes to over time, and where: a row a round, with charts of means and of what is good."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mash.common.shares import Share
from mash.partnership.models import Staff
from mash.quality import content, policy
from mash.quality.earlier import PastRound
from mash.quality.measures.control import SIGNALS, Chart, p_chart, xmr
from mash.quality.measures.funnel import Unit, funnel
from mash.quality.measures.grades import Counts
from mash.quality.models import Earlier, Marked, Round

LAST_ROUNDS = 4
"""Figures of sources and units are of so many rounds together: of one alone they would be of two or three."""


@dataclass(frozen=True, slots=True)
class Row:
    """One round in the table.  published: as it was, "" where none was.  round: None for one graded elsewhere."""

    label: str
    on: date
    counts: Counts
    published: str = ""
    agrees: bool | None = None
    round: Round | None = None

    @property
    def agreement(self) -> Mapping[str, Any] | None:
        """Return how far its graders agreed, None where nobody knows."""
        return self.round.results["agreement"] if self.round and self.round.results else None


@dataclass(frozen=True, slots=True)
class Series:
    """Every round in order, with its charts and what was set beside them."""

    rows: Sequence[Row]
    means: Chart
    good: Chart
    marks: Sequence[Marked]

    @property
    def disagreeing(self) -> list[Row]:
        """Return the rounds whose published mean is not what their counts give."""
        return [one for one in self.rows if one.agrees is False]


def series(staff: Staff) -> Series:
    """Return what grading came to, round by round: those graded before, and the hub's own that are closed.

    Source: docs/rules.md, "Figures of quality", "Earlier rounds".
    """
    rows = sorted([*_earlier(staff), *_own(staff)], key=lambda one: (one.on, one.label))
    measured = [(one.label, one.counts.mean, one.counts.n) for one in rows]
    return Series(
        rows,
        xmr(measured, least=1, most=4),
        p_chart([(one.label, one.counts.good) for one in rows]),
        list(Marked.objects.filter(hub=staff.hub_id).order_by("on", "pk")),
    )


def _earlier(staff: Staff) -> Iterable[Row]:
    for one in Earlier.objects.filter(hub=staff.hub_id):
        past = PastRound(
            one.label, Counts((one.grade_1, one.grade_2, one.grade_3, one.grade_4)), one.published
        )
        year, _, month = one.label.partition("-")
        yield Row(one.label, date(int(year), int(month or 1), 1), past.counts, one.published, past.agrees)


def _own(staff: Staff) -> Iterable[Row]:
    found = Round.objects.filter(policy.visible_to(staff), closed_at__isnull=False)
    for one in found.defer("frame", "drawn"):
        if one.results is not None:
            yield Row(one.label, one.from_on, Counts(tuple(one.results["counts"])), round=one)


@dataclass(frozen=True, slots=True)
class Place:
    """One source or unit in the last rounds together: how many, the mean, and where its share of good ones lies."""

    label: str
    counts: Counts
    unit: Unit


def by_unit(rows: Sequence[Row], kind: str) -> list[Place]:
    """Return sources or units in the last rounds together, by name: they are put in no order.

    kind: "by_source" or "by_unit".

    Source: docs/rules.md, "Figures of quality".
    """
    summed = _summed(rows, kind)
    told = {one.label: one for one in funnel([(name, counts.good) for name, counts in summed.items()])}
    return [Place(name, counts, told[name]) for name, counts in sorted(summed.items())]


def _summed(rows: Sequence[Row], kind: str) -> dict[str, Counts]:
    own = [one.round.results for one in rows if one.round and one.round.results][-LAST_ROUNDS:]
    found: dict[str, Counts] = {}
    for results in own:
        for name, counts in results[kind].items():
            before = found.get(name, Counts((0, 0, 0, 0)))
            found[name] = Counts(tuple(a + b for a, b in zip(before.of, counts, strict=True)))
    return found


def lowest(rows: Sequence[Row]) -> list[tuple[str, str, Share]]:
    """Return each criterion with its label and how often it was below good, most often first, in the last rounds."""
    known = content.criteria()
    found = []
    for name, counts in _summed(rows, "by_criterion").items():
        if name in known and counts.n:
            found.append((name, known[name].label, Share(counts.n - counts.good.top, counts.n)))
    return sorted(found, key=lambda one: (-(one[2].value or 0), one[1]))


GRADE_COLUMNS = (
    "Round", "Begins", "Grade 1", "Grade 2", "Grade 3", "Grade 4", "n", "Mean", "Mean from", "Mean to", "Spread",
    "Published mean", "Published mean agrees with its counts", "Good or better", "Good from", "Good to",
    "Lower limit of the mean", "Upper limit of the mean", "Signals", "Agreement", "Agreement from", "Agreement to",
)  # fmt: skip


def grade_lines(found: Series) -> Iterable[Sequence[object]]:
    """Yield the table of grades, a row a round."""
    for row, point in zip(found.rows, found.means.points, strict=True):
        counts, good, agreed = row.counts, row.counts.good, row.agreement or {}
        mean, share = counts.interval, good.interval
        yield (
            row.label, row.on.isoformat(), *counts.of, counts.n, _short(counts.mean),
            _short(mean.low if mean else None), _short(mean.high if mean else None), _short(counts.spread),
            row.published, {True: "yes", False: "no", None: ""}[row.agrees], _short(good.value),
            _short(share.low if share else None), _short(share.high if share else None),
            _short(point.low), _short(point.high), "; ".join(SIGNALS[one] for one in point.signals),
            *(_short(agreed.get(part)) for part in ("value", "low", "high")),
        )  # fmt: skip


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
