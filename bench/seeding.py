"""Made-up people and contacts in bulk, through the product's own models and as its own role."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import psycopg
from django.db import transaction
from tqdm import tqdm

from mash.common import embedded
from mash.common.identity import as_service
from mash.common.references import new_reference
from mash.contact.models import Channel, Contact, ContactPerson
from mash.decision.models import Decision
from mash.partnership import actions as partnership
from mash.partnership.models import AgencyKind, Duty, Hub, Staff
from mash.people import actions as people
from mash.people.details import Details, Home
from mash.triage import actions as triage
from mash.triage.models import Change, Colour, Rating, Route

SEED = 20261124
AT = datetime.now(UTC)
OPEN_SHARE = 0.02  # of all contacts: what a hub has on its list
CHUNK = 1000
GIVEN = """
    Ada Ali Amir Ann Ben Cara Dan Ella Eva Finn Grace Hana Ian Ivy Jack Jade Kai Leo Lily Mia Max
    Noor Omar Pia Ravi Rosa Sam Sara Tom Uma Yusuf Zoe Aisha Callum Daisy Ethan Freya Hugo Isla Kofi
    Lena Maya Nia Otis Priya Ruby Sana Theo Vera Will
""".split()
PARTS = """
    Ash Bar Cal Den Elm Far Gar Hol Ing Kel Lan Mor Nor Oak Pen Rad Sel Tan Ull Wes
""".split()
ENDS = """
    bury combe dale field ford gate ham hurst land leigh man more ridge sen shaw son stone ton wick
    worth
""".split()
STREETS = """
    Alder Birch Cedar Dock Elm Ferry Grove Harbour Iris Jetty Kiln Lock Mill North Orchard Park Quay
    River Station Tower
