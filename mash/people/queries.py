"""What is read about people.  Pages start from what a worker may see; row-level security lies beneath."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, F, IntegerField, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from mash.common.clock import WorkingWeek
from mash.common.prepared import SEVERAL_HASHES, SEVERAL_KEYS, prepared
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import Hub, Staff, opening_hours
from mash.partnership.queries import closures
from mash.people import matching, policy, tokens
from mash.people.details import Details
from mash.people.held import known, nearest_to_each
from mash.people.joined import counts_of_each, records_of
from mash.people.matching import Band, Candidate
from mash.people.models import (
    Address,
    Alert,
    CourtOrder,
    Identifier,
    Involvement,
    Name,
    OpenCasesList,
    Person,
    Phone,
    Relationship,
    Resident,
    Token,
)
from mash.people.weighing import weights_of

Row = TypeVar("Row")
LONDON = ZoneInfo("Europe/London")
MOST_SHOWN = 50
FRESH = timedelta(hours=26)
BY_NAME = ("family", "given", "born_on", "pk")
NEWEST_HOME = (F("until_on").desc(nulls_first=True), F("from_on").desc(nulls_last=True), "pk")


def find(staff: Staff, person_id: uuid.UUID) -> Person:
    """Return a person this worker may see.

    Raises Http404, never 403, for any other: an id must not reveal that somebody is known.
    """
    return get_object_or_404(Person.objects.filter(policy.seeable_by(staff)), pk=person_id)


def several(staff: Staff, people: Iterable[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """Return these people by key, as far as this worker may see them."""
    return {one.pk: one for one in Person.objects.filter(policy.seeable_by(staff), pk__in=list(people))}


def merged_into(people: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Return whose record counts, by the key of each of these people and of everybody merged into them."""
    rows = Person.objects.filter(merged_into__in=people).values_list("pk", "merged_into")
    return {one: one for one in people} | {one: into for one, into in rows if into}


