"""`python -m bench.matching.nightly --people N`: a register looked over by night, as the service does it.

It lies in a database, is read and written as the service reads and writes, under row-level security, and is looked
over in a process of its own.  The server's work is counted too.  No figure fails anything: a reader compares it with
its goal.  What a search finds people by is left out of the database: nobody searches it here.
"""

import argparse
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from multiprocessing import active_children
from pathlib import Path
from typing import Any
from unittest import mock

from bench.matching.duplicates import TESTED, Truth
from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

TICK = os.sysconf("SC_CLK_TCK")  # in which the system counts a process's time
CHUNK = 5000
HELD = "truth"  # whose each record is, by its place; written last
GOALS = {
    "seconds": "90 at a million",
    "memory_gb": "3 at a million",
    "right": "at least .99",
    "twins": "none",
}


def main() -> None:
    """Fill a database unless it is there, look over it, and print the figures."""
    words = argparse.ArgumentParser(prog="bench.matching.nightly")
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--times", type=int, default=1, help="how often it is looked over; each is printed")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--look", type=Path, help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.look:
        asked.look.write_text(json.dumps(_look()))
        return
    home = embedded.home_for(PROJECT / f"bench-nightly-{asked.people}")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with embedded.server(home, {"shared_buffers": "1GB", "max_wal_size": "8GB"}) as server:
            environment = settings_of(server)
            os.environ |= environment("mash_app") | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
            import django

            django.setup()
            if not (home / HELD).exists():
                running.prepare(server, environment, afresh=True)
                _fill(server, asked.people, home)
            figures = []
            for _ in range(asked.times):
                figures.append(_looked_over(server) | _found(pickle.loads((home / HELD).read_bytes())))
                print(table(figures[-1]), flush=True)
    except embedded.Unavailable as why:
        sys.exit(f"bench.matching.nightly: {why}")
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n")


def _fill(server: embedded.Server, people: int, home: Path) -> None:
    """Take a made-up register in; its records keep their places in their keys."""
    from bench.copying import by_copy
    from bench.matching.families import Families
    from bench.matching.telling import placed
    from bench.seeding import AT, analyse, open_hub
    from mash.common.identity import as_service
    from mash.people import actions

    hub, _ = open_hub(0)
    humans = Families(TESTED).until(people)
    homes = {one.number: (min(other.number for other in one.home.members), one.twin) for one in humans}
    places: dict[int, tuple[int, int]] = {}
    with tempfile.TemporaryFile() as file:
        for place, one in placed(humans, TESTED + 1):
            places[place] = one.human, file.tell()
            pickle.dump(one.details, file)

        def records() -> Iterator[Any]:
            for place in range(len(places)):
                file.seek(places[place][1])
                yield replace(pickle.load(file), source="bench", source_key=str(place))

        several = records()
        found_by_nothing = mock.patch("mash.people.tokens.findable", return_value=set())
        with by_copy(server.url(embedded.ADMINISTRATOR, "mash")), found_by_nothing:
            while part := list(islice(several, CHUNK)):
                with as_service("imports"):
                    actions.take_register(several=part, hub_id=hub.pk, at=AT)
    from django.db import transaction

    with as_service("imports"), transaction.atomic():
        actions.count_register(hub=hub, at=AT)
    analyse(server)
    truth = [Truth(human, *homes[human]) for human, _ in (places[place] for place in range(len(places)))]
    (home / HELD).write_bytes(pickle.dumps(truth))


def _looked_over(server: embedded.Server) -> dict[str, Any]:
    """Look over the register in a process of its own, and return what it took."""
    postmaster = int((server.socket.parent / "data" / "postmaster.pid").read_text().split()[0])
    busy, before = os.getloadavg()[0], _processor(postmaster)
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        subprocess.run([sys.executable, "-m", "bench.matching.nightly", "--look", str(said)], check=True)
        took: dict[str, Any] = json.loads(said.read_text())
    took["processor"]["server"] = round(_processor(postmaster) - before, 1)
    return took | {"busy": (round(busy, 1), round(os.getloadavg()[0], 1))}


