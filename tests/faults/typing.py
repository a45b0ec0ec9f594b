"""Browser, server and session are killed at random while somebody types: how much of the typing is lost?

`python -m tests.faults.typing --trials 200` prints it; a few trials run in the ordinary suite.
"""

import argparse
import os
import random
import signal
import sys
import time
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

WORDS = "the uncle was there again last night and nobody in the house would say why he had come back so late "
PAUSE = (0.02, 0.12)  # seconds between two keys
LONGEST = 6.0  # seconds of typing before the kill
MOST_LOST = 2.0  # seconds: the goal
KINDS = ("browser", "server", "server, the page stays", "session")
PATIENCE = 60_000  # milliseconds
COMES_BACK = 90  # seconds within which a server that was killed is there again


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial.  lost: seconds from the first key that was not found again to the kill; typed, found: characters."""

    kind: str
    typed: int
    found: int
    lost: float


@dataclass
class Desk:
    """A worker at a real server, in a real browser."""

    chromium: object
    web: object
    staff: object
    path: str

    def opens(self):
        """Open the page in a browser of its own, signed in anew as on another machine; return its process mark."""
        from django.conf import settings

        from tests.conftest import CHROMIUM, FLAGS
        from tests.factories.base import browser

        address = f"http://127.0.0.1:{self.web.port}"
        mark = f"--trial={uuid.uuid4()}"
        browser_of_its_own = self.chromium.browser_type.launch(executable_path=CHROMIUM, args=[*FLAGS, mark])
        context = browser_of_its_own.new_context()
        value = browser(self.staff).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        until = time.monotonic() + COMES_BACK
        while True:
            try:
                page.goto(address + self.path, timeout=5_000)
                break
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        page.wait_for_selector("#id_why", state="attached")
        return page, mark


def types(page, chance, until):
    """Type one key after another until a moment has come; return what was typed, and when each key was."""
    typed, when = [], []
    while time.monotonic() < until:
        letter = WORDS[len(typed) % len(WORDS)]
        page.keyboard.type(letter)
        when.append(time.monotonic())
        typed.append(letter)
        time.sleep(chance.uniform(*PAUSE))
    return "".join(typed), when


def kill(page, mark):
    """Kill the whole browser without a word: it is told nothing and sends nothing more."""
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (one / "cmdline").read_bytes():
                os.kill(int(one.name), signal.SIGKILL)
    with suppress(Exception):
        page.context.browser.close()


def one_trial(desk, kind, chance):
    """Type, kill, open the page again, and see what is there."""
    from django.contrib.sessions.models import Session

    page, mark = desk.opens()
    page.focus("#id_why")
    before = page.input_value("#id_why")
    typed, when = types(page, chance, time.monotonic() + chance.uniform(0.3, LONGEST))
    if kind == "session":
        Session.objects.all().delete()
        more, later = types_on(page, chance, typed)
        typed, when = typed + more, when + later
    killed = time.monotonic()
    if kind.startswith("server"):
        desk.web.kill()
        desk.web.start()
    if kind == "server, the page stays":
        page.wait_for_timeout(2_500)  # by then it was tried, and said so if it failed
        page.locator("[data-shown]", has_text="Saved").filter(has_not_text="Not saved").wait_for()
    kill(page, mark)
    again, _ = desk.opens()
    found = again.input_value("#id_why")
    again.context.browser.close()
    kept = alike(found, before + typed) - len(before)
    lost = killed - when[kept] if kept < len(typed) else 0.0
    return Trial(kind, len(typed), kept, lost)


def alike(one, other):
    """Return how many letters two texts begin alike with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def types_on(page, chance, typed):
    """Go on typing where it was left off."""
    more, when = [], []
    until = time.monotonic() + chance.uniform(0.3, 3.0)
    while time.monotonic() < until:
        letter = WORDS[(len(typed) + len(more)) % len(WORDS)]
        page.keyboard.type(letter)
        when.append(time.monotonic())
        more.append(letter)
        time.sleep(chance.uniform(*PAUSE))
    return "".join(more), when


def trials(chromium, web, number, seed=4711):
    """Make so many trials, each by another worker on another contact, and yield them."""
    from django.urls import reverse

    from tests.factories.contact import ContactFactory
    from tests.factories.partnership import StaffFactory

    chance = random.Random(seed)
    for count in range(number):
        staff = StaffFactory(social_worker=True)
        path = reverse("triage:page", args=[ContactFactory(hub=staff.hub).pk])
        yield one_trial(Desk(chromium, web, staff, path), KINDS[count % len(KINDS)], chance)


def say(found):
    """Say in a table how much was lost, by what was killed."""
    lines = [
        f"{'killed':28}{'trials':>8}{'keys typed':>12}{'keys lost':>11}{'most lost, s':>14}{'over 2 s':>10}"
    ]
    for kind in (*KINDS, "all"):
        some = [one for one in found if kind in (one.kind, "all")]
        if some:
            keys, lost = sum(one.typed for one in some), sum(one.typed - one.found for one in some)
            over = sum(one.lost > MOST_LOST for one in some)
            lines.append(
                f"{kind:28}{len(some):8}{keys:12}{lost:11}{max(one.lost for one in some):14.2f}{over:10}"
            )
    return "\n".join(lines)


@contextmanager
def by_itself():
    """Provide a database of its own, a server and a browser, outside the test suite."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    django.setup()
    from django.conf import settings
    from django.db import connections
    from playwright.sync_api import sync_playwright

    from mash.__main__ import environment
    from tests import cluster
    from tests.conftest import CHROMIUM, FLAGS
    from tests.faults.test_killed_web import Web

    with cluster.running() as server:
        name = f"typing_{os.getpid()}"
        cluster.copy(server, name)
        for alias, role in {"default": "mash_app", "builder": cluster.BUILDER}.items():
            connections[alias].settings_dict |= {
                "HOST": str(server.socket),
                "PORT": "5432",
                "NAME": name,
                "USER": role,
                "PASSWORD": server.password_of(role),
            }
        found = environment(server, "mash_app")
        settings.SECRET_KEY, settings.MASH_SECOND_FACTOR = found["MASH_SECRET_KEY"], False
        settings.MASH_IDENTITY_KEY, settings.MASH_SEAL_KEY = (
            found["MASH_IDENTITY_KEY"],
            found["MASH_SEAL_KEY"],
        )
        web = Web()
        try:
            with sync_playwright() as driver:
                running = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                yield running, web
                running.close()
        finally:
            web.kill()
            connections.close_all()
            cluster.drop(server, name)


def main():
    """Make the trials and print what was lost."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--trials", type=int, default=200)
    words.add_argument("--seed", type=int, default=4711)
    asked = words.parse_args()
    found = []
    with by_itself() as (chromium, web):
        for one in trials(chromium, web, asked.trials, asked.seed):
            found.append(one)
            sys.stdout.write(
                f"{len(found)}/{asked.trials} {one.kind}: {one.typed} keys, lost {one.lost:.2f} s\n"
            )
            sys.stdout.flush()
    sys.stdout.write(say(found) + "\n")
    return any(one.lost > MOST_LOST for one in found)


if __name__ == "__main__":
    raise SystemExit(main())
