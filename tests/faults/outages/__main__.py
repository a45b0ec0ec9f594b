"""`make faults`: kill, starve and stop parts of the product under work, and print what held.

Each part stands on a copy of a new database, with servers of its own on this machine that end with it.  Chance is drawn
from --seed alone.  With --careless the database acknowledges what is not on the disk yet: then writes must be lost, and
be found lost, or this could not fail.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

SEED, KILLS, WRITES, CONFLICTS, STEPS = 20_261_202, 100, 50_000, 1_000, 21
SECONDS = 15  # for which a disk stays full, or a ledger locked
SMALL_DISK = 400  # MB
BACK_WITHIN = 30  # seconds
PARTS = ("kills", "full", "locked", "clock", "promoted", "restored", "conflicts")


@dataclass
class Part:
    """What one part measured, in words, beside what was asked for; and what was wrong."""

    goal: str
    measured: str = ""
    asked: str = ""
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    words = argparse.ArgumentParser(prog="tests.faults.outages", description=__doc__)
    words.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], default=[], metavar="PART", help=", ".join(PARTS)
    )
    words.add_argument("--kills", type=int, default=KILLS, help="of database, web and worker each")
    words.add_argument(
        "--writes", type=int, default=WRITES, help="acknowledged at least, while they are killed"
    )
    words.add_argument("--conflicts", type=int, default=CONFLICTS)
    words.add_argument("--steps", type=int, default=STEPS, help="of the clock")
    words.add_argument("--seconds", type=float, default=SECONDS, help="without room, or without the ledger")
    words.add_argument("--seed", type=int, default=SEED)
    words.add_argument("--careless", action="store_true", help="synchronous_commit=off: writes must be lost")
    asked = words.parse_args()
    _say(f"seed {asked.seed}; {os.cpu_count()} cores; load {os.getloadavg()[0]:.1f}")
    failed = False
    with _cluster() as like:
        for name in asked.parts or PARTS:
            began, chance = time.monotonic(), random.Random(f"{asked.seed} {name}")
            part = globals()[f"_{name}"](like, asked, chance)
            failed |= bool(part.wrong)
            _tell(name, part, time.monotonic() - began)
    return int(failed)


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def _tell(name: str, part: Part, seconds: float) -> None:
    from tests.figures import figure

    _say(
        f"{name}, {part.goal}: {part.measured} (asked for: {part.asked}); {len(part.wrong)} wrong; {seconds:.0f} s"
    )
    for one in part.wrong[:20]:
        _say(f"  wrong: {one}")
    figure(f"{part.goal}: {name}", f"{part.measured}; {len(part.wrong)} wrong", part.asked)


@contextmanager
def _cluster() -> Iterator[object]:
    """Run the tests' cluster, whose template every part's database is a copy of."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.conf import settings

    from mash.__main__ import environment
    from tests import cluster

    with cluster.running() as like:
        for name, value in environment(like, "mash_app").items():
            if name.startswith("MASH_") and name != "MASH_EMBEDDED":
                setattr(settings, name, value)
        settings.SECRET_KEY, settings.MASH_SECOND_FACTOR = settings.MASH_SECRET_KEY, False
        yield like


@contextmanager
def _database(like: object) -> Iterator[str]:
    """Yield a new database that this process works on, too."""
    from django.db import connections

    from tests import cluster

    name = f"faults_{os.getpid()}"
    cluster.copy(like, name)
    for alias, role in {"default": "mash_app", "builder": cluster.BUILDER}.items():
        connections[alias].settings_dict |= {
            "HOST": str(like.socket),
            "PORT": "5432",
            "NAME": name,
            "USER": role,
            "PASSWORD": like.password_of(role),
        }
    try:
        yield name
    finally:
        connections.close_all()
        cluster.drop(like, name)


def _under_work(
    like: object, fault: Callable, *, also: frozenset[int] = frozenset(), excused: str = "", **options: object
) -> tuple[object, list[str]]:
    """Do something to an installation that works; return the load and what does not hold afterwards.

    fault: given the installation and its load; returns what it found wrong itself.  also: statuses that this fault
    excuses.  excused: words of what the ledger then says, and has to.
    """
    from django.db import connections

    from tests.faults.outages import checking
    from tests.faults.outages.installation import installed
    from tests.faults.outages.load import Load, cast

    with _database(like) as name:
        people = cast()
        connections.close_all()
        with installed(like, name, **options) as made:
            load = Load(made, people)
            load.orderly |= also
            load.run()
            load.wait_until_all_work()
            said = fault(made, load)
            load.stop()
            checking.wait_for_jobs(made)
            said += checking.wrong(made, load) + checking.unverified(made, excused=excused)
            if load.untidy:
                said += [f"{many} times in the log: {what}" for what, many in made.crashes().items()]
            return load, said


def _work(load: object) -> str:
    shown, made = sum(load.shown.values()), sum(load.returns.values())
    return f"{len(load.acknowledged):,} writes, {made} returns by jobs, {shown:,} cases shown"


