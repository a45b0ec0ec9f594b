"""Months, what each came to, and what that comes to over a year."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from mash.common.shares import Share
from mash.partnership.models import Hub, Staff
from mash.quality.content import own_decisions as content
from mash.quality.measures.agreement import alpha
from mash.quality.measures.control import SIGNALS, Chart, p_chart, xmr
from mash.quality.measures.drawing import METHOD, draw, frame_hash
from mash.quality.measures.stratified import Weighed, weighed
from mash.quality.models import Marked
from mash.quality.own import policy
from mash.quality.own.models import Again, Found, Month
from mash.quality.own.queries.again import Standing
from mash.quality.queries.proving import Redrawn
from mash.quality.queries.rounds import JSONBLength

LAST_MONTHS = 12


def month_of(staff: Staff, begins_on: date) -> Month | None:
    """Return the month of the hub that begins on a day, None while it was not drawn."""
    return Month.objects.filter(hub=staff.hub_id, begins_on=begins_on).first()


def months(staff: Staff) -> QuerySet[Month]:
    """Return the hub's months as far as this post sees them, newest first."""
    found = Month.objects.filter(policy.visible_to(staff)).defer("frame", "drawn", "results")
    return found.annotate(drawn_count=JSONBLength("drawn")).order_by("-begins_on")


def find_month(staff: Staff, month_id: uuid.UUID) -> Month:
    """Return a month that this post sees.  Raises Http404."""
    found = Month.objects.filter(policy.visible_to(staff)).select_related("by__account", "closed_by__account")
    return get_object_or_404(found, pk=month_id)


def wrong_now(staff: Staff) -> list[Again]:
    """Return what was found wrong and is not followed to its end, newest first, for the lead."""
    steps = len(content.own_content().follow_up)
    rows = Again.objects.filter(policy.followed_by(staff), found__in=(Found.RISK, Found.HIGHER))
    found = rows.select_related("month", "contact", "about", "given_to__account").prefetch_related("followed")
    return [one for one in found.order_by("-found_at", "pk") if len(one.followed.all()) < steps]


def results_of(month: Month, stand: Sequence[Standing]) -> dict[str, Any]:
    """Return what a month came to, as it is kept: counts, and no name.

    Source: docs/rules.md, "The hub’s own decisions", "Figures of quality".
    """
    whole = [one for one in stand if one.is_whole]
    wrong = [one for one in whole if one.again.is_wrong]
    hours = [hours for one in wrong if (hours := one.hours_to_reopen) is not None]
    halves = {}
    for half in (content.NO_ACTION, content.OTHER):
        here = [one for one in whole if one.again.half == half]
        halves[half] = {
            "in_month": month.sizes[half],
            "n": len(here),
            "agree": sum(one.agrees for one in here),
            "reviewers_agree": sum(one.reviewers_agree for one in here),
            "wrong": sum(one.again.is_wrong for one in here),
        }
    ranks = [[content.rank(group) for group in one.groups[1:]] for one in whole]
    found = alpha(ranks, ordinal=False)
    return {
        "halves": halves,
        "lower": sum(one.again.found == Found.LOWER for one in whole),
        "at_risk": sum(one.again.found == Found.RISK for one in whole),
        "reopened": len(hours),
        "hours": [round(one, 2) for one in sorted(hours)],
        "alpha": {
            "value": found.value,
            "low": found.interval.low if found.interval else None,
            "high": found.interval.high if found.interval else None,
        },
    }


@dataclass(frozen=True, slots=True)
class Results:
    """What a month came to, as its page shows it."""

    kept: Mapping[str, Any]

    def _half(self, half: str, what: str) -> Share:
        found = self.kept["halves"][half]
        return Share(found[what], found["n"])

    def _all(self, what: str) -> Share:
        found = self.kept["halves"].values()
        return Share(sum(one[what] for one in found), sum(one["n"] for one in found))

    @property
    def halves(self) -> list[tuple[str, int, Share]]:
        """Return each half by its name, how many it holds in the month, and how often all three agree in it."""
        labels = content.half_labels()
        return [
            (labels[half], self.kept["halves"][half]["in_month"], self._half(half, "agree"))
            for half in self.kept["halves"]
        ]

    @property
    def together(self) -> Weighed:
        """Return how often all three agree, weighed back to what was decided in the month."""
        return weighed(
            [
                (self.kept["halves"][half]["in_month"], self._half(half, "agree"))
                for half in self.kept["halves"]
            ]
        )

    @property
    def reviewers(self) -> Share:
        """Return how often the two who decided again agree with each other."""
        return self._all("reviewers_agree")

    @property
    def wrong(self) -> Share:
        """Return how many were found wrong."""
        return self._all("wrong")

    @property
    def n(self) -> int:
        return self.wrong.n

    @property
    def is_few(self) -> bool:
        """Tell whether so few were decided again that the figures say little."""
        return self.n < content.rules()["few"]

    @property
    def hours(self) -> float | None:
        """Return the middle of the hours from when it was said until it was reopened."""
        return median(self.kept["hours"]) if self.kept["hours"] else None


