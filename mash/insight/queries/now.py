"""What is open now, read from the open rows themselves: by stage, by agency and by worker, with what is overdue.

Source: docs/rules.md, "Performance figures", "Order of work".
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, DateField, DateTimeField, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractIsoWeekDay
from django.utils.timezone import localdate

from mash.check.queries.waiting import enquiries_waiting
from mash.common.clock import LONDON
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision import line
from mash.insight import policy
from mash.insight.models import Course
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import Staff
from mash.partnership.queries import rota
from mash.triage import order
from mash.triage.models import Owner
from mash.triage.overdue import Limits

NOBODY = "nobody"
WEEKS = 13
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Open:
    """One open contact.  owner: the post whose it is; None for the duty desk."""

    key: uuid.UUID
    stage: str
    received_at: datetime
    owner: uuid.UUID | None
    owner_name: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Holds:
    """How many somebody has, how many of them are overdue, and since when the oldest waits."""

    key: str
    name: str
    many: int
    overdue: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Now:
    """What is open at one moment.  stages, workers, agencies: each with what it holds."""

    open: int
    overdue: int
    oldest: datetime | None
    stages: Sequence[Holds]
    workers: Sequence[Holds]
    agencies: Sequence[Holds]


def now(staff: Staff, at: datetime) -> Now:
    """Return what is open in a worker's hub, as far as they may see it."""
    found = open_now(staff, at)
    return Now(
        open=len(found),
        overdue=sum(one.is_overdue for one in found),
        oldest=min((one.received_at for one in found), default=None),
        stages=[
            _holds(key, label, [one for one in found if one.stage == key])
            for key, label in line.STAGES.items()
        ],
        workers=_by_worker(found),
        agencies=_by_agency(staff, at),
    )


def open_now(staff: Staff, at: datetime) -> list[Open]:
    """Return the open contacts of a worker's hub that they may see, the longest waiting first."""
    limits = Limits.of(staff, at)
    return [
        Open(
            key,
            stage,
            received_at,
            owner,
            name or "",
            limits.due(subject, received_at, colour, due_at) == "overdue",
        )
        for key, stage, subject, received_at, colour, due_at, owner, name in _open_now.rows(
            staff, today=localdate(at)
        )
    ]


@asked_by_a_worker(today=DateField())
def _open_now(staff: Staff, today: Any) -> "QuerySet[Any]":
    newest = Owner.objects.filter(contact=OuterRef("pk")).order_by("-at", "-pk")
    here = order.still_open(Contact.objects.filter(contacts.readable_by(staff)))
    found: QuerySet[Any] = (
        line.with_stage(here, today)
        .annotate(
            owned_by=Subquery(newest.values("staff")[:1]),
            owner_name=Subquery(newest.values("staff__account__name")[:1]),
        )
        .order_by("received_at", "pk")
        .values_list(
            "pk",
            "stage",
            "subject",
            "received_at",
            "standing__colour",
            "standing__due_at",
            "owned_by",
            "owner_name",
        )
    )
    return found


def _by_worker(found: Iterable[Open]) -> list[Holds]:
    by_owner: dict[tuple[str, str], list[Open]] = {}
    for one in found:
        key = (str(one.owner) if one.owner else NOBODY, one.owner_name or "The duty desk: nobody’s yet")
        by_owner.setdefault(key, []).append(one)
    return sorted(
        (_holds(key, name, some) for (key, name), some in by_owner.items()),
        key=lambda one: (one.name, one.key),
    )


def _holds(key: str, name: str, some: Sequence[Open]) -> Holds:
    oldest = min((one.received_at for one in some), default=None)
    return Holds(key, name, len(some), sum(one.is_overdue for one in some), oldest)


def _by_agency(staff: Staff, at: datetime) -> list[Holds]:
    return [
        Holds(str(row["agency"]), row["agency__name"], row["many"], row["overdue"], row["oldest"])
        for row in _waiting_by_agency.rows(staff, at=at)
    ]


