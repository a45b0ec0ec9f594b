"""What is read for a network: facts about some things at once, and what each thing is called.

A step asks the same number of questions however many things it goes out from.  Nothing is read of whom, or of which
case, the worker may not see; what is sealed is read by whoever wrote it down and by the cleared.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.timezone import localtime

from mash.alongside import policy as alongside
from mash.alongside.models import Alongside
from mash.common.clock import LONDON
from mash.contact.content import categories
from mash.contact.models import Contact
from mash.contact.queries import readable
from mash.harm import policy
from mash.harm.models import PLACES, Group, Member, Report, Touch
from mash.harm.network.graph import Kind, Link, Network, Node, grow
from mash.partnership.models import Staff
from mash.people import kin
from mash.people import policy as people_policy
from mash.people import queries as people
from mash.people.models import KINDS, Person, Resident
from mash.plans.models import FamilyMember
from mash.plans.queries import seen as plans_seen

MOST_FACTS = 2000  # of one kind, in one step: the newest
CONTACT, RELATION, HOME, PLAN, GROUP, ALONGSIDE = "contact", "relation", "home", "plan", "group", "alongside"
WHYS = {
    CONTACT: "Named in a contact",
    RELATION: "Related, on record",
    HOME: "Live or lived together",
    PLAN: "On one plan",
    GROUP: "In one named group",
    ALONGSIDE: "Something goes alongside",
}
PARTS = {
    "child": "child", "adult_at_risk": "adult at risk", "parent_or_carer": "parent or carer", "sibling": "sibling",
    "alleged_perpetrator": "said to have caused harm", "household": "of the household", "other": "other part",
    "address": "address", "street": "street", "setting": "school or setting", "named": "place",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a network is narrowed to.  whys: kinds of fact.  since, until, harm: of the events."""

    whys: frozenset[str] = frozenset(WHYS)
    since: date | None = None
    until: date | None = None
    harm: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing as it is shown.  more: further words about it."""

    node: Node
    name: str
    more: str
    step: int


@dataclass(frozen=True, slots=True)
class Found:
    """A network with what its things are called, nearest first.  people: the records that it shows."""

    network: Network
    shown: tuple[Shown, ...]
    people: tuple[uuid.UUID, ...]


def offered(staff: Staff, _: Person, __: datetime) -> bool:
    """Tell, for a person's page, whether this worker is led on to what hangs together with them."""
    return bool(policy.may_see(staff))


def find_start(staff: Staff, about: str, subject: uuid.UUID) -> Node:
    """Return the thing a network goes out from.  Raises Http404 for one that this worker may not see."""
    if about == Kind.PERSON:
        person = people.find(staff, subject)
        return Node(Kind.PERSON, person.merged_into_id or person.pk)
    known: dict[str, QuerySet[Any]] = {
        Kind.PLACE: Touch.objects.filter(hub=staff.hub_id, subject=subject, kind__in=PLACES),
        Kind.EVENT: Touch.objects.filter(hub=staff.hub_id, event=subject),
        Kind.GROUP: Group.objects.filter(hub=staff.hub_id, pk=subject),
    }
    if about not in known or not known[about].exists():
        raise Http404
    return Node(Kind(about), subject)


def network_of(staff: Staff, start: Node, steps: int, wanted: Wanted) -> Found:
    """Return what hangs together with one thing, as this worker may see it.

    Source: docs/rules.md, "Networks".
    """
    reader = _Reader(staff, wanted)
    network = grow(start, steps, reader.read)
    names = reader.names(network.steps)
    if start not in names:
        raise Http404
    steps_of = {node: step for node, step in network.steps.items() if node in names}
    links = tuple(one for one in network.links if one.one in names and one.other in names)
    shown = [Shown(node, *names[node], step) for node, step in steps_of.items()]
    return Found(
        Network(steps_of, links, network.cut),
        tuple(
            sorted(shown, key=lambda one: (one.step, list(Kind).index(one.node.kind), one.name, one.node.key))
        ),
        tuple(sorted(node.key for node in steps_of if node.kind == Kind.PERSON)),
    )


