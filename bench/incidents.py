"""`python -m bench.incidents`: a million incidents, put in, read through, taken, and taken again.

A database of its own is made afresh each time.  Everything goes through the product's own actions as a worker of a hub,
under row-level security, a step at a time as its jobs do, in a process of its own whose largest memory is told.  Beside
it stand floors of the same run: Python's own reader of CSV over the same file, and COPY of the same rows as the
administrator into a table without walls that has the same columns and indexes.  No figure fails anything.
"""

import argparse
import csv
import io
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

ROWS, SEED = 1_000_000, 20_261_201
GOAL = 300  # MB
HEADER = (
    "incident_ref,occurred_at,type,unit,officer_ref,child_present,form_required,form_submitted,submitted_at"
)
KINDS = ("domestic incident", "missing child", "concern for child", "shoplifting", "traffic collision")
UNITS = ("Response A", "Response B", "Neighbourhood", "Roads", "Specials")


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.incidents")
    words.add_argument("--rows", type=int, default=ROWS)
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / "bench-incidents")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with (
            embedded.server(home, {"shared_buffers": "256MB", "max_wal_size": "4GB"}) as server,
            tempfile.TemporaryDirectory() as folder,
        ):
            environment = settings_of(server)
            running.prepare(server, environment, afresh=True)
            os.environ |= environment("mash_app") | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            file = Path(folder) / "incidents.csv"
            _write(file, asked.rows)
            with get_context("spawn").Pool(1) as pool:
                figures, peak = pool.apply(_measured, (file,))
            floors = {"floor: Python's own reader of CSV": _read_only(file)}
            floors["floor: COPY into a table without walls"] = _copied(server, file)
            size = file.stat().st_size
    except embedded.Unavailable as why:
        sys.exit(f"bench: {why}")
    print(f"{asked.rows:,} rows, {size / 1024 / 1024:,.0f} MB; {os.cpu_count()} cores")
    for name, seconds in (figures | floors).items():
        print(f"{name:<48}{seconds:>9,.1f} s{asked.rows / seconds:>12,.0f} rows/s")
    print(f"{'largest memory of the process that takes them':<48}{peak:>9,.0f} MB   goal: at most {GOAL} MB")


def _write(file: Path, rows: int) -> None:
    chance, begin = random.Random(SEED), datetime(2016, 1, 1, tzinfo=UTC)
    with file.open("w", newline="") as lines:
        lines.write(HEADER + "\n")
        for number in range(rows):
            at = begin + timedelta(minutes=5 * number, seconds=chance.randrange(300))
            required, sent = chance.choice(("yes", "no")), chance.random() < 0.4
            when = (at + timedelta(hours=2)).isoformat() if sent else ""
            lines.write(
                f"CAD {number:07}/26,{at.isoformat()},{chance.choice(KINDS)},{chance.choice(UNITS)},"
                f"PC {chance.randrange(1000, 2000)},{chance.choice(('yes', 'no'))},{required},"
                f"{'yes' if sent else 'no'},{when}\n"
            )


def _measured(file: Path) -> tuple[dict[str, float], float]:
    """Return seconds of each part, and the process's largest memory in MB."""
    import django

    django.setup()
    from tqdm import tqdm

    from bench import seeding
    from mash.common.identity import as_service
    from mash.partnership.models import Duty

    _, worker = seeding.open_hub(0)
    with as_service("setup"), _transaction():
        worker.duties = [*worker.duties, Duty.MANAGE]
        worker.save(update_fields=["duties"])
    figures = {}
    with tqdm(total=6, unit="part", disable=None) as parts:
        for again in ("", " again"):
            for name, work in _parts(worker, file):
                began = time.perf_counter()
                work()
                figures[name + again] = time.perf_counter() - began
                parts.update()
    return figures, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _transaction() -> Any:
    from django.db import transaction

    return transaction.atomic()


def _parts(worker: Any, path: Path) -> list[tuple[str, Callable[[], None]]]:
    from mash.common.identity import acting_as
    from mash.quality import actions

    at = datetime.now(UTC)
    made: list[Any] = []

    def put_in() -> None:
        with acting_as(worker.identity), _transaction(), path.open("rb") as body:
            size = path.stat().st_size
            file = actions.put_in_incidents(name="bench", file=body, size=size, by=worker, at=at)
            made.append(file)

    def to_the_end(begin: Callable[..., None], **more: Any) -> None:
        (file,) = made
        with acting_as(worker.identity), _transaction():
            begin(file=file, by=worker, at=at, **more)
        while True:
            with acting_as(worker.identity), _transaction():
                file.refresh_from_db()
                if not file.is_being_read:
                    return
                actions.go_on_reading(file=file, position=file.position, by=worker, at=at)

    def look() -> None:
        to_the_end(actions.choose_incident_columns, columns=made[0].columns, day_first=True)

    def take() -> None:
        to_the_end(actions.take_incidents)

    return [("put in", put_in), ("read through", look), ("taken", take)]


def _read_only(file: Path) -> float:
    began = time.perf_counter()
    with file.open(newline="") as lines:
        for _ in csv.reader(lines):
            pass
    return time.perf_counter() - began


def _copied(server: embedded.Server, file: Path) -> float:
    """Return how long COPY takes for the same rows, without reading what they say."""
    with psycopg.connect(server.url(embedded.ADMINISTRATOR, running.DATABASE), autocommit=True) as admin:
        admin.execute(
            "CREATE TABLE floor (reference text, occurred_at timestamptz, kind text, unit text, officer text, "
            "child_present boolean, form_required boolean, form_submitted boolean, submitted_at timestamptz, "
            "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), hub int DEFAULT 1, UNIQUE (hub, reference, occurred_at)); "
            "CREATE INDEX ON floor (hub, occurred_at)"
        )
        began = time.perf_counter()
        command = (
            "COPY floor (reference, occurred_at, kind, unit, officer, child_present, form_required, form_submitted, "
            "submitted_at) FROM STDIN (FORMAT csv, HEADER)"
        )
        with admin.cursor().copy(command) as copy, file.open("rb") as body:
            while piece := body.read(io.DEFAULT_BUFFER_SIZE * 16):
                copy.write(piece)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
