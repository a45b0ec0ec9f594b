"""What came under a reference in use, with other content: refused, kept, and shown to a person."""

import pytest

from mash.contact.comparing import changes
from tests.factories.base import browser
from tests.factories.contact import ContactFactory, DisputedFactory, a_message
from tests.factories.partnership import AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
PAGE = "/contacts/sent-again/"


@pytest.fixture
def disputed():
    contact = ContactFactory()
    other = a_message(contact.sender_reference, concern={"what_happened": "It was nothing after all."})
    return DisputedFactory(contact=contact, message=other)


def test_the_desk_sees_what_differs(disputed):
    page = browser(StaffFactory(hub=disputed.hub, screener=True)).get(PAGE).content.decode()
    assert disputed.contact.reference in page
    assert "concern.what_happened" in page
    assert "It was nothing after all." in page
    assert "Came to school without a coat" in page


def test_who_is_kept_from_the_case_does_not(disputed):
    worker = StaffFactory(hub=disputed.hub, screener=True)
    AccessFactory(staff=worker, contact_id=disputed.contact_id, bars=True)
    for reader in (worker, StaffFactory(screener=True)):
        page = browser(reader).get(PAGE).content.decode()
        assert "Nothing was sent again" in page
        assert disputed.contact.reference not in page


def test_an_agency_does_not_see_the_page(disputed):
    assert browser(StaffFactory(hub=disputed.hub, answerer=True)).get(PAGE).status_code == 403


def test_only_what_differs_is_listed():
    held = {"a": {"b": "x", "c": [1, 2]}, "d": True}
    came = {"a": {"b": "y", "c": [1, 2, 3]}, "d": True, "e": "new"}
    assert [(one.path, one.held, one.came) for one in changes(held, came)] == [
        ("a.b", "x", "y"),
        ("a.c[2]", "", "3"),
        ("e", "", "new"),
    ]
