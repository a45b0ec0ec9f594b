"""Each page as a worker asks for it, and the SQL that it needs by itself, in the same run."""

import json
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.seeding import ENDS, GIVEN, PARTS, SEED
from mash.common.identity import acting_as, as_service
from mash.contact import actions as contacts
from mash.contact import queries as contact_queries
from mash.contact.message import parse
from mash.contact.models import Channel, Contact
from mash.partnership.models import Staff
from mash.people import links
from mash.triage.models import Route

MESSAGES = Path(__file__).parent.parent / "mash" / "desk" / "demo" / "northfield_referrals.jsonl"
GOALS = {"worklist": 200, "case page": 300, "search": 300}  # p95, milliseconds
PROCESSES = 2
AT_A_TIME = 50  # messages in one transaction, as the command takes them
INTAKE_GOAL = 50  # contacts a second
Figures = dict[str, dict[str, float]]


def everything(*, times: int) -> Figures:
    """Return, by page, p50 and p95 in milliseconds, and those of its SQL alone; and intake a second."""
    chance = random.Random(SEED)
    worker, cases = _worker(times)
    client = signed_in(worker)
    pages = {
        "worklist": [reverse("desk:worklist")] * times,
        "case page": [reverse("desk:case", args=[key]) for key in cases],
        "search": [address_of(words, worker) for words in searches(chance, times)],
    }
    figures = {name: _page(client, worker, addresses) for name, addresses in pages.items()}
    return figures | {"intake with settling": _intake(_worker_of(-1))}


def _worker_of(place: int) -> Staff:
    """Return a worker of one of the hubs: pages are measured in the first, and what intake adds goes into the last."""
    with as_service("setup"), transaction.atomic():
        found = Staff.objects.select_related("hub", "agency", "account").filter(duties__contains=["screen"])
        return list(found.order_by("hub__name"))[place]


def _worker(times: int) -> tuple[Staff, list[str]]:
    worker = _worker_of(0)
    with as_service("setup"), transaction.atomic():
        done = Route.objects.filter(hub=worker.hub_id).values_list("contact_id", flat=True)[: times // 2]
        waiting = Contact.objects.filter(hub=worker.hub_id).exclude(routes__isnull=False)
        return worker, [
            str(key) for key in [*done, *waiting.values_list("pk", flat=True)[: times - times // 2]]
        ]


def signed_in(worker: Staff) -> Client:
    client = Client()
    client.force_login(worker.account)
    session = client.session
    session["post"] = str(worker.pk)
    session.save()
    return client


def searches(chance: random.Random, times: int) -> list[str]:
    kinds: list[Callable[[], str]] = [
        lambda: f"{chance.choice(GIVEN)} {chance.choice(PARTS)}{chance.choice(ENDS)}",
        lambda: f"{chance.choice(PARTS)}{chance.choice(ENDS)}",
        lambda: f"{chance.choice(PARTS)}{chance.choice(ENDS)}"[:5],
        lambda: f"NF{chance.randint(1, 99)} {chance.choice(GIVEN)}",
    ]
    return [kinds[number % len(kinds)]() for number in range(times)]


def address_of(words: str, worker: Staff) -> str:
    return f"{reverse('people:search')}?{urlencode({'s': links.hide(words, worker.hub_id)})}"


def _page(client: Client, worker: Staff, addresses: Iterable[str]) -> dict[str, float]:
    took, floor = [], []
    for number, address in enumerate(addresses):
        began = time.perf_counter()
        answer = client.get(address)
        took.append(time.perf_counter() - began)
        assert answer.status_code == 200, (address, answer.status_code)
        if number % 5 == 0:
            floor.append(sql_alone(client, worker, address))
    return _spread("p50_ms", "p95_ms", took[1:]) | _spread("sql_p50_ms", "sql_p95_ms", floor[1:] or floor)


def sql_alone(client: Client, worker: Staff, address: str) -> float:
    """Return the seconds that a page's reading statements take when nothing is done with what they find."""
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    reads = [one["sql"] for one in asked.captured_queries if one["sql"].lstrip().upper().startswith("SELECT")]
    with acting_as(worker.identity, role="mash_reader"), transaction.atomic(), connection.cursor() as cursor:
        began = time.perf_counter()
        for words in reads:
            cursor.cursor.execute(words)
            cursor.fetchall()
        return time.perf_counter() - began


def _spread(middle: str, high: str, seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        middle: round(statistics.median(ordered) * 1000, 1),
        high: round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 1),
    }


def _intake(worker: Staff, rounds: int = 6) -> dict[str, float]:
    """Return messages a second: read, checked, frozen, and everybody in them looked for among all who are known.

    By one process, and by two at once: intake takes as many files at a time as there are cores.
    """
    ready = _messages(rounds)
    alone = _seconds(lambda: _take_in(worker.pk, ready))
    ready = _messages(rounds)
    connections.close_all()
    with get_context("fork").Pool(PROCESSES) as pool:
        halves = [(worker.pk, ready[place::PROCESSES]) for place in range(PROCESSES)]
        together = _seconds(lambda: pool.starmap(_take_in, halves))
    return {
        "per_second": round(len(ready) / together, 1),
        "people_per_second": round(_people(ready) / together, 1),
        "processes": PROCESSES,
        "per_second_one_process": round(len(ready) / alone, 1),
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _messages(rounds: int) -> list[bytes]:
    lines = [json.loads(line) for line in MESSAGES.read_text().splitlines()]
    once: dict[str, Any] = {one["reference"]: one for one in lines}
    mark = f"{time.time():.2f}"
    return [
        json.dumps(one | {"reference": f"{mark}-{number}-{one['reference']}"[:60]}).encode()
        for number in range(rounds)
        for one in once.values()
    ]


def _take_in(worker_key: uuid.UUID, ready: list[bytes]) -> None:
    with as_service("setup"), transaction.atomic():
        worker = Staff.objects.select_related("hub", "agency", "account").get(pk=worker_key)
    for start in range(0, len(ready), AT_A_TIME):
        with as_service("intake"), transaction.atomic():
            taken = [
                contacts.receive(
                    parse(raw), hub=worker.hub, channel=Channel.FILE, received_at=timezone.now()
                )[0]
                for raw in ready[start : start + AT_A_TIME]
            ]
        for contact in taken:
            _look_for_everybody(contact, worker)


def _look_for_everybody(contact: Contact, worker: Staff) -> None:
    """Look for all whom a contact names, together, as the page where it is screened does."""
    with acting_as(worker.identity), transaction.atomic():
        named = [one.who for one in contact_queries.people_of(contact)]
        contacts.look_for_each(contact=contact, people_named=named, by=worker, at=timezone.now())


def _people(ready: list[bytes]) -> int:
    return sum(len(json.loads(raw)["people"]) for raw in ready)


def table(figures: Figures) -> str:
    """Return the figures as lines of text, each beside its goal."""
    lines = [f"{'':<22}{'p50 ms':>9}{'p95 ms':>9}{'its SQL p50':>13}{'p95':>8}   goal"]
    for name, goal in GOALS.items():
        one = figures[name]
        lines.append(
            f"{name:<22}{one['p50_ms']:>9}{one['p95_ms']:>9}{one['sql_p50_ms']:>13}{one['sql_p95_ms']:>8}"
            f"   p95 at most {goal} ms"
        )
    intake = figures["intake with settling"]
    lines.append(
        f"{'intake with settling':<22}{intake['per_second']:>9} contacts a second by {intake['processes']} processes, "
        f"{intake['per_second_one_process']} by one   at least {INTAKE_GOAL}"
    )
    return "\n".join(lines)
