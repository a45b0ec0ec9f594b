"""A neighbour tells the hub, and a referrer reads what became of it: in a real browser, with and without JavaScript."""

import re

import pytest

from mash.common.references import new_reference
from mash.contact.models import Addition, Contact, ReplySeen
from mash.partnership.models import Email
from tests.factories.contact import ContactFactory, ReferrerFactory, ReplyFactory
from tests.factories.partnership import HubFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
CODE = re.compile(r" is (\S+)\.  ")
PHONE = 375


@pytest.fixture
def hub():
    return HubFactory(name="Northfield MASH", prefix="NF", telephone="020 7946 0000")


def heading(visitor):
    return visitor.page.locator("h1").inner_text()


def test_a_neighbour_tells_without_a_name(visitor, hub):
    one = visitor(width=PHONE)
    one.opens("/refer/nf/")
    one.presses("Tell us")
    one.presses("Go on")
    assert one.sees("Answer “Is someone in danger right now?”")
    one.chooses("No")
    one.presses("Go on")
    one.chooses("A child")
    one.fills("How old are they?", "about 6")
    one.presses("Go on")
    assert one.sees("Write a name, or an address, or a school")
    assert one.page.get_by_label("How old are they?", exact=True).input_value() == "about 6"
    one.fills("First name", "Leo")
    one.fills("Where do they live?", "4 Quay Row")
    for title, label, words in (
        ("What happened?", "What are you worried about?", "He is outside alone at night."),
        ("How do you know?", "What did you see or hear yourself?", "He sat on the step in the rain."),
        ("Who else lives there?", "Who else lives there?", "His mum and a man called Dean."),
        ("How do they seem?", "How do they seem?", "Cold and hungry."),
    ):
        one.presses("Go on")
        assert heading(one) == title
        one.fills(label, words)
    one.presses("Go on")
    one.chooses("No, I do not want to")
    one.fills("How do you know them?", "Neighbour")
    one.presses("Go on")
    assert heading(one) == "Read it again, then send"
    assert not Contact.objects.using("builder").exists()
    one.presses("Send")
    if one.sees("What is four plus three?"):  # asked of whoever is quicker than anybody types
        one.fills("What is four plus three?", "seven")
        one.presses("Send")
    contact = Contact.objects.using("builder").get()
    assert (contact.hub_id, contact.source_kind, contact.anonymous) == (hub.pk, "public", True)
    assert heading(one) == "Sent"
    assert one.sees(contact.reference)
    one.presses("Leave now")
    assert not one.sees(contact.reference)


@pytest.fixture
def contact(hub):
    made = ContactFactory(hub=hub, reference=new_reference(hub.prefix))
    ReferrerFactory(contact=made)
    ReplyFactory(contact=made, kind="decided", words="A social worker will visit. Keep breakfast club going.")
    return made


def asks_for_a_code(one, reference, email):
    one.opens("/referral/")
    one.fills("Your reference", reference)
    one.fills("The e-mail address you gave us", email)
    one.presses("Send me a code")


def enters(one, code):
    one.fills("The code we sent you", code)
    one.presses("Open my page")


def test_a_referrer_reads_the_reply_adds_to_it_and_closes(visitor, contact):
    one, emails = visitor(width=PHONE), Email.objects.using("builder")
    asks_for_a_code(one, contact.reference, "somebody.else@fernbank.example.org")
    assert heading(one) == "Enter your code"  # as if the two belonged together
    assert not emails.exists()
    asks_for_a_code(one, contact.reference, "Ines.Duarte@fernbank.example.org")
    sent = emails.get()
    assert sent.to == "ines.duarte@fernbank.example.org"
    enters(one, "2222-2222")
    assert one.sees("That code is not right, or it has ended.")
    enters(one, CODE.search(sent.body)[1])
    assert heading(one) == f"Your referral {contact.reference}"
    assert one.sees("A social worker will visit. Keep breakfast club going.")
    assert ReplySeen.objects.using("builder").count() == 1
    one.presses("Add this")
    assert one.sees("There is a problem")
    one.fills("What do you want to add?", "He came to school without a coat again.")
    one.presses("Add this")
    assert one.sees("Added. The hub sees it beside what you sent.")
    assert Addition.objects.using("builder").get().words == "He came to school without a coat again."
    one.presses("Close this page")
    assert heading(one) == "See what became of your referral"
    one.opens("/referral/")
    assert not one.sees("A social worker will visit.")
