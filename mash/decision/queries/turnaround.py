"""How long a hub took with the contacts of a period, measured from the rows that say when things happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Min, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import get_current_timezone, localdate

from mash.check.models import Check, Enquiry
from mash.check.queries.waiting import confirmation_due
from mash.contact.models import Contact, ReplyKind, ReplySeen, Written
from mash.decision import content, turnaround
from mash.decision.models import Decision, Outcome, Told
from mash.decision.turnaround import Figures, Measured
from mash.partnership.models import Hub
from mash.triage import fixed
from mash.triage.confirming import unconfirmed
from mash.triage.gate import CHECK
from mash.triage.in_writing import written_clock
from mash.triage.models import Paused, Rating, Route, Stage
from mash.triage.policy import QUALIFIED
from mash.triage.queries import history_of, hub_time
from mash.triage.rating_clock import RatingHistory, Result

DAYS_SHOWN = 28
TOLD_OF_A_DECISION = (ReplyKind.DECIDED, ReplyKind.PASSED_ON)


@dataclass(frozen=True, slots=True)
class Turnaround:
    """How long a hub took: stage by stage, and the agencies' returns agency by agency."""

    stages: list[Figures]
    agencies: list[tuple[str, Figures]]


def turnaround_of(hub: Hub, from_: datetime, until: datetime, now: datetime) -> Turnaround:
    """Return the figures for the contacts received from one moment up to another.

    Source: docs/rules.md, "Clocks", "Feedback to the referrer".
    """
    week = hub_time(hub, localdate(now)).week
    measured = list(_measured(hub, from_, until, now))
    return Turnaround(turnaround.figures(measured, week), turnaround.by_agency(measured, week))


def last_days(now: datetime) -> tuple[datetime, datetime]:
    """Return the start of the day four weeks ago, and now: the period shown when none is chosen."""
    day = localdate(now) - timedelta(days=DAYS_SHOWN)
    return datetime.combine(day, time(), tzinfo=get_current_timezone()), now


def _measured(hub: Hub, from_: datetime, until: datetime, now: datetime) -> Iterator[Measured]:
    received = Q(hub=hub.pk, received_at__gte=from_, received_at__lt=until)
    covered = Told.objects.select_related("decision").order_by("decision__made_at", "pk")
    whole = Prefetch("decision__outcomes", queryset=Outcome.objects.filter(alongside=False))
    found = Contact.objects.filter(received).prefetch_related(
        Prefetch("writings", queryset=Written.objects.filter(undone_at=None)),
        Prefetch("ratings", queryset=Rating.objects.order_by("at", "pk")),
        Prefetch("pauses", queryset=Paused.objects.order_by("from_at")),
        Prefetch("routes", queryset=Route.objects.select_related("by")),
        "noted",
        Prefetch("checks", queryset=Check.objects.order_by("opened_at")),
        Prefetch("told", queryset=covered.prefetch_related(whole)),
    )
    for contact in found.order_by("received_at", "pk"):
        contact.hub = hub
        yield from _of_contact(contact, now)
        yield from _in_writing(contact, now)
    yield from _confirmations(received, now)
    yield from _returns(received, now)
    yield from _replies(hub, received)


def _of_contact(contact: Contact, now: datetime) -> Iterator[Measured]:
    ratings, pauses = list(contact.ratings.all()), list(contact.pauses.all())
    checks = list(contact.checks.all())
    decided_at = next((one.decision.made_at for one in contact.told.all() if _counts(one.decision)), None)
    rated_at = ratings[0].at if ratings else None
    triage = history_of(contact, ratings, [], now, stage=Stage.TRIAGE)
    decision = history_of(contact, ratings, [], now, stage=Stage.HUB_DECISION, ended_at=decided_at)
    rested = history_of(contact, ratings, pauses, now, stage=Stage.HUB_DECISION, ended_at=decided_at)
    yield _of(turnaround.Stage.RATED, contact, rated_at, kept(triage, now))
    yield from _response(contact, decided_at, now)
    if checks:
        yield _of(turnaround.Stage.CHECK_OPENED, contact, checks[0].opened_at, None)
    yield _of(turnaround.Stage.DECIDED, contact, decided_at, kept(decision, now))
    yield _of(turnaround.Stage.DECIDED_LESS_PAUSES, contact, decided_at, kept(rested, now))


