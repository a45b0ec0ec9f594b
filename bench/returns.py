"""`python -m bench.returns`: Annex A of a hub's six months and the census of its year, on an embedded database.

Beside each stands a floor of the same run: the bare SQL that reads the same rows, fetched and dropped.  Each is made
in a process of its own, so that the memory is its own.  No figure fails anything.
"""

import argparse
import json
import os
import platform
import random
import resource
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

CONTACTS, PEOPLE = 25_000, 30_000
FROM, UNTIL = date(2025, 4, 1), date(2026, 3, 31)
SIX_MONTHS = date(2025, 10, 1)
GOALS = {
    "Annex A, six months": (10, 300),
    "census, a year": (20, 300),
    "dataset, a year": (20, 300),
}  # seconds, MB
CHUNK = 1000
FLOOR = """
    SELECT p.*, c.received_at, c.source_kind, c.message, s.person_id, o.*, e.*
    FROM contact_contact c
    JOIN contact_contactperson p ON p.contact_id = c.id AND p.role = 'child'
    LEFT JOIN contact_settlement s ON s.contact_person_id = p.id AND s.undone_at IS NULL
    LEFT JOIN people_person e ON e.id = s.person_id
    LEFT JOIN decision_outcome o ON o.about_id = p.id
    WHERE c.hub_id = %s AND c.received_at >= %s AND c.received_at < %s
    ORDER BY c.received_at
"""


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.returns")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--contacts", type=int, default=CONTACTS)
    words.add_argument("--people", type=int, default=PEOPLE)
    words.add_argument("--schema", type=Path, help="the department's schema, to look at the year's census by")
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / f"bench-returns-{asked.people}-{asked.contacts}")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with embedded.server(home, {"shared_buffers": "512MB"}) as server:
            environment = settings_of(server)
            seeded = home / "seeded"
            running.prepare(server, environment, afresh=not seeded.exists())
            os.environ |= environment("mash_app") | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            import django

            django.setup()
            if not seeded.exists():
                from bench.seeding import analyse

                _seed(asked.people, asked.contacts)
                analyse(server)
                seeded.touch()
            figures = _everything()
            wrong = _wrong_by(asked.schema) if asked.schema else None
    except embedded.Unavailable as why:
        sys.exit(f"bench: {why}")
    print(f"{asked.contacts:,} contacts in a year, {asked.people:,} people; {os.cpu_count()} cores")
    print(f"{'':<24}{'seconds':>9}{'of these SQL':>14}{'MB':>8}{'goal':>16}")
    for name, one in figures.items():
        goal = "{} s, {} MB".format(*GOALS[name])
        print(f"{name:<24}{one['seconds']:>9.1f}{one['sql_seconds']:>14.1f}{one['mb']:>8.0f}{goal:>16}")
    if wrong is not None:
        print(f"census of the year by the department's schema: {wrong or 'valid'}")
    if asked.json:
        about = {"contacts": asked.contacts, "people": asked.people, "cores": os.cpu_count()}
        about |= {"python": platform.python_version(), "machine": platform.machine()}
        asked.json.write_text(json.dumps({"about": about, "figures": figures}, indent=2) + "\n")


def _everything() -> dict[str, dict[str, float]]:
    from django.db import connections

    connections.close_all()
    makes = {
        "Annex A, six months": ("annex_a", SIX_MONTHS),
        "census, a year": ("cin", FROM),
        "dataset, a year": ("ssd", FROM),
    }
    figures = {}
    for name, (kind, from_on) in makes.items():
        with get_context("spawn").Pool(1) as pool:
            seconds, mb, rows = pool.apply(_make, (kind, from_on))
        with get_context("spawn").Pool(1) as pool:
            floor = pool.apply(_floor, (from_on,))
        figures[name] = {"seconds": seconds, "sql_seconds": floor, "mb": mb, "rows": rows}
    return figures


def _make(kind: str, from_on: date) -> tuple[float, float, int]:
    """Make one return as the program does, and return seconds, megabytes at most, and rows."""
    hub = _ready()
    from mash.common.editions import content_of
    from mash.returns import looking_over, queries
    from mash.returns.formats import FORMATS, Wanted
    from mash.returns.years import year

    def work() -> int:
        with content_of(hub.pk), TemporaryDirectory() as folder:
            found = queries.gather(hub.pk, queries.Period(from_on, UNTIL), year())
            wanted = Wanted(hub=hub.prefix, from_on=from_on, until_on=UNTIL, authority="999")
            counts = FORMATS[kind].make(
                Path(folder) / f"return.{FORMATS[kind].suffix}", found, wanted, year()
            )
            problems = list(looking_over.problems(found, kind, from_on, UNTIL, year()))
        assert problems
        return sum(counts.values())

    seconds, rows = _timed(work)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, rows


