"""A city in the database: hubs with who works there, families on record, and what came about them in five years.

The open work of a hub stays the same however long its past is: a day's work does not grow with the archive.
"""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from bench import insight, seeding
from bench.city import repeating
from bench.copying import by_copy
from bench.matching.families import Human
from bench.matching.telling import population
from mash.common import embedded, running
from mash.common.editions import content_of
from mash.common.identity import as_service
from mash.contact.freezing import sender_key
from mash.contact.models import Channel, Contact, ContactPerson, Settlement
from mash.decision.models import Decision, Outcome
from mash.harm.actions import counting as harm
from mash.partnership import actions as partnership
from mash.partnership.models import AgencyKind, Duty, Hub, Staff
from mash.people import actions as people
from mash.people.models import Person
from mash.triage import actions as triage
from mash.triage.models import Colour, Rating

SEED = 20261202
HUBS, YEARS = 32, 5
OPEN = 150  # contacts of a hub that nobody has decided on yet
OPEN_DAYS = 5
RATED_SHARE = 0.7  # of the open ones
CHUNK = 1000
SETTLED_SHARE = 0.8  # of past contacts: whom they name was found on record
HOURS = (
    1,
    1,
    1,
    1,
    1,
    1,
    2,
    4,
    8,
    12,
    13,
    12,
    10,
    11,
    12,
    14,
    13,
    9,
    6,
    5,
    4,
    3,
    2,
    2,
)  # how much comes at each
DAYS = (15, 15, 15, 15, 16, 6, 5)  # from Monday on
SENDERS = (  # what kind of sender, under which name, and how much of all comes from it
    ("police", "North Thames Constabulary", 34),
    ("school", "Fernbank Primary", 24),
    ("health", "Riverside Hospital", 18),
    ("local_authority", "Housing Service", 8),
    ("voluntary", "Harbour Trust", 7),
    ("public", "", 9),
)
OUTCOMES = (
    ("no_further_action", 38),
    ("child_and_family_assessment", 20),
    ("section_47_enquiry", 8),
    ("early_help", 22),
    ("signpost", 12),
)
COLOURS = ((Colour.RED, 8), (Colour.AMBER, 32), (Colour.GREEN, 40), (Colour.BLUE, 20))
WORKERS_A_HUB = 10
ORGANISATION = "City Feed"


@dataclass(frozen=True, slots=True)
class Place:
    """A hub, whose work is done by one worker, and the moment up to which it is filled."""

    hub: Hub
    worker: Staff
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of a hub's families, and their record where they have one."""

    human: Human
    person: uuid.UUID | None


