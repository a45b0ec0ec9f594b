"""`python -m bench.api`: referrals by the partner API, singly and in batches, over HTTP to the product's own server.

A database of its own is made with one hub and one system that has a key; then the web server is started as `mash run`
starts it, and several senders at once, each in a process of its own, send referrals that are all new.  Beside them
stands a floor of the same run: transactions that insert one bare row of the same message over as many connections, one
a transaction and 50 a transaction.  It stops by itself.  No figure fails anything.
"""

import argparse
import http.client
import json
import os
import platform
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg

from bench.exercise import _settings
from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

PORT, SENDERS, AT_ONCE = 8766, 4, 50
GOALS = {"singly": 50, "in batches": 100}  # referrals a second, two cores
MESSAGES = PROJECT / "mash" / "desk" / "demo" / "northfield_referrals.jsonl"
ORGANISATION = "Measured School"


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.api")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--many", type=int, default=1000, help="referrals of each kind")
    words.add_argument("--port", type=int, default=PORT)
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / "bench-api")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        running.must_be_free(asked.port)
        with embedded.server(home, {"shared_buffers": "256MB"}) as server:
            environment = settings_of(server)
            running.prepare(server, environment, afresh=True)
            said = environment("mash_app") | {"MASH_API_A_MINUTE": "1000000"}
            with _settings(said):
                key = _seed()
            url = server.url(embedded.ADMINISTRATOR, "mash")
            floor = {many: _floor(url, asked.many, many) for many in (1, AT_ONCE)}
            with running.serving(asked.port, environment, {"MASH_API_A_MINUTE": "1000000"}):
                figures = {
                    "singly": _sent(asked.many, partial(_singly, asked.port, key)),
                    "in batches": _sent(asked.many, partial(_in_batches, asked.port, key)),
                }
    except (embedded.Unavailable, running.DidNotStart) as why:
        sys.exit(f"bench: {why}")
    load = f"{os.getloadavg()[0]:.1f} programs wanted one of {os.cpu_count()} cores, as a mean of the last minute"
    print(f"{asked.many} new referrals of each kind, {SENDERS} senders; {load}")
    print(f"{'referrals a second':<22}{'API':>8}{'floor':>8}{'goal':>8}")
    for (name, one), bare in zip(figures.items(), floor.values(), strict=True):
        print(f"{name:<22}{one:>8.0f}{bare:>8.0f}{GOALS[name]:>8}")
    if asked.json:
        about = {"cores": os.cpu_count(), "python": platform.python_version(), "senders": SENDERS}
        floors = dict(zip(figures, floor.values(), strict=True))
        asked.json.write_text(
            json.dumps({"about": about, "figures": figures, "floor": floors}, indent=2) + "\n"
        )


def _seed() -> str:
    """Make a hub and a system; return what the system shows."""
    from datetime import timedelta

    from django.utils import timezone

    from bench.seeding import open_hub
    from mash.desk.demo.setting_up import as_program, as_worker
    from mash.partnership import actions as partnership
    from mash.partnership.models import AgencyKind, Duty
    from mash.systems import actions
    from mash.systems.models import Scope

    at = timezone.now() - timedelta(hours=1)
    hub, _ = open_hub(1)
    with as_program("setup"):
        agency = partnership.join_hub(hub=hub, name=ORGANISATION, kind=AgencyKind.EDUCATION, at=at)

        def post(name: str, **more: Any) -> Any:
            account = partnership.make_account(email=f"{name}@measured.example", name=name, hashed="!")
            return partnership.give_post(account=account, hub=hub, agency=agency, title=name, at=at, **more)

        administrator, lead = (
            post("Administrator", duties=[Duty.ADMINISTER]),
            post("Lead", duties=[], leads=True),
        )
    said: dict[str, Any] = {
        "agency": agency,
        "name": "Measured",
        "organisation": ORGANISATION,
        "scopes": Scope.values,
    }
    with as_worker(administrator):
        system = actions.let_speak(by=administrator, at=at, **said)
    with as_worker(lead):
        _, shown = actions.give_key(system=system, label="Measured", days=30, by=lead, at=at)
    return shown


def _bodies(many: int) -> list[bytes]:
    """Return so many messages of the demo's, each with a reference of its own."""
    lines = [json.loads(line) for line in MESSAGES.read_text().splitlines() if line.strip()]
    for one in lines:
        one["source"] |= {"kind": "school", "organisation": ORGANISATION}
    return [
        json.dumps(lines[n % len(lines)] | {"reference": str(uuid.uuid4())}).encode() for n in range(many)
    ]


def _sent(many: int, send: Callable[[list[bytes]], None]) -> float:
    """Return how many referrals a second went in from several senders at once."""
    parts = [_bodies(many // SENDERS) for _ in range(SENDERS)]
    with get_context("spawn").Pool(SENDERS) as pool:
        pool.map(time.sleep, [0.1] * SENDERS)  # until each is there
        begun = time.perf_counter()
        pool.map(send, parts, chunksize=1)
        return sum(map(len, parts)) / (time.perf_counter() - begun)


def _singly(port: int, key: str, bodies: list[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for body in bodies:
        _ask(connection, key, body, many=False)


def _in_batches(port: int, key: str, bodies: list[bytes]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for first in range(0, len(bodies), AT_ONCE):
        _ask(connection, key, b"\n".join(bodies[first : first + AT_ONCE]), many=True)


def _ask(connection: http.client.HTTPConnection, key: str, body: bytes, *, many: bool) -> None:
    path, kind = ("/batch", "application/x-ndjson") if many else ("", "application/json")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
    connection.request("POST", f"/api/v1/referrals{path}", body, headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != (200 if many else 201):
        raise RuntimeError(f"{answer.status}: {said[:500]!r}")


def _floor(url: str, many: int, at_once: int) -> float:
    """Return how many bare rows of such messages a second as many connections insert, so many in a transaction."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("DROP TABLE IF EXISTS bench_floor")
        admin.execute("CREATE TABLE bench_floor (id uuid PRIMARY KEY, message jsonb NOT NULL)")
    return _sent(many, partial(_insert, url, at_once))


def _insert(url: str, at_once: int, bodies: list[bytes]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for first in range(0, len(bodies), at_once):
            with connection.transaction():
                for body in bodies[first : first + at_once]:
                    said = [uuid.uuid4(), body.decode()]
                    connection.execute("INSERT INTO bench_floor (id, message) VALUES (%s, %s)", said)


if __name__ == "__main__":
    main()