@asked_by_a_worker(at=DateTimeField())
def _waiting_by_agency(staff: Staff, at: Any) -> "QuerySet[Any]":
    found: QuerySet[Any] = (
        _asked(staff)
        .order_by()
        .values("agency", "agency__name")
        .annotate(many=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=at)), oldest=Min("sent_at"))
        .order_by("agency__name", "agency")
    )
    return found


def _asked(staff: Staff) -> "QuerySet[Any]":
    seen = Contact.objects.filter(contacts.readable_by(staff)).order_by().values("pk")
    return enquiries_waiting().filter(hub=staff.hub_id, check_asked__contact__in=seen)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of what is open: of one stage, of one worker (or NOBODY), of one agency, overdue; empty for all."""

    stage: str = ""
    owner: str = ""
    agency: uuid.UUID | None = None
    overdue: bool = False


def enquiries_behind(staff: Staff, agency: uuid.UUID, at: datetime, *, overdue: bool) -> "QuerySet[Any]":
    """Return the enquiries that one agency has not answered, the first due first."""
    found = _asked(staff).filter(agency=agency).select_related("check_asked__contact", "agency")
    return found.filter(due_at__lt=at) if overdue else found


def contacts_behind(staff: Staff, wanted: Wanted, at: datetime) -> "QuerySet[Contact]":
    """Return the open contacts behind a figure of now, the longest waiting first."""
    keys = [
        one.key
        for one in open_now(staff, at)
        if (not wanted.stage or one.stage == wanted.stage)
        and (not wanted.overdue or one.is_overdue)
        and (not wanted.owner or (str(one.owner) if one.owner else NOBODY) == wanted.owner)
    ]
    return Contact.objects.filter(pk__in=keys).defer("message").order_by("received_at", "pk")


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the week, on average over some weeks.  came: contacts.  there: people named on the rota for it."""

    hour: int
    came: float
    there: float


@dataclass(frozen=True, slots=True)
class Demand:
    """When contacts come, beside who is named on the rota.  weeks: over how many.  rota: some of it was filled."""

    weeks: int
    total: int
    days: Sequence[tuple[str, Sequence[Hour]]]
    rota: bool


def demand(staff: Staff, at: datetime) -> Demand:
    """Return when contacts came in the last thirteen whole weeks, hour by hour of the week, beside the hub's rota."""
    today = localdate(at)
    until = today - timedelta(days=today.isoweekday())  # the last Sunday that is over
    since = until - timedelta(days=7 * WEEKS - 1)
    came: Counter[tuple[int, int]] = Counter()
    rows = Course.objects.filter(policy.listed_for(staff), came_on__range=(since, until))
    counted = rows.annotate(weekday=ExtractIsoWeekDay("came_on")).order_by()
    for weekday, hour, many in counted.values_list("weekday", F("came_hour")).annotate(Count("pk")):
        came[weekday, hour] += many
    there = _named_for(staff, since, until)
    return Demand(
        WEEKS,
        sum(came.values()),
        [
            (day, [Hour(hour, came[place, hour] / WEEKS, there[place, hour] / WEEKS) for hour in range(24)])
            for place, day in enumerate(DAYS, 1)
        ],
        bool(there),
    )


def _named_for(staff: Staff, since: date, until: date) -> Mapping[tuple[int, int], int]:
    """Return how many people were named on the rota in each hour of the week, added up; each once an hour."""
    begins = datetime.combine(since, time(), LONDON)
    ends = datetime.combine(until + timedelta(days=1), time(), LONDON)
    there: set[tuple[uuid.UUID, datetime]] = set()
    for turn in rota.turns(staff.hub_id, begins, ends):
        hour = max(turn.from_at, begins).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        while hour < min(turn.until_at, ends):
            there.add((turn.staff_id, hour))
            hour += timedelta(hours=1)
    local = (hour.astimezone(LONDON) for _, hour in there)
    return Counter((one.isoweekday(), one.hour) for one in local)


def demand_lines(found: Demand) -> Iterable[Sequence[object]]:
    """Yield the hours of the week, a row each."""
    for day, hours in found.days:
        for one in hours:
            there = round(one.there, 2) if found.rota else None
            yield day, f"{one.hour:02}:00", round(one.came, 2), there
