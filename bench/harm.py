"""`python -m bench.harm`: patterns, groups, times and the map over 100,000 made-up contacts, beside the bare question.

A database of its own is made and filled afresh each time.  Whole pages go through the product's own stack, under
row-level security; the bare question is the same count over the same rows, asked by the administrator, whom no wall
holds.  No figure fails anything.
"""

import argparse
import json
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

CONTACTS, TIMES, SEED = 100_000, 20, 20_261_202
YEARS = 3  # over which contacts came
CHILDREN, MEN, STREETS = 40_000, 8_000, 3_000
WARDS = 24
BATCH = 5_000
BARE = """
    SELECT subject, count(DISTINCT event) FROM harm_touch
    WHERE hub_id = %s AND kind IN ('child', 'adult_at_risk') AND happened_at >= %s
    GROUP BY subject HAVING count(DISTINCT event) >= 3
"""


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.harm")
    words.add_argument("--contacts", type=int, default=CONTACTS)
    words.add_argument("--times", type=int, default=TIMES, help="pages measured")
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / "bench-harm")
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
            _fill(hub, asked.contacts)
            seeding.analyse(server)
            figures = _count(hub)
            seeding.analyse(server)
            figures |= _measured(server, hub, worker, asked.times)
    except embedded.Unavailable as why:
        sys.exit(f"bench: {why}")
    print(f"{asked.contacts:,} contacts of {YEARS} years; {os.cpu_count()} cores")
    for name, one in figures.items():
        print(f"{name:<52}{one:>10,.1f}")


def _kept(model: Any, rows: Iterable[Any]) -> None:
    from django.db import transaction

    from mash.common.identity import as_service

    with as_service("imports"), transaction.atomic():
        model.objects.bulk_create(rows, BATCH)


def _fill(hub: Any, contacts: int) -> None:
    from bench import seeding
    from mash.contact.models import Contact, ContactPerson, Settlement
    from mash.partnership.models import Staff
    from mash.people.models import Person

    chance, at = random.Random(SEED), seeding.AT
    children, men = (
        [Person(hub=hub, given=f"{what} {n}", family="Made-up", recorded_at=at) for n in range(count)]
        for what, count in (("Child", CHILDREN), ("Man", MEN))
    )
    _kept(Person, [*children, *men])
    by = _one(Staff)
    made = [_contact(chance, hub, number) for number in range(contacts)]
    _kept(Contact, made)
    named: list[Any] = []
    said: list[Any] = []
    for contact in made:
        for ref, (role, person) in enumerate(_people(chance, children, men), 1):
            one = ContactPerson(
                hub=hub, contact=contact, ref=f"p{ref}", role=role, postcode=contact.event_postcode
            )
            named.append(one)
            said.append(
                Settlement(
                    hub=hub, contact_person=one, person=person, answer="known", search=uuid.uuid4(),
                    candidates_shown=1, by=by, at=contact.received_at,
                )
            )  # fmt: skip
    _kept(ContactPerson, named)
    _kept(Settlement, said)


