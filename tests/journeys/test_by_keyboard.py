"""A contact about a known child is screened by keyboard alone, in few pages and few key presses: in a real browser."""

import sys

import pytest

from mash.contact.models import ContactPerson
from mash.triage.models import Rating, Route
from tests.factories.contact import (
    ContactFactory,
    ContactRelationshipFactory,
    ReferrerFactory,
    SettlementFactory,
)
from tests.factories.partnership import StaffFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
MOST_PAGES, MOST_PRESSES = 3, 25  # after the worklist is open; what is typed as text is not counted
WHERE = """() => { const at = document.activeElement;
    return {
        id: at.id, name: at.name || '', tag: at.tagName, words: at.innerText || '',
        group: at.closest('fieldset')?.querySelector('legend')?.innerText || '',
    } }"""


class Typist:
    """Somebody with a keyboard and nothing else: every press is counted, and every page that opens."""

    def __init__(self, visitor):
        self.page, self.presses, self.pages, self.log = visitor.page, 0, 0, []
        visitor.page.on("load", self._opened)

    def _opened(self, _page):
        self.pages += 1

    def press(self, key):
        """Press one key, or a key with its modifiers held."""
        self.page.keyboard.press(key)
        self.presses += 1
        self.log.append(key)

    def goes(self, key):
        """Press a key that opens a page, and wait for it."""
        with self.page.expect_navigation():
            self.press(key)
        self.page.wait_for_load_state("load")

    def tabs_to(self, is_there):
        """Press Tab until the focus is where it should be."""
        for _ in range(60):
            self.press("Tab")
            at = self.page.evaluate(WHERE)
            self.log[-1] = f"Tab:{at['tag']}:{at['name'] or at['words'].strip()[:40]}"
            if is_there(at):
                return
        raise AssertionError(self.log)

    def skips_to_the_page(self):
        """Follow the link that skips what stands above every page."""
        self.tabs_to(lambda at: at["words"].strip() == "Skip to main content")
        self.press("Enter")

    def tabs_to_field(self, name):
        """Press Tab until a field has the focus."""
        self.tabs_to(lambda at: at["name"] == name)

    def tabs_to_button(self, words):
        """Press Tab until a button has the focus."""
        self.tabs_to(lambda at: at["tag"] == "BUTTON" and at["words"].strip() == words)

    def types(self, words):
        """Write text, which is not counted."""
        self.page.keyboard.type(words)


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_an_ordinary_contact_is_screened_by_keyboard(visitor):
    worker = StaffFactory(whole_desk=True)
    contact = ContactFactory(hub=worker.hub)
    child = ContactPerson.objects.using("builder").get(contact=contact, ref="p1")
    child._state.db = "default"
    SettlementFactory(
        hub=worker.hub, contact_person=child, person=PersonFactory(hub=worker.hub), answer="known"
    )
    ContactRelationshipFactory(contact=contact)
    ReferrerFactory(contact=contact)
    one = visitor(worker)
    one.opens("/worklist/")
    one.page.evaluate("localStorage.setItem('mash-shortcuts', 'on')")  # as the help page keeps it
    typist = Typist(one)

    typist.goes("Alt+Shift+N")
    typist.skips_to_the_page()
    typist.tabs_to_field("colour")
    typist.press("ArrowDown")
    typist.tabs_to_field("why")
    typist.types("He is alone most evenings.")
    typist.tabs_to_field("route")
    typist.press("Space")
    typist.tabs_to_field("route_why")
    typist.types("We need the whole picture.")
    typist.tabs_to_field("read")
    typist.press("Space")
    typist.tabs_to_button("Check your answers")
    typist.goes("Enter")
    typist.tabs_to_button("Save")  # the address still leads past what stands above the page
    typist.goes("Enter")
    one.looks()
    assert one.sees("Sent on: Ask other agencies: a check.")
    assert Rating.objects.using("builder").get().colour == "amber"
    assert Route.objects.using("builder").get().route == "check"
    sys.stdout.write(f"Screened in {typist.pages} pages and {typist.presses} key presses besides text.\n")
    assert typist.pages <= MOST_PAGES
    assert typist.presses <= MOST_PRESSES
