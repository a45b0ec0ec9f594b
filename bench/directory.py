"""`python -m bench.directory`: taking in 20,000 made-up services, and finding them, beside a read by primary key.

A database of its own is made and filled afresh each time.  Searches run as the app's reader under row-level security,
whole pages through the product's own stack.  No figure fails anything.
"""

import argparse
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

SERVICES, TIMES, SEED = 20_000, 300, 20_261_130
FIRST_LETTER = 0.07  # of misspelt words: those whose first letter is wrong (Mitton, 1987)
GOAL = 150.0  # p95 of a search, milliseconds
HUB, PREFIX = "Bench MASH", "BN"
SPACE = uuid.UUID("0c1b9f2e-0000-4000-8000-0b1d2e3f4a5c")
TOPICS = (
    "bereavement counselling", "debt advice", "youth club", "domestic abuse refuge", "speech and language",
    "parenting course", "housing support", "drug and alcohol treatment", "mental health crisis line", "young carers",
    "food bank", "gang exit work", "autism coaching", "careers advice", "eating disorder clinic", "attendance advice",
    "benefit advice", "family mediation",
)  # fmt: skip
WHO = (
    "children",
    "young people",
    "parents",
    "families",
    "adults",
    "older people",
    "girls",
    "fathers",
    "carers",
)
MANNER = (
    "Group",
    "Line",
    "Centre",
    "Project",
    "Clinic",
    "Outreach",
    "Drop-in",
    "Mentoring",
    "Network",
    "Trust",
)
PLACES = (
    "Harbour",
    "Orchard",
    "Larch",
    "Weavers",
    "Station",
    "Mill",
    "Wharf",
    "Chapel",
    "Market",
    "Lantern",
    "Compass",
)
TEXT = (
    "Help that begins where people are, with somebody who listens and a plan that is written together. We visit, we "
    "telephone, and we go along to other services. There is no need for a diagnosis. Interpreters can be booked."
)
LANGUAGES = ("English", "Somali", "Turkish", "Bengali", "Polish", "Arabic", "Urdu")


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.directory")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--services", type=int, default=SERVICES)
    words.add_argument("--times", type=int, default=TIMES, help="searches measured")
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / "bench-directory")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with embedded.server(home, {"shared_buffers": "512MB", "max_wal_size": "4GB"}) as server:
            environment = settings_of(server)
            running.prepare(server, environment, afresh=True)
            os.environ |= environment("mash_app") | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            import django

            django.setup()
            figures = _everything(server, asked.services, asked.times)
    except embedded.Unavailable as why:
        sys.exit(f"bench: {why}")
    print(f"{asked.services:,} services; {os.cpu_count()} cores")
    for name, one in figures.items():
        print(f"{name:<58}{one:>12,.1f}")
    print(f"goal: p95 of a search at most {GOAL:.0f} ms")
    if asked.json:
        about = {"services": asked.services, "cores": os.cpu_count()}
        asked.json.write_text(json.dumps({"about": about, "figures": figures}, indent=2) + "\n")


def _everything(server: embedded.Server, number: int, times: int) -> dict[str, float]:
    from django.utils import timezone

    from mash.common.identity import as_service
    from mash.partnership import actions as partnership

    with as_service("setup"):
        hub = partnership.open_hub(name=HUB, prefix=PREFIX, at=timezone.now(), is_training=True)
    figures = _imported(number)
    _analyse(server)
    chance = random.Random(SEED)
    return figures | _found(hub, chance, times) | _pages(chance, times)


# Taking in


