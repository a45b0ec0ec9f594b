"""Somebody in front of a browser, and what is looked for on every page they see."""

import os
from pathlib import Path

from django.conf import settings

from mash.common.fields import BOXES
from tests.factories.base import browser
from tests.journeys import axe

BEYOND_AXE = """() => {
    const found = [];
    const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
    if (twice.length) found.push('ids used twice: ' + twice.join(', '));
    const headings = document.querySelectorAll('h1').length;
    if (headings !== 1) found.push(headings + ' h1 on the page');
    for (const link of document.querySelectorAll('a[href^="#"]')) {
        const to = link.getAttribute('href').slice(1);
        if (to && !document.getElementById(to)) found.push('dead link to #' + to);
    }
    const summary = document.querySelector('.govuk-error-summary');
    if (summary && !document.title.startsWith('Error: ')) found.push('errors, and the title does not say so');
    if (!summary && document.title.startsWith('Error: ')) found.push('the title says error, and there is none');
    if (document.documentElement.lang !== 'en-GB') found.push('no language');
    if (document.documentElement.scrollWidth > window.innerWidth + 1) found.push('the page scrolls sideways');
    return found;
}"""


class Visitor:
    """A browser window of one person.  Every page opened is checked, and the console must stay clean."""

    def __init__(self, context, address, staff=None, *, scripted=True):
        self.context, self.address, self.staff, self.scripted = context, address, staff, scripted
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints = []
        self.elsewhere = ()  # other sites that a journey leads to
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch)
        if staff:
            cookie = browser(staff).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])

    def _hear(self, message):
        told_by_status = ("404 (Not Found)", "429 (Too Many Requests)")  # which `opens` looks at
        if message.type in {"error", "warning"} and not any(one in message.text for one in told_by_status):
            self.complaints.append(message.text)

    def _watch(self, request):
        if not request.url.startswith((self.address, "data:", *self.elsewhere)):
            self.complaints.append(f"loads {request.url}")

    def opens(self, path, *, status=200):
        """Go to a page that answers with a status, and look at it."""
        answer = self.page.goto(self.address + path)
        assert answer.status == status, f"{path}: {answer.status}"
        self.looks()

    def looks(self):
        """Check the page that is open: axe, what axe misses, and the console.

        Without JavaScript the page is the same, and axe itself could not run in it.
        """
        self.page.wait_for_load_state("load")
        found = self.page.evaluate(BEYOND_AXE)
        found += axe.violations_of_what_is_new(self.page) if self.scripted else []
        assert not found + self.complaints, f"{self.page.url}: {found + self.complaints}"

    def presses(self, name, *, exact=True):
        """Press a button and look at the page it leads to."""
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.looks()

    def follows(self, name, *, exact=True):
        """Follow a link and look at the page it leads to."""
        self.page.get_by_role("link", name=name, exact=exact).first.click()
        self.looks()

    def fills(self, label, words):
        """Write into the field with this label."""
        self.page.get_by_label(label, exact=True).first.fill(words)

    def fills_day(self, name, on):
        """Write a date into the three boxes of the field with this name."""
        for part in BOXES:
            self.page.locator(f"#id_{name}-{part}").fill(str(getattr(on, part)))

    def fills_date(self, label, on):
        """Write a date into the three boxes of the group with this legend."""
        group = self.page.get_by_role("group", name=label)
        for part in BOXES:
            group.get_by_label(part.capitalize()).fill(str(getattr(on, part)))

    def chooses(self, label, *, within=None):
        """Tick the radio or checkbox with this label, in the group with this legend."""
        place = self.page.get_by_role("group", name=within) if within else self.page
        place.get_by_label(label, exact=True).first.check()

    def sees(self, words):
        """Tell whether the page says these words."""
        return words in self.page.inner_text("body")

    def photographs(self, name):
        """Keep a picture of the whole page in the folder that MASH_PHOTOGRAPHS names, if it names one."""
        folder = os.environ.get("MASH_PHOTOGRAPHS")
        if folder:
            how = f"{self.page.viewport_size['width']}{'' if self.scripted else '-plain'}"
            self.page.screenshot(path=str(Path(folder) / f"{name}-{how}.png"), full_page=True)

    def leave(self):
        """Close the window."""
        self.context.close()