def _response(contact: Contact, decided_at: datetime | None, now: datetime) -> Iterator[Measured]:
    """Yield from receipt to a social worker's word on the kind of response, for a child."""
    said = [one.at for one in contact.routes.all() if one.by.has(*QUALIFIED)]
    said += [decided_at] if decided_at else []
    said += [one.at for one in contact.noted.all() if one.undone_at is None]
    clock = fixed.response_clock(contact, min(said, default=None), now)
    if clock:
        met = clock.ended_at <= clock.due_at if clock.ended_at else not clock.is_overdue(now)
        yield _of(turnaround.Stage.RESPONSE, contact, clock.ended_at, met)


def _in_writing(contact: Contact, now: datetime) -> Iterator[Measured]:
    """Yield from a call to its written form, where one is to follow."""
    written = next(iter(contact.writings.all()), None) if contact.is_to_be_written else None
    clock = written_clock(contact, now, written)
    if clock:
        met = clock.ended_at <= clock.due_at if clock.ended_at else not clock.is_overdue(now)
        yield _of(turnaround.Stage.WRITTEN, contact, clock.ended_at, met)


def _of(stage: turnaround.Stage, contact: Contact, until_at: datetime | None, met: bool | None) -> Measured:
    return Measured(stage, contact.received_at, until_at, met)


def _counts(decision: Decision) -> bool:
    known = content.outcomes()
    return all(known[one.outcome].counts_as_decided for one in decision.outcomes.all())


def kept(history: RatingHistory, now: datetime) -> bool | None:
    """Tell whether no limit was missed under any rating; None where no rating set one."""
    limits = [one for one in history.segments if one.shown or one.own]
    return all(one.result(now) != Result.MISSED for one in limits) if limits else None


def _confirmations(received: Q, now: datetime) -> Iterator[Measured]:
    """Yield from each rating of a contact that went to a check to a manager confirming it."""
    same = OuterRef("contact")
    to_check = Route.objects.filter(contact=same, route=CHECK).order_by("at").values("at")[:1]
    opened = Check.objects.filter(contact=same).order_by("opened_at").values("opened_at")[:1]
    asked = Enquiry.objects.filter(check_asked__contact=same, sent_at__gte=OuterRef("at"))
    found = Rating.objects.filter(contact__in=Contact.objects.filter(received).values("pk"))
    found = found.filter(Q(confirmations__agreed=True) | Q(pk__in=unconfirmed().values("pk"))).annotate(
        confirmed_at=Min("confirmations__at", filter=Q(confirmations__agreed=True)),
        sent_on_at=Coalesce(Subquery(to_check), Subquery(opened)),
        asked_at=Subquery(asked.order_by("sent_at").values("sent_at")[:1]),
    )
    for one in found.filter(sent_on_at__isnull=False).order_by("at", "pk"):
        until = one.confirmed_at
        before = one.asked_at if one.asked_at and one.asked_at < (until or now) else None
        met = (until or now) < confirmation_due(before) if before else None
        yield Measured(turnaround.Stage.CONFIRMED, min(max(one.at, one.sent_on_at), until or now), until, met)


def _returns(received: Q, now: datetime) -> Iterable[Measured]:
    contacts = Contact.objects.filter(received).values("pk")
    asked = Enquiry.objects.filter(check_asked__contact__in=contacts, withdrawn_at=None)
    asked = asked.select_related("agency").order_by("sent_at", "pk")
    for one in asked.annotate(whole_at=Min("returns__at", filter=Q(returns__part=False))):
        met = one.whole_at <= one.due_at if one.whole_at else one.due_at > (one.let_go_at or now)
        yield Measured(turnaround.Stage.AGENCY_RETURN, one.sent_at, one.whole_at, met, one.agency.name)


def _replies(hub: Hub, received: Q) -> Iterator[Measured]:
    """Yield from the decision to each reply, and from each reply to its first reading."""
    contacts = Contact.objects.filter(received).values("pk")
    told = Told.objects.filter(contact__in=contacts, reply__kind__in=TOLD_OF_A_DECISION)
    read = dict(
        ReplySeen.objects.filter(reply__in=told.values("reply"))
        .values_list("reply")
        .annotate(Min("at"))
        .order_by()
    )
    for one in told.select_related("decision", "reply", "contact").order_by("reply__at", "pk"):
        made_at, reply = one.decision.made_at, one.reply
        if made_at is None or reply is None:
            continue
        limits = hub_time(hub, localdate(made_at)).limits(Stage.FEEDBACK, one.contact.subject)
        due = [
            limit.due_at(made_at, hub_time(hub, localdate(made_at)).week)
            for by_rating in limits
            if (limit := by_rating.get(one.decision.colour or "red"))
        ]
        yield Measured(turnaround.Stage.REPLIED, made_at, reply.at, reply.at <= min(due) if due else None)
        yield Measured(turnaround.Stage.READ, reply.at, read.get(reply.pk))
