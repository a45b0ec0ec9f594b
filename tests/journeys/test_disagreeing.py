"""An agency disagrees with a decision; it is answered, it climbs, and the manager records how it ended."""

import pytest
from django.urls import reverse

from mash.decision.models import Dissent
from tests.factories.check import EnquiryFactory
from tests.factories.decision import DecisionFactory, OutcomeFactory, people_of
from tests.factories.partnership import AgencyFactory, StaffFactory

AGAINST = "The bruise behind the ear was not looked at."
ANSWER = "A paediatrician looked at it on Monday."


@pytest.fixture
def enquiry(transactional_db):
    """An enquiry to a hospital on a contact on which a decision stands."""
    made = EnquiryFactory(agency=AgencyFactory(name="Harbour Hospital", kind="hospital"))
    contact = made.check_asked.contact
    decision = DecisionFactory(contact=contact)
    OutcomeFactory(decision=decision, about=people_of(contact)[0])
    return made


def test_a_disagreement_climbs_and_ends_with_what_was_learnt(enquiry, visitor, width):
    nurse = visitor(StaffFactory(hub=enquiry.hub, agency=enquiry.agency, duties=["answer"]), width=width)
    nurse.opens(reverse("check:enquiry", args=[enquiry.pk]))
    nurse.follows("You do not agree with what the hub decided")
    nurse.fills("Why do you not agree?", AGAINST)
    nurse.presses("Send the disagreement")
    assert nurse.sees("Say whether a child is at immediate risk")
    nurse.photographs("disagree-raise-wrong")
    nurse.chooses("Yes", within="Is a child at immediate risk?")
    nurse.presses("Send the disagreement")
    assert nurse.sees("Sent. The hub has it, and its time runs.")
    nurse.photographs("disagree-ours")
    dissent = Dissent.objects.using("builder").get()

    manager = visitor(StaffFactory(hub=enquiry.hub, duties=["manage"]), width=width)
    manager.opens(reverse("decision:dissents"))
    assert manager.sees("Immediate risk")
    manager.photographs("disagree-list")
    manager.follows(dissent.reference, exact=False)
    assert manager.sees(AGAINST)
    manager.fills("Who answers?", "Ruth Adler, team manager")
    manager.presses("Send the answer")
    assert manager.sees("There is a problem")
    manager.fills("The answer", ANSWER)
    manager.photographs("disagree-answering")
    manager.presses("Send the answer")
    assert manager.sees(ANSWER)

    nurse.opens(reverse("decision:our_dissent", args=[dissent.pk]))
    assert nurse.sees(ANSWER)
    nurse.chooses("We do not agree: it goes to the next stage", within="What do you say?")
    nurse.fills("Your words", "Nobody asked the ward that saw him.")
    nurse.presses("Send")
    assert nurse.sees("2. Their managers talk")
    nurse.photographs("disagree-climbed")

    manager.opens(reverse("decision:dissent", args=[dissent.pk]))
    manager.chooses("The decision is reopened", within="What became of the decision?")
    manager.fills("Why did it end so?", "The ward is asked now.")
    manager.fills("What was learnt?", "Ask the ward that saw a child, not the hospital at large.")
    manager.presses("Record the end")
    assert manager.sees("Recorded. The disagreement has ended.")
    manager.photographs("disagree-ended")
    manager.opens(reverse("decision:dissents"))
    assert manager.sees("Ask the ward that saw a child")
    manager.photographs("disagree-learnt")
    nurse.page.reload()
    nurse.looks()
    assert nurse.sees("The decision is reopened")
