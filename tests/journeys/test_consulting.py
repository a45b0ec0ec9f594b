"""A professional asks for advice, a referral comes of it, and they are linked: in a real browser."""

import pytest

from mash.common.references import new_reference
from mash.contact.models import Consultation
from tests.factories.contact import ConsultationFactory, ContactFactory
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_advice_is_recorded_found_and_linked(visitor, width):
    worker = StaffFactory(whole_desk=True)
    one = visitor(worker, width=width)
    one.opens("/contacts/consultations/")
    assert one.sees("No advice is recorded here.")
    one.photographs("consultations_empty")
    one.page.get_by_role("button", name="Record advice").click()
    one.looks()
    one.presses("Save")
    assert one.sees("There is a problem")
    one.photographs("consultation_errors")
    one.page.locator("#id_held_time").fill("00:01")
    one.chooses("Telephone")
    one.chooses("School, college or nursery")
    one.fills("Organisation", "Fernbank Primary")
    one.fills("What did they ask?", "A child comes to school hungry. Is that for you, or for early help?")
    one.page.get_by_text("Choose what the worry was about").click()
    one.chooses("Level 2: Early help")
    one.fills("What did you advise?", "Speak with the parent first, and offer early help together.")
    one.chooses("No", within="Did you advise a referral?")
    one.fills("What was agreed to happen next, and who does it?", "The school speaks with the parent.")
    one.presses("Save")
    assert one.sees("Read the reference out")
    one.photographs("consultation")
    held = Consultation.objects.using("builder").get()
    contact = ContactFactory(
        hub=worker.hub, received_at=held.held_at, reference=new_reference(worker.hub.prefix)
    )
    for number in range(3):
        ConsultationFactory(hub=worker.hub, categories=["neglect", "domestic_abuse"][: number % 2 + 1])
    one.opens(f"/contacts/{contact.pk}/people/")
    one.follows("What came in")
    one.photographs("case_with_advice")
    one.fills(f"How do you know that it came of {held.reference}?", "The school gave the reference.")
    one.presses(f"Link {held.reference}")
    assert one.sees(f"Linked to {contact.reference}")
    one.follows(f"Unlink {contact.reference}")
    one.photographs("consultation_unlink")
    one.opens("/contacts/consultations/")
    one.photographs("consultations")
