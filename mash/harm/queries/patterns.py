"""Who and what is named in so many events: the lists of patterns, and who is named together.

The number of questions asked is the same however many are found.
"""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from mash.harm import content, policy
from mash.harm.appearing import Set, sets
from mash.harm.content import Pattern
from mash.harm.models import Group, Member, Reduction, Report, Together, Touch, Watch
from mash.harm.queries.things import begins, open_with
from mash.partnership.models import Staff
from mash.people.models import Involvement, Person
from mash.people.policy import seeable_by

ON_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a pattern: who or what, how many events, and what the page says beside it."""

    about: str
    key: uuid.UUID
    name: str
    short: int
    long: int
    last: datetime
    categories: tuple[str, ...]
    agencies: tuple[str, ...]
    work: tuple[Involvement, ...]
    watched: bool
    taken_up: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a pattern.  page: of Django, over all that was found."""

    pattern: Pattern
    page: Page[Any]
    rows: list[Row]


def find_pattern(
    staff: Staff, pattern: Pattern, at: datetime, *, category: str = "", page: str | None = None
) -> Found:
    """Return who or what is named in as many events as the hub's rule says, those of most events first.

    Source: docs/rules.md, "What harm comes back to".
    """
    counted = list(_counted(staff, pattern, at, category))
    shown = Paginator(counted, ON_A_PAGE).get_page(page)
    return Found(pattern, shown, _rows(staff, pattern, list(shown.object_list), at))


Counted = tuple[uuid.UUID, int, int, datetime]


def _counted(staff: Staff, pattern: Pattern, at: datetime, category: str) -> QuerySet[Touch, Counted]:
    found = Touch.objects.filter(
        hub=staff.hub_id, kind__in=pattern.kinds, happened_at__gte=begins("long", at), happened_at__lte=at
    )
    if category:
        found = found.filter(contact__in=of_a_kind(staff, category))
    recent = Q(happened_at__gte=begins("short", at))
    counts = found.values("subject").annotate(
        long=Count("event", distinct=True),
        short=Count("event", distinct=True, filter=recent),
        last=Max("happened_at"),
    )
    enough = counts.filter(long__gte=pattern.count).order_by("-long", "-short", "-last", "subject")
    return enough.values_list("subject", "short", "long", "last")


def of_a_kind(staff: Staff, category: str) -> QuerySet[Report, Any]:
    """Return the contacts that tell of a kind of harm, by the narrow rows alone.

    Through the contacts themselves it is one wall more, and of each wall the night's contacts are worked out.
    """
    told = Report.objects.filter(hub=staff.hub_id, categories__contains=[category])
    return told.order_by().values("contact")


def _rows(staff: Staff, pattern: Pattern, counted: Sequence[Counted], at: datetime) -> list[Row]:
    keys = [key for key, *_ in counted]
    told = (
        Touch.objects.filter(
            hub=staff.hub_id,
            kind__in=pattern.kinds,
            subject__in=keys,
            happened_at__gte=begins("long", at),
            happened_at__lte=at,
        )
        .order_by("-happened_at", "pk")
        .values_list(
            "subject",
            "label",
            "contact__harm_report__categories",
            "contact__harm_report__organisation",
        )
    )
    labels: dict[uuid.UUID, str] = {}
    kinds: dict[uuid.UUID, dict[str, None]] = {}
    agencies: dict[uuid.UUID, dict[str, None]] = {}
    for key, label, categories, organisation in told:
        labels.setdefault(key, label)
        kinds[key] = kinds.get(key, {}) | dict.fromkeys(categories or ())
        agencies.setdefault(key, {})[organisation or "A member of the public"] = None
    people = Person.objects.filter(seeable_by(staff)).in_bulk(keys) if pattern.about == "person" else {}
    work = open_with(people, localdate(at)) if people else {}
    watched, taken = _taken_up(staff, keys)
    return [
        Row(
            pattern.about,
            key,
            str(people[key]) if key in people else labels.get(key, ""),
            short,
            long,
            last,
            tuple(kinds.get(key, ())),
            tuple(agencies.get(key, ())),
            tuple(work.get(key, ())),
            key in watched,
            key in taken,
        )
        for key, short, long, last in counted
        if pattern.about == "place" or key in people
    ]


