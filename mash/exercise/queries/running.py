"""Runs: where each stands, what its groups were given, and what they recorded in their own hubs."""

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F, Max, QuerySet
from django.http import Http404

from mash.exercise import timeline
from mash.exercise.models import Given, Group, Note, Run, Score, Seat, Seen, Turn
from mash.exercise.queries.keeping import read
from mash.exercise.timeline import Moved, Stands
from mash.partnership.models import Account, Staff
from mash.training.models import Learner

STEPS = ("contact", "rating", "check", "answer", "decision", "meeting")
"""What the board says of each group, in the order of the work."""


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that a group recorded.  seat: whose post recorded it, "" for a program's."""

    group_id: uuid.UUID
    at: datetime
    what: str
    seat: str
    reference: str
    words: str
    more: Mapping[str, Any]


@dataclass(slots=True)
class OnBoard:
    """One group as the board shows it.  given: by number.  read: of each number, how many of its seats have seen it."""

    group: Group
    seats: list[Seat] = field(default_factory=list)
    given: dict[int, Given] = field(default_factory=dict)
    read: dict[int, int] = field(default_factory=dict)
    doings: list[Doing] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def sits(self, seats: Iterable[str]) -> int:
        """Return how many of these seats somebody takes."""
        return len({one.seat for one in self.seats} & set(seats))

    def last(self, what: str) -> Doing | None:
        """Return the latest of one kind of doing."""
        return next((one for one in reversed(self.doings) if one.what == what), None)

    def many(self, what: str) -> int:
        """Return how often something was done."""
        return sum(one.what == what for one in self.doings)


def find_run(staff: Staff, run_id: uuid.UUID) -> Run:
    """Return a run of a post's hub.  Raises Http404."""
    found = (
        Run.objects.select_related("version__exercise", "hub", "by__account", "ended_by__account", "again_of")
        .filter(hub=staff.hub_id, pk=run_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def find_group(run: Run, number: int) -> Group:
    """Return a group of a run.  Raises Http404."""
    found = Group.objects.filter(run=run, number=number).select_related("place").first()
    if found is None:
        raise Http404
    found.run = run
    return found


def past_and_present(staff: Staff) -> QuerySet[Run]:
    """Return the runs of a post's hub, those that go on first, the newest first."""
    found = Run.objects.filter(hub=staff.hub_id).select_related("version", "by__account")
    return found.defer("version__text", "version__raw").order_by(
        F("ended_at").desc(nulls_first=True), "-at", "pk"
    )


def turns_of(run: Run) -> list[Turn]:
    """Return what was done to a run's clock, in order."""
    return list(Turn.objects.filter(run=run).select_related("by__account").order_by("number"))


def moved(turns: Iterable[Turn]) -> list[Moved]:
    """Return turns as the timeline takes them."""
    return [Moved(one.at, one.position, one.runs) for one in turns]


def standing(run: Run, turns: Sequence[Turn], at: datetime) -> Stands:
    """Return where a run's clock stands; one that ended stands where it ended."""
    spans = timeline.spans_of(read(run.version))
    return timeline.stands(spans, moved(turns), run.pace, run.ended_at or at)


def seats_of(run: Run) -> list[Seat]:
    """Return who sits where."""
    found = Seat.objects.filter(run=run).select_related("group", "account", "learner")
    return list(found.order_by("group__number", "place", "pk"))


def board(run: Run) -> list[OnBoard]:
    """Return every group of a run with what it was given, read, recorded, and what was noted of it."""
    groups = list(Group.objects.filter(run=run).select_related("place").order_by("number"))
    found = {one.pk: OnBoard(one) for one in groups}
    for one in groups:
        one.run = run
    for seat in seats_of(run):
        found[seat.group_id].seats.append(seat)
    for given in Given.objects.filter(run=run).select_related("by__account").order_by("at", "number"):
        found[given.group_id].given[given.number] = given
    for group_id, number in Seen.objects.filter(given__run=run).values_list("given__group", "given__number"):
        read_by = found[group_id].read
        read_by[number] = read_by.get(number, 0) + 1
    for doing in doings_of(run):
        found[doing.group_id].doings.append(doing)
    for note in notes_of(run):
        found[note.group_id].notes.append(note)
    return list(found.values())


def notes_of(run: Run) -> list[Note]:
    """Return what was noted of a run's groups, in order."""
    return list(Note.objects.filter(group__run=run).select_related("by__account").order_by("at", "pk"))


def doings_of(run: Run) -> list[Doing]:
    """Return what the groups recorded in their own hubs, in order: the one question that crosses hubs.

    Source: docs/rules.md, "A run of an exercise".
    """
    if run.opened_at is None or run.disposed_at:
        return []
    seats = {one.post_id: one.label for one in Seat.objects.filter(run=run)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity.exercise_doings(%s)", [run.pk])
        rows = cursor.fetchall()
    return [
        Doing(group, at, what, seats.get(post, ""), reference, words or "", _plain(more))
        for group, at, what, post, reference, words, more in rows
    ]


def _plain(more: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(more) if isinstance(more, str) else more
    return said


def latest_scores(
    groups: Iterable[Group], *, by: Staff | None = None
) -> dict[tuple[uuid.UUID, str, uuid.UUID], Score]:
    """Return each observer's latest word, by group, point and observer."""
    found = Score.objects.filter(group__in=[one.pk for one in groups])
    if by:
        found = found.filter(by=by)
    ordered = found.select_related("by__account").order_by("group_id", "point", "by_id", "-at", "-pk")
    return {
        (one.group_id, one.point, one.by_id): one for one in ordered.distinct("group_id", "point", "by_id")
    }


def people(staff: Staff) -> tuple[list[Account], list[Learner]]:
    """Return who can take a seat: whoever has a post in the hub, and learners who have none."""
    posts = Staff.objects.filter(hub=staff.hub_id, until_at=None, account__is_active=True).select_related(
        "account"
    )
    accounts = {one.account_id: one.account for one in posts.order_by("account__name", "pk")}
    emails = {one.email.lower() for one in accounts.values()}
    learners = Learner.objects.filter(hub=staff.hub_id, ended_on=None).select_related("account", "agency")
    others = [
        one
        for one in learners.order_by("name", "pk")
        if one.email.lower() not in emails and (one.account is None or one.account.is_active)
    ]
    return sorted(accounts.values(), key=lambda one: (one.name, str(one.pk))), others


def post_here(hub_id: uuid.UUID, account_id: uuid.UUID | None) -> Staff | None:
    """Return a post of an account in a hub that has not ended, or None."""
    found = Staff.objects.filter(hub=hub_id, account=account_id, until_at=None).select_related(
        "account", "agency"
    )
    return found.order_by("from_at", "pk").first()


def whose_clock_goes() -> list[uuid.UUID]:
    """Return the runs of every hub that are going, for the service of exercises."""
    latest = Turn.objects.values("run").annotate(last=Max("number")).values_list("run", "last")
    last = dict(latest)
    going = Turn.objects.filter(runs=True, run__ended_at=None, run__opened_at__isnull=False)
    return sorted(one.run_id for one in going if last[one.run_id] == one.number)


def to_dispose_of(today: date) -> list[uuid.UUID]:
    """Return the ended runs of every hub whose records are kept no longer."""
    found = Run.objects.filter(ended_at__isnull=False, disposed_at=None, keep_until__lt=today)
    return list(found.order_by("keep_until", "pk").values_list("pk", flat=True))
