"""An administrator sets up the hub and sees nothing of a case: not on a page, not by the rules, not in a row."""

import pytest
from django.urls import reverse

from mash.check.models import Check, Enquiry
from mash.contact import policy as contacts
from mash.contact.models import Contact, ContactPerson
from mash.decision.models import Decision
from mash.people.models import Person
from mash.triage.models import Rating, Standing
from tests.factories.base import browser, signed_in_as
from tests.factories.check import EnquiryFactory
from tests.factories.contact import ContactFactory, ContactPersonFactory
from tests.factories.partnership import StaffFactory
from tests.factories.setup import ChangeFactory
from tests.factories.triage import KnownFactory, RatingFactory, StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
MARKER = "zq-marker-of-a-case"
PAGES = [
    ("overview", ()),
    ("particulars", ()),
    ("hours", ()),
    ("closures", ()),
    ("clocks", ()),
    ("agencies", ()),
    ("posts", ()),
    ("recognising", ()),
    ("new_post", ()),
    ("contents", ()),
    ("book", ("outcomes",)),
    ("sets", ()),
    ("asked", ("education",)),
    ("preview", ("education",)),
    ("log", ()),
]


@pytest.fixture
def administrator():
    post = StaffFactory(administrator=True)
    contact = ContactFactory(
        hub=post.hub, organisation=MARKER, message={"concern": {"what_happened": MARKER}}
    )
    ContactPersonFactory(contact=contact, ref="p7", given=MARKER, family=MARKER)
    RatingFactory(contact=contact, why=MARKER)
    StandingFactory(contact=contact)
    KnownFactory(hub=post.hub)
    EnquiryFactory(hub=post.hub, focus=MARKER)
    return post


def test_no_page_of_the_set_up_holds_anything_of_a_case(administrator):
    client = browser(administrator)
    for name, args in PAGES:
        answer = client.get(reverse(f"setup:{name}", args=args))
        assert answer.status_code == 200, name
        assert MARKER not in answer.content.decode(), name


def test_row_level_security_hides_every_case_from_the_duty_to_administer(administrator):
    for model in (Contact, ContactPerson, Rating, Standing, Person, Check, Enquiry, Decision):
        with signed_in_as(administrator):
            assert not model.objects.exists(), model
    for model in (Contact, ContactPerson, Rating, Standing, Person, Enquiry):
        assert model.objects.using("builder").exists(), model


def test_the_rule_and_the_filter_hide_it_too(administrator):
    contact = Contact.objects.using("builder").filter(hub=administrator.hub_id).first()
    found = Contact.objects.using("builder").filter(contacts.readable_by(administrator))
    assert not contacts.may_read(administrator, contact)
    assert not found.exists()


def test_the_pages_of_cases_are_closed(administrator):
    client = browser(administrator)
    contact = Contact.objects.using("builder").filter(hub=administrator.hub_id).first()
    assert client.get(reverse("desk:worklist")).status_code == 403
    assert client.get(reverse("desk:case", args=[contact.pk])).status_code == 404


def test_the_count_in_the_log_is_all_that_a_program_says_of_cases(administrator):
    ChangeFactory(hub=administrator.hub, part="clocks", what="Clocks worked out afresh: 1 open contact due")
    assert "1 open contact" in browser(administrator).get(reverse("setup:log")).content.decode()
