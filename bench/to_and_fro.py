"""`python -m bench.to_and_fro`: the list of families who go to and fro, over a register of 100,000 made-up people.

A database of its own is made and filled afresh each time.  Whole pages go through the product's own stack, under
row-level security, beside a read by primary key.  No figure fails anything.
"""

import argparse
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

PEOPLE, CONTACTS, TIMES, SEED = 100_000, 20_000, 20, 20_261_201
HELPED_SHARE = 0.15  # of a register: people with whom somebody works or ever worked
OUTCOMES = ("no_further_action", "no_further_action", "early_help", "child_and_family_assessment")
BATCH = 5_000


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.to_and_fro")
    words.add_argument("--people", type=int, default=PEOPLE)
    words.add_argument("--contacts", type=int, default=CONTACTS)
    words.add_argument("--times", type=int, default=TIMES, help="pages measured")
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / "bench-to-and-fro")
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
            _fill(hub, worker, asked.people, asked.contacts)
            seeding.analyse(server)
            figures = _measured(worker, asked.times)
    except embedded.Unavailable as why:
        sys.exit(f"bench: {why}")
    print(f"{asked.people:,} people, {asked.contacts:,} contacts; {os.cpu_count()} cores")
    for name, one in figures.items():
        print(f"{name:<52}{one:>10,.1f}")


def _fill(hub: Any, worker: Any, people: int, contacts: int) -> None:
    from bench import seeding
    from mash.contact.models import ContactPerson, Settlement
    from mash.decision.models import Decision, Outcome
    from mash.people.models import Household, Involvement, Person, Resident

    chance, at = random.Random(SEED), seeding.AT
    today = at.date()

    def spells(person: Person) -> Iterable[Involvement]:
        begins = today - timedelta(days=chance.randint(30, 1500))
        for _ in range(chance.choice((1, 1, 2, 2, 3, 4))):
            until = begins + timedelta(days=chance.randint(20, 400))
            ended = until if until < today else None
            yield Involvement(
                hub=hub, person=person, source="panel", agency=chance.choice(("Family Help", "Social Care")),
                plan="Help", tier=chance.choice((2, 3, 4)), from_on=begins, until_on=ended, as_at=at,
            )  # fmt: skip
            if ended is None:
                return
            begins = until + timedelta(days=chance.choice((0, 0, 30, 120)))

    made = [Person(hub=hub, given=f"Child {n}", family="Made-up", recorded_at=at) for n in range(people)]
    homes = [Household(hub=hub) for _ in range(people // 3)]
    helped = made[: int(people * HELPED_SHARE)]
    _kept(Person, made)
    _kept(Household, homes)
    _kept(
        Resident,
        [Resident(hub=hub, household=homes[n // 3 % len(homes)], person=one) for n, one in enumerate(made)],
    )
    _kept(Involvement, [row for one in helped for row in spells(one) if row.from_on <= today])
    seeding._contacts(chance, hub, worker, contacts)
    named = list(_read(ContactPerson.objects.filter(role="child").select_related("contact")))
    who = {one.contact_id: (one, chance.choice(helped)) for one in named}
    rows = [
        Settlement(
            hub=hub,
            contact_person=one,
            person=person,
            answer="known",
            search=uuid.uuid4(),
            candidates_shown=1,
            by=worker,
            at=at,
        )
        for one, person in who.values()
    ]
    _kept(Settlement, rows)
    decided = list(_read(Decision.objects.all()))
    _kept(
        Outcome,
        [
            Outcome(
                hub=hub, decision=one, about=who[one.contact_id][0], person=who[one.contact_id][1],
                outcome=chance.choice(OUTCOMES), level=1,
            )
            for one in decided
        ],
    )  # fmt: skip


def _kept(model: Any, rows: list[Any]) -> None:
    from django.db import transaction

    from mash.common.identity import as_service

    with as_service("imports"), transaction.atomic():
        model.objects.bulk_create(rows, BATCH)


def _read(rows: Any) -> list[Any]:
    from django.db import transaction

    from mash.common.identity import as_service

    with as_service("imports"), transaction.atomic():
        return list(rows)


def _measured(worker: Any, times: int) -> dict[str, float]:
    from django.db import transaction
    from django.test import Client
    from django.urls import reverse

    from mash.common.identity import acting_as
    from mash.decision.queries.to_and_fro import Wanted, movers, narrowed
    from mash.people.models import Person

    client = Client()
    client.force_login(worker.account)
    session = client.session
    session["post"] = str(worker.pk)
    session.save()

    def within(work: Callable[[], object]) -> float:
        with acting_as(worker.identity), transaction.atomic():
            began = time.perf_counter()
            work()
            return (time.perf_counter() - began) * 1000

    from bench import seeding

    today = seeding.AT.date()
    with acting_as(worker.identity), transaction.atomic():
        everybody = movers(worker, today)
        found = narrowed(worker, everybody, Wanted(), today)
        key = Person.objects.order_by("pk")[0].pk
    by_key = [within(lambda: Person.objects.get(pk=key)) for _ in range(times)]
    lists = [within(lambda: movers(worker, today)) for _ in range(times)]
    where, pages = reverse("decision:to_and_fro"), []
    for _ in range(times):
        began = time.perf_counter()
        answer = client.get(where)
        assert answer.status_code == 200, answer.status_code
        pages.append((time.perf_counter() - began) * 1000)
    return {
        "people on the list": float(found.people),
        "families": float(len(found.families)),
        **_spread("who goes to and fro", lists),
        **_spread("whole page", pages[2:]),
        **_spread("read by primary key", by_key),
    }


def _spread(what: str, milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        f"{what}, p50 ms": statistics.median(ordered),
        f"{what}, p95 ms": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
    }


if __name__ == "__main__":
    main()
