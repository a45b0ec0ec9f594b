"""Somebody who is being watched leaves a page at once, and going back shows nothing: in a real browser."""

import pytest

from mash.referral.models import Draft
from tests.factories.base import without_tokens
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
ELSEWHERE = "https://www.bbc.co.uk/weather"
WROTE = "He hits us both when he is drunk."


@pytest.fixture
def hub():
    return HubFactory(name="Northfield MASH", prefix="NF", telephone="020 7946 0000")


def leads_elsewhere(route):
    """Let the server end the visit, and forecast the weather without a network."""
    answer = route.fetch(max_redirects=0)
    assert answer.headers["location"] == ELSEWHERE
    headers = {name: words for name, words in answer.headers.items() if name == "set-cookie"}
    body = "<title>Weather</title><h1>Dry, with sunny spells</h1>"
    route.fulfill(status=200, headers=headers | {"content-type": "text/html"}, body=body)


@pytest.fixture
def one(visitor, hub):
    """Return somebody who has written something."""
    made = visitor(width=375)
    made.context.route("**/refer/leave/**", leads_elsewhere)
    made.opens("/refer/nf/")
    assert made.sees("press the Shift key three times")
    made.presses("Tell us")
    made.chooses("No")
    made.presses("Go on")
    made.chooses("A child")
    made.fills("First name", "Leo")
    made.presses("Go on")
    made.fills("What are you worried about?", WROTE)
    made.presses("Save and come back later")
    made.page.go_back()
    made.page.wait_for_load_state("load")
    assert made.page.get_by_label("What are you worried about?").input_value() == WROTE
    return made


def by_the_button(one):
    one.page.locator(".govuk-exit-this-page__button").click()


def by_shift_three_times(one):
    for _ in range(3):
        one.page.keyboard.press("Shift")


def by_the_link(one):
    for _ in range(2):  # the first link skips to the page
        one.page.keyboard.press("Tab")
    assert one.page.evaluate("document.activeElement.innerText") == "Exit this page"
    one.page.keyboard.press("Enter")


WAYS = [by_the_button, by_shift_three_times, by_the_link]


@pytest.mark.parametrize("leaves", WAYS, ids=[way.__name__ for way in WAYS])
def test_nothing_is_seen_after_leaving(one, leaves, scripted):
    if leaves is by_shift_three_times and not scripted:
        return  # the key needs the script; the button and the link do not
    leaves(one)
    one.page.get_by_role("heading", name="Dry, with sunny spells").wait_for()
    for _ in range(3):
        one.page.go_back()
        one.page.wait_for_load_state("load")
        assert WROTE not in one.page.content()
        assert "Leo" not in without_tokens(one.page.content())
    assert WROTE in str(Draft.objects.using("builder").get().answers)  # kept, and opened by the code alone


def test_nobody_who_signed_in_is_offered_to_leave(visitor, hub):
    one = visitor(StaffFactory(hub=hub))
    for path in ("/refer/nf/", "/my-referrals/", "/privacy/", "/help/"):
        one.opens(path)
        assert not one.page.locator(".govuk-exit-this-page, .govuk-js-exit-this-page-skiplink").count()


def test_every_page_for_the_public_can_be_left(visitor, hub):
    one = visitor(width=375)
    paths = (
        "/",
        "/refer/",
        "/refer/nf/",
        "/refer/nf/email/",
        "/refer/back/",
        "/refer/safe/",
        "/referral/",
        "/privacy/",
    )
    for path in paths:
        one.opens(path)
        assert one.page.locator(".govuk-exit-this-page__button").is_visible(), path
    one.opens("/accounts/login/")
    assert not one.page.locator(".govuk-exit-this-page").count()
