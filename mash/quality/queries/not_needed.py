"""What was sent and made no help: decided at the lowest tier, or back to the referrer, month by month."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.timezone import localdate

from mash.common.clock import LONDON
from mash.common.shares import Share
from mash.contact import queries as contacts
from mash.decision.content import outcomes
from mash.decision.models import Outcome
from mash.decision.needs import BACK_FOR_AGREEMENT
from mash.partnership.models import Staff
from mash.quality.measures.control import Chart, p_chart

MONTHS = 13  # a year, and the month it began in
LOWEST_TIER = 1
SUBJECTS = {"child": "Children", "adult_at_risk": "Adults at risk"}
COLUMNS = (
    "About",
    "Month",
    "Decided",
    "Not needed or sent back",
    "Share",
    "From",
    "To",
    "Lower limit",
    "Upper limit",
)


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided last on one person of a contact.  month: in which the contact came, its first day."""

    subject: str
    month: date
    source: str
    outcome: str

    @property
    def made_no_help(self) -> bool:
        """Tell whether it was decided at the lowest tier, or back to the referrer."""
        if self.outcome == BACK_FOR_AGREEMENT:
            return True
        known = outcomes().get(self.outcome)
        return known is not None and known.tier == LOWEST_TIER


@dataclass(frozen=True, slots=True)
class About:
    """Children, or adults at risk: each month with its chart, each source, and what was decided instead of help."""

    label: str
    months: Sequence[tuple[date, Share]]
    chart: Chart
    sources: Sequence[tuple[str, Share]]
    reasons: Sequence[tuple[str, int]]
    n: int


def not_needed(staff: Staff, on: date) -> list[About]:
    """Return, for children and for adults, how many of what was sent made no help, for thirteen months up to a day.

    Notices for information ask for no decision and are not counted; nor is what nobody has decided yet.

    Source: docs/rules.md, "Sent back or not needed".
    """
    months = [*_months(on)]
    found = _decided(staff, months[0])
    return [
        _about(label, [one for one in found if one.subject == name], months)
        for name, label in SUBJECTS.items()
    ]


def _months(on: date) -> Iterable[date]:
    for back in range(MONTHS - 1, -1, -1):
        years, month = divmod(on.year * 12 + on.month - 1 - back, 12)
        yield date(years, month + 1, 1)


def _decided(staff: Staff, since: date) -> list[Decided]:
    begin = datetime.combine(since, time(), LONDON)
    read = contacts.readable(staff).filter(received_at__gte=begin).exclude(type="information_only")
    rows = (
        Outcome.objects.filter(
            decision__contact__in=read,
            decision__made_at__isnull=False,
            decision__turned_down_at=None,
            alongside=False,
            about__role__in=SUBJECTS,
        )
        .order_by("decision__at", "pk")
        .values_list(
            "about_id",
            "about__role",
            "outcome",
            "decision__contact__received_at",
            "decision__contact__source_kind",
        )
    )
    newest: dict[uuid.UUID | None, Decided] = {}
    for about, role, outcome, received_at, source in rows:
        newest[about] = Decided(role, localdate(received_at).replace(day=1), source, outcome)
    return [*newest.values()]


def _about(label: str, found: Sequence[Decided], months: Sequence[date]) -> About:
    by_month, by_source = defaultdict(list), defaultdict(list)
    for one in found:
        by_month[one.month].append(one.made_no_help)
        by_source[one.source].append(one.made_no_help)
    shares = [(month, Share(sum(by_month[month]), len(by_month[month]))) for month in months]
    reasons = Counter(one.outcome for one in found if one.made_no_help)
    return About(
        label,
        shares,
        p_chart([(f"{month:%b %Y}", share) for month, share in shares]),
        [(name, Share(sum(some), len(some))) for name, some in sorted(by_source.items())],
        sorted(
            ((outcomes()[name].label, count) for name, count in reasons.items()),
            key=lambda one: (-one[1], one[0]),
        ),
        len(found),
    )


def lines(found: Iterable[About]) -> Iterable[Sequence[object]]:
    """Yield the table, a row a month, for children and for adults."""
    for about in found:
        for (month, share), point in zip(about.months, about.chart.points, strict=True):
            within = share.interval
            ends = (within.low, within.high) if within else (None, None)
            figures = (share.value, *ends, point.low, point.high)
            short = [None if one is None else round(one, 4) for one in figures]
            yield (about.label, f"{month:%Y-%m}", share.n, share.top, *short)
