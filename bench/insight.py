"""`python -m bench.insight`: the pages of performance of many hubs, beside the count from scratch that they replace.

On an embedded database.  Prints how long the pages take at the 95th percentile, asked of every hub in turn; how long
the raw tables take to give one of their figures afresh, in the same run; how fast hubs are counted whole, and how long
it takes to count what changed.  No figure fails anything.
"""

import argparse
import json
import os
import platform
import random
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import quantiles
from typing import Any

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

HUBS, CONTACTS = 32, 2_000_000
YEARS = 3
CHUNK = 1000
ASKED = 192  # times a page, over all hubs: six each where there are thirty-two
GOAL = 300  # milliseconds at the 95th percentile
SOURCES = ("police", "school", "health", "public", "local_authority")
OUTCOMES = (
    "no_further_action",
    "child_and_family_assessment",
    "section_47_enquiry",
    "early_help",
    "signpost",
)
FROM_SCRATCH = """
    SELECT date_trunc('quarter', d.made_at AT TIME ZONE 'Europe/London'), c.source_kind, count(*),
      count(*) FILTER (WHERE o.outcome = 'no_further_action'),
      percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM d.made_at - c.received_at))
    FROM contact_contact c JOIN decision_decision d ON d.contact_id = c.id AND d.made_at IS NOT NULL
    JOIN decision_outcome o ON o.decision_id = d.id AND NOT o.alongside
    WHERE c.hub_id = %s GROUP BY 1, 2
"""


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.insight")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--contacts", type=int, default=CONTACTS, help="in all hubs together")
    words.add_argument("--hubs", type=int, default=HUBS)
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / f"bench-insight-{asked.hubs}-{asked.contacts}")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with embedded.server(home, {"shared_buffers": "512MB"}) as server:
            environment = settings_of(server)
            seeded = home / "seeded"
            running.prepare(server, environment, afresh=not seeded.exists())
            os.environ |= environment("mash_app") | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            import django

            django.setup()
            rate = None
            if not seeded.exists():
                from bench.copying import by_copy
                from bench.seeding import analyse

                with by_copy(server.url(embedded.ADMINISTRATOR, running.DATABASE)):
                    _seed(asked.hubs, asked.contacts)
                analyse(server)
                rate = count_all()
                analyse(server)
                seeded.touch()
            figures = _pages() | _afresh() | _after_a_change()
    except embedded.Unavailable as why:
        sys.exit(f"bench: {why}")
    figures |= {"counted a second, the first time": rate}
    print(f"{asked.contacts:,} contacts of {YEARS} years in {asked.hubs} hubs; {os.cpu_count()} cores")
    for name, value in figures.items():
        print(f"{name:<58}{'-' if value is None else f'{value:>10,.1f}'}")
    print(f"goal: every page within {GOAL} ms at the 95th percentile")
    if asked.json:
        about = {"contacts": asked.contacts, "hubs": asked.hubs, "cores": os.cpu_count()}
        about |= {"python": platform.python_version(), "machine": platform.machine()}
        asked.json.write_text(json.dumps({"about": about, "figures": figures}, indent=2) + "\n")


def _hubs() -> list[Any]:
    from mash.common.identity import as_service
    from mash.insight.queries.changes import hubs_to_count

    with as_service("insight"):
        found: list[Any] = _in_one(hubs_to_count)
        return found


def _in_one(work: Callable[[], Any]) -> Any:
    from django.db import transaction

    with transaction.atomic():
        return work()


def count_all() -> float:
    """Count every hub whole, as many at a time as there are cores, and return how many contacts a second."""
    from django.db import connections

    keys = [hub.pk for hub in _hubs()]
    connections.close_all()
    began, many = time.perf_counter(), 0
    with get_context("fork").Pool(os.cpu_count()) as pool:
        for place, counted in enumerate(pool.imap_unordered(_count, keys), 1):
            many += counted
            took = time.perf_counter() - began
            print(f"{place} of {len(keys)} hubs counted: {many:,} contacts in {took:,.0f} s", flush=True)
    return many / (time.perf_counter() - began)


def _count(key: uuid.UUID) -> int:
    from django.utils import timezone

    from mash.common.identity import as_service
    from mash.insight import actions

    hub = next(one for one in _hubs() if one.pk == key)
    with as_service("insight"):
        return actions.roll_up(hub, at=timezone.now()).contacts


