import pytest

from mash.check.chronology import facts_of_later_stages
from mash.check.truth import section_47_is_recorded
from tests.decision.story import REASONS, decide
from tests.factories.base import signed_in_as
from tests.factories.decision import ready
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.mark.parametrize(
    ("outcome", "named"), [("section_47_enquiry", True), ("child_and_family_assessment", False)]
)
def test_an_enquiry_may_name_section_47_only_once_that_is_decided(outcome, named):
    contact = ready()
    decider = StaffFactory(decider=True, hub=contact.hub)
    with signed_in_as(decider):
        assert not section_47_is_recorded(contact)
    decide(contact, decider, outcome)
    with signed_in_as(decider):
        assert section_47_is_recorded(contact) is named


def test_the_chronology_shows_the_decision_and_its_reasons():
    contact = ready()
    decider = StaffFactory(decider=True, hub=contact.hub)
    decide(contact, decider, "child_and_family_assessment")
    with signed_in_as(decider):
        (entry,) = facts_of_later_stages(contact)
    assert entry.title == "Decided: Child and family assessment"
    assert (entry.kind, entry.words) == ("decision", REASONS)
