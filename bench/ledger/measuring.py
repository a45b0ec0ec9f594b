"""What is measured of the record, and what the same machine does without the product around it."""

import hashlib
import statistics
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from tqdm import tqdm

from bench import seeding
from mash.common import embedded
from mash.common.identity import acting_as, as_service
from mash.desk.auditing import lines as auditing
from mash.ledger import lines
from mash.ledger.actions import record, rooting, witnessing
from mash.ledger.signing import Keys, signer
from mash.ledger.verifying import verify
from mash.ledger.witnesses import held_in
from mash.partnership import actions as partnership
from mash.partnership.models import Duty, Staff

A_MINUTE = 2_000  # lines under one root
GENERATED = """
    INSERT INTO ledger_entry (id, at, hub_id, actor, event, about, why, detail, hash)
    SELECT gen_random_uuid(), %(at)s::timestamptz + n * interval '25 ms', %(hub)s,
      'staff:' || substr(md5((n %% 200)::text), 1, 32), 'contact.seen',
      'contact.contact:' || md5((n * 7919 %% 100000)::text)::uuid, '',
      jsonb_build_object('page', 'case', 'n', n), repeat('0', 64)
    FROM generate_series(1, %(count)s) n
"""
BARE = (
    "INSERT INTO bench_bare SELECT gen_random_uuid(), now(), NULL, 'a', 'b', 'c', '', '{}', repeat('0', 64)"
)
Figures = dict[str, float]