def _look() -> dict[str, Any]:
    """Look over the one hub there is as the service does, and say how long which part of it took."""
    import django

    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from mash.common.identity import as_service
    from mash.partnership.queries.rota import every_hub
    from mash.people import actions
    from mash.people.duplicates import splinking

    named: list[float] = []
    beside: list[float] = [0.0]
    usual = splinking.pairs

    def noted(*given: Any, **said: Any) -> Iterator[Any]:
        for part in usual(*given, **said):
            named.append(time.perf_counter())
            beside[0] = max(beside[0], sum(_most_memory(one.pid) for one in active_children()))
            yield part

    with as_service("reminders"), mock.patch.object(splinking, "pairs", noted):
        with transaction.atomic():
            (hub,) = every_hub()
        began = time.perf_counter()
        said = actions.look_for_duplicates(hub=hub, at=timezone.now())
        done = time.perf_counter()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "records": said.records,
        "found": said.found,
        "seconds": round(done - began, 1),
        "naming": round(named[0] - began, 1),
        "processor": {
            "own": round(time.process_time(), 1),
            "others": round(children.ru_utime + children.ru_stime, 1),
        },
        "memory_gb": round(_most_memory("self") + beside[0], 2),
    }


def _found(truth: list[Truth]) -> dict[str, Any]:
    """Compare the list with the truth."""
    from collections import Counter

    from django.db import transaction

    from bench.matching.figures import Share, share
    from mash.common.identity import as_service
    from mash.people.models import Suspected

    with as_service("reminders"), transaction.atomic():
        keys = ("first__source_key", "second__source_key", "likely")
        rows = [
            (truth[int(one)], truth[int(other)], likely)
            for one, other, likely in Suspected.objects.values_list(*keys).iterator()
        ]
    several = Counter(one.human for one in truth)
    everybody = sum(n * (n - 1) // 2 for n in several.values())
    likely = [(one, other) for one, other, is_likely in rows if is_likely]
    relatives = [pair for pair in likely if pair[0].home == pair[1].home and pair[0].human != pair[1].human]
    shares = {
        "listed": Share(sum(one.human == other.human for one, other, _ in rows), everybody),
        "right": share(one.human == other.human for one, other in likely),
        "likely": Share(sum(one.human == other.human for one, other in likely), everybody),
    }
    return {
        "true_pairs": everybody,
        "twins": sum(one.twin and other.twin for one, other in relatives),
        "relatives": len(relatives),
        "shares": {name: (str(one), one.plain()) for name, one in shares.items()},
    }


def _processor(postmaster: int) -> float:
    """Return the seconds of processor that a server and all its processes ever took, those that ended too."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            said = (folder / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(folder.name) == postmaster:
            total += sum(map(int, said[11:15]))
        elif int(said[1]) == postmaster:
            total += sum(map(int, said[11:13]))
    return total / TICK


def _most_memory(process: int | str | None) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024**2


def table(figures: dict[str, Any]) -> str:
    """Return the figures of one look as lines of text, each beside its goal."""
    spent = figures["processor"]
    parts = ", ".join(f"{seconds} {whose}" for whose, seconds in spent.items())
    said = {
        "seconds": f"{figures['seconds']} ({figures['naming']} until the first pairs are named)",
        "processor": f"{sum(spent.values()):.1f} s: {parts}",
        "memory_gb": f"{figures['memory_gb']} without the server",
        **{name: words for name, (words, _) in figures["shares"].items()},
        "twins": f"{figures['twins']} of {figures['relatives']} likely pairs of two of one household",
    }
    head = f"{figures['records']:,} records, {figures['true_pairs']:,} pairs of one person, {figures['found']:,} listed"
    before, after = figures["busy"]
    lines = [f"{name:<12}{words:<76}{GOALS.get(name, '')}" for name, words in said.items()]
    return "\n".join([f"{head}; load before {before}, after {after}", *lines])


if __name__ == "__main__":
    main()
