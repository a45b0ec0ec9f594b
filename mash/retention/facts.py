"""Reading, in a few questions for a whole hub or for one record, what its class and its day are worked out from."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from mash.contact.models import AT_RISK, Consultation, Contact, ContactPerson, Settlement, Type
from mash.decision.models import Outcome, Strategy
from mash.partnership.models import Hub
from mash.people.models import Involvement, Person
from mash.plans.models import FamilyMember
from mash.retention.models import Kind, Placed, Proposal, What
from mash.retention.rules import Due, Facts, due_of, last_of
from mash.setup.retention import Period, retention
from mash.triage.order import still_open

PROTECTING = {
    "immediate_protection",
    "strategy_discussion",
    "section_47_enquiry",
    "other_authority_plan_notice",
}
PROTECTION, HELP = 4, 2  # levels and tiers
UNSETTLED = "unsettled"  # somebody in a contact who is on no record


class Whose(NamedTuple):
    """Whose record, or who in a contact: a `Kind` or `UNSETTLED`, and the key."""

    kind: str
    key: uuid.UUID


@dataclass(slots=True)
class Found:
    """What was read: facts of each, and who is named in which contact."""

    facts: dict[Whose, Facts] = field(default_factory=dict)
    named_in: dict[uuid.UUID, set[Whose]] = field(default_factory=lambda: defaultdict(set))
    contacts_of: dict[Whose, set[uuid.UUID]] = field(default_factory=lambda: defaultdict(set))

    def others(self, whose: Whose) -> set[Whose]:
        """Return everybody else whom the contacts of a record name."""
        return {one for key in self.contacts_of[whose] for one in self.named_in[key]} - {whose}


@dataclass(frozen=True, slots=True)
class Worked:
    """One record as worked out: by its own facts, and with everybody its contacts name."""

    whose: Whose
    facts: Facts
    own: Due
    due: Due


def periods_by_id() -> dict[str, Period]:
    """Return the classes of the hub that acts; one out of use still keeps what is in it."""
    return {one.id: one for one in retention().periods}


def worked_out(found: Found, periods: dict[str, Period], of: Iterable[Whose]) -> list[Worked]:
    """Return the class and day of each of these records."""
    own = {whose: due_of(facts, periods) for whose, facts in found.facts.items()}
    return [
        Worked(
            one, found.facts[one], own[one], last_of(own[one], (own[other] for other in found.others(one)))
        )
        for one in of
    ]


def records_in(found: Found) -> list[Whose]:
    """Return the records among what was read: not who is named without one."""
    return [one for one in found.facts if one.kind != UNSETTLED]


def read(hub: Hub, only: Whose | None = None) -> Found:
    """Read what is kept of every record of a hub, or of one and of everybody its contacts name.

    Whoever acts reads only what they may: programs read it for the whole hub.
    """
    around = None if only is None else _around(hub, only)
    found = Found()
    if only is None or only.kind == Kind.CONSULTATION:
        _consultations(hub, only, found)
    if only is None or only.kind != Kind.CONSULTATION:
        _Reading(hub, around, only).into(found)
    return found


def _around(hub: Hub, only: Whose) -> set[uuid.UUID]:
    """Return the contacts of a record, and those of everybody they name."""
    if only.kind == Kind.CONTACT:
        return {only.key}
    settled = _settlements(hub)
    own = settled.filter(person__in=_records([only.key])).values_list("contact_person__contact", flat=True)
    beside = settled.filter(contact_person__contact__in=list(own)).values_list("root", flat=True)
    planned = FamilyMember.objects.filter(hub=hub, person__isnull=False)
    plans = planned.filter(person__in=_records([only.key])).values_list("plan", flat=True)
    with_plan = planned.filter(plan__in=list(plans)).values_list("person", flat=True)
    people = _records({only.key, *beside, *with_plan})
    theirs = settled.filter(person__in=people).values_list("contact_person__contact", flat=True)
    return {*theirs, *planned.filter(person__in=people).values_list("plan__contact", flat=True)}


def _records(people: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Return the keys of these people's records: their own, and those joined to them."""
    keys = list(people)
    return list(Person.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys)).values_list("pk", flat=True))


def _settlements(hub: Hub) -> Any:
    found = Settlement.objects.filter(hub=hub, undone_at=None, person__isnull=False)
    return found.annotate(root=Coalesce("person__merged_into", "person"))


