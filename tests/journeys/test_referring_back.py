"""A referrer reads by code what was decided, does not agree, says how it went and what is new; the hub sees each."""

import re

import pytest
from django.urls import reverse

from mash.common.references import new_reference
from mash.contact.models import Addition, Feedback, ReplyKind
from mash.decision.models import Dissent
from mash.partnership.models import Email
from tests.factories.contact import ContactFactory, ReferrerFactory, ReplyFactory
from tests.factories.decision import DecisionFactory
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
CODE = re.compile(r" is (\S+)\.")
INES = "ines.duarte@fernbank.example.org"
DECIDED = "We have decided about your referral for D.O. Early help will call.\n\nWhy: the family want it."
NEW, AGAINST, BETTER = (
    "He came to school without a coat again.",
    "The bruise was not looked at by a doctor.",
    "A call before the letter would have been better.",
)


@pytest.fixture
def hub():
    return HubFactory(name="Northfield MASH", prefix="NF", telephone="020 7946 0000")


@pytest.fixture
def decision(hub):
    contact = ContactFactory(hub=hub, reference=new_reference(hub.prefix))
    ReferrerFactory(contact=contact, email=INES)
    ReplyFactory(contact=contact, kind=ReplyKind.DECIDED, words=DECIDED)
    return DecisionFactory(contact=contact, hub=hub, made_at=contact.received_at)


def opens_their_page(one, contact):
    one.opens("/referral/")
    one.fills("Your reference", contact.reference)
    one.fills("The e-mail address you gave us", INES)
    one.presses("Send me a code")
    one.fills("The code we sent you", CODE.search(Email.objects.using("builder").latest("queued_at").body)[1])
    one.presses("Open my page")
    assert one.page.locator("h1").inner_text() == f"Your referral {contact.reference}"


def reads_what_was_decided(one):
    assert (
        one.page.locator(".govuk-summary-list__row", has_text="Where it is now")
        .inner_text()
        .endswith("Decided")
    )
    assert one.sees("Early help will call.")
    assert one.sees("Why: the family want it.")


def says_it_all(one):
    one.presses("I do not agree")  # with nothing written
    assert one.sees("There is a problem")
    one.fills("Why do you not agree?", AGAINST)
    one.chooses("No", within="Is a child at immediate risk?")
    one.presses("I do not agree")
    assert one.sees("Kept in your words.")
    one.chooses("Yes", within="Did we listen?")
    one.fills("Anything else? What would have made it better?", BETTER)
    one.presses("Send")
    assert one.sees("There is a problem")  # one of two questions was not answered, and nothing typed is lost
    assert one.page.get_by_label("Anything else? What would have made it better?").input_value() == BETTER
    one.chooses("Partly", within="Was it clear what we decided, and why?")
    one.presses("Send")
    assert one.sees("Thank you. The hub reads what you wrote.")
    one.fills("What do you want to add?", NEW)
    one.presses("Add this")
    assert one.sees("Added. The hub sees it beside what you sent.")


def the_hub_sees_it(desk, decision):
    desk.opens(f"/cases/{decision.contact_id}/")
    for words in (NEW, BETTER, "We listened: yes. It was clear: partly.", "Decided"):
        assert desk.sees(words), words
    desk.opens(reverse("decision:page", args=[decision.pk]))
    assert desk.sees(AGAINST)
    assert desk.sees("on their own page")


def test_a_referrer_by_code_disagrees_and_the_hub_sees_it(visitor, hub, decision):
    one = visitor(width=375)
    opens_their_page(one, decision.contact)
    reads_what_was_decided(one)
    says_it_all(one)
    kept = [model.objects.using("builder").count() for model in (Dissent, Feedback, Addition)]
    assert kept == [1, 1, 1]
    the_hub_sees_it(visitor(StaffFactory(hub=hub, whole_desk=True)), decision)
