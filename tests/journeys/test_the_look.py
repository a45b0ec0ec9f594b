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


BEYOND_THE_EDGE = """() => [...document.querySelectorAll('.mash-cards td, .mash-cards th[scope=row]')]
    .filter(one => one.getBoundingClientRect().right > window.innerWidth || one.getBoundingClientRect().left < 0)
    .map(one => one.innerText)"""


def test_a_row_of_the_worklist_is_a_card_on_a_phone_and_still_a_row_to_whoever_listens(visitor):
    worker = StaffFactory(whole_desk=True)
    ContactFactory(hub=worker.hub, immediate_danger=True)
    one = visitor(worker, width=375)
    one.opens("/worklist/")
    row = one.page.get_by_role("row").filter(has=one.page.get_by_role("rowheader"))
    assert row.count() == 1
    for said in ("OKAFOR, Daniel", "Not rated", "Overdue by", "Fernbank Primary", "New"):
        assert said in row.inner_text()
    assert [one.strip() for one in one.page.get_by_role("columnheader").all_inner_texts()][-2:] == [
        "Clock",
        "Stage and owner",
    ]
    assert one.page.get_by_role("cell").count() == 5
    assert one.page.evaluate(BEYOND_THE_EDGE) == []
    assert (
        one.page.evaluate(
            "() => { const it = document.querySelector('.mash-scroll'); return it.scrollWidth - it.clientWidth }"
        )
        <= 0
    )
    one.photographs("worklist")


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