def fill(server: embedded.Server, *, contacts: int, people: int, hubs: int = HUBS) -> None:
    """Fill an empty database.

    The first hub's work is written by the product's models and counted by the product; the other hubs have the same.
    """
    at, chance = timezone.now(), random.Random(SEED)
    administrator = server.url(embedded.ADMINISTRATOR, running.DATABASE)
    hub, worker = _opened(0, at)
    with by_copy(administrator), repeating.words_kept() as words:
        known = _people(hub, SEED, people // hubs, at)
        _contacts(chance, Place(hub, worker, at), known, contacts // hubs)
    seeding.analyse(server)
    insight.count_all()
    with as_service("harm"):
        harm.count(hub=hub, at=timezone.now(), whole=True)
    others = [_opened(number, at)[0] for number in range(1, hubs)]
    repeating.repeat(hub, others, words, administrator)
    seeding.analyse(server)


def _opened(number: int, at: datetime) -> tuple[Hub, Staff]:
    hub, worker = seeding.open_hub(number)
    _staff(hub, worker, at)
    return hub, worker


def _staff(hub: Hub, worker: Staff, at: datetime) -> None:
    """Give the hub its workers, its manager, and whoever leads the agency of the system that sends by night."""
    since = at - timedelta(days=YEARS * 366)
    with as_service("setup"), transaction.atomic():
        feed = partnership.join_hub(
            hub=hub, name=f"{ORGANISATION} of {hub.prefix}", kind=AgencyKind.POLICE, at=since
        )
        posts: list[tuple[str, dict[str, Any]]] = [
            (
                f"Desk {number}",
                {"agency": worker.agency, "duties": [Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.MANAGE]},
            )
            for number in range(WORKERS_A_HUB)
        ]
        posts += [
            ("Administrator", {"agency": worker.agency, "duties": [Duty.ADMINISTER]}),
            ("Lead", {"agency": feed, "duties": [], "leads": True}),
        ]
        for title, more in posts:
            email = f"{title.replace(' ', '').lower()}@{hub.prefix.lower()}.example"
            account = partnership.make_account(email=email, name=f"{title} of {hub.prefix}", hashed="!")
            partnership.give_post(account=account, hub=hub, title=title, at=since, **more)


def _people(hub: Hub, seed: int, registered: int, at: datetime) -> list[Known]:
    """Take in a register, and return everybody with their record."""
    from dataclasses import replace

    humans, records = population(seed, registered)
    for start in tqdm(
        range(0, len(records), CHUNK), unit_scale=CHUNK, unit="person", desc=hub.name, disable=None
    ):
        part = [
            replace(one.details, source="bench", source_key=f"{start + place}-{one.human}")
            for place, one in enumerate(records[start : start + CHUNK])
        ]
        with as_service("imports"):
            people.take_register(several=part, hub_id=hub.pk, at=at)
    with as_service("imports"), transaction.atomic():
        people.count_register(hub=hub, at=at)
        rows = Person.objects.filter(hub=hub, source="bench").values_list("pk", "source_key")
        record_of = {int(key.split("-")[1]): pk for pk, key in rows.iterator()}
    return [Known(one, record_of.get(one.number)) for one in humans]


def _contacts(chance: random.Random, place: Place, known: Sequence[Known], count: int) -> None:
    hub, at = place.hub, place.at
    families = _families(known)
    still = min(OPEN, count // 4)
    ready: list[Contact] = []
    for begin in tqdm(range(0, count, CHUNK), unit_scale=CHUNK, unit="contact", desc=hub.name, disable=None):
        rows: list[list[Any]] = []
        for number in range(begin, min(begin + CHUNK, count)):
            contact = _contact(chance, place, number, OPEN_DAYS if number < still else YEARS * 365)
            rows.append(_story(chance, place, contact, chance.choice(families), is_open=number < still))
        kinds: dict[type[Any], list[Any]] = {}
        for one in (row for story in rows for row in story):
            kinds.setdefault(type(one), []).append(one)
        with as_service("intake"), transaction.atomic():
            for kind in (Contact, ContactPerson, Settlement, Rating, Decision, Outcome):
                if kinds.get(kind):
                    kind.objects.bulk_create(kinds[kind])
        if begin < still:
            ready += [
                one.contact for one in kinds.get(Rating, []) if int(one.contact.sender_reference) < still
            ]
    with as_service("setup"), transaction.atomic(), content_of(hub.pk):
        for contact in ready:
            triage.stand(contact, at)


def _families(known: Sequence[Known]) -> list[list[Known]]:
    """Return households that have a child, everybody of one together."""
    found: dict[int, list[Known]] = {}
    for one in known:
        found.setdefault(id(one.human.home), []).append(one)
    return [each for each in found.values() if any(one.human.child for one in each)]


def when(chance: random.Random, at: datetime, days: int) -> datetime:
    """Draw a moment of the last days, as senders work: by day, and less at the weekend."""
    while True:
        found = at - timedelta(minutes=chance.randint(2, days * 24 * 60))
        if chance.random() * max(HOURS) * max(DAYS) < HOURS[found.hour] * DAYS[found.weekday()]:
            return found


def _of(chance: random.Random, pairs: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    return chance.choices(pairs, [one[-1] for one in pairs])[0]


def _story(
    chance: random.Random, place: Place, contact: Contact, family: Sequence[Known], *, is_open: bool
) -> list[Any]:
    """Return the rows of one contact: as it came, whom it names, and, but for open work, what became of it."""
    worker, moment = place.worker, contact.received_at
    named = sorted(family, key=lambda one: not one.human.child)[:4]
    people = [_named(contact, one.human, f"p{nth}") for nth, one in enumerate(named, 1)]
    rows: list[Any] = [contact, *people]
    colour = _of(chance, COLOURS)[0]
    if not is_open or chance.random() < RATED_SHARE:
        rows.append(seeding.rating_of(contact, worker, colour))
    if is_open:
        return rows
    settled = partial(_settlement, worker=worker, at=moment + timedelta(minutes=4))
    if chance.random() < SETTLED_SHARE:
        rows += [settled(said, one.person) for said, one in zip(people, named, strict=True) if one.person]
    decision = seeding.decision_of(contact, worker)
    decision.colour = colour
    decision.at = decision.made_at = moment + timedelta(minutes=chance.randint(60, 6000))
    outcome = Outcome(
        hub_id=contact.hub_id,
        decision=decision,
        about=people[0],
        person_id=named[0].person,
        outcome=_of(chance, OUTCOMES)[0],
    )
    return [*rows, decision, outcome]


def _contact(chance: random.Random, place: Place, number: int, days: int) -> Contact:
    moment = when(chance, place.at, days)
    kind, organisation, _ = _of(chance, SENDERS)
    contact = seeding.contact_of(chance, place.hub, number)
    contact.received_at = contact.sent_at = moment
    contact.source_kind, contact.organisation = kind, organisation
    contact.organisation_key = sender_key(organisation, Channel.FILE)
    contact.message["source"] = {"kind": kind} | ({"organisation": organisation} if organisation else {})
    contact.message["sent_at"] = moment.isoformat()
    return contact


def _named(contact: Contact, human: Human, ref: str) -> ContactPerson:
    home = human.home.now
    return ContactPerson(
        hub_id=contact.hub_id,
        contact=contact,
        ref=ref,
        role="child" if human.child else "parent_or_carer",
        given=human.given,
        family=human.family,
        born_on=human.born_on,
        sex=human.sex,
        lines=[f"{home.house} {home.street} {home.kind}"] if home.house else [],
        postcode=home.postcode,
    )


def _settlement(said: ContactPerson, person: uuid.UUID, *, worker: Staff, at: datetime) -> Settlement:
    return Settlement(
        hub_id=said.hub_id,
        contact_person=said,
        answer="known",
        person_id=person,
        search=uuid.uuid4(),
        candidates_shown=1,
        by=worker,
        at=at,
    )
