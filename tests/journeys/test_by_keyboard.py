"""A contact that nobody has looked at is screened by keyboard alone, in few pages and presses: in a real browser."""

import sys
from datetime import date

import pytest

from mash.contact.models import Settlement
from mash.people import actions as people
from mash.people.details import Details
from mash.triage.models import Rating, Route
from tests.factories.base import in_service
from tests.factories.contact import ContactFactory, ContactRelationshipFactory, ReferrerFactory
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.journeys.typist import Typist

pytestmark = pytest.mark.usefixtures("transactional_db")
MOST_PAGES, MOST_PRESSES = 3, 25  # after the worklist is open; what is typed as text is not counted


def on_record(hub, given, born, sex):
    said = Details(given=given, family="Okafor", born_on=born, sex=sex)
    with in_service("imports"):
        return people.record_person(details=said, by=None, hub_id=hub.pk, at=MONDAY_9AM)


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_an_ordinary_contact_is_screened_by_keyboard(visitor):
    worker = StaffFactory(whole_desk=True)
    contact = ContactFactory(hub=worker.hub)
    child = on_record(worker.hub, "Daniel", date(2016, 3, 4), "M")
    mother = on_record(worker.hub, "Grace", date(1988, 7, 11), "F")
    ContactRelationshipFactory(contact=contact)
    ReferrerFactory(contact=contact)
    one = visitor(worker)
    one.opens("/worklist/")
    typist = Typist(one)

    typist.goes("Alt+Shift+N")
    for person in (child, mother):
        typist.next_question()
        typist.chooses(str(person.pk))
    typist.next_question()
    typist.press("ArrowDown")
    typist.tabs_to_field("why")
    typist.types("He is alone most evenings.")
    typist.next_question()
    typist.press("Space")
    typist.tabs_to_field("route_why")
    typist.types("We need the whole picture.")
    typist.tabs_to_field("read")
    typist.press("Space")
    typist.tabs_to_button("Check your answers")
    typist.goes("Enter")
    assert one.sees("Known: OKAFOR, Daniel, born 4 March 2016")
    typist.next_question()  # the button that saves
    typist.goes("Enter")
    one.looks()
    assert one.sees("Sent on: Ask other agencies: a check.")
    assert Rating.objects.using("builder").get().colour == "amber"
    assert Route.objects.using("builder").get().route == "check"
    settled = Settlement.objects.using("builder").values_list("person", flat=True)
    assert set(settled) == {child.pk, mother.pk}
    sys.stdout.write(f"Screened in {typist.pages} pages and {typist.presses} key presses besides text.\n")
    assert typist.pages <= MOST_PAGES
    assert typist.presses <= MOST_PRESSES


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_the_next_question_stops_at_a_fold_and_goes_in_only_where_it_is_open(visitor):
    worker = StaffFactory(whole_desk=True)
    people = [{"role": "child", "given": f"Child{n}", "family": "Okafor"} for n in range(8)]
    contact = ContactFactory(hub=worker.hub, people=[*people, {"role": "professional", "given": "Ines"}])
    one = visitor(worker)
    one.opens(f"/triage/{contact.pk}/")
    typist = Typist(one)
    for _ in range(7):
        typist.next_question()
    assert where(one).startswith("2 more: OKAFOR, Child6; OKAFOR, Child7")
    typist.next_question()
    assert where(one) == "colour"
    one.page.locator("summary", has_text="2 more").focus()
    typist.press("Enter")
    typist.next_question()
    assert where(one).startswith("who-")
    one.looks()


def where(one):
    """Return the name of what has the focus, or its words."""
    return one.page.evaluate("document.activeElement.name || document.activeElement.innerText.trim()")