@dataclass(slots=True)
class _Gathered:
    """What is gathered of one before it is facts."""

    days: list[date] = field(default_factory=list)
    first: list[date] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    ended: list[date] = field(default_factory=list)
    is_record: bool = True

    def facts(self) -> Facts:
        days = self.days or [date.min]
        return Facts(
            first_on=min([*self.first, *days]),
            last_on=max(days),
            ended_on=max(self.ended, default=None),
            **self.said,
        )


class _Reading:
    def __init__(self, hub: Hub, around: Collection[uuid.UUID] | None, only: Whose | None) -> None:
        self.hub, self.around, self.only = hub, around, only
        self.of: dict[Whose, _Gathered] = defaultdict(_Gathered)
        self.who: dict[uuid.UUID, Whose] = {}  # somebody in a contact -> whose record

    def into(self, found: Found) -> None:
        """Read everything and put it into `found`."""
        self._contacts(found)
        self._plans(found)
        self._outcomes()
        self._strategies()
        self._work(found)
        self._people(found)
        self._words()
        for whose, gathered in self.of.items():
            if gathered.days:
                found.facts[whose] = gathered.facts()
        self._contacts_of_nobody(found)

    def _within(self, rows: Any, contact: str) -> Any:
        rows = rows.filter(hub=self.hub)
        return rows if self.around is None else rows.filter(**{f"{contact}__in": self.around})

    def _contacts(self, found: Found) -> None:
        settled = self._within(_settlements(self.hub), "contact_person__contact")
        self.who = {
            somebody: Whose(Kind.PERSON, root)
            for somebody, root in settled.values_list("contact_person_id", "root")
        }
        contacts = self._within(Contact.objects, "pk")
        unfinished = set(still_open(contacts).values_list("pk", flat=True))
        self.contacts = {
            key: (localdate(received), kind != Type.INFORMATION_ONLY, key in unfinished)
            for key, received, kind in contacts.values_list("pk", "received_at", "type")
        }
        people = self._within(ContactPerson.objects, "contact")
        named = people.values_list("pk", "contact_id", "role", "born_on", "expected_on", "age")
        for somebody, contact, role, born_on, expected_on, age in named:
            whose = self.who.setdefault(somebody, Whose(UNSETTLED, somebody))
            on, asked, is_open = self.contacts[contact]
            one = self.of[whose]
            one.days.append(on)
            one.said["at_risk"] = one.said.get("at_risk", False) or role in AT_RISK
            one.said["adult"] = one.said.get("adult", False) or role == "adult_at_risk"
            if role in AT_RISK:
                one.said["asked_for_something"] = one.said.get("asked_for_something", False) or asked
            one.said["open_contact"] = one.said.get("open_contact", False) or is_open
            if whose.kind == UNSETTLED:
                one.said |= {"identified": False, "born_on": born_on, "expected_on": expected_on}
                one.said |= {"age_words": age, "age_as_of": on}
            found.named_in[contact].add(whose)
            found.contacts_of[whose].add(contact)

    def _plans(self, found: Found) -> None:
        """Count whom a plan is for among those of its case, also where the contact itself names them no more."""
        members = self._within(FamilyMember.objects, "plan__contact").filter(person__isnull=False)
        rows = members.annotate(root=Coalesce("person__merged_into", "person"))
        for root, contact, started_on in rows.values_list("root", "plan__contact", "plan__started_on"):
            whose = Whose(Kind.PERSON, root)
            self.of[whose].days.append(started_on)
            self.of[whose].said |= {"helped": True, "at_risk": True}
            found.named_in[contact].add(whose)
            found.contacts_of[whose].add(contact)

    def _outcomes(self) -> None:
        made = self._within(Outcome.objects, "decision__contact").filter(
            decision__made_at__isnull=False, decision__turned_down_at=None
        )
        for about, outcome, level, at in made.values_list("about_id", "outcome", "level", "decision__at"):
            one = self.of[self.who[about]]
            one.days.append(localdate(at))
            one.said["helped"] = one.said.get("helped", False) or (level or 0) >= HELP
            one.said["protected"] = one.said.get("protected", False) or outcome in PROTECTING

    def _strategies(self) -> None:
        held = self._within(Strategy.objects, "contact")
        for children, held_at in held.values_list("children", "held_at"):
            for child in children:
                if child in self.who:
                    one = self.of[self.who[child]]
                    one.days.append(localdate(held_at))
                    one.said["protected"] = True

    def _roots(self) -> set[uuid.UUID]:
        wanted = {one.key for one in self.of if one.kind == Kind.PERSON}
        return wanted | ({self.only.key} if self.only and self.only.kind == Kind.PERSON else set())

    def _work(self, found: Found) -> None:  # noqa: ARG002
        work = Involvement.objects.filter(hub=self.hub).annotate(
            root=Coalesce("person__merged_into", "person")
        )
        if self.around is not None:
            work = work.filter(person__in=_records(self._roots()))
        for root, tier, plan, from_on, until_on in work.values_list(
            "root", "tier", "plan", "from_on", "until_on"
        ):
            one = self.of[Whose(Kind.PERSON, root)]
            one.days.append(until_on or from_on)
            one.first.append(from_on)
            one.said["helped"] = one.said.get("helped", False) or tier >= HELP
            one.said["protected"] = one.said.get("protected", False) or tier >= PROTECTION
            one.said["looked_after"] = one.said.get("looked_after", False) or "looked after" in plan.lower()
            if until_on is None or until_on > localdate():
                one.said["open_work"] = True
            else:
                one.ended.append(until_on)

    def _people(self, found: Found) -> None:
        people = Person.objects.filter(hub=self.hub, merged_into=None)
        if self.around is not None:
            people = people.filter(pk__in=self._roots())
        rows = people.values_list(
            "pk", "born_on", "expected_on", "age_words", "age_as_of", "recorded_at", "source_key"
        )
        for key, born_on, expected_on, age_words, age_as_of, recorded_at, source_key in rows.iterator():
            whose = Whose(Kind.PERSON, key)
            if whose not in self.of:
                if source_key:
                    continue  # an entry of a register alone, which its source keeps
                self.of[whose].days.append(localdate(recorded_at))
                self.of[whose].said["identified"] = False
            self.of[whose].said |= {
                "born_on": born_on,
                "expected_on": expected_on,
                "age_words": age_words,
                "age_as_of": age_as_of,
            }
            self.of[whose].said.setdefault("at_risk", not found.contacts_of[whose])

    def _words(self) -> None:
        for kind, column in ((Kind.PERSON, "person_id"), (Kind.CONTACT, "contact_id")):
            for key, period in _placed(self.hub, column):
                if Whose(kind, key) in self.of:
                    self.of[Whose(kind, key)].said["placed"] = period
            for key, until in _kept(self.hub, column):
                if Whose(kind, key) in self.of:
                    self.of[Whose(kind, key)].said["keep_until"] = until

    def _contacts_of_nobody(self, found: Found) -> None:
        """A contact that names nobody on record is a record of its own, with the facts of whom it is about."""
        placed, kept = dict(_placed(self.hub, "contact_id")), dict(_kept(self.hub, "contact_id"))
        for contact, (on, _asked, is_open) in self.contacts.items():
            if any(one.kind == Kind.PERSON for one in found.named_in[contact]):
                continue
            facts = Facts(
                first_on=on,
                last_on=on,
                identified=False,
                open_contact=is_open,
                placed=placed.get(contact, ""),
                keep_until=kept.get(contact),
            )
            whose = Whose(Kind.CONTACT, contact)
            found.facts[whose] = facts
            found.named_in[contact].add(whose)
            found.contacts_of[whose].add(contact)


