"""The worklist: what is open in a hub, read once for its counts and for the page that is shown."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision import line
from mash.desk.queries.asked import FOR_ME, for_me, open_contacts
from mash.desk.queries.filters import MINE, NOBODY, UNRATED, Wanted, conditions
from mash.desk.queries.rows import Row, rows_of
from mash.partnership import queries as partnership
from mash.partnership.models import Staff
from mash.triage import order
from mash.triage.looking_again import today_at
from mash.triage.models import Colour
from mash.triage.overdue import Limits
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
    restricted: int
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


def worklist(
    staff: Staff, wanted: Wanted, at: datetime, *, page: str
) -> "tuple[Counts, Page[Any], list[Row]]":
    """Return how much is open, and a page of what passes the filters in the order of work, with its rows.

    Source: docs/rules.md, "Order of work".
    """
    held = _held(staff, at)
    due = _dues(staff, held, at)
    stages, dues = Counter(one.stage for one in held), Counter(due.values())
    counts = Counts(
        stages={stage: stages[stage] for stage in line.STAGES},
        red=sum(one.colour == Colour.RED for one in held),
        soon=dues["soon"],
        overdue=dues["overdue"],
        mine=sum(one.owner == staff.pk for one in held),
        answers=sum(one.answers for one in held),
        again=sum(one.again for one in held),
        **_for_me(staff, held),
    )
    passing = [(one.key, one.stage) for one in _passing(staff, held, due, wanted, at)]
    return counts, *page_of(staff, passing, at, page=page)


def whole_list(staff: Staff, wanted: Wanted, at: datetime) -> list[Held]:
    """Return everything that passes the filters, in the order of work.

    Source: docs/rules.md, "Order of work".
    """
    held = _held(staff, at)
    return _passing(staff, held, _dues(staff, held, at), wanted, at)


def _passing(
    staff: Staff, held: list[Held], due: Mapping[uuid.UUID, str], wanted: Wanted, at: datetime
) -> list[Held]:
    narrowed = _narrowed(held, wanted, at)
    return [one for one in held if one.key in narrowed and _passes(one, due[one.key], wanted, staff)]


def _dues(staff: Staff, held: Iterable[Held], at: datetime) -> dict[uuid.UUID, str]:
    limits = Limits.of(staff, at)
    return {one.key: limits.due(one.subject, one.received_at, one.colour, one.due_at) for one in held}


def _held(staff: Staff, at: datetime) -> list[Held]:
    unrated = {one: order.places()[one] for one in ("immediate_danger", "unrated")}
    return list(map(Held._make, open_contacts.rows(staff, today=today_at(at), **unrated)))


def _for_me(staff: Staff, held: Iterable[Held]) -> dict[str, Any]:
    stages = {one.key: one.stage for one in held}
    sent = [key for key, stage in stages.items() if stage not in BEFORE_A_CHECK]
    (found,) = for_me.rows(staff, still_open=list(stages), sent=sent)
    return dict(zip(FOR_ME, found, strict=True))


def _narrowed(held: Iterable[Held], wanted: Wanted, at: datetime) -> Collection[uuid.UUID]:
    """Return which of some contacts pass what the database is asked of the filters."""
    keys = {one.key for one in held}
    asked = list(conditions(wanted, at))
    if not asked:
        return keys
    return set(Contact.objects.filter(*asked, pk__in=keys).values_list("pk", flat=True))


def _passes(one: Held, due: str, wanted: Wanted, staff: Staff) -> bool:
    owner = {"": True, MINE: one.owner == staff.pk, NOBODY: one.owner is None}[wanted.owner]
    return (
        owner
        and wanted.stage in ("", one.stage)
        and wanted.due in ("", due)
        and (not wanted.ratings or (one.colour or UNRATED) in wanted.ratings)
        and (one.answers or not wanted.answers)
        and (one.again or not wanted.again)
    )


def page_of(
    staff: Staff, found: "Sequence[tuple[uuid.UUID, str]]", at: datetime, *, page: str
) -> "tuple[Page[Any], list[Row]]":
    """Return a page of contacts, given as key and stage in the order of work, and its rows."""
    shown = Paginator(found, PAGE).get_page(page)
    return shown, rows_of(staff.hub, dict(shown.object_list), at)


def workers(staff: Staff) -> QuerySet[Staff]:
    """Return whom a contact can be given to."""
    return partnership.working_colleagues(staff, *WORKERS)


def chosen(staff: Staff, ids: Iterable[uuid.UUID]) -> list[Contact]:
    """Return the contacts ticked, as far as this worker may see them."""
    return list(Contact.objects.filter(contacts.readable_by(staff), pk__in=list(ids)).select_related("hub"))


def colleague(staff: Staff, staff_id: uuid.UUID) -> Staff:
    """Return a worker of this hub.  Raises Http404 for anybody else."""
    return get_object_or_404(workers(staff), pk=staff_id)