def _late(seconds: float) -> list[str]:
    return [f"it took {seconds:.1f} s to work again"] if seconds > BACK_WITHIN else []


def _kills(like: object, asked: argparse.Namespace, chance: random.Random) -> Part:
    from tests.faults.outages.killing import OF_THE_GOAL, kill_all

    found = []

    def fault(made, load):
        killed = kill_all(made, load, each=asked.kills, chance=chance, say=_say)
        while len(load.acknowledged) < asked.writes:
            time.sleep(0.5)
        found.append(killed)
        return _late(killed.longest)

    settings = {"synchronous_commit": "off"} if asked.careless else {}
    load, wrong = _under_work(like, fault, settings=settings)
    (killed,) = found
    for kind, many in killed.back.items():
        most, mean = max(many), sum(many) / len(many)
        _say(f"  {kind}: killed {len(many)} times, works again after {mean:.1f} s, at most {most:.1f} s")
    kills = ", ".join(f"{part} {killed.of(part)}" for part in OF_THE_GOAL)
    goal = f"{KILLS} each, {WRITES:,} writes, 0 lost or doubled, {BACK_WITHIN} s"
    return Part("S7", f"killed {kills}; {_work(load)}; longest {killed.longest:.1f} s", goal, wrong)


def _full(like: object, asked: argparse.Namespace, _: random.Random) -> Part:
    from tests.faults.outages import starving

    goal = "0 partial commits, 0 disclosures without a line"
    if not starving.can_mount():
        return Part("S8", "not asked: only root mounts a small disk of its own", goal)
    took = []

    def fault(made, load):
        took.append(starving.fill_the_disk(made, load, asked.seconds))
        return _late(took[0])

    load, wrong = _under_work(like, fault, small_disk=SMALL_DISK)
    return Part(
        "S8", f"full for {asked.seconds:.0f} s; {_work(load)}; works again after {took[0]:.1f} s", goal, wrong
    )


def _locked(like: object, asked: argparse.Namespace, _: random.Random) -> Part:
    from tests.faults.outages import starving

    took = []

    def fault(made, load):
        seconds, wrong = starving.lock_the_ledger(made, load, asked.seconds)
        took.append(seconds)
        return wrong + _late(seconds)

    load, wrong = _under_work(like, fault)
    goal = "0 partial commits, 0 disclosures without a line"
    return Part(
        "S8",
        f"locked for {asked.seconds:.0f} s; {_work(load)}; works again after {took[0]:.1f} s",
        goal,
        wrong,
    )


def _clock(like: object, asked: argparse.Namespace, chance: random.Random) -> Part:
    from tests.faults.outages import starving

    goal = "0 partial commits, 0 disclosures without a line, no clock begins anew"
    if starving.FAKETIME is None:
        return Part("S8", "not asked: install Debian's libfaketime", goal)
    took = []

    def fault(made, load):
        took.append(starving.step_the_clock(made, load, asked.steps, chance))
        return _late(took[0])

    # What was written by a wrong clock is dated wrong, and the ledger says so.  A page whose clock is put right while
    # it answers says that it broke: who acts was signed by the one, and what went wrong is written down by the other.
    more = {"also": frozenset({500}), "excused": "given a time at which they were not written"}
    load, wrong = _under_work(like, fault, for_webs=starving.wrong_clock, **more)
    return Part(
        "S8", f"{asked.steps} steps of the web's clock; {_work(load)}; longest {took[0]:.1f} s", goal, wrong
    )


def _promoted(like: object, asked: argparse.Namespace, _: random.Random) -> Part:
    from tests.faults.outages import starving

    took = []

    def fault(made, load):
        took.append(starving.promote_the_replica(made, load))
        time.sleep(3)
        return _late(took[0])

    load, wrong = _under_work(like, fault, replica=True)
    goal = f"0 lost, {BACK_WITHIN} s"
    return Part(
        "S7",
        f"primary killed, replica promoted; {_work(load)}; works again after {took[0]:.1f} s",
        goal,
        wrong,
    )


def _restored(like: object, asked: argparse.Namespace, _: random.Random) -> Part:
    from tests.faults.outages import starving

    def fault(made, load):
        made.run("ledger", "root", role="mash_worker")
        return starving.restore_and_compare(made)

    load, wrong = _under_work(like, fault)
    return Part("S14", f"backed up under work and brought back; {_work(load)}", "rows and roots equal", wrong)


def _conflicts(like: object, asked: argparse.Namespace, chance: random.Random) -> Part:
    from tests.faults.outages.conflicting import conflicts

    with _database(like):
        counts, wrong = conflicts(asked.conflicts, chance)
    said = ", ".join(f"{many} {kind}" for kind, many in counts.items())
    return Part("S17", said, f"{CONFLICTS:,}, 0 lost updates, 0 double releases", wrong)


if __name__ == "__main__":
    sys.exit(main())