def _imported(number: int) -> dict[str, float]:
    from django.core.management import call_command

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "services.json"
        with file.open("w") as out:
            out.write('{"services": [')
            out.writelines(
                f"{',' if place else ''}{json.dumps(one)}" for place, one in enumerate(_made_up(number))
            )
            out.write("]}")
        size = file.stat().st_size / 1e6
        before = _memory()
        took = []
        with Path(os.devnull).open("w") as nowhere:
            for _ in range(2):
                began = time.perf_counter()
                call_command("directory", "import", str(file), "--hub", HUB, stdout=nowhere, stderr=nowhere)
                took.append(time.perf_counter() - began)
        return {
            "file, MB": size,
            "import, seconds": took[0],
            "import, services a second": number / took[0],
            "import of the same file again, seconds": took[1],
            "memory at most while importing, MB": _memory(),
            "of which before it began, MB": before,
        }


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _made_up(number: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(SEED)
    today = date(2026, 11, 30)
    for place in range(number):
        name = f"{chance.choice(PLACES)} {chance.choice(TOPICS)} {chance.choice(MANNER)} {place}"
        service, offered_by = str(uuid.uuid5(SPACE, f"s{place}")), place % 800
        outward = f"NF{chance.randint(1, 40)}"
        verified = today - timedelta(days=chance.randint(0, 200))
        where = {
            "id": str(uuid.uuid5(SPACE, f"l{place}")),
            "location_type": "physical",
            "latitude": round(51.4 + chance.random() / 4, 5),
            "longitude": round(-0.3 + chance.random() / 4, 5),
            "addresses": [
                {
                    "id": str(uuid.uuid5(SPACE, f"a{place}")),
                    "address_1": f"{place} Market Row",
                    "city": "Northfield",
                    "state_province": "Northfield",
                    "postal_code": f"{outward} {chance.randint(1, 9)}AB",
                    "country": "GB",
                    "address_type": "physical",
                }
            ],
        }
        low = chance.choice((0, 0, 5, 11, 16, 18))
        yield {
            "id": service,
            "name": name,
            "description": f"{chance.choice(TOPICS).capitalize()} for {chance.choice(WHO)}. {TEXT}",
            "status": "active",
            "fees": chance.choice(("Free", "Free", "£3 a session")),
            "minimum_age": low,
            "maximum_age": low + chance.choice((5, 7, 20, 60)),
            "assured_date": verified.isoformat(),
            "last_modified": datetime.combine(verified, datetime.min.time(), UTC).isoformat(),
            "eligibility_description": f"Any of the {chance.choice(WHO)} of Northfield.",
            "schedules": [
                {
                    "id": str(uuid.uuid5(SPACE, f"h{place}")),
                    "freq": "WEEKLY",
                    "byday": ",".join(chance.sample(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), 3)),
                    "opens_at": "09:00:00",
                    "closes_at": "17:00:00",
                }
            ],
            "languages": [{"id": str(uuid.uuid5(SPACE, f"g{place}")), "name": chance.choice(LANGUAGES)}],
            "service_at_locations": [
                {"id": str(uuid.uuid5(SPACE, f"t{place}")), "location_id": where["id"], "location": where}
            ],
            "organization": {
                "id": str(uuid.uuid5(SPACE, f"o{offered_by}")),
                "name": f"{PLACES[offered_by % len(PLACES)]} Trust {offered_by}",
                "description": "A trust.",
            },
        }


def _analyse(server: embedded.Server) -> None:
    import psycopg

    with psycopg.connect(server.url(embedded.ADMINISTRATOR, running.DATABASE), autocommit=True) as admin:
        admin.execute("VACUUM ANALYZE")  # as the server does by itself


# Finding


def _asked(chance: random.Random) -> dict[str, Any]:
    """Return one search: mostly a need or words with a place, as somebody at a school types it."""
    topic = chance.choice(TOPICS)
    kinds: list[Callable[[], dict[str, Any]]] = [
        lambda: {"q": topic},
        lambda: {"q": topic.split()[0], "place": f"NF{chance.randint(1, 40)}"},
        lambda: {"need": chance.choice(("domestic_abuse", "mental_health", "gangs", "money", "bereavement"))},
        lambda: {"need": "mental_health", "age": str(chance.randint(4, 17)), "cost": "free", "day": "TU"},
        lambda: {"place": f"NF{chance.randint(1, 40)} 3AB", "miles": "3", "age": "14"},
        lambda: {"q": f"{chance.choice(PLACES)} {topic}", "language": "somali"},
        lambda: {"q": "help"},
        dict,
    ]
    return chance.choice(kinds)()