def fill(server: embedded.Server, count: int) -> None:
    """Write lines in bulk, as the administrator, with a root over each minute's."""
    at = datetime.now(UTC) - timedelta(minutes=count // A_MINUTE + 1)
    seeding.AT = at
    hub, _ = seeding.open_hub(0)
    with psycopg.connect(server.url(embedded.ADMINISTRATOR, "mash"), autocommit=True) as admin:
        for step in tqdm(range(count // A_MINUTE), unit_scale=A_MINUTE, unit="line", disable=None):
            minute = at + timedelta(minutes=step)
            admin.execute(GENERATED, {"at": minute, "hub": hub.pk, "count": A_MINUTE})
            with as_service("ledger_keeper"):
                rooting.make_root(at=minute + timedelta(minutes=1))
        admin.execute("VACUUM ANALYZE ledger_entry")
    for _ in range(count // A_MINUTE // witnessing.AT_ONCE + 1):
        with as_service("ledger_keeper"):
            witnessing.deliver(at=datetime.now(UTC))


def everything(server: embedded.Server, *, writers: int, seconds: int) -> Figures:
    """Return figures by name: lines a second, and seconds."""
    figures = _verified()
    with psycopg.connect(server.url(embedded.ADMINISTRATOR, "mash"), autocommit=True) as admin:
        admin.execute("DROP TABLE IF EXISTS bench_bare")
        admin.execute("CREATE TABLE bench_bare (LIKE ledger_entry INCLUDING ALL)")
        bare = partial(_bare, server.url(embedded.ADMINISTRATOR, "mash"), seconds)
        figures["bare INSERTs a second"] = _together(bare, writers) / seconds
        admin.execute("DROP TABLE bench_bare")
    with as_service("setup"), transaction.atomic():
        staff = Staff.objects.select_related("hub", "agency").get(account__email="bench0@bench.example")
    empty = partial(_nothing, staff.pk, seconds)
    figures["transactions that write nothing a second"] = _together(empty, writers) / seconds
    written = partial(_record, staff.pk, seconds)
    figures["lines written a second (goal 800)"] = _together(written, writers) / seconds
    began = time.perf_counter()
    with as_service("ledger_keeper"):
        made = rooting.make_root(at=datetime.now(UTC))
    figures["lines put under a root a second"] = (made.count if made else 0) / (time.perf_counter() - began)
    with psycopg.connect(server.url(embedded.ADMINISTRATOR, "mash"), autocommit=True) as admin:
        admin.execute("ANALYZE ledger_entry")
    return figures | _pages(staff)


def _pages(staff: Staff, times: int = 30) -> Figures:
    """Return how long an auditor's pages take, in milliseconds, the middle of so many."""
    auditor = _auditor(staff)
    client = Client()
    client.force_login(auditor.account)
    session = client.session
    session["post"] = str(auditor.pk)
    session.save()
    with acting_as(auditor.identity), transaction.atomic():
        far = auditing.of_hub(auditor).order_by("at")[1000]
    back = urlencode({"before": f"{far.at.isoformat()}_{far.pk}"})
    addresses = {
        "a worker's day": reverse("desk:audit_worker", args=[staff.pk]),
        "refusals": reverse("desk:audit_refusals"),
        "searches": reverse("desk:audit_searches"),
        "a person": reverse("desk:audit_person", args=[uuid.uuid4()]),
        "searches, a page far back": f"{reverse('desk:audit_searches')}?{back}",
    }
    return {f"auditor: {name}, ms": _middle(client, where, times) for name, where in addresses.items()}


def _auditor(staff: Staff) -> Staff:
    with as_service("setup"), transaction.atomic():
        known = Staff.objects.filter(hub=staff.hub_id, duties__contains=[Duty.AUDIT]).first()
        if known:
            return Staff.objects.select_related("account").get(pk=known.pk)
        at = datetime.now(UTC)
        account = partnership.make_account(email="auditor@bench.example", name="Bench Auditor")
        return partnership.give_post(
            account=account,
            hub=staff.hub,
            agency=staff.agency,
            title="Auditor",
            duties=[Duty.AUDIT],
            at=at,
        )


def _middle(client: Client, address: str, times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        answer = client.get(address)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return statistics.median(took)


def _verified() -> Figures:
    witness = Path(settings.MASH_LEDGER_WITNESSES[0].removeprefix("file:"))
    with as_service("ledger_keeper"), transaction.atomic():
        began = time.perf_counter()
        rows = list(lines.copied(f"SELECT {lines.WRITTEN} FROM ledger_entry e"))
        read = time.perf_counter() - began
    began = time.perf_counter()
    for one in rows:
        hashlib.sha256(one).digest()
    hashed = time.perf_counter() - began
    del rows
    with as_service("ledger_keeper"), transaction.atomic():
        began = time.perf_counter()
        found = verify(keys=Keys([signer().public()]), held=held_in(witness))
        took = time.perf_counter() - began
    assert not found.found, found.found[:3]
    return {
        "lines looked through": found.lines,
        "roots": found.roots,
        "looked through in seconds (goal 60)": took,
        "  lines a second": found.lines / took,
        "  COPY alone, seconds": read,
        "  sha256 alone, seconds": hashed,
    }


def _together(work: Callable[[int], int], writers: int) -> int:
    connections.close_all()
    with get_context("fork").Pool(writers) as pool:
        return sum(pool.map(work, range(writers), chunksize=1))


def _bare(dsn: str, seconds: int, _: int) -> int:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return _count(seconds, lambda: connection.execute(BARE))


def _nothing(staff_key: uuid.UUID, seconds: int, _: int) -> int:
    """A page's transaction without its line: who acts is said and worked out, one thing is asked, and it ends."""
    with as_service("setup"), transaction.atomic():
        staff = Staff.objects.get(pk=staff_key)

    def one() -> None:
        with (
            acting_as(staff.identity, role="mash_reader"),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute("SELECT 1")

    return _count(seconds, one)


def _record(staff_key: uuid.UUID, seconds: int, _: int) -> int:
    with as_service("setup"), transaction.atomic():
        staff = Staff.objects.get(pk=staff_key)

    def one() -> None:
        with acting_as(staff.identity, role="mash_reader"), transaction.atomic():
            record(
                "contact.seen",
                about=f"contact.contact:{uuid.uuid4()}",
                at=datetime.now(UTC),
                hub_id=staff.hub_id,
                detail={"page": "case"},
            )

    return _count(seconds, one)


def _count(seconds: int, work: Callable[[], object]) -> int:
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        work()
        done += 1
    return done
