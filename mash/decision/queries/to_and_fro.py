"""Everybody of a hub on whom a rule of going to and fro fires: each kind of fact is read once, whatever the number."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Coalesce, Greatest

from mash.common.clock import LONDON
from mash.contact import policy as contacts
from mash.contact.models import AT_RISK, Contact, Settlement
from mash.contact.wards import Ward, lies_in
from mash.decision import bouncing, policy
from mash.decision.bouncing import Bounced
from mash.decision.content import direction_rules
from mash.decision.direction import Spell, months_before
from mash.decision.models import Decision, Outcome, PassedBack
from mash.decision.needs import NO_FURTHER_ACTION
from mash.decision.queries.bouncing import counted, not_decided_again, referrals
from mash.decision.queries.naming import day_of
from mash.partnership.models import Staff
from mash.people.joined import counts, records_that_count_as
from mash.people.models import Involvement, Person, Resident
from mash.people.policy import seeable_by
from mash.triage.content import bounce_rules

TURNS_ROUND = 2  # pieces of work: with one alone nobody is up and down


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to; everything empty for all of it.

    rule: its id.  service: the name of one that works or worked with them.  days: the last fact is no older.
    """

    rule: str = ""
    ward: Ward | None = None
    service: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The newest contact about somebody that this worker may read."""

    key: uuid.UUID
    reference: str


@dataclass(slots=True)
class Mover:
    """One person who goes to and fro: who that is, the rules that fired, and who works or worked with them."""

    who: uuid.UUID
    bounced: Sequence[Bounced]
    services: Sequence[str]
    name: str = ""
    case: Case | None = None

    @property
    def last_on(self) -> date:
        """The last day of any rule that fired."""
        return max(one.days[-1] for one in self.bounced)


@dataclass(slots=True)
class Family:
    """Those of one household who go to and fro, the latest first."""

    movers: list[Mover] = field(default_factory=list)

    @property
    def last_on(self) -> date:
        """The last day of any rule that fired on any of them."""
        return max(one.last_on for one in self.movers)


@dataclass(frozen=True, slots=True)
class Found:
    """The list: families, how many people are in them, and on how many of these each rule fires."""

    families: Sequence[Family]
    people: int
    by_rule: Mapping[str, int]


@dataclass(slots=True)
class _Known:
    """What is known of one person, as `bouncing.fired` asks for it."""

    work: list[tuple[Spell, str]] = field(default_factory=list)
    ended: list[tuple[date, uuid.UUID, frozenset[str]]] = field(default_factory=list)
    came: list[tuple[date, uuid.UUID, frozenset[str]]] = field(default_factory=list)
    passed: list[tuple[date, date]] = field(default_factory=list)
    referred: list[date] = field(default_factory=list)

    def fired(self, today: date) -> list[Bounced]:
        back = [
            (day, came)
            for day, here, about in self.ended
            for came, there, again in self.came
            if here != there and about & again and day <= came
        ]
        spells, ended = [spell for spell, _ in self.work], [day for day, *_ in self.ended]
        return bouncing.fired(
            spells, ended, today, came_back=back, passed_back=self.passed, referred=self.referred
        )


def narrowed(staff: Staff, movers: Sequence[Mover], wanted: Wanted, today: date) -> Found:
    """Return the families of these people that are wanted and that this worker may see, the latest first.

    Source: docs/rules.md, "Bouncing".
    """
    chosen = [one for one in movers if _is_wanted(one, wanted, today)]
    names = _names(staff, (one.who for one in chosen))
    chosen = [one for one in chosen if one.who in names]
    if wanted.ward:
        inside = _living_in(staff, wanted.ward, [one.who for one in chosen])
        chosen = [one for one in chosen if one.who in inside]
    for one in chosen:
        one.name = names[one.who]
    by_rule = Counter(each.rule.id for one in chosen for each in one.bounced)
    return Found(_families(chosen), len(chosen), by_rule)


def with_cases(staff: Staff, families: Iterable[Family]) -> None:
    """Put beside each person the newest contact about them that this worker may read: of one page, not of the list."""
    known = {one.who: one for family in families for one in family.movers}
    rows = _about(staff, known).order_by("who", "contact_person__contact__received_at", "pk")
    for who, key, reference in rows.values_list(
        "who", "contact_person__contact", "contact_person__contact__reference"
    ):
        known[who].case = Case(key, reference)


def movers(staff: Staff, today: date) -> list[Mover]:
    """Return everybody on whom a rule fires on a day, from what this worker may read; without their names."""
    known: dict[uuid.UUID, _Known] = {}
    reach = max(one.within_days for one in bounce_rules().values())
    since = min(
        months_before(today, direction_rules().looks_back_months.value), today - timedelta(days=reach)
    )
    before = since - timedelta(days=reach)
    _add_work(known, staff, since)
    _add_ended(known, staff, before)
    _add_came(known, staff, since)
    _add_passed(known, staff, since)
    _add_referred(known, staff, before)
    found = []
    for who, one in known.items():
        if bounced := one.fired(today):
            found.append(Mover(who, bounced, tuple(dict.fromkeys(name for _, name in one.work))))
    return found


def _of(known: dict[uuid.UUID, _Known], who: uuid.UUID) -> _Known:
    return known.setdefault(who, _Known())


def _add_work(known: dict[uuid.UUID, _Known], staff: Staff, since: date) -> None:
    seen = Involvement.objects.filter(seeable_by(staff, "person_id")).annotate(who=counts())
    last = Max(Greatest("from_on", Coalesce("until_on", "from_on")))
    turning = (
        seen.values("who").annotate(n=Count("pk"), last=last).filter(n__gte=TURNS_ROUND, last__gte=since)
    )
    rows = seen.filter(who__in=turning.values("who")).order_by("from_on", "pk")
    for who, tier, from_on, until_on, agency in rows.values_list(
        "who", "tier", "from_on", "until_on", "agency"
    ):
        _of(known, who).work.append((Spell(tier, from_on, until_on), agency))


def _add_ended(known: dict[uuid.UUID, _Known], staff: Staff, since: date) -> None:
    rows = (
        _decided(staff, since)
        .filter(outcome=NO_FURTHER_ACTION, alongside=False, decision__turned_down_at=None)
        .annotate(worries=counted("decision__contact"))
        .order_by("decision__made_at", "pk")
    )
    for who, at, contact, about in rows.values_list(
        "who", "decision__made_at", "decision__contact", "worries"
    ):
        _of(known, who).ended.append((day_of(at), contact, frozenset(about)))


def _add_came(known: dict[uuid.UUID, _Known], staff: Staff, since: date) -> None:
    waiting = [who for who, one in known.items() if one.ended]
    rows = (
        _about(staff, waiting)
        .filter(contact_person__contact__received_at__gte=_start_of(since))
        .annotate(worries=counted("contact_person__contact"))
        .order_by("contact_person__contact__received_at", "pk")
    )
    columns = ("who", "contact_person__contact__received_at", "contact_person__contact", "worries")
    for who, at, contact, about in rows.values_list(*columns):
        _of(known, who).came.append((day_of(at), contact, frozenset(about)))


def _add_passed(known: dict[uuid.UUID, _Known], staff: Staff, since: date) -> None:
    readable = Contact.objects.filter(contacts.readable_by(staff)).values("pk")
    rows: QuerySet[Any, Any] = PassedBack.objects.filter(
        contact__in=readable, outcome__person__isnull=False, undone_at=None, told_on__gte=since
    ).annotate(who=counts("outcome__person"))
    for who, sent, told_on in rows.order_by("told_on", "pk").values_list(
        "who", "outcome__decision__made_at", "told_on"
    ):
        _of(known, who).passed.append((day_of(sent), told_on))


def _add_referred(known: dict[uuid.UUID, _Known], staff: Staff, since: date) -> None:
    rows = _decided(staff, since).filter(not_decided_again(), outcome__in=referrals())
    rows = rows.order_by("who", "decision__contact", "decision__made_at").distinct("who", "decision__contact")
    for who, at in rows.values_list("who", "decision__made_at"):
        _of(known, who).referred.append(day_of(at))


def _decided(staff: Staff, made_since: date) -> "QuerySet[Any, Any]":
    """Return what was decided since a day about anybody settled, in decisions that this worker may read."""
    readable = Decision.objects.filter(policy.readable_by(staff)).values("pk")
    found: QuerySet[Any, Any] = Outcome.objects.filter(
        decision__in=readable, decision__made_at__gte=_start_of(made_since), person__isnull=False
    )
    named: QuerySet[Any, Any] = found.annotate(who=counts())
    return named


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


def _about(staff: Staff, people: Iterable[uuid.UUID]) -> "QuerySet[Any, Any]":
    """Return who of these people contacts are about that this worker may read."""
    readable = Contact.objects.filter(contacts.readable_by(staff)).values("pk")
    said: QuerySet[Any, Any] = Settlement.objects.filter(
        contact_person__contact__in=readable,
        contact_person__role__in=AT_RISK,
        undone_at=None,
        person__isnull=False,
    )
    named: QuerySet[Any, Any] = said.annotate(who=counts()).filter(who__in=list(people))
    return named


def _is_wanted(one: Mover, wanted: Wanted, today: date) -> bool:
    fired = [each for each in one.bounced if wanted.rule in ("", each.rule.id)]
    if wanted.days is not None:
        fired = [each for each in fired if (today - each.days[-1]).days <= wanted.days]
    return bool(fired) and wanted.service in ("", *one.services)


def _names(staff: Staff, people: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    seen = Person.objects.filter(seeable_by(staff), pk__in=list(people))
    return {one.pk: str(one) for one in seen.only("given", "family", "expected_on", "hub")}


def _living_in(staff: Staff, ward: Ward, people: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    inside = Contact.objects.filter(lies_in(ward)).values("pk")
    return set(_about(staff, people).filter(contact_person__contact__in=inside).values_list("who", flat=True))


def _families(chosen: Sequence[Mover]) -> list[Family]:
    """Put together who lives together now, and order families by their last day."""
    people = [one.who for one in chosen]
    here = Resident.objects.filter(person__in=records_that_count_as(people), until_on=None)
    homes = here.annotate(who=counts())
    home_of = dict(homes.order_by("household_id").values_list("who", "household_id"))
    found: dict[uuid.UUID, Family] = {}
    for one in sorted(chosen, key=lambda one: (-one.last_on.toordinal(), one.name, str(one.who))):
        found.setdefault(home_of.get(one.who, one.who), Family()).movers.append(one)
    return list(found.values())