""".split()
WORDS = "A made-up worry, written to be as long as such texts often are. " * 12


def seed(*, hubs: int, people: int, contacts: int) -> None:
    """Fill an empty database."""
    chance = random.Random(SEED)
    for number in range(hubs):
        hub, worker = open_hub(number)
        _people(chance, hub, people // hubs)
        _contacts(chance, hub, worker, contacts // hubs)


def analyse(server: embedded.Server) -> None:
    """Let the planner know what is there, as a running server would by itself."""
    with psycopg.connect(server.url(embedded.ADMINISTRATOR, "mash"), autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE")


def open_hub(number: int) -> tuple[Hub, Staff]:
    """Open a hub with one worker who screens, assesses and decides."""
    with as_service("setup"), transaction.atomic():
        name = f"Bench {number + 1} MASH"
        hub = partnership.open_hub(
            name=name, prefix=f"{chr(66 + number // 26)}{chr(65 + number % 26)}", at=AT
        )
        agency = partnership.join_hub(
            hub=hub, name=f"Bench {number + 1} Care", kind=AgencyKind.CHILDRENS_SOCIAL_CARE, at=AT
        )
        triage.load_targets(hub, on=AT.date() - timedelta(days=400), at=AT)
        account = partnership.make_account(email=f"bench{number}@bench.example", name="Bench Worker")
        duties = [Duty.SCREEN, Duty.ASSESS, Duty.DECIDE]
        return hub, partnership.give_post(
            account=account,
            hub=hub,
            agency=agency,
            title="Worker",
            duties=duties,
            at=AT - timedelta(days=400),
        )


def _details(chance: random.Random) -> Iterator[Details]:
    """Yield households: a name and an address that two to five people share."""
    number = 0
    while True:
        family = chance.choice(PARTS) + chance.choice(ENDS)
        street = f"{chance.choice(STREETS)} {chance.choice(['Road', 'Street', 'Lane'])}"
        lines = (f"{chance.randint(1, 200)} {street}",)
        unit = f"{chance.randint(1, 9)}{chance.choice('ABDEFGHJ')}{chance.choice('LNPQRSTU')}"
        postcode = f"NF{chance.randint(1, 99)} {unit}"
        for _ in range(chance.randint(2, 5)):
            number += 1
            yield Details(
                given=chance.choice(GIVEN) + (chance.choice(ENDS) if chance.random() < 0.4 else ""),
                family=family,
                born_on=date(1960, 1, 1) + timedelta(days=chance.randint(0, 24_000)),
                sex=chance.choice("FM"),
                addresses=(Home(lines=lines, postcode=postcode),),
                phones=(f"07700 90{chance.randint(0, 9999):04}",) if chance.random() < 0.3 else (),
                source="bench",
                source_key=str(number),
            )


def _people(chance: random.Random, hub: Hub, count: int) -> None:
    found = _details(chance)
    for _ in tqdm(range(count // CHUNK), unit_scale=CHUNK, unit="person", desc=hub.name, disable=None):
        with as_service("imports"):
            people.take_register(several=[next(found) for _ in range(CHUNK)], hub_id=hub.pk, at=AT)


def _contacts(chance: random.Random, hub: Hub, worker: Staff, count: int) -> None:
    found = _details(chance)
    for chunk in tqdm(range(count // CHUNK), unit_scale=CHUNK, unit="contact", desc=hub.name, disable=None):
        made, named, rated, routed, decided = [], [], [], [], []
        for place in range(CHUNK):
            contact = contact_of(chance, hub, chunk * CHUNK + place)
            made.append(contact)
            named += [_person(contact, next(found), ref) for ref in ("p1", "p2")]
            if not _is_open(chance):
                rated.append(rating_of(contact, worker, chance.choice(Colour.values)))
                routed.append(_route(contact, worker))
                decided.append(decision_of(contact, worker))
            elif chance.random() < 0.7:
                rated.append(rating_of(contact, worker, chance.choice(Colour.values)))
        with as_service("intake"), transaction.atomic():
            Contact.objects.bulk_create(made)
            ContactPerson.objects.bulk_create(named)
            Rating.objects.bulk_create(rated)
            Route.objects.bulk_create(routed)
            Decision.objects.bulk_create(decided)
    with as_service("setup"), transaction.atomic():
        triage.recount(hub, at=AT)


def _is_open(chance: random.Random) -> bool:
    return chance.random() < OPEN_SHARE


TAKEN: set[str] = set()


def free_reference(prefix: str) -> str:
    """Return a reference that no contact of this run has."""
    reference = new_reference(prefix)
    while reference in TAKEN:
        reference = new_reference(prefix)
    TAKEN.add(reference)
    return reference


def contact_of(chance: random.Random, hub: Hub, number: int) -> Contact:
    ago = timedelta(minutes=chance.randint(5, 60 * 24 * 300))
    return Contact(
        hub=hub,
        reference=free_reference(hub.prefix),
        received_at=AT - ago,
        sent_at=AT - ago,
        channel=Channel.FILE,
        source_kind=chance.choice(["police", "school", "health", "housing"]),
        organisation="Made-up sender",
        organisation_key="made-up sender",
        sender_reference=str(number),
        subject="child",
        type="safeguarding",
        categories=["neglect"],
        message={
            "concern": {"what_happened": WORDS, "categories": ["neglect"]},
            "source": {"kind": "school", "organisation": "Made-up sender"},
            "people": [],
            "reference": str(number),
            "sent_at": (AT - ago).isoformat(),
            "subject": "child",
            "type": "safeguarding",
        },
        digest=uuid.uuid4().hex * 2,
    )


def _person(contact: Contact, said: Details, ref: str) -> ContactPerson:
    return ContactPerson(
        hub_id=contact.hub_id,
        contact=contact,
        ref=ref,
        role="child" if ref == "p1" else "parent_or_carer",
        given=said.given,
        family=said.family,
        born_on=said.born_on,
        sex=said.sex,
        lines=list(said.addresses[0].lines),
        postcode=said.addresses[0].postcode,
    )


def rating_of(contact: Contact, worker: Staff, colour: str) -> Rating:
    return Rating(
        hub_id=contact.hub_id,
        contact=contact,
        colour=colour,
        change=Change.FIRST,
        why="made up",
        by=worker,
        at=contact.received_at + timedelta(minutes=3),
    )


def _route(contact: Contact, worker: Staff) -> Route:
    return Route(
        hub_id=contact.hub_id,
        contact=contact,
        route="information_only",
        why="made up",
        by=worker,
        at=contact.received_at + timedelta(minutes=4),
    )


def decision_of(contact: Contact, worker: Staff) -> Decision:
    at = contact.received_at + timedelta(minutes=5)
    return Decision(
        hub_id=contact.hub_id,
        contact=contact,
        key=uuid.uuid4(),
        colour=Colour.GREEN,
        repeat=False,
        reasons="made up",
        snapshot={},
        told={},
        closes=False,
        needs_second=False,
        needs_clearance=False,
        by=worker,
        at=at,
        made_at=at,
    )
