"""One person, one place or one group, as far as the worker may see it, and the events that it is named in."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from mash.harm import content, policy
from mash.harm.models import PLACES, About, Group, Member, PlaceKind, Reduction, Report, Touch, Watch
from mash.harm.moments import Week, week
from mash.harm.queries.times import by_week
from mash.partnership.models import Staff
from mash.people.joined import records_of_each
from mash.people.models import Involvement, Person
from mash.people.policy import seeable_by
from mash.people.queries import open_on

EVENTS_ON_A_PAGE = 20
PARTS = {
    "child": "Child",
    "adult_at_risk": "Adult at risk",
    "parent_or_carer": "Parent or carer",
    "sibling": "Brother or sister",
    "alleged_perpetrator": "Said to have caused harm",
    "household": "In the household",
    "other": "Somebody else",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """What a page is about.  kind: of a place, in words.  members: of a group, as far as the worker may see them."""

    about: str
    key: uuid.UUID
    name: str
    kind: str
    person: Person | None = None
    group: Group | None = None
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One event: the reports of it, what it is named as there, and what else the page says."""

    happened_at: datetime
    known: str
    reports: tuple[Report, ...]
    parts: tuple[str, ...]

    @property
    def categories(self) -> list[str]:
        """Return the kinds of harm that any report names, in order of their ids."""
        return sorted({one for report in self.reports for one in report.categories})


@dataclass(frozen=True, slots=True)
class Counts:
    """How many events within the short and the long time, and when the last was."""

    short: int
    long: int
    last: datetime | None


def find(staff: Staff, about: str, subject: uuid.UUID) -> Thing:
    """Return a person, place or group that this worker may see.  Raises Http404, never 403, for any other."""
    if about == About.PERSON:
        person = get_object_or_404(Person.objects.filter(seeable_by(staff)), pk=subject)
        return Thing(about, person.pk, str(person), "Person on record", person=person)
    if about == About.GROUP:
        group = get_object_or_404(Group.objects.select_related("by__account"), pk=subject, hub=staff.hub_id)
        members = group.members.select_related("person", "by__account").order_by("at", "pk")
        return Thing(about, group.pk, group.name, "Named group", group=group, members=tuple(members))
    if about == About.PLACE:
        return _place(staff, subject)
    raise Http404


def _place(staff: Staff, subject: uuid.UUID) -> Thing:
    touch = (
        Touch.objects.filter(hub=staff.hub_id, subject=subject, kind__in=PLACES)
        .order_by("-happened_at", "pk")
        .first()
    )
    if touch:
        return Thing(About.PLACE, subject, touch.label, PlaceKind(touch.kind).label)
    for model in (Watch, Reduction):
        kept = (
            model.objects.filter(hub=staff.hub_id, subject=subject, about=About.PLACE)
            .order_by("-at", "pk")
            .first()
        )
        if kept:
            return Thing(About.PLACE, subject, kept.label, "Place")
    raise Http404


def touches_of(staff: Staff, thing: Thing) -> QuerySet[Touch]:
    """Return what names a thing in the contacts that this worker sees; a group by those who count to it now."""
    here = Touch.objects.filter(hub=staff.hub_id)
    if thing.about == About.PLACE:
        return here.filter(subject=thing.key, kind__in=PLACES)
    if thing.about == About.PERSON:
        return here.filter(subject=thing.key, person__isnull=False)
    return here.filter(subject__in=[one.person_id for one in thing.members if one.ended_at is None])


def counts_of(staff: Staff, thing: Thing, at: datetime) -> Counts:
    """Return how many events a thing is named in within the two times."""
    long, short = (begins(window, at) for window in ("long", "short"))
    recent = Q(happened_at__gte=short, happened_at__lte=at)
    found = touches_of(staff, thing).filter(happened_at__gte=long, happened_at__lte=at)
    row = found.aggregate(
        long=Count("event", distinct=True),
        short=Count("event", distinct=True, filter=recent),
        last=Max("happened_at"),
    )
    return Counts(row["short"], row["long"], row["last"])


def begins(window: str, at: datetime) -> datetime:
    """Return when the short or the long time begins."""
    return at - timedelta(days=content.windows()[window].days)


