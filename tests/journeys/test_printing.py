"""A case is printed: why is asked, and what comes out of the printer is looked at, in a real browser."""

import os
from pathlib import Path

import pytest

from tests.factories.contact import AdditionFactory, ContactFactory
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def printed(visitor):
    """Return the words that are visible on paper."""
    visitor.page.emulate_media(media="print")
    words = visitor.page.inner_text("body")
    visitor.page.emulate_media(media="screen")
    return words


def test_a_case_is_printed_for_a_purpose(visitor, width):
    contact = ContactFactory()
    for number in range(40):
        AdditionFactory(contact=contact, words=f"Call {number}: the school rang again. " * 6)
    one = visitor(StaffFactory(hub=contact.hub, whole_desk=True), width=width)
    one.opens(f"/cases/{contact.pk}/")
    unasked = printed(one)
    assert "use the Print button of the page" in unasked
    assert "the school rang again" not in unasked
    one.presses("Print")
    one.presses("Show it as it prints")
    assert one.sees("There is a problem")
    one.chooses("For a visit, where there is no screen")
    one.presses("Show it as it prints")
    words = printed(one)
    for said in (contact.reference, "For a visit, where there is no screen", "Official-sensitive", "Call 39"):
        assert said in words
    for screen in ("Sign out", "My work", "This is how it prints", "Privacy notice", "Go to triage"):
        assert screen not in words
    sheets = one.page.pdf(prefer_css_page_size=True)
    assert sheets.count(b"/Type /Page\n") >= 4
    if folder := os.environ.get("MASH_PHOTOGRAPHS"):
        (Path(folder) / f"case_printed_{width}.pdf").write_bytes(sheets)
