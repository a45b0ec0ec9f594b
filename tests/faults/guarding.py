"""Guards in Python, spoilt one at a time and put before the tests of their own app, which must fail.

`MASH_GUARDS=40 python -m tests.faults.guarding` spoils that many predicates of every `policy.py`, in an order that
MASH_SEED repeats, and prints what was caught and what survived.  MASH_APPS narrows it to some apps; MASH_SURVIVORS
names a file that is told of each fault as it is tried.  The oracle asks the pages of eight apps the same
(`tests/access/guards.py`); here are all, and those that the oracle asks nothing of.

A test that fails catches a fault, if it passes with nothing spoilt; where all pass it survived.  Whatever else pytest
ends with, and tests that do not end within MASH_SECONDS, say neither: they count as not caught.
"""

import collections
import io
import multiprocessing
import os
import random
import re
import signal
import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path

import pytest

from tests import cluster

OF_DUTIES = "tests/test_duties.py"  # asked before all others, of a guard that has its line there
WHO_MAY = re.compile(r"policy|walls|access|who_")  # in names of files that are asked first
OF_APP = {  # app: the tests that say who may, where those are others than such files
    "check": ("tests/check/test_policy.py", "tests/check/test_gate.py", "tests/check/test_asking.py"),
    "contact": ("tests/contact/test_policy.py", "tests/desk/test_access.py", "tests/desk/test_restricted.py"),
    "decision": ("tests/decision/test_policy.py", "tests/decision/test_handing.py"),
    "desk": ("tests/desk/test_policy.py",),
    "people": ("tests/people/test_policy.py", "tests/people/test_joining.py"),
    "retention": (
        "tests/retention/test_reviewing.py",
        "tests/retention/test_holds.py",
        "tests/retention/test_pages.py",
    ),
    "sealed": (
        "tests/sealed/test_releasing.py",
        "tests/sealed/test_who_sees_a_release.py",
        "tests/sealed/test_room.py",
        "tests/sealed/test_conflicts.py",
    ),
    "triage": ("tests/triage/test_policy.py",),
}
ROOT = Path(__file__).parent.parent.parent
PLANTED = int(os.environ.get("MASH_GUARDS") or 10)
SEED = int(os.environ.get("MASH_SEED", "34"))
ONLY = os.environ.get("MASH_APPS", "").split()
KEPT = os.environ.get("MASH_SURVIVORS")
SECONDS = int(os.environ.get("MASH_SECONDS") or 1200)  # in which the tests of an app end on a busy machine
PASSED, FAILED = 0, 1  # what pytest ends with
TO_END = 30  # seconds for what is interrupted to put its database away
PLAINLY = ("-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-m", "not exhaustive", "-k", "not journey")
SAID = {PASSED: "SURVIVED", FAILED: "caught", None: "DID NOT END"}


class FirstThatFails:
    """A listener of pytest."""

    def __init__(self):
        self.name = ""

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.name = self.name or report.nodeid


def apps():
    """Return every app that has guards."""
    return sorted(one.parent.name for one in (ROOT / "mash").glob("*/policy.py"))


def tests_of(app):
    """Return the tests that say who may; what they pass over goes to every test of the app."""
    found = sorted(one for one in (ROOT / "tests" / app).glob("test_*.py") if WHO_MAY.search(one.name))
    return OF_APP.get(app) or tuple(str(one.relative_to(ROOT)) for one in found)


def in_turn(fault):
    """Yield the tests that a fault is put before, those that end soonest first, until some do not pass."""
    app = app_of(fault)
    if f'"{app}.{fault.function}":' in (ROOT / OF_DUTIES).read_text():
        yield (OF_DUTIES,)
    if first := tests_of(app):
        yield first
    yield (f"tests/{app}",)


def _ask(tests, fault, told):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what runs behind it pass it over
    first = FirstThatFails()
    with fault.planted() if fault else nullcontext(), redirect_stdout(io.StringIO()):
        came = int(pytest.main([*PLAINLY, *tests], plugins=[first]))
    told.send(first.name)
    sys.exit(came)


def ends_with(tests, fault=None, limit=None, ask=_ask):
    """Return what pytest ends with when it asks these tests with a fault planted, and the first that fails.

    A process of its own, so that nothing of one fault is left for the next.  limit: seconds; None for what it ends with
    if it takes longer.
    """
    apart = multiprocessing.get_context("fork")
    hears, tells = apart.Pipe(duplex=False)
    asked = apart.Process(target=ask, args=(tests, fault, tells))
    asked.start()
    tells.close()
    asked.join(limit)
    if not asked.is_alive():
        try:
            return asked.exitcode, hears.recv()
        except EOFError:  # it ended before it could say which
            return asked.exitcode, ""
    os.kill(asked.pid, signal.SIGINT)
    asked.join(TO_END)
    asked.kill()
    asked.join()
    return None, ""


def came_of(fault, ends=ends_with):
    """Return in a word what came of a fault, and the test that caught it."""
    for tests in in_turn(fault):
        ended, first = ends(tests, fault, SECONDS)
        if ended != PASSED:
            break
    if ended == FAILED and ends((first,), None, SECONDS)[0] != PASSED:
        return "FAILS WITH NOTHING SPOILT", first
    return SAID.get(ended, f"ENDED WITH {ended}"), first


def app_of(fault):
    """Return whose guard it is."""
    return fault.module.split(".")[1]


def _say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    if KEPT:
        with Path(KEPT).open("a") as file:
            file.write(line + "\n")


def main():
    """Plant the faults, one after another; print what came of each, and the figures."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.urls import get_resolver

    from tests.access.guards import faults  # Django must stand before it is read
    from tests.figures import figure

    get_resolver().url_patterns  # noqa: B018 (the whole product is read once, and by no process of a fault again)

    every = faults(tuple(f"mash.{one}.policy" for one in apps() if one in ONLY or not ONLY))
    random.Random(SEED).shuffle(every)
    came, critical = collections.Counter(), 0
    with cluster.running():  # or it would start and stop with each fault
        for fault in every[:PLANTED]:
            how, by = came_of(fault)
            came[how] += 1
            critical += fault.critical and how != "caught"
            _say(f"{how}\t{fault.name}\t{by}")
    share = 100 * came["caught"] / max(came.total(), 1)
    said = f"{came.total()} planted of {len(every)}, {dict(came)}: {share:.1f} % caught; {critical} critical not caught"
    sys.stdout.write(said + "\n")
    figure("S3 guards in Python", said, "200 planted, 95 % caught, every critical one")
    return int(share < 95 or bool(critical))


if __name__ == "__main__":
    sys.exit(main())
