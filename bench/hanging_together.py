"""`python -m bench.hanging_together`: the family of a case of 30 people, and a network of 150 things.

A hub of 100,000 made-up contacts, whose people and places are counted, in a database of its own that is made and
filled afresh each time.  Whole pages go through the product's own stack, under row-level security, beside the
person's own page and a read by primary key in the same run.  No figure fails anything.
"""

import argparse
import os
import random
import sys
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.to_and_fro import _kept, _spread
from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

CONTACTS, TIMES, SEED, FAMILY, STEPS = 100_000, 20, 20_261_201, 30, 3
PEOPLE_SHARE, PLACES_SHARE = 0.6, 0.2  # of the contacts: how many people and places they name


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.hanging_together")
    words.add_argument("--contacts", type=int, default=CONTACTS)
    words.add_argument("--times", type=int, default=TIMES, help="pages measured")
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / "bench-hanging-together")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with embedded.server(home, {"shared_buffers": "512MB", "max_wal_size": "4GB"}) as server:
            environment = settings_of(server)
            running.prepare(server, environment, afresh=True)
            os.environ |= environment("mash_app") | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            import django

            django.setup()
            from bench import seeding

            hub, worker = seeding.open_hub(0)
            start = _fill(hub, worker, asked.contacts)
            case = _family(hub, worker)
            analyst = _analyst(hub, worker)
            seeding.analyse(server)
            figures = _measured(analyst, start, case, asked.times)
    except embedded.Unavailable as why:
        sys.exit(f"bench: {why}")
    print(f"{asked.contacts:,} contacts; {os.cpu_count()} cores")
    for name, one in figures.items():
        print(f"{name:<52}{one:>10,.1f}")


def _fill(hub: Any, worker: Any, contacts: int) -> uuid.UUID:
    """Write contacts with what is counted of them; return a person whom many of them name."""
    from django.db import transaction

    from bench import seeding
    from mash.common.identity import as_service
    from mash.contact.models import Contact
    from mash.harm.models import Report, Touch
    from mash.people.models import Person

    chance = random.Random(SEED)
    seeding._contacts(chance, hub, worker, contacts)
    people = [
        Person(hub=hub, given=f"Child {n}", family="Made-up", recorded_at=seeding.AT)
        for n in range(int(contacts * PEOPLE_SHARE))
    ]
    _kept(Person, people)
    places = [uuid.uuid4() for _ in range(int(contacts * PLACES_SHARE))]
    with as_service("imports"), transaction.atomic():
        rows = list(Contact.objects.filter(hub=hub).order_by("pk").values_list("pk", "received_at"))
    reports, touches = [], []
    for number, (contact, at) in enumerate(rows):
        event = uuid.uuid4()
        said = {"hub": hub, "contact_id": contact, "event": event, "happened_at": at}
        reports.append(
            Report(**said, known="report", categories=["neglect"], source_kind="school", organisation="A")
        )
        named = {*chance.sample(range(len(people)), 2)} | ({0} if number < 12 else set())
        touches += [
            Touch(**said, kind="child", subject=people[one].pk, person=people[one]) for one in sorted(named)
        ]
        touches.append(Touch(**said, kind="address", subject=chance.choice(places), label="A place"))
    with as_service("harm"), transaction.atomic():
        Report.objects.bulk_create(reports, 5000)
        Touch.objects.bulk_create(touches, 5000)
    return people[0].pk


