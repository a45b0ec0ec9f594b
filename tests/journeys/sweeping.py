"""Opens the pages of every_page.py in their three states, and says what is wrong with each.

Each page is opened in one of the ways it can be opened, which a draw names; MASH_SWEEP=all opens each in every way.
"""

import re

import pytest
from django.urls import resolve, reverse
from playwright.sync_api import Error
from pytest_django.live_server_helper import LiveServer

from tests.addresses import patterns
from tests.drawing import EVERY_WAY, drawn
from tests.journeys.every_page import ALWAYS_SOUND, ANYBODY, PAGES
from tests.journeys.looking import BUTTONS, DESKTOP, HEIGHT, PHONE, TookTooLong, within
from tests.journeys.pages import Visitor

UNFOLD = """button => {
    for (let up = button; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true;
}"""
STATUS = "() => performance.getEntriesByType('navigation')[0].responseStatus"
OPEN = 4  # windows: each keeps some connections, and behind each of those one to the database
GOING = 20  # seconds for a page to come
WAYS = {
    "in use": lambda page: True,
    "empty": lambda page: page.bare is not None,
    "in error": lambda page: bool(page.wrong),
    "without scripts": lambda page: True,
}


def way_of(page, by=""):
    """Return in which way a draw opens a page."""
    return drawn([way for way, can in WAYS.items() if can(page)], page, by=by)


def pages_of(who, way):
    """Return which pages of a worker are opened in a way."""
    can = [page for page in PAGES if page.by == who and WAYS[way](page)]
    return can if EVERY_WAY else [page for page in can if way_of(page) == way]


class Sweep:
    """One server, one window for each worker: every page of a file is opened in them."""

    def __init__(self, chromium, address, scene):
        self.chromium, self.address, self.scene = chromium, address, scene
        self.windows = {}

    def window(self, who, *, quiet, scripted):
        """Return the window of a worker, signed in; a new one each time for somebody who is not."""
        key = (who, quiet, scripted)
        if who is ANYBODY and key in self.windows:
            self.windows.pop(key).leave()
        if key not in self.windows:
            while len(self.windows) >= OPEN:
                self.windows.pop(next(iter(self.windows))).leave()
            staff = who and (self.scene.quiet if quiet else self.scene.posts)[who]
            size = {"width": DESKTOP if scripted else PHONE, "height": HEIGHT}
            context = self.chromium.new_context(
                java_script_enabled=scripted, viewport=size, reduced_motion="reduce"
            )
            self.windows[key] = Visitor(context, self.address, staff, scripted=scripted)
            self.windows[key].page.set_default_timeout(1000 * GOING)
        return self.windows[key]

    def address_of(self, name, known, other):
        """Return an address with what the scene keeps for it."""
        return reverse(name, kwargs={one: known[other.get(one, one)] for one in arguments_of(name)})

    def opens(self, page, state, *, scripted):
        """Open a page on what is told of ("told"), on as little as possible ("bare"); return the window."""
        other = page.told if state == "told" else page.bare
        known = self.scene.told if state == "told" else self.scene.told | self.scene.bare
        quiet = state == "bare" and not arguments_of(page.name)
        window = self.window(page.by, quiet=quiet, scripted=scripted)
        path = self.address_of(page.name, known, other)
        begin = self.address_of(page.from_, known, {}) if page.from_ else path
        if page.query:
            begin += page.query(self.scene, quiet=quiet)
        with within(GOING, f"coming to {page}"):
            answer = window.page.goto(self.address + begin)
            assert answer.status == 200, f"{page} begins with {answer.status} in the state {state!r}"
            if page.way:
                page.way(window.page, self.scene)
                window.page.wait_for_load_state("load")
            status = window.page.evaluate(STATUS)
        arrived = window.page.url.removeprefix(self.address).partition("?")[0]
        assert status == 200, f"{page} in the state {state!r} answers {status}"
        there = resolve(arrived).view_name == page.name if page.from_ else arrived == path
        assert page.name == "home" or there, f"{page} leads to {arrived}"
        return window

    def unlisted(self, page, window):
        """Return the buttons of which nobody said whether their form can be wrong."""
        with within(GOING, f"buttons of {page}"):
            buttons = window.page.evaluate(BUTTONS)
        return [
            f"say in every_page.py whether {one!r} shows errors: wrong, or sound"
            for one in dict.fromkeys(buttons)
            if one not in page.wrong and not one.startswith(page.sound + ALWAYS_SOUND)
        ]

    def errs(self, page, button, *, scripted):
        """Press a button of a form as the page shows it; return the window and whether errors show."""
        window = self.opens(page, page.errs_when, scripted=scripted)
        pressed = window.page.locator("main button:not([aria-hidden])").filter(
            has_text=re.compile(rf"^\s*{re.escape(button)}\s*$")
        )
        with within(GOING, f"pressing {button!r} on {page}"):
            pressed.first.evaluate(UNFOLD)
            pressed.first.click()
            window.page.wait_for_load_state("load")
            shown = window.page.locator(".govuk-error-summary").count()
        return window, [] if shown else [f"{button!r} shows no error summary"]

    def complaints_of(self, pages, ask):
        """Return what `ask` finds wrong with each page; a page that cannot be opened is one complaint."""
        found = []
        for page in pages:
            try:
                said = ask(page)
            except (AssertionError, TookTooLong, Error) as error:
                said = [str(error)]
            found += [f"{page}: {one}" for one in said]
        return found

    def leave(self):
        """Close every window."""
        for one in self.windows.values():
            one.leave()


def arguments_of(name):
    """Return which arguments an address asks for."""
    return dict(patterns())[name]


@pytest.fixture(scope="module")
def sweep(chromium, scene):
    server = LiveServer("localhost")
    with server._live_server_modified_settings:
        made = Sweep(chromium, server.url, scene)
        yield made
        made.leave()
        server.stop()
