"""What a hub holds that goes into a return, read by a program that sees all of its cases.

Nothing sealed is read, no address, and of names only those of teams and workers that Annex A asks for.
"""

import uuid
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from mash.common.clock import LONDON, whole_years
from mash.contact.content import categories
from mash.contact.models import ContactPerson, Settlement
from mash.decision.content import outcomes
from mash.decision.models import Accepted, Decision, Outcome, Reopening, Strategy
from mash.people.disabilities import DISABILITIES
from mash.people.identifiers import LA_CHILD_ID, NHS, UPN
from mash.people.joined import counts
from mash.people.models import Identifier, Involvement, Person
from mash.returns.days import after_working_days
from mash.returns.facts import (
    Came,
    Child,
    Gathered,
    Help,
    Referral,
    is_plain,
    merge,
    need_code,
    own_code,
    source_code,
)
from mash.returns.models import Past, What
from mash.returns.years import Year
from mash.triage.reading import ClockFact, Reading

AT_ONCE = 2000
EARLY_HELP = 2  # the tier of early help
ADULT = 18
CHILD = "child"  # whom a contact is about
CONFERENCE_DAYS = 15  # working days from the strategy discussion to the conference
FURTHER_BACK = timedelta(days=366)  # for the referrals of the twelve months before


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a return, both included, on England's clock."""

    from_on: date
    until_on: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.from_on, time(), LONDON)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.until_on + timedelta(days=1), time(), LONDON)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.from_on <= day <= self.until_on


@dataclass(slots=True)
class _Decided:
    """What was decided of one child of a contact: the main outcome and what goes alongside it."""

    came: Came
    outcomes: dict[str, uuid.UUID]
    needs: dict[str, Any]
    about: uuid.UUID
    categories: list[str]
    reopened: bool


def gather(hub_id: uuid.UUID, period: Period, rules: Year) -> Gathered:
    """Return what goes into a return of these days.  Whoever acts must see every case of the hub.

    Source: docs/rules.md, "Statutory returns".
    """
    return _Gathering(hub_id, period, rules).everything()