def _people(chance: random.Random, children: list[Any], men: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield whom a contact names: a few come again and again, most once."""
    first = int(len(children) * chance.random() ** 2)
    yield "child", children[first]
    if chance.random() < 0.4:
        yield "sibling", children[(first + 1) % len(children)]
    if chance.random() < 0.3:
        yield "alleged_perpetrator", men[int(len(men) * chance.random() ** 2)]


def _contact(chance: random.Random, hub: Any, number: int) -> Any:
    from bench import seeding
    from mash.contact.models import Channel, Contact

    at = seeding.AT - timedelta(minutes=chance.randint(1, YEARS * 365 * 24 * 60))
    street = int(STREETS * chance.random() ** 2)
    ward = street % WARDS
    placed = chance.random() < 0.6
    return Contact(
        hub=hub,
        reference=f"BN-{number:08}",
        received_at=at,
        sent_at=at,
        channel=Channel.FILE,
        source_kind="police",
        organisation=f"Constabulary {number % 9}",
        organisation_key=f"constabulary {number % 9}",
        sender_reference=f"S-{number}",
        subject="child",
        type="safeguarding",
        categories=[chance.choice(("neglect", "domestic_abuse_in_home", "gangs", "missing"))],
        event_at=at - timedelta(hours=2) if placed else None,
        event_place=f"{number % 60} Bench{street} Street" if placed else "",
        event_postcode=f"BN{ward} {street % 9}{'ABCDEFGHJL'[street % 10]}A" if placed else "",
        message={},
        digest=f"{number:064}",
    )


def _one(model: Any) -> Any:
    from django.db import transaction

    from mash.common.identity import as_service

    with as_service("imports"), transaction.atomic():
        return model.objects.order_by("pk")[0]


def _count(hub: Any) -> dict[str, float]:
    from django.db import transaction

    from bench import seeding
    from mash.common.identity import as_service
    from mash.harm import actions

    found = {}
    for what, whole in (("counting all anew, s", True), ("counting what came, s", False)):
        began = time.perf_counter()
        with as_service(actions.SERVICE), transaction.atomic():
            actions.count(hub=hub, at=seeding.AT, whole=whole)
        found[what] = time.perf_counter() - began
    ring: list[list[float]] = [[0, 51], [0.01, 51], [0.01, 51.01], [0, 51.01], [0, 51]]
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"W{ward}", "name": f"Ward {ward}", "children": 2000},
            "geometry": {"type": "Polygon", "coordinates": [[[x + ward / 100, y] for x, y in ring]]},
        }
        for ward in range(WARDS)
    ]
    codes = {f"BN{s % WARDS} {s % 9}{'ABCDEFGHJL'[s % 10]}A": f"W{s % WARDS}" for s in range(STREETS)}
    table = "postcode,code\n" + "".join(f"{postcode},{code}\n" for postcode, code in codes.items())
    body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    with as_service(actions.SERVICE), transaction.atomic():
        actions.take_map(hub=hub, body=body, name="Wards", source="Bench", by=None, at=seeding.AT)
        actions.take_postcodes(hub=hub, body=table.encode(), source="Bench", by=None, at=seeding.AT)
    return found


def _measured(server: Any, hub: Any, worker: Any, times: int) -> dict[str, float]:
    import psycopg
    from django.test import Client
    from django.urls import reverse

    from bench import seeding
    from mash.partnership.models import Duty

    url = server.url(embedded.ADMINISTRATOR, "mash")
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "UPDATE partnership_staff SET duties = %s WHERE id = %s", [[Duty.SCREEN, Duty.ANALYSE], worker.pk]
        )
        bare = []
        for _ in range(times):
            began = time.perf_counter()
            found = admin.execute(BARE, [hub.pk, seeding.AT - timedelta(days=365)]).fetchall()
            bare.append((time.perf_counter() - began) * 1000)
    client = Client()
    client.force_login(worker.account)
    session = client.session
    session["post"] = str(worker.pk)
    session.save()
    figures = {"children in the pattern": float(len(found)), **_spread("bare question, children", bare)}
    pages = {
        "patterns: children": reverse("harm:home"),
        "patterns: said to have caused harm": reverse("harm:home") + "?pattern=alleged",
        "patterns: addresses": reverse("harm:home") + "?pattern=addresses",
        "patterns: children, one kind": reverse("harm:home") + "?harm=neglect",
        "groups": reverse("harm:groups"),
        "times": reverse("harm:times"),
        "map": reverse("harm:map"),
        "one person": reverse("harm:one", args=["person", found[0][0]]),
    }
    for name, address in pages.items():
        took = []
        for _ in range(times + 2):
            began = time.perf_counter()
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            took.append((time.perf_counter() - began) * 1000)
        figures |= _spread(name, took[2:])
    return figures


def _spread(what: str, milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        f"{what}, p50 ms": statistics.median(ordered),
        f"{what}, p95 ms": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
    }


if __name__ == "__main__":
    main()
