"""Police tell of domestic abuse at night; a social worker tells the child's school, and its key adult opens it."""

from django.urls import reverse
from django.utils import timezone

from tests.factories.contact import ContactFactory
from tests.factories.partnership import AgencyFactory, MembershipFactory, StaffFactory

AMA = {"role": "child", "given": "Ama", "family": "Boateng", "born_on": "2014-01-02"}
HOME = {"lines": ["14 Tern Row"], "postcode": "NF1 1ZZ"}
MOTHER = {"role": "parent_or_carer", "given": "Esi", "family": "Boateng"}


def test_a_school_is_told_and_that_it_opened_the_notice_is_seen(transactional_db, visitor):
    worker = StaffFactory(social_worker=True)
    school = AgencyFactory(name="Fernbank Primary")
    MembershipFactory(hub=worker.hub, agency=school)
    key_adult = StaffFactory(hub=worker.hub, agency=school, answerer=True)
    told = {"categories": ["domestic_abuse_in_home"], "police": True, "received_at": timezone.now()}
    contact = ContactFactory(hub=worker.hub, people=[AMA, MOTHER | HOME], **told)

    somebody = visitor(worker)
    somebody.opens(reverse("triage:page", args=[contact.pk]))
    somebody.page.get_by_role("link", name="Tell the school").first.click()
    somebody.looks()
    somebody.page.get_by_role("link", name="Write the notice").first.click()
    somebody.looks()
    somebody.page.get_by_label("Which school?").select_option(label="Fernbank Primary")
    somebody.chooses("They were not there.")
    somebody.fills("Whom of the police can the school call?", "Harm reduction unit, 020 7946 0900")
    somebody.chooses("Yes", within="Does a court order say who may not collect the child?")
    somebody.fills("Who may not collect", "Kwame Boateng, of 14 Tern Row")
    somebody.presses("Read it over")
    assert somebody.sees("Take out the address")
    assert somebody.page.get_by_label("They were not there.", exact=True).is_checked()
    somebody.fills("Who may not collect", "Kwame Boateng")
    somebody.presses("Read it over")
    assert somebody.sees("Who may not collect: Kwame Boateng")
    assert not somebody.sees("Tern Row")
    somebody.presses("Send it to the school")
    assert somebody.sees("It counts when somebody there opens it")
    assert somebody.sees("Not opened yet")
    somebody.photographs("sent")

    at_school = visitor(key_adult)
    at_school.opens(reverse("decision:school_notices"))
    at_school.page.get_by_role("link", name="Ama Boateng").click()
    at_school.looks()
    assert at_school.sees("They were not there.")
    at_school.photographs("at-school")

    somebody.opens(reverse("decision:schools", args=[contact.pk]))
    assert somebody.sees(f"by {key_adult.account.name}")
    assert not somebody.sees("Not opened yet")
    somebody.opens(reverse("triage:clocks_running"))
    assert not somebody.sees(contact.reference)
