"""A contact is taken from the line, screened and sent on: in a real browser, with and without JavaScript."""

import pytest

from mash.common.references import new_reference
from mash.triage.models import Rating, Route
from tests.factories.contact import ContactFactory, ContactRelationshipFactory, ReferrerFactory
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.people import PersonFactory
from tests.factories.triage import OpenWorkFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_the_most_urgent_contact_is_screened_and_the_next_offered(visitor, width):
    worker = StaffFactory(whole_desk=True)
    contact = ContactFactory(hub=worker.hub, immediate_danger=True)
    ContactRelationshipFactory(contact=contact)
    ReferrerFactory(contact=contact)
    later = ContactFactory(hub=worker.hub)
    one = visitor(worker, width=width)

    one.opens("/worklist/")
    one.presses("Work on the next one")
    assert one.sees(contact.reference)
    one.presses("Check your answers")
    assert one.sees("Nothing has been filled in")

    one.chooses("Red")
    one.fills("Why this rating", "She is alone with him now.")
    one.presses("Check your answers")
    assert one.sees("Write what was done about the danger")
    one.fills("What was done about the danger", "Police are on their way.")
    one.chooses("Ask other agencies: a check")
    one.fills("Why there", "We need the whole picture.")
    one.chooses("Tell the referrer that a person has read this")
    one.presses("Check your answers")
    assert one.sees("Police are on their way.")
    one.presses("Save")

    assert one.sees("Sent on: Ask other agencies: a check.")
    assert Rating.objects.using("builder").get().colour == "red"
    assert Route.objects.using("builder").get().route == "check"
    one.presses("Work on the next one")
    assert one.sees(later.reference)


def test_people_are_settled_while_their_contact_is_screened(visitor, width):
    worker = StaffFactory(whole_desk=True)
    contact = ContactFactory(hub=worker.hub)
    daniel, david = (PersonFactory(hub=worker.hub, given=name) for name in ("Daniel", "David"))
    OpenWorkFactory(person=daniel, worker_name="Femi Adewale")
    one = visitor(worker, width=width)

    one.opens(f"/triage/{contact.pk}/")
    assert one.sees("Nobody on record is like this person.")
    one.photographs("settling_here")
    one.page.locator(f'input[type="radio"][value="{daniel.pk}"]').check()
    one.presses("Check your answers")
    assert one.sees("A case is already open")
    one.photographs("settling_here_to_check")
    one.presses("Change something")
    assert one.page.locator(f'input[type="radio"][value="{daniel.pk}"]').is_checked()
    one.presses("Check your answers")
    one.presses("Save")
    one.opens(f"/triage/{contact.pk}/")
    assert one.sees("Known: OKAFOR, Daniel")
    assert not one.page.locator(f'input[type="radio"][value="{david.pk}"]').count()


def test_agreement_grounds_and_one_event_are_recorded_beside_the_contact(visitor):
    worker = StaffFactory(whole_desk=True)
    told = {"hub": worker.hub, "event_at": MONDAY_9AM, "event_postcode": "NF2 3AB"}
    contact, other = (ContactFactory(reference=new_reference("NF"), **told) for _ in range(2))
    ContactRelationshipFactory(contact=contact)
    one = visitor(worker)

    one.opens(f"/triage/{contact.pk}/")
    one.follows("Agreement and grounds")
    one.chooses("OKAFOR, Daniel (child)", within="Whose information")
    one.chooses("Asked and agreed")
    one.page.get_by_label("Who answered").select_option(label="OKAFOR, Grace (parent or carer)")
    one.chooses("Parent or other person with parental responsibility")
    one.chooses("Asking named agencies")
    one.chooses("By telephone")
    for box, value in (("Day", "2"), ("Month", "11"), ("Year", "2026")):
        one.fills(box, value)
    one.chooses("Yes")
    one.presses("Record what was said")
    assert one.sees("A check may open")

    one.opens(f"/triage/{contact.pk}/event/")
    assert one.sees(other.reference)
    one.presses("Same event as " + other.reference)
    assert one.sees("Linked")


def test_the_other_pages_beside_a_contact(visitor, width):
    worker = StaffFactory(whole_desk=True)
    contact = ContactFactory(hub=worker.hub)
    one = visitor(worker, width=width)
    for path in (
        "cases/{}/",
        "triage/{}/return/",
        "triage/{}/event/",
        "triage/{}/agreement/",
        "triage/{}/saved/",
    ):
        one.opens("/" + path.format(contact.pk))
    one.opens("/outbox/")
    anybody = visitor(width=width)
    anybody.opens("/referral/")
    anybody.presses("Send me a code")
    assert anybody.sees("There is a problem")
