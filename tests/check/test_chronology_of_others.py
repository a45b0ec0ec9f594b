"""The chronology draws on every contact about the same people, as far as its reader may see each."""

import uuid

import pytest
from django.urls import reverse

from mash.check.models import Happened
from tests.check.test_sealed_answers import an_enquiry
from tests.factories.base import browser
from tests.factories.check import AnswerFactory, CheckFactory, EnquiryFactory, asked_about, desk_of, ready
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import people_of
from tests.factories.partnership import MONDAY_9AM, AccessFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def now_and_before():
    """Return a contact, an earlier one about the same child, and that child's keys in both."""
    now = ContactFactory()
    before = ready(hub=now.hub)
    child = PersonFactory(hub=now.hub)
    both = [people_of(one)[0] for one in (now, before)]
    for one in both:
        SettlementFactory(contact_person=one, answer="known", person=child)
    return now, before, both


def answered(contact, text, about=0):
    check = CheckFactory(contact=contact)
    enquiry = EnquiryFactory(check_asked=check)
    return AnswerFactory(enquiry=enquiry, person=asked_about(enquiry)[about], text=text)


def happened(contact, title, person=None):
    row = Happened(
        hub_id=contact.hub_id,
        contact=contact,
        person=person,
        on=MONDAY_9AM.date(),
        title=title,
        agency="The hub",
        by=desk_of(contact),
        recorded_at=MONDAY_9AM,
    )
    Happened.objects.using("builder").bulk_create([row])


def shown_to(staff, contact, **query):
    page = browser(staff).get(reverse("check:chronology", args=[contact.pk]), query)
    assert page.status_code == 200
    return page.content.decode()


def test_answers_and_events_of_an_earlier_contact_about_the_same_child_stand_in_it_and_say_where_from(
    now_and_before,
):
    now, before, both = now_and_before
    answered(before, "He slept in class in October.")
    happened(before, "Grandmother took him in", both[1])
    for query in ({}, {"view": "compact"}):
        page = shown_to(desk_of(now), now, **query)
        assert "Grandmother took him in" in page
        assert before.reference in page
    page = shown_to(desk_of(now), now)
    assert "He slept in class in October." in page
    assert f"From contact {before.reference}" in page


def test_what_an_earlier_contact_says_of_somebody_else_does_not(now_and_before):
    now, before, _ = now_and_before
    stranger = people_of(before)[1]
    happened(before, "Somebody else moved away", stranger)
    happened(before, "The whole street was evacuated")
    page = shown_to(desk_of(now), now)
    assert "Somebody else moved away" not in page
    assert "The whole street was evacuated" in page


def test_whoever_is_kept_out_of_the_earlier_contact_reads_none_of_it(now_and_before):
    now, before, both = now_and_before
    answered(before, "He slept in class in October.")
    happened(before, "Grandmother took him in", both[1])
    reader = desk_of(now)
    AccessFactory(staff=reader, bars=True, contact_id=before.pk)
    page = shown_to(reader, now)
    for words in ("He slept in class", "Grandmother took him in", before.reference):
        assert words not in page


def test_what_is_sealed_in_an_earlier_contact_is_nowhere_in_it():
    marker = f"zq{uuid.uuid4().hex}"
    enquiry, _ = an_enquiry(marker)
    before = enquiry.check_asked.contact
    now = ContactFactory(hub=before.hub)
    child = PersonFactory(hub=now.hub)
    for one in (people_of(now)[0], people_of(before)[0]):
        SettlementFactory(contact_person=one, answer="known", person=child)
    for staff in (desk_of(now, decider=True), desk_of(now, duties=["clear", "screen"])):
        page = shown_to(staff, now)
        assert "Officers spoke with her." in page
        assert marker not in page


def test_a_contact_of_another_hub_about_a_child_of_the_same_name_is_not_in_it(now_and_before):
    now, _, _ = now_and_before
    elsewhere = ContactFactory()
    happened(elsewhere, "Seen in another borough")
    assert "Seen in another borough" not in shown_to(desk_of(now), now)