def events_of(
    staff: Staff, thing: Thing, within: str, at: datetime, page: str | None
) -> tuple[Page[Any], list[Event]]:
    """Return the events that a thing is named in, the newest first: within the short time, the long, or ever.

    Source: docs/rules.md, "What harm comes back to".
    """
    touches = touches_of(staff, thing)
    if within in {"short", "long"}:
        touches = touches.filter(happened_at__gte=begins(within, at), happened_at__lte=at)
    keys = touches.values("event").annotate(last=Max("happened_at")).order_by("-last", "event")
    shown = Paginator(keys.values_list("event", flat=True), EVENTS_ON_A_PAGE).get_page(page)
    rows: dict[uuid.UUID, list[Touch]] = {key: [] for key in shown.object_list}
    for touch in (
        touches.filter(event__in=rows).select_related("contact__harm_report").defer("contact__message")
    ):
        rows[touch.event].append(touch)
    return shown, [_event(found) for found in rows.values() if found]


def _event(touches: list[Touch]) -> Event:
    reports = {one.contact_id: one.contact.harm_report for one in touches}
    first = sorted(reports.values(), key=lambda one: (_precision(one.known), one.happened_at, str(one.pk)))
    parts = {PARTS[one.kind] if one.kind in PARTS else PlaceKind(one.kind).label for one in touches}
    return Event(first[0].happened_at, first[0].known, tuple(first), tuple(sorted(parts)))


def _precision(known: str) -> int:
    return ("hour", "day", "report").index(known)


def week_of(staff: Staff, thing: Thing, at: datetime) -> Week:
    """Return on which days and at what hours it happens, within the long time."""
    touches = touches_of(staff, thing).filter(happened_at__gte=begins("long", at), happened_at__lte=at)
    return week(by_week(Report.objects.filter(contact__in=touches.values("contact"))))


def open_with(people: Iterable[uuid.UUID], on: date) -> dict[uuid.UUID, list[Involvement]]:
    """Return the work open with each of these people on a day, on any of their records, the highest tier first."""
    records = records_of_each(people)
    owner = {record: person for person, several in records.items() for record in several}
    found: dict[uuid.UUID, list[Involvement]] = {}
    work = Involvement.objects.filter(open_on(on), person__in=owner).order_by("-tier", "from_on", "pk")
    for one in work:
        found.setdefault(owner[one.person_id], []).append(one)
    return found


def work_with(thing: Thing, at: datetime) -> list[tuple[Person, list[Involvement]]]:
    """Return with whom of a thing work is open, and which: a person, or the people of a group."""
    people = [thing.person] if thing.person else [one.person for one in thing.members if one.ended_at is None]
    open_now = open_with([one.pk for one in people], localdate(at)) if people else {}
    return [(one, open_now[one.pk]) for one in people if one.pk in open_now]


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody, or a place, that is named in the same events, and in how many of them."""

    about: str
    key: uuid.UUID
    name: str
    part: str
    events: int


def named_with(staff: Staff, thing: Thing, at: datetime, most: int = 20) -> list[Beside]:
    """Return who and what else is named in its events within the long time, those of most events first."""
    mine = touches_of(staff, thing).filter(happened_at__gte=begins("long", at), happened_at__lte=at)
    own = [one.person_id for one in thing.members] or [thing.key]
    rows = (
        Touch.objects.filter(hub=staff.hub_id, event__in=mine.values("event"))
        .exclude(subject__in=own)
        .values("subject", "kind")
        .annotate(events=Count("event", distinct=True), label=Max("label"))
        .order_by("-events", "subject", "kind")[:most]
    )
    found = list(rows)
    people = Person.objects.filter(seeable_by(staff)).in_bulk(
        [one["subject"] for one in found if one["kind"] in PARTS]
    )
    return [
        Beside(
            About.PLACE if one["kind"] in PLACES else About.PERSON,
            one["subject"],
            one["label"] or str(people[one["subject"]]),
            PARTS.get(one["kind"]) or PlaceKind(one["kind"]).label,
            one["events"],
        )
        for one in found
        if one["kind"] in PLACES or one["subject"] in people
    ]


@dataclass(frozen=True, slots=True)
class Taken:
    """What is watched and done about a thing, as far as the worker may see it."""

    watch: Watch | None
    reductions: tuple[Reduction, ...]


def taken_up(staff: Staff, thing: Thing) -> Taken:
    """Return whether a thing is watched now, and what is done about it."""
    watch = Watch.objects.filter(policy.watches_seen_by(staff), subject=thing.key, ended_at=None).first()
    done = Reduction.objects.filter(hub=staff.hub_id, subject=thing.key).select_related("agency")
    return Taken(watch, tuple(done.order_by("ended_at", "due_on", "pk")))
