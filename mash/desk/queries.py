"""What the desk's own pages read: the worklist and a case."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from mash.common.clock import LONDON, Clock
from mash.common.references import normalise
from mash.contact import policy as contacts
from mash.contact.models import AT_RISK, Addition, Contact, ContactPerson, Reply, ReplySeen, Settlement
from mash.decision.queries import BackWhy, grounds_waiting_for, waiting_for, why_back
from mash.desk import line
from mash.desk.models import ClockAlert, Moved
from mash.desk.saved_views.queries import as_rows
from mash.partnership import queries as partnership
from mash.partnership.models import DESK, Email, Staff
from mash.people.models import Involvement
from mash.people.queries import open_on
from mash.triage import about, order, repeating
from mash.triage import queries as triage
from mash.triage.in_writing import not_yet_in_writing
from mash.triage.looking_again import Away, away, is_to_look_at_again, with_returns
from mash.triage.models import Ground, Hold, Owner, Paused, Rating
from mash.triage.policy import WORKERS

PAGE = 50
DUE_SOON = timedelta(hours=4)  # of working time
REPEAT_WITHIN = timedelta(days=365)
YEARS = {"0_4": (0, 4), "5_10": (5, 10), "11_15": (11, 15), "16_17": (16, 17), "adult": (18, 150)}
UNBORN = "unborn"
UNRATED = "unrated"
MINE, NOBODY = "me", "nobody"


OfContact = TypeVar("OfContact", ContactPerson, Rating, Paused)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the worker filters by; empty shows all.  It narrows the list and never sorts it."""

    stage: str = ""
    ratings: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    age: str = ""
    category: str = ""
    owner: str = ""
    repeat: bool = False
    due: str = ""  # soon | overdue
    answers: bool = False
    writing: bool = False  # a call that still waits for its written form
    again: bool = False  # back for agreement, and the day to look again has come


