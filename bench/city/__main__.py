"""`make bench-city`: a day of a city's hubs, over HTTP against the product's own server, at one size after another.

Each size has a database of its own, filled once by COPY and kept: 32 hubs, and half as many people as contacts.  Then
the web server and the worker are started as `mash run` starts them; workers open pages with moments of reading between,
and systems send what comes by night.  Beside each page stands its floor, its SQL alone in the same run, with the walls
and without them, and where its time goes.  What a size measured is kept, for how pages grow.  No figure fails anything.
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

from bench.exercise import _settings
from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

SIZES, WORKERS, SECONDS, PORT = (20_000,), 300, 120, 8767
READS = (10.0, 40.0)  # seconds for which a worker reads a page before the next
GOALS = {  # milliseconds at the 95th percentile
    "worklist": 200,
    "case page": 300,
    "person search": 300,
    "match on intake": 500,
    "dashboard": 300,
}
TIMES_THE_FLOOR, AND_MORE = 3, 30  # a page takes at most three times its floor and 30 ms more
GROWTH, TO_START, A_PROCESS = 1.5, 5, 250  # times; seconds; MB
TO_SETTLE, QUIET = (
    3600,
    3,
)  # seconds that the worker may take to catch up; and without anything to do before it has
ROUNDS = ("mash.desk.jobs.watch_clocks", "mash.notifications.jobs.pass_on_unread")
WAITING = f"""SELECT
  EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'doing'
          OR status = 'todo' AND coalesce(scheduled_at, now()) <= now())
  OR EXISTS (SELECT FROM desk_clockalarm WHERE next_at <= now() AND step <> ''),
  (SELECT count(DISTINCT task_name) FROM procrastinate_jobs
   JOIN procrastinate_events ON job_id = procrastinate_jobs.id AND type = 'succeeded' AND at >= %s
   WHERE task_name IN {ROUNDS})"""
SAMPLE = 24  # addresses of each page whose SQL is asked alone
Figures = dict[str, Any]


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.city", description=__doc__)
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, metavar="CONTACTS", help="in all hubs together"
    )
    words.add_argument("--workers", type=int, default=WORKERS)
    words.add_argument("--seconds", type=float, default=SECONDS, help="for which they work")
    words.add_argument(
        "--reads", type=float, nargs=2, default=READS, metavar=("LEAST", "MOST"), help="seconds"
    )
    words.add_argument("--port", type=int, default=PORT)
    asked = words.parse_args()
    if len(asked.sizes) == 1:
        try:
            running.must_be_free(asked.port)
            figures = _measured(asked.sizes[0], asked)
        except (embedded.Unavailable, running.DidNotStart) as why:
            sys.exit(f"bench: {why}")
        _tell(asked.sizes[0], figures, asked)
        _tell_growth()
    else:
        _one_after_another(asked)
    if asked.json:
        about = {"cores": os.cpu_count(), "python": platform.python_version(), "machine": platform.machine()}
        kept = json.loads(_kept().read_text())
        found = {size: kept[str(size)] for size in asked.sizes}
        asked.json.write_text(json.dumps({"about": about, "sizes": found}, indent=2) + "\n")


def _one_after_another(asked: argparse.Namespace) -> None:
    """Measure each size in a process of its own: Django's settings, and so the database, stand once in a process."""
    least, most = map(str, asked.reads)
    said = {"--workers": asked.workers, "--seconds": asked.seconds, "--port": asked.port}
    words = [word for name, value in said.items() for word in (name, str(value))]
    for size in asked.sizes:
        alone = [sys.executable, "-m", "bench.city", "--sizes", str(size), "--reads", least, most, *words]
        ended = subprocess.run(alone, check=False)
        if ended.returncode:
            sys.exit(ended.returncode)


def _home(size: int | str) -> Path:
    return embedded.home_for(PROJECT / f"bench-city-{size}")


def _kept() -> Path:
    """Return the file with what each size measured last."""
    return embedded.home_for(PROJECT / "bench-city").with_suffix(".json")