def everyone(hub_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the keys of all people of a hub that whoever acts may see."""
    return list(Person.objects.filter(hub=hub_id).order_by("pk").values_list("pk", flat=True))


# Looking for people


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    asked: how the words were read.  people: by family name, with `current_homes`, `open_work` and `other_names`.
    more: there are more than are shown.  close: who is nearly so, where nobody is exactly.
    """

    asked: tokens.Read
    people: list[Person]
    more: bool = False
    close: tuple[Candidate, ...] = ()


def search(staff: Staff, text: str) -> Found:
    """Find people by any part: names, date of birth, postcode, telephone, identifiers, school.

    Every term must be found.  Shows at most fifty.
    """
    asked = tokens.read(text)
    if not asked.terms:
        return Found(asked, [])
    wanted = [key for _, key in tokens.of(staff.hub_id, asked.terms)]
    people = _having_all.rows(staff, wanted=wanted, many=len(wanted))
    close = () if people else tuple(candidates(staff.hub_id, tokens.described(asked)))
    shown = _with_what_stands_beside(people[:MOST_SHOWN])
    return Found(asked, shown, more=len(people) > MOST_SHOWN, close=close)


@asked_by_a_worker(wanted=SEVERAL_HASHES, many=IntegerField())
def _having_all(staff: Staff, wanted: Any, many: Any) -> QuerySet[Person]:
    """Ask for those whose records have all of this, whichever of their records has which; one more than are shown."""
    found = Token.objects.filter(hub=staff.hub_id, token__in=wanted).values(who=counts_of_each())
    having = found.annotate(hits=Count("token", distinct=True)).filter(hits=many).values("who")
    return Person.objects.filter(policy.seeable_by(staff), pk__in=having).order_by(*BY_NAME)[: MOST_SHOWN + 1]


def _with_what_stands_beside(people: list[Person]) -> list[Person]:
    """Return these people with `current_homes`, `open_work` and `other_names`."""
    keys = [one.pk for one in people]
    homes = _of_each(_current_homes.rows(people=keys)) if keys else {}
    work = _of_each(_open_work.rows(people=keys, today=localdate())) if keys else {}
    names = _of_each(_other_names.rows(people=keys)) if keys else {}
    for one in people:
        for name, rows in (("current_homes", homes), ("open_work", work), ("other_names", names)):
            setattr(one, name, rows.get(one.pk, []))
    return people


def _of_each(rows: Iterable[Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


@prepared(people=SEVERAL_KEYS)
def _current_homes(people: Any) -> QuerySet[Address]:
    return Address.objects.filter(person__in=people, until_on=None).order_by(*NEWEST_HOME)


@prepared(people=SEVERAL_KEYS, today=DateField())
def _open_work(people: Any, today: Any) -> QuerySet[Involvement]:
    return Involvement.objects.filter(open_on(today), person__in=people).order_by("-tier", "agency")


@prepared(people=SEVERAL_KEYS)
def _other_names(people: Any) -> QuerySet[Name]:
    return Name.objects.filter(person__in=people).order_by("kind", "given", "family")


def candidates(hub_id: uuid.UUID, details: Details) -> list[Candidate]:
    """Return up to five people of a hub who may be the one described, likeliest first; two queries at most.

    What many people share is asked only when what few share shows nobody likely.
    Whoever acts sees only whom they may.  An empty list means: not found.

    Source: docs/rules.md, "Matching people".
    """
    return candidates_for_each(hub_id, [details])[0]


def candidates_for_each(hub_id: uuid.UUID, described: Sequence[Details]) -> list[list[Candidate]]:
    """Return for each of several people described whom `candidates` would; two queries at most for all together.

    Source: docs/rules.md, "Matching people".
    """
    weights = weights_of(hub_id)
    weighed = nearest_to_each(hub_id, [tokens.asked_first(one) for one in described])
    found = [matching.rank(one, held.values(), weights) for one, held in zip(described, weighed, strict=True)]
    open_still = [place for place, shown in enumerate(found) if matching.best(shown) != Band.LIKELY]
    further = nearest_to_each(hub_id, [tokens.asked_next(described[place]) for place in open_still])
    for place, more in zip(open_still, further, strict=True):
        if more.keys() - weighed[place].keys():
            found[place] = matching.rank(described[place], (weighed[place] | more).values(), weights)
    return found


def alike(staff: Staff, person: Person) -> tuple[set[tokens.Word], list[Person]]:
    """Return by what a record is looked for, and whose records are most like it, likeliest first.

    Source: docs/rules.md, "Two records of one person".
    """
    described = known([person.pk])[person.pk]
    found = [one.person_id for one in candidates(person.hub_id, described)]
    seen = several(staff, found)
    return tokens.asked(described), [seen[key] for key in found if key in seen]


# One person's page


@dataclass(frozen=True, slots=True)
class Record:
    """Everything on one person's page."""

    names: list[Name]
    homes: list[Address]
    phones: list[Phone]
    numbers: list[Identifier]
    household: list[Resident]
    relationships: list[Relationship]
    alerts: list[Alert]
    court_orders: list[CourtOrder]
    work: list[Involvement]
    list_age: "ListAge"
    today: date
    joined: list[Person]

    @property
    def open_work(self) -> list[Involvement]:
        """The work that has not ended."""
        return [row for row in self.work if row.until_on is None or row.until_on > self.today]

    @property
    def ended_work(self) -> list[Involvement]:
        """The work that has ended."""
        return [row for row in self.work if row not in self.open_work]


def record_of(person: Person, hub: Hub, at: datetime) -> Record:
    """Return all that is held on a person, as whoever acts may see it."""
    return Record(
        names=_once(names_of(person), "given", "family", "kind"),
        homes=_once(addresses_of(person), "lines", "postcode", "from_on", "until_on"),
        phones=_once(phones_of(person), "digits", "until_on"),
        numbers=_once(numbers_of(person), "scheme", "value"),
        household=list(household_of(person)),
        relationships=list(relationships_of(person)),
        alerts=list(alerts_of(person, at.astimezone(LONDON).date())),
        court_orders=list(court_orders_of(person)),
        work=list(involvements_of(person).reverse()),
        list_age=list_age(hub, at),
        today=at.astimezone(LONDON).date(),
        joined=list(person.merged.order_by("recorded_at", "pk")),
    )


def _once(rows: Iterable[Row], *facts: str) -> list[Row]:
    """Return rows without those that say what one before says: two records of one person often hold the same."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(repr([getattr(row, fact) for fact in facts]), row)
    return list(found.values())


def names_of(person: Person) -> QuerySet[Name]:
    """Return every further name of a person."""
    return Name.objects.filter(person__in=records_of(person)).order_by("kind", "from_on", "given", "family")


def addresses_of(person: Person) -> QuerySet[Address]:
    """Return where a person lives and lived, the current address first."""
    return Address.objects.filter(person__in=records_of(person)).order_by(*NEWEST_HOME)


def phones_of(person: Person) -> QuerySet[Phone]:
    """Return a person's telephone numbers, those in use first."""
    return Phone.objects.filter(person__in=records_of(person)).order_by("-until_on", "number")


def numbers_of(person: Person) -> QuerySet[Identifier]:
    """Return the numbers by which others know a person."""
    return Identifier.objects.filter(person__in=records_of(person)).order_by("scheme", "value")


def household_of(person: Person) -> QuerySet[Resident]:
    """Return who else lives where this person lives now."""
    own = records_of(person)
    ours = Resident.objects.filter(person__in=own, until_on=None).values("household_id")
    lives_there = Resident.objects.filter(household__in=ours, until_on=None).exclude(person__in=own)
    return lives_there.select_related("person").order_by("person__born_on", "person__given", "pk")


def relationships_of(person: Person) -> QuerySet[Relationship]:
    """Return how a person stands to others, either way round, that has not ended."""
    own = records_of(person)
    either = Q(from_person__in=own) ^ Q(to_person__in=own)  # two records of one person are not related
    return (
        Relationship.objects.filter(either, until_on=None)
        .select_related("from_person", "to_person")
        .order_by("kind", "said_at", "pk")
    )


def alerts_of(person: Person, on: date) -> QuerySet[Alert]:
    """Return what whoever opens the record must know on this day."""
    lasting = Alert.objects.filter(person__in=records_of(person), from_on__lte=on, expires_on__gte=on)
    return lasting.order_by("expires_on", "pk")


def court_orders_of(person: Person) -> QuerySet[CourtOrder]:
    """Return the court orders about a person, the newest first."""
    return CourtOrder.objects.filter(person__in=records_of(person)).order_by("-made_on", "pk")


def open_on(on: date) -> Q:
    """Return "this work is open on a day": it has begun, and its first day without it has not come.

    Source: docs/rules.md, "Known already, open already".
    """
    return Q(from_on__lte=on) & (Q(until_on=None) | Q(until_on__gt=on))


def involvements_of(person: Person) -> QuerySet[Involvement]:
    """Return all work with a person, open or ended, oldest first: what steps up, down and bounces are read from."""
    return Involvement.objects.filter(person__in=records_of(person)).order_by("from_on", "pk")


# The council's list of open cases


@dataclass(frozen=True, slots=True)
class ListAge:
    """How old our picture of open cases is.

    as_at: the list's own moment, None if none ever came.  stale: it warns.
    """

    as_at: datetime | None
    rows: int = 0
    stale: bool = True


def list_age(hub: Hub, at: datetime) -> ListAge:
    """Return how old the newest list of open cases is.

    It is stale when more than 26 hours of working days have passed since its own moment: a list made on
    Friday night is still good on Monday morning.  Where none ever came, it is stale.

    Source: docs/rules.md, "Known already, open already".
    """
    newest = OpenCasesList.objects.filter(hub=hub.pk).order_by("-as_at").first()
    if newest is None:
        return ListAge(None)
    closed = frozenset(day for day in closures(hub.pk) if isinstance(day, date))
    week = WorkingWeek(opening_hours(hub), closed)
    return ListAge(newest.as_at, newest.rows, _hours_of_working_days(newest.as_at, at, week) > FRESH)


def _hours_of_working_days(start: datetime, end: datetime, week: WorkingWeek) -> timedelta:
    """Return how much of the time from start to end lay on days on which the hub works."""
    passed, moment = timedelta(), start.astimezone(LONDON)
    end = end.astimezone(LONDON)
    while moment < end and passed <= FRESH:
        midnight = datetime.combine(moment.date() + timedelta(days=1), datetime.min.time(), LONDON)
        until = min(midnight, end)
        if week.is_working_day(moment.date()):
            passed += until - moment
        moment = until
    return passed
