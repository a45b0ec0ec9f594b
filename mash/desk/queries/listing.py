"""The worklist: what is open in a hub, read once for its counts and for the page that is shown."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision.queries import grounds_waiting_for, ratings_waiting_for, waiting_for
from mash.desk import line
from mash.desk.models import ClockAlert, Moved
from mash.desk.queries.filters import MINE, NOBODY, UNRATED, Limits, Wanted, conditions
from mash.desk.queries.rows import Row, rows_of
from mash.desk.saved_views.queries import as_rows
from mash.partnership import queries as partnership
from mash.partnership.models import Staff
from mash.triage import order, repeating
from mash.triage.looking_again import is_to_look_at_again, with_returns
from mash.triage.models import Colour, Owner
from mash.triage.policy import WORKERS

PAGE = 50
BEFORE_A_CHECK = (line.NEW, line.TRIAGE)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is, before any filter: by stage, and on the cards.

    stages: by a key of `line.STAGES`, every one of them.
    """

    stages: Mapping[str, int]
    red: int
    soon: int
    overdue: int
    mine: int
    answers: int
    again: int
    alerts: int
    decisions: int
    grounds: int
    ratings: int
    repeats: int
    given: int
    views: Sequence[Mapping[str, Any]] = ()

    @property
    def word(self) -> int:
        """How much waits for this worker's word."""
        return self.decisions + self.grounds + self.ratings + self.repeats

    def of(self, stage: str) -> int:
        """Return how many are at a stage; "" for all."""
        return self.stages[stage] if stage else sum(self.stages.values())


class Held(NamedTuple):
    """An open contact as the list is counted, narrowed and paged by.

    colour: None while nobody has rated it.  owner: key of the newest owner's post.
    passes: what the database answers of the filters.
    """

    key: uuid.UUID
    stage: str
    subject: str
    received_at: datetime
    colour: str | None
    due_at: datetime | None
    owner: uuid.UUID | None
    answers: bool
    again: bool
    passes: bool


def worklist(
    staff: Staff, wanted: Wanted, at: datetime, *, page: str
) -> "tuple[Counts, Page[Any], list[Row]]":
    """Return how much is open, and a page of what passes the filters in the order of work, with its rows.

    Source: docs/rules.md, "Order of work".
    """
    held = _held(staff, wanted, at)
    limits = Limits.of(staff, at)
    due = {one.key: limits.due(one.subject, one.received_at, one.colour, one.due_at) for one in held}
    stages, dues = Counter(one.stage for one in held), Counter(due.values())
    counts = Counts(
        stages={stage: stages[stage] for stage in line.STAGES},
        red=sum(one.colour == Colour.RED for one in held),
        soon=dues["soon"],
        overdue=dues["overdue"],
        mine=sum(one.owner == staff.pk for one in held),
        answers=sum(one.answers for one in held),
        again=sum(one.again for one in held),
        **_for_me(staff, [one.key for one in held if one.stage not in BEFORE_A_CHECK]),
    )
    passing = [(one.key, one.stage) for one in held if _passes(one, due[one.key], wanted, staff)]
    return counts, *page_of(staff, passing, at, page=page)


def _held(staff: Staff, wanted: Wanted, at: datetime) -> list[Held]:
    newest = Owner.objects.filter(contact=OuterRef("pk")).order_by("-at", "-pk")
    marked = order.in_order(open_line(staff, at)).annotate(
        owner=Subquery(newest.values("staff")[:1]),
        answers=_is(line.answers_are_back()),
        again=_is(is_to_look_at_again(at)),
        passes=_is(Q(*conditions(wanted, at))),
    )
    columns = ("subject", "received_at", "standing__colour", "standing__due_at")
    return list(
        map(Held._make, marked.values_list("pk", "stage", *columns, "owner", "answers", "again", "passes"))
    )


def _passes(one: Held, due: str, wanted: Wanted, staff: Staff) -> bool:
    owner = {"": True, MINE: one.owner == staff.pk, NOBODY: one.owner is None}[wanted.owner]
    return (
        one.passes
        and owner
        and wanted.stage in ("", one.stage)
        and wanted.due in ("", due)
        and (not wanted.ratings or (one.colour or UNRATED) in wanted.ratings)
        and (one.answers or not wanted.answers)
        and (one.again or not wanted.again)
    )


def open_line(staff: Staff, at: datetime) -> QuerySet[Any]:
    """Return every contact that this worker may see and nobody has decided, marked with its stage."""
    return line.with_stage(order.still_open(Contact.objects.filter(contacts.readable_by(staff))), at)


def _is(condition: Q) -> Case | Value:
    return (
        Case(When(condition, then=True), default=False, output_field=BooleanField())
        if condition
        else Value(True)
    )


def _for_me(staff: Staff, sent: list[uuid.UUID]) -> dict[str, Any]:
    """Return, by one question, what waits for this worker and the views they see.

    sent: the open contacts that triage has sent on.
    """
    waiting: dict[str, QuerySet[Any]] = {
        "decisions": waiting_for(staff),
        "grounds": grounds_waiting_for(staff),
        "ratings": ratings_waiting_for(staff, sent),
        "repeats": repeating.waiting_for(staff),
        "alerts": ClockAlert.objects.filter(to=staff.pk, seen_at=None),
        "given": Moved.objects.filter(to=staff.pk, accepted_at=None),
    }
    counted = {
        name: Coalesce(Subquery(_how_many(found)), Value(0))
        for name, found in waiting.items()
        if not found.query.is_empty()
    }
    asked = Staff.objects.filter(pk=staff.pk).annotate(**counted, views=ArraySubquery(as_rows(staff)))
    return dict.fromkeys(waiting, 0) | dict(asked.values(*counted, "views").get())


def _how_many(found: QuerySet[Any]) -> QuerySet[Any]:
    counted: QuerySet[Any] = (
        found.order_by().annotate(one=Value(1)).values("one").annotate(how_many=Count("pk"))
    )
    return counted.values("how_many")


def page_of(
    staff: Staff, found: "Sequence[tuple[uuid.UUID, str]]", at: datetime, *, page: str
) -> "tuple[Page[Any], list[Row]]":
    """Return a page of contacts, given as key and stage in the order of work, and its rows."""
    shown = Paginator(found, PAGE).get_page(page)
    stages = dict(shown.object_list)
    by_key = with_returns(Contact.objects.select_related("standing")).in_bulk(list(stages))
    listed = [by_key[key] for key in stages]
    for contact in listed:
        contact.hub = staff.hub  # its week and targets are read once
    return shown, rows_of(listed, stages, at)


def workers(staff: Staff) -> QuerySet[Staff]:
    """Return whom a contact can be given to."""
    return partnership.colleagues(staff, *WORKERS)


def chosen(staff: Staff, ids: Iterable[uuid.UUID]) -> list[Contact]:
    """Return the contacts ticked, as far as this worker may see them."""
    return list(Contact.objects.filter(contacts.readable_by(staff), pk__in=list(ids)).select_related("hub"))


def colleague(staff: Staff, staff_id: uuid.UUID) -> Staff:
    """Return a worker of this hub.  Raises Http404 for anybody else."""
    return get_object_or_404(workers(staff), pk=staff_id)