def _wrong_by(schema: Path) -> str:
    """Return what the department's schema finds first in the census of the year, "" for nothing."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_look_at, (schema,))


def _look_at(schema: Path) -> str:
    hub = _ready()
    from django.db import transaction
    from lxml import etree

    from mash.common.editions import content_of
    from mash.common.identity import as_service
    from mash.returns import queries
    from mash.returns.formats import FORMATS, Wanted
    from mash.returns.years import year

    with as_service("returns"), transaction.atomic(), content_of(hub.pk), TemporaryDirectory() as folder:
        file = Path(folder) / "census.xml"
        found = queries.gather(hub.pk, queries.Period(FROM, UNTIL), year())
        FORMATS["cin"].make(
            file, found, Wanted(hub=hub.prefix, from_on=FROM, until_on=UNTIL, authority="999"), year()
        )
        rules = etree.XMLSchema(etree.parse(str(schema)))
        return "" if rules.validate(etree.parse(str(file))) else str(rules.error_log[0])


def _floor(from_on: date) -> float:
    """Return the seconds that the bare SQL takes."""
    hub = _ready()
    from django.db import connection

    def work() -> int:
        with connection.cursor() as cursor:
            until = UNTIL + timedelta(days=1)
            cursor.execute(FLOOR, [hub.pk, from_on - timedelta(days=366), until])
            return sum(len(rows) for rows in iter(lambda: cursor.fetchmany(CHUNK), []))

    return _timed(work)[0]


def _ready() -> Any:
    import django

    django.setup()
    from django.db import transaction

    from mash.common.identity import as_service
    from mash.partnership.models import Hub

    with as_service("returns"), transaction.atomic():
        return Hub.objects.get()


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    from django.db import transaction

    from mash.common.identity import as_service

    with as_service("returns"), transaction.atomic():
        began = time.perf_counter()
        rows = work()
        return round(time.perf_counter() - began, 2), rows


def _seed(people: int, contacts: int) -> None:
    """Fill an empty database: children with numbers, a year of contacts, half of them decided as referrals."""
    from django.db import transaction
    from tqdm import tqdm

    from bench.seeding import SEED, open_hub
    from mash.common.identity import as_service
    from mash.contact.models import Contact, ContactPerson, Settlement
    from mash.decision.models import Decision, Outcome
    from mash.people.models import Identifier, Person

    chance = random.Random(SEED)
    hub, worker = open_hub(0)
    begun = datetime(2025, 4, 1, 9, tzinfo=UTC)
    children = [
        Person(
            hub=hub, given="Ada", family=f"Bench{number}", sex=chance.choice("FM"), ethnicity="WBRI",
            born_on=date(2009, 1, 1) + timedelta(days=chance.randint(0, 6000)), recorded_at=begun,
        )
        for number in range(people)
    ]  # fmt: skip
    numbers = [
        Identifier(hub=hub, person=one, scheme="la_child_id", value=f"CH{place:06}")
        for place, one in enumerate(children)
    ]
    with as_service("imports"), transaction.atomic():
        Person.objects.bulk_create(children, CHUNK)
        Identifier.objects.bulk_create(numbers, CHUNK)
    words = "A made-up worry, written to be as long as such texts often are. " * 12
    for chunk in tqdm(range(contacts // CHUNK), unit_scale=CHUNK, unit="contact", disable=None):
        made, named, settled, decided, outcomes = [], [], [], [], []
        for place in range(CHUNK):
            at = begun + timedelta(minutes=chance.randint(0, 364 * 24 * 60))
            contact = Contact(
                hub=hub, reference=f"BA-{chunk}-{place}", received_at=at, sent_at=at, channel="file",
                source_kind="police", organisation="Police", organisation_key="police",
                sender_reference=f"B{chunk}-{place}", subject="child", type="safeguarding", categories=["neglect"],
                message={"source": {"kind": "police", "dfe_code": "6"}, "concern": {"what_happened": words}},
                digest="0" * 64,
            )  # fmt: skip
            child = chance.choice(children)
            about = ContactPerson(hub=hub, contact=contact, ref="p1", role="child", born_on=child.born_on)
            made.append(contact)
            named.append(about)
            settled.append(
                Settlement(
                    hub=hub, contact_person=about, answer="known", person=child, search=uuid.uuid4(),
                    candidates_shown=1, by=worker, at=at,
                )
            )  # fmt: skip
            if place % 2:
                decision = Decision(
                    hub=hub, contact=contact, key=uuid.uuid4(), reasons="Help is needed.", snapshot={}, closes=False,
                    needs_second=False, needs_clearance=False, by=worker, at=at, made_at=at,
                )  # fmt: skip
                decided.append(decision)
                outcomes.append(
                    Outcome(
                        hub=hub, decision=decision, about=about, person=child, outcome="child_and_family_assessment",
                        level=3, needs={"primary_need": "N1"},
                    )
                )  # fmt: skip
        with as_service("intake"), transaction.atomic():
            several: list[list[Any]] = [made, named, settled, decided, outcomes]
            for rows in several:
                type(rows[0]).objects.bulk_create(rows)


if __name__ == "__main__":
    main()
