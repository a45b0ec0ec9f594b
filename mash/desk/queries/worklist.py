"""The worklist: what is open in a hub, read once for its counts and for the page that is shown."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Case, Count, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision.queries import grounds_waiting_for, waiting_for
from mash.desk import line
from mash.desk.models import ClockAlert, Moved
from mash.desk.queries.filters import Wanted, conditions, due_soon, overdue, owned_by
from mash.desk.queries.rows import Row, rows_of
from mash.desk.saved_views.queries import as_rows
from mash.partnership import queries as partnership
from mash.partnership.models import Staff
from mash.triage import order, repeating
from mash.triage.looking_again import is_to_look_at_again, with_returns
from mash.triage.policy import WORKERS

PAGE = 50


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
    repeats: int
    given: int
    views: Sequence[Mapping[str, Any]] = ()

    @property
    def word(self) -> int:
        """How much waits for this worker's word."""
        return self.decisions + self.grounds + self.repeats

    def of(self, stage: str) -> int:
        """Return how many are at a stage; "" for all."""
        return self.stages[stage] if stage else sum(self.stages.values())


def worklist(
    staff: Staff, wanted: Wanted, at: datetime, *, page: str
) -> "tuple[Counts, Page[Any], list[Row]]":
    """Return how much is open, and a page of what passes the filters in the order of work, with its rows.

    Source: docs/rules.md, "Order of work".
    """
    marks = {
        "red": Q(standing__colour="red"),
        "overdue": overdue(staff, at),
        "soon": due_soon(staff, at),
        "mine": owned_by(staff),
        "answers": line.answers_are_back(),
        "again": is_to_look_at_again(at),
        "passes": Q(*conditions(staff, wanted, at)),
    }
    marked = order.in_order(open_line(staff, at)).annotate(**{name: _is(one) for name, one in marks.items()})
    held = list(marked.values_list("pk", "stage", *marks, named=True))
    stages = Counter(one.stage for one in held)
    counts = Counts(
        stages={stage: stages[stage] for stage in line.STAGES},
        **{name: sum(getattr(one, name) for one in held) for name in marks if name != "passes"},
        **_for_me(staff),
    )
    passing = [
        (one.pk, one.stage) for one in held if one.passes and (not wanted.stage or one.stage == wanted.stage)
    ]
    return counts, *page_of(staff, passing, at, page=page)


def open_line(staff: Staff, at: datetime) -> QuerySet[Any]:
    """Return every contact that this worker may see and nobody has decided, marked with its stage."""
    return line.with_stage(order.still_open(Contact.objects.filter(contacts.readable_by(staff))), at)


def _is(condition: Q) -> Case | Value:
    return (
        Case(When(condition, then=True), default=False, output_field=BooleanField())
        if condition
        else Value(True)
    )


def _for_me(staff: Staff) -> dict[str, Any]:
    """Return, by one question, what waits for this worker and the views they see."""
    wanted: dict[str, QuerySet[Any]] = {
        "decisions": waiting_for(staff),
        "grounds": grounds_waiting_for(staff),
        "repeats": repeating.waiting_for(staff),
        "alerts": ClockAlert.objects.filter(to=staff.pk, seen_at=None),
        "given": Moved.objects.filter(to=staff.pk, accepted_at=None),
    }
    counted = {
        name: Coalesce(
            Subquery(
                found.order_by()
                .annotate(one=Value(1))
                .values("one")
                .annotate(how_many=Count("pk"))
                .values("how_many")
            ),
            Value(0),
        )
        for name, found in wanted.items()
    }
    asked = Staff.objects.filter(pk=staff.pk).annotate(**counted, views=ArraySubquery(as_rows(staff)))
    return dict(asked.values(*counted, "views").get())


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
