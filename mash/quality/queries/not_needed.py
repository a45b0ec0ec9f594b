"""What was sent and made no help: decided at the lowest tier, or back to the referrer, month by month."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from mash.common.clock import LONDON
from mash.common.shares import Share
from mash.contact import queries as contacts
from mash.contact.models import ContactPerson
from mash.decision.content import outcomes
from mash.decision.models import Outcome
from mash.decision.needs import BACK_FOR_AGREEMENT
from mash.partnership.models import Staff
from mash.quality.measures.control import Chart, p_chart
from mash.quality.models import Marked
from mash.triage.models import Returned

MONTHS = 13  # a year, and the month it began in
LOWEST_TIER = 1
FEWEST = 5
"""An agency or a team that sent fewer stands with the others: of so few a share says nothing, and names somebody."""
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
    """What was decided last on one person of a contact.  month: in which the contact came, its first day.

    place: the agency that sent it and, of a police force, the team; "" for the public.
    """

    subject: str
    month: date
    source: str
    place: str
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
    """Children, or adults at risk: each month with its chart, each source, and what was decided instead of help.

    places: agencies and teams that sent at least so many as FEWEST, by name; fewer: all others together.
    """

    label: str
    months: Sequence[tuple[date, Share]]
    chart: Chart
    sources: Sequence[tuple[str, Share]]
    places: Sequence[tuple[str, Share]]
    fewer: Share
    reasons: Sequence[tuple[str, int]]
    n: int


def not_needed(staff: Staff, on: date) -> list[About]:
    """Return, for children and for adults, how many of what was sent made no help, for thirteen months up to a day.

    What went back to its referrer and was not decided since counts as sent back.  Notices for information ask for no
    decision and are not counted; nor is what nobody has decided yet.

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
        .values_list("about_id", "about__role", "outcome", *_of("decision__contact__"))
    )
    newest: dict[uuid.UUID | None, Decided] = {}
    for about, role, outcome, *where in rows:
        newest[about] = _counted(role, outcome, where)
    back = ContactPerson.objects.filter(contact__in=read, role__in=SUBJECTS).exclude(pk__in=[*newest])
    went_back = back.filter(Exists(Returned.objects.filter(contact=OuterRef("contact"))))
    for role, *where in went_back.order_by("pk").values_list("role", *_of("contact__")):
        newest[uuid.uuid4()] = _counted(role, BACK_FOR_AGREEMENT, where)
    return [*newest.values()]


def _of(contact: str) -> list[str]:
    names = ("received_at", "source_kind", "organisation", "message__source__role")
    return [f"{contact}{name}" for name in names]


def _counted(role: str, outcome: str, where: Sequence[Any]) -> Decided:
    received_at, source, organisation, unit = where
    place = "" if source == "public" else organisation
    if source == "police" and unit:
        place = f"{organisation}, {unit}"
    return Decided(role, localdate(received_at).replace(day=1), source, place, outcome)


def _about(label: str, found: Sequence[Decided], months: Sequence[date]) -> About:
    by_month, by_source, by_place = defaultdict(list), defaultdict(list), defaultdict(list)
    for one in found:
        by_place[one.place].append(one.made_no_help)
        by_month[one.month].append(one.made_no_help)
        by_source[one.source].append(one.made_no_help)
    shares = [(month, Share(sum(by_month[month]), len(by_month[month]))) for month in months]
    many = {name: some for name, some in by_place.items() if name and len(some) >= FEWEST}
    few = [one for name, some in by_place.items() if name and name not in many for one in some]
    reasons = Counter(one.outcome for one in found if one.made_no_help)
    return About(
        label,
        shares,
        p_chart([(f"{month:%b %Y}", share) for month, share in shares]),
        [(name, Share(sum(some), len(some))) for name, some in sorted(by_source.items())],
        [(name, Share(sum(some), len(some))) for name, some in sorted(many.items())],
        Share(sum(few), len(few)),
        sorted(
            ((outcomes()[name].label, count) for name, count in reasons.items()),
            key=lambda one: (-one[1], one[0]),
        ),
        len(found),
    )


def marks_since(staff: Staff, on: date) -> list[Marked]:
    """Return the days on which something changed that lie in the thirteen months up to a day."""
    first = next(iter(_months(on)))
    return list(Marked.objects.filter(hub=staff.hub_id, on__gte=first).order_by("on", "pk"))


def lines(found: Iterable[About]) -> Iterable[Sequence[object]]:
    """Yield the table, a row a month, for children and for adults."""
    for about in found:
        for (month, share), point in zip(about.months, about.chart.points, strict=True):
            within = share.interval
            ends = (within.low, within.high) if within else (None, None)
            figures = (share.value, *ends, point.low, point.high)
            short = [None if one is None else round(one, 4) for one in figures]
            yield (about.label, f"{month:%Y-%m}", share.n, share.top, *short)
