"""What the list is narrowed by, as conditions on a contact.  No rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, When

from mash.common.clock import LONDON
from mash.contact.models import AT_RISK, ContactPerson, Settlement
from mash.contact.wards import lies_in, wards
from mash.partnership.models import Restriction
from mash.people.models import Person
from mash.triage import about
from mash.triage.in_writing import not_yet_in_writing

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
    ward: str = ""
    owner: str = ""
    repeat: bool = False
    due: str = ""  # soon | overdue
    answers: bool = False
    writing: bool = False  # a call that still waits for its written form
    again: bool = False  # back for agreement, and the day to look again has come
    restricted: bool = False


def conditions(wanted: Wanted, at: datetime) -> Iterable[Q]:
    """Return what some filters ask of a contact; `Limits` and the list's own columns answer the others."""
    if wanted.sources:
        yield Q(source_kind__in=wanted.sources)
    if wanted.age:
        yield _aged(wanted.age, at.astimezone(LONDON).date())
    if wanted.category:
        yield about.has(wanted.category)
    if wanted.ward:
        yield lies_in(wards()[wanted.ward])
    if wanted.repeat:
        yield is_repeat()
    if wanted.writing:
        yield not_yet_in_writing()
    if wanted.restricted:
        yield is_restricted()


def is_so(condition: Q) -> Case:
    """Return a condition as a column that is true or false."""
    return Case(When(condition, then=True), default=False, output_field=BooleanField())


def is_restricted() -> Q:
    """Return "restricted", of contacts that whoever asks sees: of no other does the database tell them."""
    return Q(Exists(Restriction.objects.filter(contact_id=OuterRef("pk"), until_at=None)))


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
    own, joined_to = OuterRef(OuterRef("person")), OuterRef(OuterRef("person__merged_into"))
    either = Q(pk=own) | Q(pk=joined_to) | Q(merged_into=own) | Q(merged_into=joined_to)
    before = Settlement.objects.filter(
        person__in=Person.objects.filter(either).values("pk"),
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
