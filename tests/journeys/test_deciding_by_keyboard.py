"""A decision is made and a second person agrees, by keyboard alone, in few pages and key presses: in a real browser."""

import sys

import pytest
from django.urls import reverse

from mash.decision.models import Decision
from tests.factories.partnership import StaffFactory
from tests.journeys.test_deciding import a_contact_in_a_check
from tests.journeys.typist import Typist

pytestmark = pytest.mark.usefixtures("transactional_db")
MOST_PAGES, MOST_PRESSES = 4, 40  # of the decider, after the page to decide is open; text is not counted
MOST_PAGES_SECOND, MOST_PRESSES_SECOND = 3, 16  # of the second person, after the list of what waits is open


def decides(typist):
    """Close a red contact, although one agency has not answered."""
    typist.next_question()
    typist.chooses("1")
    typist.tabs_to(lambda at: at["name"].endswith("_main"))
    typist.chooses("no_further_action")
    typist.tabs_to(lambda at: at["name"].startswith("without_"))
    typist.press("Space")
    typist.tabs_to(lambda at: at["name"].startswith("why_"))
    typist.types("They hold nothing newer than the school does.")
    typist.tabs_to_field("reasons")
    typist.types("What was seen has been explained by the school.")
    typist.tabs_to_field("what_would_change_it")
    typist.types("Another day without food.")
    typist.tabs_to_field("history_read")
    typist.press("Space")
    typist.tabs_to_button("Continue")
    typist.goes("Enter")


def tells_the_referrer(typist):
    """Fill in every box of what the referrer is told, one after another."""
    typist.skips_to_the_page()
    boxes = typist.page.locator("main textarea:visible, main input[type=text]:visible").count()
    for _ in range(boxes):
        typist.press("Tab")
        typist.types("What you saw has been explained.")
    typist.tabs_to_button("Continue")
    typist.goes("Enter")


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_no_further_action_on_red_is_decided_and_agreed_by_keyboard(visitor):
    contact = a_contact_in_a_check()
    one = visitor(StaffFactory(hub=contact.hub, decider=True))
    one.opens(reverse("decision:decide", args=[contact.pk]))
    typist = Typist(one)
    decides(typist)
    tells_the_referrer(typist)
    assert one.sees("Stop and think before you go on")
    typist.tabs_to_button("I have thought about it: go on")
    typist.goes("Enter")
    typist.tabs_to_button("Save the decision")
    typist.goes("Enter")
    one.looks()
    assert one.sees("It does not stand yet")

    two = visitor(StaffFactory(hub=contact.hub, second_person=True))
    two.opens(reverse("decision:waiting"))
    second = Typist(two)
    second.skips_to_the_page()
    second.tabs_to_link(contact.reference)
    second.goes("Enter")
    second.skips_to_the_page()
    second.tabs_to_link("Answer as the second person")
    second.goes("Enter")
    second.next_question()
    second.chooses("yes")
    second.tabs_to_button("Save your answer")
    second.goes("Enter")
    two.looks()
    decision = Decision.objects.using("builder").get()
    assert decision.second_by_id == two.staff.pk
    assert decision.made_at is None  # it waits for a cleared person
    sys.stdout.write(f"Decided in {typist.pages} pages and {typist.presses} key presses besides text.\n")
    sys.stdout.write(f"Agreed in {second.pages} pages and {second.presses} key presses besides text.\n")
    assert typist.pages <= MOST_PAGES
    assert typist.presses <= MOST_PRESSES
    assert second.pages <= MOST_PAGES_SECOND
    assert second.presses <= MOST_PRESSES_SECOND
