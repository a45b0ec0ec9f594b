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
from tests.journeys.typist import Typist

pytestmark = pytest.mark.usefixtures("transactional_db")
MOST_PAGES, MOST_PRESSES = 3, 25  # after the worklist is open; what is typed as text is not counted


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