def _family(hub: Any, worker: Any) -> uuid.UUID:
    """Write a case that names 30 people of three generations, all settled and related on record."""
    from bench import seeding
    from mash.contact.models import Contact, ContactPerson, Settlement
    from mash.people.models import Household, Person, Relationship, Resident

    today = seeding.AT.date()
    contact = seeding.contact_of(random.Random(SEED), hub, -1)
    _kept(Contact, [contact])
    ages = [
        70,
        72,
        *[45 + n for n in range(6)],
        *[44 + n for n in range(6)],
        *[4 + n for n in range(FAMILY - 14)],
    ]
    people = [
        Person(
            hub=hub, given=f"Given {n}", family="Large", sex="FM"[n % 2], recorded_at=seeding.AT,
            born_on=today - timedelta(days=age * 365),
        )
        for n, age in enumerate(ages)
    ]  # fmt: skip
    _kept(Person, people)
    named = [
        ContactPerson(
            hub=hub, contact=contact, ref=f"p{n}", role="child" if n >= 14 else "parent_or_carer", given=one.given,
            family=one.family, born_on=one.born_on,
        )
        for n, one in enumerate(people)
    ]  # fmt: skip
    _kept(ContactPerson, named)
    settled = {"hub": hub, "answer": "known", "candidates_shown": 1, "by": worker, "at": seeding.AT}
    _kept(
        Settlement,
        [
            Settlement(contact_person=one, person=person, search=uuid.uuid4(), **settled)
            for one, person in zip(named, people, strict=True)
        ],
    )
    ties = [(parent, 2 + n, "parent") for n in range(6) for parent in (0, 1)]
    ties += [(0, 1, "spouse"), *((2 + n, 8 + n, "spouse") for n in range(6))]
    ties += [(parent + n % 6, 14 + n, "parent") for n in range(FAMILY - 14) for parent in (2, 8)]
    _kept(
        Relationship,
        [
            Relationship(hub=hub, from_person=people[a], to_person=people[b], kind=kind, said_at=seeding.AT)
            for a, b, kind in ties
        ],
    )
    homes = [Household(hub=hub) for _ in range(6)]
    _kept(Household, homes)
    _kept(Resident, [Resident(hub=hub, household=homes[n % 6], person=one) for n, one in enumerate(people)])
    return contact.pk


def _analyst(hub: Any, worker: Any) -> Any:
    from django.db import transaction

    from bench import seeding
    from mash.common.identity import as_service
    from mash.partnership import actions as partnership
    from mash.partnership.models import Duty

    with as_service("setup"), transaction.atomic():
        account = partnership.make_account(email="analyst@bench.example", name="Bench Analyst")
        duties = [Duty.SCREEN, Duty.ANALYSE]
        said = {"account": account, "hub": hub, "agency": worker.agency, "title": "Analyst", "duties": duties}
        return partnership.give_post(**said, at=seeding.AT - timedelta(days=400))


def _measured(worker: Any, start: uuid.UUID, case: uuid.UUID, times: int) -> dict[str, float]:
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse

    from mash.common.identity import acting_as
    from mash.people.models import Person

    client = Client()
    client.force_login(worker.account)
    session = client.session
    session["post"] = str(worker.pk)
    session.save()

    def page(address: str) -> list[float]:
        found = []
        for _ in range(times + 2):
            began = time.perf_counter()
            answer = client.get(address)
            assert answer.status_code == 200, answer.status_code
            found.append((time.perf_counter() - began) * 1000)
        return found[2:]

    def within(work: Callable[[], object]) -> float:
        with acting_as(worker.identity), transaction.atomic():
            began = time.perf_counter()
            work()
            return (time.perf_counter() - began) * 1000

    network = f"{reverse('network:page', args=['person', start])}?steps={STEPS}"
    family = reverse("contact:family", args=[case])
    shown = client.get(network).content.decode()
    return {
        "things in the network": float(shown.count("data-node=")),
        "links in the network": float(shown.count("data-edge ")),
        "people in the family": float(client.get(family).content.decode().count("mash-kin__name")),
        **_spread("network, whole page", page(network)),
        **_spread("family, whole page", page(family)),
        **_spread("a person's own page", page(reverse("people:page", args=[start]))),
        **_spread(
            "read by primary key", [within(lambda: Person.objects.get(pk=start)) for _ in range(times)]
        ),
    }


if __name__ == "__main__":
    main()