def _pages() -> dict[str, float | None]:
    """Return the 95th percentile of each page, through the whole product as a browser asks it, in milliseconds."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse
    from django.utils.timezone import localdate

    from mash.insight.days import last_whole
    from mash.insight.models import Span

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    clients = []
    for hub in _hubs():
        manager = _as("setup", partial(_manager_of, hub))
        client = Client()
        client.force_login(manager.account)
        session = client.session
        session["post"] = str(manager.pk)
        session.save()
        clients.append(client)
    quarter = last_whole(localdate(), Span.QUARTER).code
    pages = {
        "now": reverse("insight:now"),
        "over time": f"{reverse('insight:over_time')}?period={quarter}",
        "one measure": f"{reverse('insight:measure', args=['decided'])}?period={quarter}",
        "the list behind": f"{reverse('insight:behind', args=['decided'])}?period={quarter}",
        "demand": reverse("insight:demand"),
    }
    found: dict[str, float | None] = {}
    for name, address in pages.items():
        took = []
        for client in clients * max(1, ASKED // len(clients)):
            began = time.perf_counter()
            answer = client.get(address)
            took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, (name, answer.status_code)
        found[f"{name}: ms at the 95th percentile"] = quantiles(took, n=20)[-1]
    return found


def _manager_of(hub: Any) -> Any:
    from mash.partnership.models import Staff

    return Staff.objects.select_related("account").get(hub=hub, title="Manager")


def _as(service: str, work: Callable[[], Any]) -> Any:
    from mash.common.identity import as_service

    with as_service(service):
        return _in_one(work)


def _afresh() -> dict[str, float | None]:
    """Return how long the raw tables take for one of the figures of one hub, by source and quarter, in milliseconds."""
    from django.db import connection

    def work(hub: Any) -> float:
        with connection.cursor() as cursor:
            began = time.perf_counter()
            cursor.execute(FROM_SCRATCH, [hub.pk])
            cursor.fetchall()
            return (time.perf_counter() - began) * 1000

    took = [_as("insight", partial(work, hub)) for hub in _hubs()]
    return {"the raw tables, one figure afresh: ms, the slowest hub": max(took)}


def _after_a_change() -> dict[str, float | None]:
    """Return how long it takes to count a hub again after fifty contacts were rated anew, in milliseconds."""
    from django.utils import timezone

    from mash.common.identity import as_service
    from mash.contact.models import Contact
    from mash.insight import actions
    from mash.partnership.models import Staff
    from mash.triage.models import Paused

    hub, at = _hubs()[0], timezone.now()

    def rest() -> None:
        by = Staff.objects.get(hub=hub, title="Worker")
        for contact in Contact.objects.filter(hub=hub).order_by("-received_at", "pk")[:50]:
            Paused.objects.create(
                hub=hub,
                contact=contact,
                reason="A bench",
                from_at=contact.received_at,
                until_at=contact.received_at,
                by=by,
            )

    _as("insight", rest)
    began = time.perf_counter()
    with as_service("insight"):
        actions.roll_up(hub, at=at)
    return {"fifty contacts changed, counted again: ms": (time.perf_counter() - began) * 1000}


def _seed(hubs: int, contacts: int) -> None:
    """Fill an empty database: hubs with a manager, and years of contacts that were rated and mostly decided."""
    from django.db import transaction
    from tqdm import tqdm

    from bench.seeding import AT, SEED, open_hub
    from mash.common.identity import as_service
    from mash.partnership import actions as partnership
    from mash.partnership.models import Duty

    chance = random.Random(SEED)
    for number in range(hubs):
        hub, worker = open_hub(number)
        with as_service("setup"), transaction.atomic():
            partnership.give_post(
                account=partnership.make_account(email=f"lead{number}@bench.example", name="Bench Lead"),
                hub=hub, agency=worker.agency, title="Manager", duties=[Duty.MANAGE], at=AT - timedelta(days=400),
            )  # fmt: skip
        many = contacts // hubs
        for begin in tqdm(
            range(0, many, CHUNK), unit_scale=CHUNK, unit="contact", desc=hub.name, disable=None
        ):
            rows = [
                _told(chance, hub, worker, f"{number}-{place}")
                for place in range(begin, min(begin + CHUNK, many))
            ]
            with as_service("intake"), transaction.atomic():
                for kind in zip(*rows, strict=True):
                    some = [one for one in kind if one is not None]
                    type(some[0]).objects.bulk_create(some)


def _told(chance: random.Random, hub: Any, worker: Any, name: str) -> tuple[Any, ...]:
    """Return one contact with whom it is about, its rating, its decision and what was decided."""
    from mash.contact.models import Contact, ContactPerson
    from mash.decision.models import Decision, Outcome
    from mash.triage.models import Rating

    at = datetime.now(UTC) - timedelta(minutes=chance.randint(1, YEARS * 365 * 24 * 60))
    contact = Contact(
        hub=hub, reference=f"BI-{name}", received_at=at, sent_at=at, channel="file", source_kind=chance.choice(SOURCES),
        organisation="Police", organisation_key="police", sender_reference=f"B{name}", subject="child",
        type="safeguarding", categories=["neglect"], message={"source": {"kind": "police"}}, digest="0" * 64,
    )  # fmt: skip
    about = ContactPerson(hub=hub, contact=contact, ref="p1", role="child")
    colour = chance.choice(["red", "amber", "green", "blue"])
    rated = Rating(
        hub=hub, contact=contact, colour=colour, change="first", why="So it looks.", by=worker,
        at=at + timedelta(minutes=chance.randint(1, 600)),
    )  # fmt: skip
    made_at = at + timedelta(minutes=chance.randint(600, 6000))
    decision = Decision(
        hub=hub, contact=contact, key=uuid.uuid4(), colour=colour, reasons="Help.", snapshot={}, closes=False,
        needs_second=False, needs_clearance=False, by=worker, at=made_at, made_at=made_at,
    )  # fmt: skip
    outcome = Outcome(hub=hub, decision=decision, about=about, outcome=chance.choice(OUTCOMES))
    return contact, about, rated, decision, outcome


if __name__ == "__main__":
    main()
