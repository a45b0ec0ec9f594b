"""`kill -9` of database, web and worker, at random moments, while work goes on."""

import os
import random
import signal
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

import psycopg

from tests.deploy import servers
from tests.faults.outages.installation import COMES_BACK, Installation
from tests.faults.outages.load import Load

KINDS = ("the database's server", "one session of the database", "a web process", "a worker")
OF_THE_GOAL = {"database": KINDS[:2], "web": KINDS[2:3], "worker": KINDS[3:]}
RESTS = (0.2, 2.0)  # seconds between two kills
NEWEST_WORKER = "SELECT coalesce(max(id), 0) FROM procrastinate_workers"


@dataclass
class Killed:
    """How often each kind was killed, and after how many seconds it worked again."""

    kinds: Counter = field(default_factory=Counter)
    back: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def of(self, part: str) -> int:
        return sum(self.kinds[kind] for kind in OF_THE_GOAL[part])

    @property
    def longest(self) -> float:
        return max((one for many in self.back.values() for one in many), default=0.0)


def kill(installed: Installation, load: Load, kind: str, chance: random.Random) -> float:
    """Kill one thing; return after how many seconds it did its work again."""
    began = time.monotonic()
    if kind == "the database's server":
        installed.primary.program.kill()
        back = _acknowledges_again(load)
    elif kind == "one session of the database":
        pid = installed.primary.one_session()
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        back = _acknowledges_again(load)
    elif kind == "a web process":
        place, program = chance.choice(installed.webs)
        program.kill()
        back = _answers(installed, place)
    else:
        program = chance.choice(installed.workers)
        newest = installed.ask(NEWEST_WORKER)[0][0]
        program.kill()
        back = _works(installed, newest)
    return back - began


def _acknowledges_again(load: Load) -> float:
    """Wait until something is acknowledged that was sent after this moment."""
    after = time.monotonic()
    servers.until(lambda: load.newest > after, "a write after the kill", COMES_BACK)
    return time.monotonic()


def _answers(installed: Installation, place: str) -> float:
    servers.until(lambda: installed.answers(place), "the web", COMES_BACK)
    return time.monotonic()


def _works(installed: Installation, newest: int) -> float:
    servers.until(lambda: installed.ask(NEWEST_WORKER)[0][0] > newest, "the worker", COMES_BACK)
    return time.monotonic()


def kill_all(installed: Installation, load: Load, *, each: int, chance: random.Random, say=print) -> Killed:
    """Kill database, web and worker so many times each, in an order drawn by chance."""
    killed = Killed()
    order = [part for part in OF_THE_GOAL for _ in range(each)]
    chance.shuffle(order)
    for number, part in enumerate(order, 1):
        time.sleep(chance.uniform(*RESTS))
        kind = chance.choice(OF_THE_GOAL[part])
        with suppress(psycopg.Error):  # somebody else was killed with it
            installed.wait()
        took = kill(installed, load, kind, chance)
        killed.kinds[kind] += 1
        killed.back[kind].append(took)
        if number % 10 == 0 or number == len(order):
            say(
                f"  {number} of {len(order)} kills, {len(load.acknowledged):,} writes, longest {killed.longest:.1f} s"
            )
    return killed