def _measured(size: int, asked: argparse.Namespace) -> Figures:
    home = _home(size)
    home.parent.mkdir(parents=True, exist_ok=True)
    with embedded.server(home, {"shared_buffers": "1GB", "max_wal_size": "8GB"}) as server:
        environment = settings_of(server)
        filled = home / "filled"
        running.prepare(server, environment, afresh=not filled.exists())
        administrator = server.url(embedded.ADMINISTRATOR, running.DATABASE)
        with _settings(environment("mash_app") | {"MASH_API_A_MINUTE": "1000000"}):
            from bench.city import filling, preparing

            if not filled.exists():
                filling.fill(server, contacts=size, people=size // 2)
                filled.touch()

            players, feeds = preparing.players(asked.workers), preparing.feeds()
        began = time.monotonic()
        with running.serving(asked.port, environment, {"MASH_API_A_MINUTE": "1000000"}):
            started = time.monotonic() - began
            from bench.city.playing import play

            settled = _until_settled(administrator)
            seed = random.Random(size).randrange(10**9)
            play(
                players[:20], feeds, port=asked.port, seconds=10, reads=(0, 1), seed=seed
            )  # each process has met each page
            busy = _load()
            played = play(
                players, feeds, port=asked.port, seconds=asked.seconds, reads=tuple(asked.reads), seed=seed
            )
            memory = _memory()
        with _settings(environment("mash_app")):
            beside = preparing.beside(players, administrator, SAMPLE)
    figures: Figures = {
        "requests": played.many,
        "a second": round(played.many / played.seconds, 1),
        "wrong": dict(played.wrong),
        "to start": round(started, 1),
        "settled": round(settled, 1),
        "memory": memory,
        "others": busy,
        "pages": {name: _spread(took) | beside.get(name, {}) for name, took in sorted(played.took.items())},
    }
    kept = json.loads(_kept().read_text()) if _kept().exists() else {}
    _kept().write_text(json.dumps(kept | {str(size): figures}) + "\n")
    return figures


def _until_settled(administrator: str) -> float:
    """Wait until the worker has sounded what fell due while the hubs stood still; return the seconds it took."""
    began = time.monotonic()
    with psycopg.connect(administrator, autocommit=True) as connection:
        since, quiet = connection.execute("SELECT now()").fetchone()[0], 0  # type: ignore[index]
        while quiet < QUIET:
            time.sleep(1)
            busy, rounds = connection.execute(WAITING, [since]).fetchone()  # type: ignore[misc]
            quiet = quiet + 1 if not busy and rounds == len(ROUNDS) else 0
            if time.monotonic() - began > TO_SETTLE:
                sys.exit(
                    f"bench: after {TO_SETTLE} s the worker is still at what fell due before it was started"
                )
    return time.monotonic() - began


def _spread(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(one * 1000 for one in seconds)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)

    return {"n": len(ordered), "p50": round(statistics.median(ordered), 1), "p95": at(0.95), "p99": at(0.99)}


def _load() -> float:
    """Return how many programs wanted a core before the work began, as a mean of the last minute."""
    return round(os.getloadavg()[0], 1)


def _memory() -> dict[str, float]:
    """Return how many MB of memory each process of the web server and the worker uses by itself or shares."""
    found = {}
    for one in Path("/proc").iterdir():
        if not one.name.isdigit():
            continue
        try:
            words = (one / "cmdline").read_text().split("\0")
            status = dict(
                line.split(":", 1) for line in (one / "status").read_text().splitlines() if ":" in line
            )
        except OSError:  # it has ended
            continue
        if int(status.get("PPid", 0)) not in _ours():
            continue
        kind = "web" if "granian" in words else "worker" if "procrastinate" in words else ""
        if kind and "VmRSS" in status:
            found[f"{kind} {one.name}"] = round(int(status["VmRSS"].split()[0]) / 1024, 1)
    return found


def _ours() -> set[int]:
    """Return the numbers of this process and of those that it started."""
    mine = os.getpid()
    started = Path(f"/proc/{mine}/task/{mine}/children").read_text().split()
    return {mine, *map(int, started)}


def _tell(size: int, figures: Figures, asked: argparse.Namespace) -> None:
    print(
        f"\n{size:,} contacts, {size // 2:,} people, {asked.workers} workers; {os.cpu_count()} cores, "
        f"{figures['others']} programs wanted one before"
    )
    print(
        f"{figures['requests']} requests, {figures['a second']} a second; wrong: {figures['wrong'] or 'none'}"
    )
    print(
        f"web and worker answer after {figures['to start']} s (goal {TO_START}), "
        f"caught up after {figures['settled']}; MB: {figures['memory']} (goal {A_PROCESS})"
    )
    print(
        f"{'milliseconds':<20}{'n':>6}{'p50':>8}{'p95':>8}{'p99':>8}"
        f"{'floor':>8}{'no walls':>10}{'may take':>10}{'goal':>6}"
    )
    for name, one in figures["pages"].items():
        floor = one.get("floor")
        may = f"{TIMES_THE_FLOOR * floor + AND_MORE:.0f}" if floor is not None else "-"
        print(
            f"{name:<20}{one['n']:>6}{one['p50']:>8}{one['p95']:>8}{one['p99']:>8}{floor or '-':>8}"
            f"{one.get('without walls', '-'):>10}{may:>10}{GOALS.get(name, '-'):>6}"
        )
    print("where a page's time goes, in this process, milliseconds a page")
    for name, one in figures["pages"].items():
        if "goes" in one:
            print(f"{name:<20}" + ", ".join(f"{part} {spent}" for part, spent in one["goes"].items()))


def _tell_growth() -> None:
    kept = json.loads(_kept().read_text())
    sizes = sorted(kept, key=int)
    if len(sizes) < 2:
        return
    print(
        f"\np95 and, of the SQL alone, the floor, by size; at most {GROWTH} times from one size to ten times it"
    )
    print(f"{'':<20}" + "".join(f"{int(size):>22,}" for size in sizes))
    for name in GOALS:
        cells = []
        for size in sizes:
            one = kept[size]["pages"].get(name, {})
            cells.append(f"{one.get('p95', '-')} ({one.get('floor', '-')})")
        print(f"{name:<20}" + "".join(f"{cell:>22}" for cell in cells))


if __name__ == "__main__":
    main()