@dataclass(slots=True)
class _Reader:
    """Reads facts step by step, and remembers what it read of the things it met."""

    staff: Staff
    wanted: Wanted
    contacts: dict[uuid.UUID, set[uuid.UUID]] = field(default_factory=dict)  # of each event
    labels: dict[uuid.UUID, str] = field(default_factory=dict)  # of each place
    happened: dict[uuid.UUID, datetime] = field(default_factory=dict)  # each event

    def read(self, some: Collection[Node]) -> list[Link]:
        """Return the facts about some things."""
        keys = {kind: [node.key for node in some if node.kind == kind] for kind in Kind}
        counts = kin.that_count(self.staff, keys[Kind.PERSON])
        ways: dict[str, Callable[[dict[Kind, list[uuid.UUID]], dict[uuid.UUID, uuid.UUID]], list[Link]]] = {
            CONTACT: self._named,
            RELATION: self._related,
            HOME: self._together,
            PLAN: self._planned,
            GROUP: self._grouped,
            ALONGSIDE: self._alongside,
        }
        return [link for why, way in ways.items() if why in self.wanted.whys for link in way(keys, counts)]

    def _touches(self) -> QuerySet[Touch]:
        found = Touch.objects.filter(hub=self.staff.hub_id)
        return found.filter(_within(self.wanted, "happened_at"), _of_harm(self.wanted, "contact__in"))

    def _named(self, keys: dict[Kind, list[uuid.UUID]], _: object) -> list[Link]:
        """Return which people and places contacts name in which events."""
        of_subjects = Q(subject__in=[*keys[Kind.PERSON], *keys[Kind.PLACE]])
        found: list[Link] = []
        for which in (of_subjects, Q(event__in=keys[Kind.EVENT])):
            rows = self._touches().filter(which).select_related("contact").order_by("-happened_at", "pk")
            for row in rows[:MOST_FACTS]:
                kind = Kind.PERSON if row.person_id else Kind.PLACE
                self.contacts.setdefault(row.event, set()).add(row.contact_id)
                self.happened.setdefault(row.event, row.happened_at)
                if kind == Kind.PLACE:
                    self.labels.setdefault(row.subject, row.label)
                found.append(
                    Link(
                        Node(kind, row.subject),
                        Node(Kind.EVENT, row.event),
                        CONTACT,
                        f"named as {PARTS.get(row.kind, row.kind)}",
                        _source(row.contact),
                        _day(row.happened_at),
                    )
                )
        return found

    def _related(self, _: object, counts: dict[uuid.UUID, uuid.UUID]) -> list[Link]:
        """Return who is related to these people on record."""
        rows = [row for row in kin.relations(self.staff, counts) if row.until_on is None]
        ends = kin.that_count(
            self.staff, {end for row in rows for end in (row.from_person_id, row.to_person_id)}
        )
        return [
            Link(
                _person(ends[row.from_person_id]),
                _person(ends[row.to_person_id]),
                RELATION,
                KINDS.get(row.kind, row.kind),
                f"The hub’s record, written down by {row.by.account.name}" if row.by else "The hub’s record",
                _day(row.said_at),
            )
            for row in rows
            if row.from_person_id in ends and row.to_person_id in ends
        ]

    def _together(self, _: object, counts: dict[uuid.UUID, uuid.UUID]) -> list[Link]:
        """Return who lives or lived with these people at one time."""
        theirs = Resident.objects.filter(person__in=list(counts)).values("household")
        seen = people_policy.seeable_by(self.staff, "person_id")
        order = ("household", "person__merged_into", "person", "pk")
        rows = list(
            Resident.objects.filter(seen, household__in=theirs)
            .select_related("person", "household")
            .order_by(*order)[:MOST_FACTS]
        )
        found = []
        for one in (row for row in rows if row.person_id in counts):
            for other in rows:
                here, there = (row.person.merged_into_id or row.person_id for row in (one, other))
                if one.household_id != other.household_id or here == there or not _at_once(one, other):
                    continue
                first, second = sorted((_person(here), _person(there)))
                since = max((row.from_on for row in (one, other) if row.from_on), default=None)
                ended = one.until_on or other.until_on
                words = "lived together" if ended else "live together"
                source = (
                    f"The household “{one.household.label}” on record"
                    if one.household.label
                    else "A household on record"
                )
                found.append(Link(first, second, HOME, words, source, since))
        return found

    def _planned(self, _: object, counts: dict[uuid.UUID, uuid.UUID]) -> list[Link]:
        """Return who stands on a plan with these people."""
        members = FamilyMember.objects.filter(plan__in=plans_seen(self.staff).order_by().values("pk"))
        theirs = members.filter(person__in=list(counts)).values("plan")
        rows = list(
            members.filter(people_policy.seeable_by(self.staff, "person_id"), plan__in=theirs)
            .select_related("plan", "person")
            .order_by("plan__reference", "person", "pk")[:MOST_FACTS]
        )
        return _each_other(
            [(row.plan_id, row.person.merged_into_id or row.person.pk, row) for row in rows if row.person],
            set(counts.values()),
            lambda row: (
                PLAN,
                "on one plan",
                f"{row.plan.get_kind_display()} {row.plan.reference}",
                row.plan.started_on,
            ),
        )

    def _grouped(self, keys: dict[Kind, list[uuid.UUID]], counts: dict[uuid.UUID, uuid.UUID]) -> list[Link]:
        """Return to which groups somebody counted these people, and whom to these groups."""
        either = Q(person__in=list(counts)) | Q(group__in=keys[Kind.GROUP])
        seen = people_policy.seeable_by(self.staff, "person_id")
        rows = Member.objects.filter(either, seen, ended_at=None, group__ended_at=None)
        return [
            Link(
                _person(row.person.merged_into_id or row.person_id),
                Node(Kind.GROUP, row.group_id),
                GROUP,
                f"counted to the group: {row.why.rstrip('.')}",
                f"Named by {row.by.account.name}",
                _day(row.at),
            )
            for row in rows.select_related("person", "by__account").order_by("group", "pk")[:MOST_FACTS]
        ]

    def _alongside(self, keys: dict[Kind, list[uuid.UUID]], counts: dict[uuid.UUID, uuid.UUID]) -> list[Link]:
        """Return what goes alongside for these people or in these events; the sealed as the rule of it says."""
        said = {"about__settlements__undone_at": None}
        either = Q(about__settlements__person__in=list(counts), **said)
        either |= Q(
            contact__harm_report__event__in=keys[Kind.EVENT], about__settlements__person__isnull=False, **said
        )
        rows = (
            Alongside.objects.filter(alongside.readable_by(self.staff), either)
            .filter(_within(self.wanted, "contact__harm_report__happened_at"), _of_harm(self.wanted, "contact__in"))
            .order_by("-at", "pk")
            .values_list(
                "label", "sealed", "at", "contact", "contact__reference", "contact__harm_report__event",
                "contact__harm_report__happened_at", "about__settlements__person",
            )
        )[:MOST_FACTS]  # fmt: skip
        of_events = [row for row in rows if row[5]]
        ends = kin.that_count(self.staff, {row[7] for row in of_events})
        found = []
        for label, sealed, at, contact, reference, event, happened_at, person in of_events:
            if person not in ends:
                continue
            self.contacts.setdefault(event, set()).add(contact)
            self.happened.setdefault(event, happened_at)
            words = f"{label}: it is about this person"
            link = Link(
                _person(ends[person]),
                Node(Kind.EVENT, event),
                ALONGSIDE,
                words,
                f"Contact {reference}",
                _day(at),
                sealed,
            )
            found.append(link)
        return found

    def names(self, nodes: Iterable[Node]) -> dict[Node, tuple[str, str]]:
        """Return what each is called and further words; nothing of what the worker may not see."""
        by_kind = {kind: [node.key for node in nodes if node.kind == kind] for kind in Kind}
        seen = people.several(self.staff, by_kind[Kind.PERSON])
        found = {_person(key): (str(person), _born(person)) for key, person in seen.items()}
        found |= self._events(by_kind[Kind.EVENT])
        groups = Group.objects.filter(hub=self.staff.hub_id, pk__in=by_kind[Kind.GROUP])
        found |= {Node(Kind.GROUP, one.pk): (one.name, one.why) for one in groups}
        unnamed = [key for key in by_kind[Kind.PLACE] if key not in self.labels]
        if unnamed:  # a start of which the filters left nothing
            rows = Touch.objects.filter(hub=self.staff.hub_id, subject__in=unnamed, kind__in=PLACES)
            self.labels |= dict(rows.order_by("label").values_list("subject", "label")[:MOST_FACTS])
        return found | {
            Node(Kind.PLACE, key): (self.labels[key], "") for key in by_kind[Kind.PLACE] if key in self.labels
        }

    def _events(self, events: Sequence[uuid.UUID]) -> dict[Node, tuple[str, str]]:
        missing = [event for event in events if event not in self.contacts]
        if missing:
            rows = Touch.objects.filter(hub=self.staff.hub_id, event__in=missing).order_by(
                "happened_at", "pk"
            )
            for event, contact, at in rows.values_list("event", "contact", "happened_at")[:MOST_FACTS]:
                self.contacts.setdefault(event, set()).add(contact)
                self.happened.setdefault(event, at)
        of_contact = {contact: event for event in events for contact in self.contacts.get(event, ())}
        mine = readable(self.staff).order_by().filter(pk__in=list(of_contact)).values("pk")
        known = categories()
        said: dict[uuid.UUID, tuple[set[str], set[str]]] = {}
        reports = Report.objects.filter(contact__in=mine).select_related("contact").order_by("pk")
        for row in reports:
            references, kinds = said.setdefault(of_contact[row.contact_id], (set(), set()))
            references.add(row.contact.reference)
            kinds |= {known[one].label for one in row.categories if one in known}
        return {
            Node(Kind.EVENT, event): (
                f"{localtime(self.happened[event], LONDON):%-d %B %Y}, {', '.join(sorted(references))}",
                ", ".join(sorted(kinds)),
            )
            for event, (references, kinds) in said.items()
        }


