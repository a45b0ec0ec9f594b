"""What the list is narrowed by, as conditions on a contact.  No rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from mash.common.clock import LONDON
from mash.contact.models import AT_RISK, ContactPerson, Settlement
from mash.desk import line
from mash.partnership.models import Staff
from mash.triage import about
from mash.triage import queries as triage
from mash.triage.in_writing import not_yet_in_writing
from mash.triage.looking_again import is_to_look_at_again
from mash.triage.models import Owner

DUE_SOON = timedelta(hours=4)  # of working time
REPEAT_WITHIN = timedelta(days=365)
YEARS = {"0_4": (0, 4), "5_10": (5, 10), "11_15": (11, 15), "16_17": (16, 17), "adult": (18, 150)}
UNBORN = "unborn"
UNRATED = "unrated"
MINE, NOBODY = "me", "nobody"


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


def conditions(staff: Staff, wanted: Wanted, at: datetime) -> Iterable[Q]:
    """Return what each filter in force asks of a contact; its stage is read with the list."""
    if wanted.ratings:
        unrated = Q(standing=None) if UNRATED in wanted.ratings else Q()
        yield Q(standing__colour__in=wanted.ratings) | unrated
    if wanted.sources:
        yield Q(source_kind__in=wanted.sources)
    if wanted.age:
        yield _aged(wanted.age, at.astimezone(LONDON).date())
    if wanted.category:
        yield about.has(wanted.category)
    if wanted.owner:
        yield (
            owned_by(staff)
            if wanted.owner == MINE
            else ~Q(Exists(Owner.objects.filter(contact=OuterRef("pk"))))
        )
    if wanted.due:
        yield overdue(staff, at) if wanted.due == "overdue" else due_soon(staff, at)
    yield from _marks(wanted, at)


def _marks(wanted: Wanted, at: datetime) -> Iterable[Q]:
    if wanted.repeat:
        yield is_repeat()
    if wanted.answers:
        yield line.answers_are_back()
    if wanted.writing:
        yield not_yet_in_writing()
    if wanted.again:
        yield is_to_look_at_again(at)


def overdue(staff: Staff, at: datetime) -> Q:
    """Return "its limit has run out"."""
    return _due_before(at, _time_of(staff, at))


def due_soon(staff: Staff, at: datetime) -> Q:
    """Return "its limit runs out within the next hours of working time, and has not run out"."""
    time = _time_of(staff, at)
    return _due_before(time.week.deadline(at, DUE_SOON), time) & ~_due_before(at, time)


def _time_of(staff: Staff, at: datetime) -> triage.HubTime:
    return triage.hub_time(staff.hub, at.astimezone(LONDON).date())


def _due_before(moment: datetime, time: triage.HubTime) -> Q:
    """Return "its limit runs out before this moment": stored for rated work, from receipt for unrated."""
    child, adult = (triage.received_by(time, subject, moment) for subject in ("child", "adult"))
    unrated = Q(subject="adult", received_at__lt=adult) | (~Q(subject="adult") & Q(received_at__lt=child))
    return Q(standing__due_at__lt=moment) | (Q(standing=None) & unrated)


def owned_by(staff: Staff) -> Q:
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


def is_repeat() -> Q:
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