def _placed(hub: Hub, column: str) -> Any:
    rows = Placed.objects.filter(hub=hub, **{f"{column}__isnull": False})
    return rows.order_by(column, "at", "pk").values_list(column, "period")


def _kept(hub: Hub, column: str) -> Any:
    rows = Proposal.objects.filter(hub=hub, what=What.KEEP, word__agreed=True, **{f"{column}__isnull": False})
    return rows.values(column).annotate(until=Max("keep_until")).values_list(column, "until").order_by(column)


def _consultations(hub: Hub, only: Whose | None, found: Found) -> None:
    held = Consultation.objects.filter(hub=hub, contacts=[])
    if only is not None:
        held = held.filter(pk=only.key)
    placed, kept = dict(_placed(hub, "consultation_id")), dict(_kept(hub, "consultation_id"))
    rows = held.annotate(
        looked=Max("follow_ups__at"), then=Max("follow_ups__next_on"), first=F("follow_up_on")
    ).values_list("pk", "held_at", "looked", "then", "first")
    for key, held_at, looked, then, first in rows.order_by("pk"):
        days = [localdate(held_at), *([localdate(looked)] if looked else []), *filter(None, (then, first))]
        found.facts[Whose(Kind.CONSULTATION, key)] = Facts(
            first_on=localdate(held_at),
            last_on=max(days),
            advice=True,
            placed=placed.get(key, ""),
            keep_until=kept.get(key),
        )