@dataclass(slots=True)
class Row:
    """One contact as the worklist shows it.  back: why one that was decided is here again."""

    contact: Contact
    name: str
    others: int
    source: str
    colour: str
    clock: Clock | None
    danger: bool
    stage: str
    owner: str
    held_by: str
    back: BackWhy | None = None
    badges: list[str] = field(default_factory=list)
    away: Away | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is, before any filter: by stage, and on the cards."""

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


class CountedPages(Paginator):  # type: ignore[type-arg]
    """Pages of a list whose length may be known already."""

    def __init__(self, found: QuerySet[Any], known: int | None) -> None:
        super().__init__(found, PAGE)
        self.known = found.count() if known is None else known

    @property
    def count(self) -> int:
        return self.known


# The worklist


def still_open(staff: Staff) -> QuerySet[Contact]:
    """Return every contact that this worker may see and nobody has decided."""
    return order.still_open(Contact.objects.filter(contacts.readable_by(staff)))


def counts(staff: Staff, at: datetime) -> Counts:
    """Count what is open, in one reading of the list."""
    soon, late = _due_before(staff, _soon(staff, at)), _due_before(staff, at)
    grouped = (
        line.with_stage(still_open(staff), at)
        .values("stage")
        .annotate(
            how_many=Count("pk"),
            red=Count("pk", filter=Q(standing__colour="red")),
            late=Count("pk", filter=late),
            soon=Count("pk", filter=soon & ~late),
        )
        .order_by("stage")
    )
    found = {one["stage"]: one for one in grouped}
    return Counts(
        stages={stage: found[stage]["how_many"] if stage in found else 0 for stage in line.STAGES},
        red=sum(one["red"] for one in found.values()),
        soon=sum(one["soon"] for one in found.values()),
        overdue=sum(one["late"] for one in found.values()),
        **_for_me(staff, at),
    )


def _for_me(staff: Staff, at: datetime) -> dict[str, Any]:
    """Return, by one question, what waits for this worker and the views they see."""
    contacts_ = still_open(staff).order_by()
    wanted = {
        "mine": contacts_.filter(_owned_by(staff)),
        "answers": contacts_.filter(line.answers_are_back()),
        "again": contacts_.filter(is_to_look_at_again(at)),
        "decisions": waiting_for(staff).order_by(),
        "grounds": grounds_waiting_for(staff).order_by(),
        "repeats": repeating.waiting_for(staff).order_by(),
        "alerts": ClockAlert.objects.filter(to=staff.pk, seen_at=None).order_by(),
        "given": Moved.objects.filter(to=staff.pk, accepted_at=None).order_by(),
    }
    counted = {
        name: Coalesce(
            Subquery(
                found.annotate(one=Value(1)).values("one").annotate(how_many=Count("pk")).values("how_many")
            ),
            Value(0),
        )
        for name, found in wanted.items()
    }
    asked = Staff.objects.filter(pk=staff.pk).annotate(**counted, views=ArraySubquery(as_rows(staff)))
    return dict(asked.values(*counted, "views").get())


def worklist(
    staff: Staff, wanted: Wanted, at: datetime, *, page: str, known: Counts
) -> "tuple[Page[Any], list[Row]]":
    """Return a page of the open contacts in the order of work, and its rows.

    Source: docs/rules.md, "Order of work".
    """
    length = known.of(wanted.stage) if wanted == Wanted(stage=wanted.stage) else None
    return page_of(staff, narrowed(staff, wanted, at), at, page=page, length=length)


def page_of(
    staff: Staff, found: QuerySet[Any], at: datetime, *, page: str, length: int | None = None
) -> "tuple[Page[Any], list[Row]]":
    """Return a page of contacts marked with their stage, in the order of work, and its rows.

    length: how many there are, where that is known.
    """
    keys = order.in_order(found).values_list("pk", "stage")  # few columns, so that an index alone answers
    shown = CountedPages(keys, length).get_page(page)
    stages = dict(shown.object_list)
    by_key = with_returns(Contact.objects.select_related("standing")).in_bulk(list(stages))
    listed = [by_key[key] for key in stages]
    for contact in listed:
        contact.hub = staff.hub  # its week and targets are read once
    return shown, _rows(listed, stages, at)


def narrowed(staff: Staff, wanted: Wanted, at: datetime) -> QuerySet[Any]:
    """Return the open contacts that pass the filters, marked with their stage."""
    found = line.with_stage(still_open(staff), at)
    for condition in _conditions(staff, wanted, at):
        found = found.filter(condition)
    return found


def _conditions(staff: Staff, wanted: Wanted, at: datetime) -> Iterable[Q]:
    if wanted.stage:
        yield Q(stage=wanted.stage)
    if wanted.ratings:
        unrated = Q(standing=None) if "unrated" in wanted.ratings else Q()
        yield (
            Q(standing__colour__in=wanted.ratings) | unrated
            if unrated
            else Q(standing__colour__in=wanted.ratings)
        )
    if wanted.sources:
        yield Q(source_kind__in=wanted.sources)
    if wanted.age:
        yield _aged(wanted.age, at.astimezone(LONDON).date())
    if wanted.category:
        yield about.has(wanted.category)
    if wanted.owner:
        yield (
            _owned_by(staff)
            if wanted.owner == MINE
            else ~Q(Exists(Owner.objects.filter(contact=OuterRef("pk"))))
        )
    if wanted.due:
        late = _due_before(staff, at)
        yield late if wanted.due == "overdue" else _due_before(staff, _soon(staff, at)) & ~late
    yield from _marks(wanted, at)


def _marks(wanted: Wanted, at: datetime) -> Iterable[Q]:
    if wanted.repeat:
        yield _is_repeat()
    if wanted.answers:
        yield line.answers_are_back()
    if wanted.writing:
        yield not_yet_in_writing()
    if wanted.again:
        yield is_to_look_at_again(at)


def _soon(staff: Staff, at: datetime) -> datetime:
    return triage.hub_time(staff.hub, at.astimezone(LONDON).date()).week.deadline(at, DUE_SOON)


def _due_before(staff: Staff, moment: datetime) -> Q:
    """Return "its limit runs out before this moment": stored for rated work, from receipt for unrated."""
    time = triage.hub_time(staff.hub, moment.astimezone(LONDON).date())
    child, adult = (triage.received_by(time, subject, moment) for subject in ("child", "adult"))
    unrated = Q(subject="adult", received_at__lt=adult) | (~Q(subject="adult") & Q(received_at__lt=child))
    return Q(standing__due_at__lt=moment) | (Q(standing=None) & unrated)


def _owned_by(staff: Staff) -> Q:
    """Return "the newest owner is this worker"."""
    newer = Owner.objects.filter(contact=OuterRef("contact"), at__gt=OuterRef("at"))
    mine = Owner.objects.filter(contact=OuterRef("pk"), staff=staff.pk).exclude(Exists(newer))
    return Q(Exists(mine))


def _aged(age: str, today: date) -> Q:
    at_risk = ContactPerson.objects.filter(contact=OuterRef("pk"), role__in=AT_RISK)
    if age == UNBORN:
        return Q(Exists(at_risk.filter(expected_on__isnull=False, born_on=None)))
    youngest, oldest = YEARS[age]
    born = (_years_before(today, oldest + 1) + timedelta(days=1), _years_before(today, youngest))
    return Q(Exists(at_risk.filter(born_on__range=born)))


def _years_before(day: date, years: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year - years, day.month, 28 if leap_day else day.day)


def _is_repeat() -> Q:
    """Return "somebody at risk in it was at risk in another contact of the year before"."""
    before = Settlement.objects.filter(
        person=OuterRef("person"),
        undone_at=None,
        contact_person__role__in=AT_RISK,
        contact_person__contact__received_at__lt=OuterRef("contact_person__contact__received_at"),
        contact_person__contact__received_at__gte=OuterRef("contact_person__contact__received_at")
        - REPEAT_WITHIN,
    )
    here = Settlement.objects.filter(
        Exists(before),
        contact_person__contact=OuterRef("pk"),
        undone_at=None,
        contact_person__role__in=AT_RISK,
    )
    return Q(Exists(here))


def _rows(listed: list[Contact], stages: Mapping[uuid.UUID, str], at: datetime) -> list[Row]:
    """Read what the rows need, each kind of thing once for the whole page."""
    ids = [contact.pk for contact in listed]
    people = _by_contact(ContactPerson.objects.filter(contact__in=ids).order_by("ref"))
    ratings = _by_contact(Rating.objects.filter(contact__in=ids).order_by("at", "pk"))
    pauses = _by_contact(Paused.objects.filter(contact__in=ids))
    owners = {
        one.contact_id: one
        for one in Owner.objects.filter(contact__in=ids).select_related("staff__account").order_by("at", "pk")
    }
    holds = {
        one.contact_id: one
        for one in Hold.objects.filter(contact__in=ids, until__gt=at).select_related("staff__account")
    }
    badges, back = _badges(ids, at), why_back(ids)
    made = []
    for contact in listed:
        at_risk = [one for one in people.get(contact.pk, []) if one.is_at_risk]
        rated = ratings.get(contact.pk, [])
        standing, paused = getattr(contact, "standing", None), pauses.get(contact.pk, [])
        began = standing.counts_from if standing else None
        clock = triage.history_of(contact, rated, paused, at, began=began).clock
        owner, hold = owners.get(contact.pk), holds.get(contact.pk)
        made.append(
            Row(
                contact=contact,
                name=str(at_risk[0]) if at_risk else "Nobody at risk is named",
                others=max(0, len(at_risk) - 1),
                source=contact.organisation or "Member of the public",
                colour=rated[-1].colour if rated else "",
                clock=clock,
                danger=contact.immediate_danger and not rated,
                stage=line.STAGES[stages[contact.pk]],
                owner=owner.staff.account.name if owner else "",
                held_by=hold.staff.account.name if hold else "",
                back=back.get(contact.pk),
                badges=badges.get(contact.pk, []),
                away=away(contact, at),
            )
        )
    return made


def _by_contact(rows: QuerySet[OfContact]) -> dict[uuid.UUID, list[OfContact]]:
    found: dict[uuid.UUID, list[OfContact]] = {}
    for row in rows:
        found.setdefault(row.contact_id, []).append(row)
    return found


def _badges(ids: list[uuid.UUID], at: datetime) -> dict[uuid.UUID, list[str]]:
    """Return what stands beside each name: a fact, with the rule in its words."""
    repeats = Contact.objects.filter(_is_repeat(), pk__in=ids).values_list("pk", flat=True)
    today = at.astimezone(LONDON).date()
    lasting = Involvement.objects.filter(open_on(today), person=OuterRef("person"))
    known = Settlement.objects.filter(Exists(lasting), contact_person__contact__in=ids, undone_at=None)
    open_roles = known.values_list("contact_person__contact", "contact_person__role").distinct()
    overridden = Ground.objects.filter(contact__in=ids, approved_at__isnull=False, refused_at=None)
    found: dict[uuid.UUID, list[str]] = {}
    for contact_id in Contact.objects.filter(not_yet_in_writing(), pk__in=ids).values_list("pk", flat=True):
        found.setdefault(contact_id, []).append("Not yet in writing")
    for contact_id in repeats:
        found.setdefault(contact_id, []).append("Repeat in 12 months")
    for contact_id, role in open_roles:
        words = "Case open" if role in AT_RISK else "Brother or sister open" if role == "sibling" else ""
        if words and words not in found.setdefault(contact_id, []):
            found[contact_id].append(words)
    for contact_id in overridden.values_list("contact", flat=True).distinct():
        found.setdefault(contact_id, []).append("Agreement overridden")
    return found


def workers(staff: Staff) -> QuerySet[Staff]:
    """Return whom a contact can be given to."""
    return partnership.colleagues(staff, *WORKERS)


def chosen(staff: Staff, ids: Iterable[uuid.UUID]) -> list[Contact]:
    """Return the contacts ticked, as far as this worker may see them."""
    return list(Contact.objects.filter(contacts.readable_by(staff), pk__in=list(ids)).select_related("hub"))


def colleague(staff: Staff, staff_id: uuid.UUID) -> Staff:
    """Return a worker of this hub.  Raises Http404 for anybody else."""
    return get_object_or_404(workers(staff), pk=staff_id)


# One case


def find(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact with everything its first page shows.  Raises Http404 unless this worker may read it."""
    rows = Contact.objects.filter(contacts.readable_by(staff)).select_related("hub", "taken_by__account")
    return get_object_or_404(rows.prefetch_related("people", "warnings", "attachments"), pk=contact_id)