def _person(key: uuid.UUID) -> Node:
    return Node(Kind.PERSON, key)


def _born(person: Person) -> str:
    return f"born {person.born_on:%-d %B %Y}" if person.born_on else ""


def _day(moment: datetime) -> date:
    return localtime(moment, LONDON).date()


def _source(contact: Contact) -> str:
    sender = "a member of the public" if contact.is_from_the_public else contact.organisation
    return f"Contact {contact.reference}, from {sender}"


def _within(wanted: Wanted, column: str) -> Q:
    found = Q()
    if wanted.since:
        found &= Q(**{f"{column}__gte": _midnight(wanted.since)})
    if wanted.until:
        found &= Q(**{f"{column}__lt": _midnight(date.fromordinal(wanted.until.toordinal() + 1))})
    return found


def _midnight(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=LONDON)


def _of_harm(wanted: Wanted, column: str) -> Q:
    if not wanted.harm:
        return Q()
    return Q(**{column: Report.objects.filter(categories__contains=[wanted.harm]).values("contact")})


def _at_once(one: Resident, other: Resident) -> bool:
    """Tell whether two times in a household overlap, as far as their days are held."""
    begins = [row.from_on for row in (one, other) if row.from_on]
    ends = [row.until_on for row in (one, other) if row.until_on]
    return not begins or not ends or max(begins) < min(ends)


def _each_other(
    rows: Sequence[tuple[uuid.UUID, uuid.UUID, Any]],
    start: Collection[uuid.UUID],
    fact: Callable[[Any], tuple[str, str, str, date | None]],
) -> list[Link]:
    """Return links from those gone out from to everybody who has something in common with them."""
    found = []
    for common, one, row in rows:
        if one not in start:
            continue
        for also, other, _ in rows:
            if also == common and other != one:
                first, second = sorted((_person(one), _person(other)))
                found.append(Link(first, second, *fact(row)))
    return found
