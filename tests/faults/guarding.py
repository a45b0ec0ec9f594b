"""Guards in Python, spoilt one at a time and put before the tests of their own app, which must fail.

`MASH_GUARDS=40 python -m tests.faults.guarding` spoils that many predicates of each app's `policy.py`, in an order that
MASH_SEED repeats, and prints what was caught and what survived.  MASH_APPS narrows it to some apps.  The oracle asks
the pages of eight apps the same (`tests/access/guards.py`); here are all, and those that the oracle asks nothing of.
"""

import collections
import io
import os
import random
import sys
from contextlib import redirect_stdout

import pytest

APPS = {  # app: the tests that say who may
    "check": ("tests/check/test_policy.py", "tests/check/test_gate.py", "tests/check/test_asking.py"),
    "contact": ("tests/contact/test_policy.py", "tests/desk/test_access.py", "tests/desk/test_restricted.py"),
    "decision": ("tests/decision/test_policy.py", "tests/decision/test_handing.py"),
    "desk": ("tests/desk/test_policy.py",),
    "directory": ("tests/directory",),
    "partnership": ("tests/partnership",),
    "people": ("tests/people/test_policy.py", "tests/people/test_joining.py"),
    "referral": ("tests/referral",),
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
    "setup": ("tests/setup",),
    "subject_access": ("tests/subject_access",),
    "triage": ("tests/triage/test_policy.py",),
}
PLANTED = int(os.environ.get("MASH_GUARDS") or 10)
SEED = int(os.environ.get("MASH_SEED", "34"))
ONLY = os.environ.get("MASH_APPS", "").split()
FAILED = 1  # what pytest returns where a test failed


def is_caught(fault, tests):
    """Tell whether the tests of an app fail with a fault planted."""
    with fault.planted(), redirect_stdout(io.StringIO()):
        came = pytest.main(
            [
                "-q",
                "-x",
                "-n",
                "0",
                "-p",
                "no:cacheprovider",
                "-m",
                "not exhaustive",
                "-k",
                "not journey",
                *tests,
            ]
        )
    return came == FAILED


def main():
    """Plant the faults, one after another; print each that survived, and the figures."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.access.guards import faults  # Django must stand before it is read
    from tests.figures import figure

    apps = [one for one in APPS if one in ONLY or not ONLY]
    every = faults(tuple(f"mash.{one}.policy" for one in apps))
    random.Random(SEED).shuffle(every)
    came = collections.Counter()
    for fault in every[:PLANTED]:
        caught = is_caught(fault, APPS[fault.module.split(".")[1]])
        came["caught" if caught else "survived"] += 1
        came["critical, survived"] += fault.critical and not caught
        sys.stdout.write(f"{'caught' if caught else 'SURVIVED'}  {fault.name}\n")
        sys.stdout.flush()
    planted = came["caught"] + came["survived"]
    share = 100 * came["caught"] / max(planted, 1)
    said = f"{planted} planted of {len(every)}, {came['caught']} caught: {share:.1f} %; "
    said += f"{came['critical, survived']} critical survived"
    sys.stdout.write(said + "\n")
    figure("S3 guards in Python", said, "200 planted, 95 % caught, every critical one")
    return int(share < 95 or bool(came["critical, survived"]))


if __name__ == "__main__":
    sys.exit(main())