def additions(contact: Contact) -> QuerySet[Addition]:
    """Return what was added to a contact, oldest first."""
    return contact.additions.select_related("by__account").order_by("at", "pk")


def was_added(contact: Contact, words: str) -> bool:
    """Tell whether the referrer has added these very words before: the same form sent twice adds once."""
    return Addition.objects.filter(contact=contact, words=words, by=None).exists()


def replies(contact: Contact) -> QuerySet[Reply]:
    """Return what the referrer was told, oldest first, with whether they have opened it."""
    seen = ReplySeen.objects.filter(reply=OuterRef("pk"))
    return contact.replies.annotate(was_seen=Exists(seen)).order_by("at", "pk")


def with_reference(staff: Staff, typed: str) -> Contact | None:
    """Return the contact whose reference was typed, in any spelling of it, if this worker may read it."""
    written = normalise(typed)
    rows = Contact.objects.filter(contacts.readable_by(staff), reference=written or "")
    return rows.first() if written else None


# The outbox


def outbox(staff: Staff) -> QuerySet[Email]:
    """Return the e-mails of this worker's hub, newest first: which reference each says to sign in for."""
    if not staff.has(*DESK):
        return Email.objects.none()
    return Email.objects.filter(hub=staff.hub_id).order_by("-queued_at", "pk")