def _taken_up(staff: Staff, keys: Sequence[uuid.UUID]) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    watches = Watch.objects.filter(policy.watches_seen_by(staff), subject__in=keys, ended_at=None)
    reductions = Reduction.objects.filter(hub=staff.hub_id, subject__in=keys, ended_at=None)
    return set(watches.values_list("subject", flat=True)), set(reductions.values_list("subject", flat=True))


@dataclass(frozen=True, slots=True)
class Appearing:
    """People who are named together, and in how many events."""

    people: tuple[Person, ...]
    events: int
    keys: tuple[uuid.UUID, ...]


def appearing(staff: Staff, at: datetime) -> list[Appearing]:
    """Return who is named together in as many events as the hub's rule says, those of most events first.

    Source: docs/rules.md, "What harm comes back to".
    """
    count = content.numbers()["together"]
    rows = (
        Together.objects.filter(hub=staff.hub_id, happened_at__gte=begins("long", at), happened_at__lte=at)
        .values("first", "second")
        .annotate(n=Count("event", distinct=True), events=ArrayAgg("event", distinct=True))
        .filter(n__gte=count)
        .values_list("first", "second", "events")
    )
    found = sets(((one, other, event) for one, other, events in rows for event in events), count)
    people = Person.objects.filter(seeable_by(staff)).in_bulk({key for one in found for key in one.people})
    return [_appearing(one, people) for one in found if one.people <= people.keys()]


def _appearing(one: Set, people: dict[uuid.UUID, Person]) -> Appearing:
    named = sorted(
        (people[key] for key in one.people), key=lambda each: (each.family, each.given, str(each.pk))
    )
    return Appearing(tuple(named), len(one.events), tuple(each.pk for each in named))


def groups(staff: Staff, page: str | None) -> Page[Any]:
    """Return the groups of this worker's hub that count now, by name, with how many of their people the worker sees."""
    found = (
        Group.objects.filter(hub=staff.hub_id, ended_at=None)
        .select_related("by__account")
        .annotate(people=Count("members", filter=Q(members__ended_at=None)))
        .order_by("name", "pk")
    )
    return Paginator(found, ON_A_PAGE).get_page(page)


@dataclass(frozen=True, slots=True)
class NotCounted:
    """What no pattern can show: contacts without a place, and events of which only the report's time is known."""

    contacts: int
    without_place: int
    report_only: int


def not_counted(staff: Staff, at: datetime) -> NotCounted:
    """Return what the counts of the long time leave out."""
    row = Report.objects.filter(
        hub=staff.hub_id, happened_at__gte=begins("long", at), happened_at__lte=at
    ).aggregate(
        contacts=Count("pk"),
        without_place=Count("pk", filter=Q(contact__event_place="", place="")),
        report_only=Count("pk", filter=Q(known="report")),
    )
    return NotCounted(row["contacts"], row["without_place"], row["report_only"])


def groups_that_count(staff: Staff) -> list[Group]:
    """Return every group of this worker's hub that counts now, by name."""
    return list(Group.objects.filter(hub=staff.hub_id, ended_at=None).order_by("name", "pk"))


def find_member(staff: Staff, member_id: uuid.UUID) -> Member:
    """Return somebody's place in a group, as far as this worker may see the person.  Raises Http404 for any other."""
    found = Member.objects.filter(seeable_by(staff, "person_id"), hub=staff.hub_id)
    return get_object_or_404(found.select_related("person", "group"), pk=member_id)


def people_by_key(staff: Staff, keys: Sequence[str]) -> list[Person]:
    """Return the people with these keys whom this worker may see, by name; what is no key is nobody's."""
    known = set()
    for one in keys[:50]:
        with suppress(ValueError):
            known.add(uuid.UUID(one))
    return list(Person.objects.filter(seeable_by(staff), pk__in=known).order_by("family", "given", "pk"))