def _misspelt(chance: random.Random) -> str:
    """Return a topic in whose longest word two letters have changed places: the first two of one word in fourteen."""
    parts = chance.choice(TOPICS).split()
    longest = max(parts, key=len)
    at = chance.randint(1, len(longest) - 3) if chance.random() > FIRST_LETTER else 0
    wrong = longest[:at] + longest[at + 1] + longest[at] + longest[at + 2 :]
    return " ".join(wrong if one == longest else one for one in parts)


def _found(hub: Any, chance: random.Random, times: int) -> dict[str, float]:
    """Return the milliseconds of a search, and of a read by primary key, as the reader, each in its transaction."""
    from django.db import transaction

    from mash.common.editions import content_of
    from mash.common.identity import Identity, Kind, acting_as
    from mash.directory.forms.searching import Search
    from mash.directory.models import Service
    from mash.directory.queries import languages
    from mash.directory.queries.search import search

    identity = Identity(Kind.SERVICE, "front_door")

    def within(work: Callable[[], object]) -> float:
        with content_of(hub.pk), acting_as(identity, role="mash_reader"), transaction.atomic():
            began = time.perf_counter()
            work()
            return (time.perf_counter() - began) * 1000

    with content_of(hub.pk), acting_as(identity), transaction.atomic():
        spoken = languages(hub)
        keys = list(Service.objects.filter(hub=hub).values_list("pk", flat=True)[:times])
        forms = [Search(_asked(chance), languages=spoken) for _ in range(times)]
        asked = [form.asked for form in forms if form.is_valid()]
    by_key = [within(lambda key=key: Service.objects.get(pk=key)) for key in keys]  # type: ignore[misc]
    searches = [within(lambda one=one: search(hub, one)) for one in asked]  # type: ignore[misc]
    wrong = [Search({"q": _misspelt(chance)}, languages=spoken) for _ in range(times)]
    misspelt = [one.asked for one in wrong if one.is_valid()]
    nearly = [within(lambda one=one: search(hub, one)) for one in misspelt]  # type: ignore[misc]
    slowest = max(range(len(searches)), key=lambda place: searches[place])
    print(f"slowest: {searches[slowest]:.0f} ms for {asked[slowest]}")
    spelling = _spread("search of a misspelt word", nearly)
    return _spread("search", searches) | spelling | _spread("read by primary key", by_key)


def _pages(chance: random.Random, times: int) -> dict[str, float]:
    """Return the milliseconds of whole pages, and of the API's."""
    from django.test import Client
    from django.urls import reverse

    from mash.directory import api
    from mash.directory.middleware import Limit
    from mash.directory.views import reading

    for view in (reading.find, api.services):
        view.limit = Limit("bench", 1_000_000)  # one place asks for everything here
    client, found = Client(), reverse("directory:find", args=[PREFIX.lower()])
    listed = reverse("directory:api_services", args=[PREFIX.lower()])

    def took(address: str, query: dict[str, Any]) -> float:
        began = time.perf_counter()
        answer = client.get(address, query)
        assert answer.status_code == 200, (address, query, answer.status_code)
        return (time.perf_counter() - began) * 1000

    number = max(20, times // 3)
    pages = [took(found, _asked(chance)) for _ in range(number)]
    lists = [took(listed, {"page": chance.randint(1, 100), "per_page": 50}) for _ in range(number)]
    return _spread("whole page of a search", pages[2:]) | _spread("page of the API, 50 services", lists[2:])


def _spread(what: str, milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        f"{what}, p50 ms": statistics.median(ordered),
        f"{what}, p95 ms": ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
    }


if __name__ == "__main__":
    main()
