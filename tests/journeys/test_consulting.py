"""A professional asks for advice, a referral comes of it, and they are linked: in a real browser."""

import os
from pathlib import Path

import pytest

from mash.common.references import new_reference
from mash.contact.models import Consultation
from tests.factories.contact import ConsultationFactory, ContactFactory
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
PHONE, DESKTOP = 375, 1280
PICTURES = os.environ.get("MASH_PICTURES")


def photograph(visitor, name, width):
    if PICTURES and visitor.scripted:
        visitor.photographs(Path(PICTURES) / f"{name}_{width}.png")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_advice_is_recorded_found_and_linked(visitor, width):
    worker = StaffFactory(whole_desk=True)
    one = visitor(worker, width=width)
    one.opens("/contacts/consultations/")
    assert one.sees("No advice is recorded here.")
    photograph(one, "consultations_empty", width)
    one.page.get_by_role("button", name="Record advice").click()
    one.looks()
    one.presses("Save")
    assert one.sees("There is a problem")
    photograph(one, "consultation_errors", width)
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
    photograph(one, "consultation", width)
    held = Consultation.objects.using("builder").get()
    contact = ContactFactory(
        hub=worker.hub, received_at=held.held_at, reference=new_reference(worker.hub.prefix)
    )
    for number in range(3):
        ConsultationFactory(hub=worker.hub, categories=["neglect", "domestic_abuse"][: number % 2 + 1])
    one.opens(f"/contacts/{contact.pk}/people/")
    one.follows("What came in")
    photograph(one, "case_with_advice", width)
    one.fills(f"How do you know that it came of {held.reference}?", "The school gave the reference.")
    one.presses(f"Link {held.reference}")
    assert one.sees(f"Linked to {contact.reference}")
    one.follows(f"Unlink {contact.reference}")
    photograph(one, "consultation_unlink", width)
    one.opens("/contacts/consultations/")
    photograph(one, "consultations", width)
