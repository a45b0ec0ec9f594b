"""How pages look where a screen is narrow, a room dark, or a worker's own colours forced."""

import pytest

from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
FILTER = "getComputedStyle(document.documentElement).filter"


def test_filters_are_folded_away_on_a_narrow_screen_until_somebody_asks(visitor, scripted):
    contact = ContactFactory()
    one = visitor(StaffFactory(hub=contact.hub, whole_desk=True), width=375)
    one.opens("/worklist/")
    boxes = one.page.locator(".moj-filter__options")
    assert boxes.is_visible() is not scripted
    if not scripted:
        return
    one.presses("Show filters")
    assert boxes.is_visible()
    assert one.page.get_by_role("button", name="Hide filters").get_attribute("aria-expanded") == "true"
    one.page.set_viewport_size({"width": 1280, "height": 900})
    assert boxes.is_visible()
    assert not one.page.locator(".mash-filter__fold").is_visible()


def test_a_dark_room_is_asked_for_and_forced_colours_and_paper_are_left_alone(visitor):
    one = visitor(StaffFactory(screener=True))
    one.opens("/rota/")
    assert one.page.evaluate(FILTER) == "none"
    one.page.emulate_media(color_scheme="dark")
    assert one.page.evaluate(FILTER) == "invert(0.9) hue-rotate(180deg)"
    one.page.emulate_media(color_scheme="dark", forced_colors="active")
    assert one.page.evaluate(FILTER) == "none"
    one.page.emulate_media(color_scheme="dark", forced_colors="none", media="print")
    assert one.page.evaluate(FILTER) == "none"