@dataclass(frozen=True, slots=True)
class Series:
    """The last twelve months that are closed, with charts.  marks: days on which something changed."""

    rows: Sequence[tuple[Month, Results]]
    agreement: Chart
    wrong: Chart
    marks: Sequence[Marked]


def series(staff: Staff) -> Series:
    """Return what deciding again came to, month by month: one month is too few to judge.

    Source: docs/rules.md, "The hub’s own decisions", "Figures of quality".
    """
    found = Month.objects.filter(policy.visible_to(staff), closed_at__isnull=False).defer("frame", "drawn")
    newest = list(found.order_by("-begins_on")[:LAST_MONTHS])[::-1]
    rows = [(one, Results(one.results)) for one in newest if one.results is not None]
    marks = Marked.objects.filter(hub=staff.hub_id).order_by("on", "pk")
    together = [(_label(month), results.together) for month, results in rows]
    return Series(
        rows,
        xmr([(label, one.value, one.n) for label, one in together], least=0, most=1),
        p_chart([(_label(month), results.wrong) for month, results in rows]),
        [one for one in marks if newest and one.on >= newest[0].begins_on],
    )


def _label(month: Month) -> str:
    return f"{month.begins_on:%b %Y}"


COLUMNS = (
    "Month", "Decisions in the month", "No further action in the month", "Decided again by two",
    "Agree, no further action", "n, no further action", "Agree, all others", "n, all others",
    "Agree, weighed", "From", "To", "Lower limit", "Upper limit", "Signals",
    "The two agree", "The two agree from", "The two agree to",
    "Found wrong", "Found wrong, share", "Found wrong from", "Found wrong to", "Hours to reopen, middle",
)  # fmt: skip


def lines(found: Series) -> Iterable[Sequence[object]]:
    """Yield the table, a row a month."""
    for (month, results), point in zip(found.rows, found.agreement.points, strict=True):
        halves = results.kept["halves"]
        first, other = halves[content.NO_ACTION], halves[content.OTHER]
        together, two, wrong = results.together, results.reviewers, results.wrong
        yield (
            f"{month.begins_on:%Y-%m}", first["in_month"] + other["in_month"], first["in_month"], results.n,
            first["agree"], first["n"], other["agree"], other["n"],
            _short(together.value), *_ends(together.interval), _short(point.low), _short(point.high),
            "; ".join(SIGNALS[one] for one in point.signals), _short(two.value), *_ends(two.interval),
            wrong.top, _short(wrong.value), *_ends(wrong.interval), _short(results.hours),
        )  # fmt: skip


def _ends(interval: Any) -> tuple[float | None, float | None]:
    return (_short(interval.low), _short(interval.high)) if interval else (None, None)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def drawn_months(hub: Hub, label: str = "") -> list[Month]:
    """Return the months of a hub, oldest first, for a program; the one of a name alone where it is said."""
    found = list(Month.objects.filter(hub=hub).order_by("begins_on"))
    return [one for one in found if not label or str(one).casefold() == label.casefold()]


def redrawn_month(month: Month) -> Redrawn:
    """Draw a month again from its seed and its frame, and compare.

    Source: docs/rules.md, "Figures of quality".
    """
    frame = [(key, half) for key, half in month.frame]
    if month.method != METHOD:
        return Redrawn([f"it was drawn by {month.method}, which this version does not know"])
    differs = []
    if frame_hash(frame) != month.frame_hash or len(frame) != month.frame_size:
        differs.append("the frame is not the one whose hash was kept")
    if draw(frame, month.asked, month.seed).all != month.drawn:
        differs.append("seed and frame give another sample than was kept")
    kept = {*Again.objects.filter(month=month).values_list("drawn_as", flat=True)}
    if kept - {*month.drawn}:
        differs.append("a decision stands in the month that was not drawn")
    return Redrawn(differs)
