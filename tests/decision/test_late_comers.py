"""What a decider sees of an agency that was added late, before the decision and after it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from mash.check.models import Check, Enquiry, Reopened
from tests.decision.story import decide
from tests.decision.test_open_check import asked_of, decider, kept
from tests.factories.base import browser
from tests.factories.check import EnquiryFactory, ReturnFactory
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

LATER = MONDAY_9AM + timedelta(hours=3)
TOMORROW = MONDAY_9AM + timedelta(days=1)


def opened_again(contact, at=TOMORROW):
    """Open a contact's closed check again, as the builder, and ask the police."""
    check = kept(Check).get()
    check._state.db, check.hub, check.contact = "default", contact.hub, contact
    by = StaffFactory(hub=check.hub, screener=True)
    Reopened.objects.using("builder").create(
        hub_id=check.hub_id,
        check_asked_id=check.pk,
        closed_at=check.closed_at,
        why="A neighbour rang.",
        by_id=by.pk,
        at=at,
    )
    Check.objects.using("builder").filter(pk=check.pk).update(closed_at=None, closed_by=None)
    check.closed_at = None
    return EnquiryFactory(
        check_asked=check, agency=AgencyFactory(name="Police", kind="police"), sent_at=at, sent_by=by
    )


def read(staff, name, *args):
    answer = browser(staff).get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_of_a_decision_says_whom_it_waits_for_since_when_and_who_came_late():
    contact, (school,) = asked_of("Education")
    ReturnFactory(enquiry=school)
    EnquiryFactory(
        check_asked=school.check_asked, agency=AgencyFactory(name="Police", kind="police"), sent_at=LATER
    )
    page = read(decider(contact), "decision:decide", contact.pk)
    assert "Waited for: 1" in page
    assert "Agency added later" in page
    assert "Waited for since" in page


def test_a_check_opened_again_after_the_decision_is_shown_where_deciders_look():
    contact, (school,) = asked_of("Education")
    ReturnFactory(enquiry=school)
    by = decider(contact)
    decision = decide(contact, by, "early_help")
    assert "The check gathers" not in read(by, "decision:page", decision.pk)
    assert "Asked again after" not in read(by, "decision:waiting")
    police = opened_again(contact)
    page = read(by, "decision:page", decision.pk)
    assert "The check gathers while this decision stands" in page
    assert "A neighbour rang." in page
    assert "Agency added later, after the check had been closed" in page
    assert "Asked again after the decision: 1" in read(by, "decision:waiting")
    elsewhere = StaffFactory(decider=True)
    assert "Asked again after" not in read(elsewhere, "decision:waiting")
    ReturnFactory(enquiry=police)
    assert "Everybody asked has answered" in read(by, "decision:page", decision.pk)


def test_a_decision_lets_go_of_whoever_it_was_made_without():
    contact, (school,) = asked_of("Education")
    decide(contact, decider(contact), "early_help", without={school.agency: "Term has ended."})
    assert kept(Enquiry).get().let_go_at == MONDAY_9AM


def test_whoever_was_let_go_is_not_asked_about_again_when_the_next_decision_is_made():
    contact, (school,) = asked_of("Education")
    by = decider(contact)
    first = decide(contact, by, "early_help", without={school.agency: "Term has ended."})
    ReturnFactory(enquiry=opened_again(contact))
    second = decide(contact, by, "child_and_family_assessment", follows=first, at=TOMORROW)
    assert second.made_at
    said = {one["agency"]: one for one in second.snapshot["agencies"]}
    assert said["Education"]["missing"]
    assert said["Education"]["let_go_at"]
    assert said["Police"]["added"] == "Agency added later, after the check had been closed"
    assert second.snapshot["check"]["again"][0]["why"] == "A neighbour rang."