class _Gathering:
    """One reading of a hub's cases; children are read once and named the same on every list."""

    def __init__(self, hub_id: uuid.UUID, period: Period, rules: Year) -> None:
        self.hub_id, self.period, self.rules = hub_id, period, rules
        self.wide = Period(period.from_on - FURTHER_BACK, period.until_on)
        self.people: dict[uuid.UUID, Child] = {}
        self.key = settings.MASH_IDENTITY_KEY  # never changed: a child keeps one code from year to year

    def everything(self) -> Gathered:
        came = list(self._came())
        helped = list(self._involvements())
        past = list(
            Past.objects.filter(hub=self.hub_id, on__lte=self.period.until_on)
            .values_list("what", counts(), "on", "source", "ended_on", "said", "place")
            .order_by("on", "person", "what", "source", "place")
        )
        self._read_people(
            {one.settled for one in came if one.settled}
            | {one[0] for one in helped}
            | {one[1] for one in past}
        )
        contacts = {one.about: self._contact(one) for one in came}
        referrals = list(self._referrals(contacts))
        told = self._past(past)
        in_period = [one for one in contacts.values() if one.on in self.period]
        found = Gathered(
            children=(),
            contacts=sorted(self._contacts_with(in_period, told[What.CONTACT]), key=_order),
            early_help=sorted(self._help_with(self._help(helped), told[What.EARLY_HELP]), key=_order),
            referrals=sorted(self._referrals_with(referrals, told[What.REFERRAL]), key=_order),
        )
        named: list[Came | Help | Referral] = [*found.contacts, *found.early_help, *found.referrals]
        children = {one.child.id: one.child for one in named}
        found.children = [children[key] for key in sorted(children)]
        return found

    # Contacts

    def _came(self) -> Iterator["_Row"]:
        within = {"received_at__gte": self.wide.begins, "received_at__lt": self.wide.ends, "hub": self.hub_id}
        settled = dict(
            Settlement.objects.filter(
                hub=self.hub_id,
                undone_at=None,
                person__isnull=False,
                contact_person__role=CHILD,
                **{f"contact_person__contact__{name}": value for name, value in within.items()},
            )
            .order_by("pk")
            .values_list("contact_person", counts())
        )
        rows = (
            ContactPerson.objects.filter(
                hub=self.hub_id, role=CHILD, **{f"contact__{name}": value for name, value in within.items()}
            )
            .order_by("contact__received_at", "pk")
            .values_list(
                "pk", "contact", "contact__received_at", "contact__source_kind", "contact__anonymous",
                "contact__message__source__dfe_code", "born_on", "expected_on", "sex", "ethnicity",
                "disabilities",
            )
        )  # fmt: skip
        for row in rows.iterator(AT_ONCE):
            yield _Row(settled.get(row[0]), *row)

    def _contact(self, row: "_Row") -> Came:
        source, odd = source_code(row.code, row.kind, self.rules, anonymous=row.anonymous)
        child = self.people.get(row.settled) if row.settled else None
        if child is None:
            child = self._unsettled(row)
            odd += ("H01",)
        return Came(child, localdate(row.received_at, LONDON), source, row.contact, odd)

    def _unsettled(self, row: "_Row") -> Child:
        """Return a child of whom nobody has said who it is: named by a code, whatever number the message gives."""
        return self._tidy(
            Child(
                own_code(self.hub_id, row.about, self.key),
                born_on=row.born_on,
                expected_on=row.expected_on,
                sex=row.sex or "U",
                ethnicity=row.ethnicity,
                disabilities=tuple(row.disabilities),
            )
        )

    # People

    def _read_people(self, keys: set[uuid.UUID]) -> None:
        numbers = self._numbers(keys)
        taken: set[str] = set()
        for some in _some(keys):
            rows = Person.objects.filter(pk__in=some).order_by("pk").values_list(
                "pk", "born_on", "expected_on", "died_on", "sex", "ethnicity", "disabilities"
            )  # fmt: skip
            for pk, born_on, expected_on, died_on, sex, ethnicity, disabilities in rows:
                held = numbers.get(pk, {})
                name, odd = self._named(pk, held.get(LA_CHILD_ID, []), taken)
                taken.add(name)
                upns = held.get(UPN, [])
                good = [value for value, valid in upns if valid]
                if upns and not good:
                    odd.append("1510")
                self.people[pk] = self._tidy(
                    Child(
                        name, pk, born_on, expected_on, died_on, sex or "U", ethnicity, tuple(disabilities),
                        good[0] if good else "",
                        next((value for value, valid in held.get(NHS, []) if valid), ""),
                        odd,
                    )
                )  # fmt: skip
        by_upn: defaultdict[str, list[Child]] = defaultdict(list)
        for child in self.people.values():
            if child.upn:
                by_upn[child.upn].append(child)
        for several in by_upn.values():
            if len(several) > 1:
                for child in several:
                    child.rules.append("1520")

    def _numbers(self, keys: set[uuid.UUID]) -> dict[uuid.UUID, dict[str, list[tuple[str, bool]]]]:
        """Return the numbers of people, of all records that count as theirs."""
        found: dict[uuid.UUID, dict[str, list[tuple[str, bool]]]] = {}
        for some in _some(keys):
            rows = (
                Identifier.objects.filter(
                    Q(person__in=some) | Q(person__merged_into__in=some),
                    hub=self.hub_id,
                    scheme__in=[LA_CHILD_ID, UPN, NHS],
                )
                .order_by("value", "pk")
                .values_list(counts(), "scheme", "value", "valid")
            )
            for person, scheme, value, valid in rows:
                found.setdefault(person, {}).setdefault(scheme, []).append((value, valid))
        return found

    def _named(
        self, person: uuid.UUID, held: list[tuple[str, bool]], taken: set[str]
    ) -> tuple[str, list[str]]:
        odd: list[str] = []
        for value, _ in held:
            if is_plain(value) and value not in taken:
                return value, odd
            odd.append("8510" if value in taken else "1570" if len(value) > 20 else "1580")
        return own_code(self.hub_id, person, self.key), [*odd, *(() if held else ("8500",))]

    def _tidy(self, child: Child) -> Child:
        """Put right what a return may not say, and remember that it was."""
        if child.ethnicity not in self.rules.ethnicities:
            child.ethnicity = self.rules.codes.not_obtained
            child.rules.append("4220")
        unborn = child.born_on is None and child.expected_on is not None
        if unborn and child.sex != "U":
            child.sex = "U"
            child.rules.append("8750")
        elif child.sex not in ("F", "M") and not unborn:
            child.sex = "U"
            child.rules.append("4180")
        kinds = list(dict.fromkeys(child.disabilities))
        if len(kinds) < len(child.disabilities):
            child.rules.append("8794")
        if not set(kinds) <= set(DISABILITIES):
            child.rules.append("8540")
            kinds = [one for one in kinds if one in DISABILITIES]
        if "NONE" in kinds and len(kinds) > 1:
            child.rules.append("8790")
            kinds.remove("NONE")
        child.disabilities = tuple(sorted(kinds))
        return child

    # Early help

    def _involvements(self) -> Iterator[tuple[Any, ...]]:
        """Yield early help of everybody, by person and agency: children are told apart once they are read."""
        rows = (
            Involvement.objects.filter(hub=self.hub_id, tier=EARLY_HELP, from_on__lte=self.period.until_on)
            .exclude(until_on__lt=F("from_on"))
            .order_by("pk")
            .values_list(counts(), "agency", "from_on", "until_on")
        )
        yield from sorted(rows, key=lambda row: (row[0], row[1], row[2], row[3] or date.max))

    def _help(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Help]:
        """Yield each stretch of help: what overlaps or follows at once, by one organisation, is one."""
        for (person, agency), several in groupby(rows, key=lambda row: (row[0], row[1])):
            child = self.people.get(person)
            if child is None:
                continue
            for from_on, until_on in _joined(several):
                if child.born_on and whole_years(child.born_on, from_on) >= ADULT:
                    continue
                yield Help(child, from_on, until_on - timedelta(days=1) if until_on else None, agency)

    def _runs(self, help_: Help) -> bool:
        """Tell whether help is on the list: begun within the days, or running on the last of them."""
        over = help_.ended_on is not None and help_.ended_on <= self.period.until_on
        return help_.on in self.period or (help_.on <= self.period.until_on and not over)

    # Referrals

    def _decided(self, contacts: dict[uuid.UUID, Came]) -> Iterator[_Decided]:
        later = Decision.objects.filter(
            follows=OuterRef("decision"), made_at__isnull=False, turned_down_at=None
        )
        again = Reopening.objects.filter(decision=OuterRef("decision"))
        read = Reading.objects.filter(contact=OuterRef("decision__contact")).exclude(categories=[])
        rows = (
            Outcome.objects.filter(
                ~Exists(later),
                hub=self.hub_id,
                decision__hub=self.hub_id,
                decision__made_at__isnull=False,
                decision__turned_down_at=None,
                decision__contact__received_at__gte=self.wide.begins,
                decision__contact__received_at__lt=self.wide.ends,
                about__role=CHILD,
            )
            .order_by("about", "alongside", "pk")
            .values_list(
                "about",
                "outcome",
                "pk",
                "alongside",
                "needs",
                Coalesce(
                    Subquery(read.order_by("-at", "-pk").values("categories")[:1]),
                    "decision__contact__categories",
                ),
                Exists(again),
            )
        )
        for about, several in groupby(rows.iterator(AT_ONCE), key=lambda row: row[0]):
            kept = list(several)
            if about in contacts and not kept[0][3]:
                yield _Decided(
                    contacts[about],
                    {row[1]: row[2] for row in kept},
                    kept[0][4],
                    about,
                    kept[0][5],
                    kept[0][6],
                )

    def _referrals(self, contacts: dict[uuid.UUID, Came]) -> Iterator[Referral]:
        known = outcomes()
        suggests = {one.id: one.cin_need for one in categories().values()}
        accepted = self._accepted()
        followed = self._followed()
        for one in self._decided(contacts):
            said = [known[name] for name in one.outcomes if name in known]
            if not said:
                continue
            one.came.flags = tuple(sorted({flag for what in said for flag in what.ssd_contact_flags}))
            if said[0].referral != "new":
                continue
            if one.reopened:
                one.came.rules += ("H04",)
                continue
            nfa = bool(said[0].referral_nfa)
            usual = next((suggests[name] for name in one.categories if suggests.get(name)), None)
            need, odd = need_code(
                str(one.needs.get("primary_need", "")), usual or "", nfa=nfa, rules=self.rules
            )
            team, worker = accepted.get(next(iter(one.outcomes.values())), ("", ""))
            if not (team and worker) and not nfa:
                odd += ("H06",)
            yield Referral(
                one.came.child, one.came.on, one.came.source, nfa, need, team, worker,
                followed=followed.get(one.about, {}),
                contact=one.came.contact,
                rules=(*one.came.rules, *odd),
                flags=tuple(sorted({flag for what in said for flag in what.ssd_referral_flags})),
            )  # fmt: skip

    def _accepted(self) -> dict[uuid.UUID, tuple[str, str]]:
        """Return, by outcome, the team and worker who took the child on."""
        rows = Accepted.objects.filter(
            hub=self.hub_id,
            contact__received_at__gte=self.wide.begins,
            contact__received_at__lt=self.wide.ends,
        ).values_list("outcome", "involvement__team", "involvement__agency", "involvement__worker_name")
        return {outcome: (team or agency, worker) for outcome, team, agency, worker in rows}

    def _followed(self) -> dict[uuid.UUID, dict[str, Any]]:
        """Return, by child of a contact, what the hub's own clocks say of assessment, enquiry and conference."""
        found: dict[uuid.UUID, dict[str, Any]] = {}
        facts = ClockFact.objects.filter(
            hub=self.hub_id,
            clock__in=["assessment", "initial_conference"],
            contact__received_at__gte=self.wide.begins,
            contact__received_at__lt=self.wide.ends,
        )
        by_contact = self._children_by_contact
        days: defaultdict[uuid.UUID, dict[tuple[str, str], date]] = defaultdict(dict)
        for contact, about, clock, what, at in facts.order_by("at", "pk").values_list(
            "contact", "about", "clock", "what", "happened_at"
        ):
            for child in [about] if about else by_contact.get(contact, []):
                days[child][clock, what] = localdate(at, LONDON)
        for child, said in days.items():
            start, end = said.get(("assessment", "started")), said.get(("assessment", "ended"))
            if start or end:
                first = start or end
                found.setdefault(child, {})["assessments"] = [
                    {"start": str(first), "end": str(end) if end else None, "factors": []}
                ]
            if held := said.get(("initial_conference", "ended")):
                found.setdefault(child, {})["conference"] = str(held)
        for contact, children, at in (
            Strategy.objects.filter(
                hub=self.hub_id,
                section_47=True,
                contact__received_at__gte=self.wide.begins,
                contact__received_at__lt=self.wide.ends,
            )
            .order_by("held_at", "pk")
            .values_list("contact", "children", "held_at")
        ):
            begun = str(localdate(at, LONDON))
            for child in children or by_contact.get(contact, []):
                told = found.setdefault(child, {})
                conference = told.pop("conference", None)
                told.setdefault("enquiries", []).append(
                    {
                        "start": begun,
                        "target": str(after_working_days(localdate(at, LONDON), CONFERENCE_DAYS)),
                        "conference": conference,
                        "not_needed": False,
                    }
                )
        return found

    @cached_property
    def _children_by_contact(self) -> dict[uuid.UUID, list[uuid.UUID]]:
        found: defaultdict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        rows = ContactPerson.objects.filter(
            hub=self.hub_id,
            role=CHILD,
            contact__in=ClockFact.objects.filter(hub=self.hub_id).values("contact"),
        )
        for contact, child in rows.values_list("contact", "pk"):
            found[contact].append(child)
        rows = ContactPerson.objects.filter(
            hub=self.hub_id,
            role=CHILD,
            contact__in=Strategy.objects.filter(hub=self.hub_id, section_47=True).values("contact"),
        )
        for contact, child in rows.values_list("contact", "pk"):
            if child not in found[contact]:
                found[contact].append(child)
        return found

    # What earlier files say

    def _past(self, rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
        told: dict[str, list[Any]] = {what: [] for what in What}
        for what, person, on, source, ended_on, said, _ in rows:
            child = self.people[person]
            gender = said.get("gender", "")
            code = said.get("code", source)
            if what == What.CONTACT:
                told[what].append(Came(child, on, code, gender=gender))
            elif what == What.EARLY_HELP:
                told[what].append(Help(child, on, ended_on, source, gender))
            else:
                told[what].append(
                    Referral(
                        child, on, code, bool(said.get("nfa")), said.get("need", ""), said.get("team", ""),
                        said.get("worker", ""),
                        before=said.get("before", 0),
                        ended_on=ended_on,
                        followed=said.get("followed", {}),
                        gender=gender,
                    )
                )  # fmt: skip
        return told

    def _contacts_with(self, ours: list[Came], past: list[Came]) -> Iterator[Came]:
        theirs = [one for one in past if one.on in self.period]
        for own, other in merge(ours, theirs, self.rules):
            yield _with_gender(own, other)

    def _help_with(self, ours: Iterable[Help], past: list[Help]) -> Iterator[Help]:
        for own, other in merge(list(ours), past, self.rules):
            one: Help = _with_gender(own, other)
            if own and other and other.ended_on and own.ended_on is None:
                one = replace(one, ended_on=other.ended_on)
            if self._runs(one):
                yield one

    def _referrals_with(self, ours: list[Referral], past: list[Referral]) -> Iterator[Referral]:
        """Yield each referral with what an earlier file adds: the end, what followed, a team where none accepted."""
        merged = []
        for own, other in merge(ours, past, self.rules):
            one: Referral = _with_gender(own, other)
            if own and other:
                one = replace(
                    one,
                    ended_on=other.ended_on,
                    followed={**own.followed, **other.followed},
                    need=other.need or own.need,
                    team=own.team or other.team,
                    worker=own.worker or other.worker,
                    before=other.before,
                )
            merged.append(one)
        days: defaultdict[str, list[date]] = defaultdict(list)
        for one in merged:
            days[one.child.id].append(one.on)
        for several in days.values():
            several.sort()
        for one in merged:
            if one.on in self.period or self._goes_on(one):
                held = days[one.child.id]
                since = bisect_left(held, _a_year_before(one.on))
                yield replace(one, before=max(one.before, bisect_left(held, one.on) - since))

    def _goes_on(self, one: Referral) -> bool:
        """Tell whether an earlier census says that a referral from before was open within these days."""
        ends = one.ended_on
        said = bool(one.followed) or ends is not None
        return one.on < self.period.from_on and said and (ends is None or ends >= self.period.from_on)


@dataclass(frozen=True, slots=True)
class _Row:
    """One child of one contact as it was read."""

    settled: uuid.UUID | None
    about: uuid.UUID
    contact: uuid.UUID
    received_at: datetime
    kind: str
    anonymous: bool
    code: str | None
    born_on: date | None
    expected_on: date | None
    sex: str
    ethnicity: str
    disabilities: list[str]


def _some(keys: Iterable[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    """Yield keys in order, some at a time."""
    all_of_them = sorted(keys)
    for place in range(0, len(all_of_them), AT_ONCE):
        yield all_of_them[place : place + AT_ONCE]


def _with_gender(own: Any, other: Any) -> Any:
    if own is None:
        return other
    return replace(own, gender=other.gender) if other is not None and other.gender else own


def _joined(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[date, date | None]]:
    """Yield spans, the first without which is `until`, with those that overlap or touch made one."""
    begun: date | None = None
    until: date | None = None
    for _, _, from_on, until_on in rows:
        if begun is not None and (until is None or from_on <= until):
            until = None if until is None or until_on is None else max(until, until_on)
            continue
        if begun is not None:
            yield begun, until
        begun, until = from_on, until_on
    if begun is not None:
        yield begun, until


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def _order(one: Any) -> tuple[Any, ...]:
    """Return by what rows are put in order: only what the file says, so that the same facts give the same bytes."""
    second = one.organisation if isinstance(one, Help) else one.source
    return one.on, one.child.id, second, getattr(one, "nfa", False)
