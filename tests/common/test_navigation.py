"""What the service navigation shows beside each other, and what it keeps behind one word."""

from types import SimpleNamespace

import pytest

from mash.common import navigation
from mash.desk.demo.places import NORTHFIELD
from mash.partnership.models import Agency, Hub, Staff

WORKERS = {one.mail: one for one in NORTHFIELD.workers}


def menu_of(mail, path="/nowhere/"):
    worker = WORKERS[mail]
    staff = Staff(duties=[*worker.duties], leads=worker.leads, agency=Agency(kind=worker.agency), hub=Hub())
    return navigation.navigation(SimpleNamespace(staff=staff, path=path))


def labels(items):
    return [one["text"] for one in items]


@pytest.mark.parametrize("mail", WORKERS)
def test_nobody_sees_more_than_seven_beside_each_other_and_nothing_is_lost(mail):
    menu = menu_of(mail)
    staff_sees = {one["href"] for one in menu.whole}
    assert len(staff_sees) == len(menu.whole)
    assert len(menu.items) <= navigation.BESIDE
    assert bool(menu.more) == (len(menu.whole) > len(menu.items))
    order = [navigation.address_of(one.url_name) for one in navigation.ENTRIES]
    for part in (menu.items, menu.more):
        assert [one["href"] for one in part] == sorted((one["href"] for one in part), key=order.index)


def test_each_finds_the_pages_of_their_own_day_first():
    assert labels(menu_of("decision.maker").items) == [
        "My work", "Find a person", "Take a call", "Advice", "Decisions", "With services", "Directory",
    ]  # fmt: skip
    assert {"To and fro", "Disagreements", "Other hubs", "Plans", "Own records"} <= {
        *labels(menu_of("decision.maker").more)
    }
    assert labels(menu_of("screener").items) == [
        "My work",
        "Find a person",
        "Take a call",
        "Advice",
        "Directory",
        "E-mail",
    ]
    assert labels(menu_of("education").items)[:3] == ["Agency checks", "Notices", "Hand-overs to you"]
    assert labels(menu_of("night").items)[0] == "Tonight"
    assert "The unit" in labels(menu_of("intelligence").items)


def test_the_word_is_marked_while_one_of_its_pages_is_open():
    assert not menu_of("decision.maker").is_within_more
    assert not menu_of("decision.maker", "/worklist/").is_within_more
    for path in ("/plans/", "/plans/ask/"):
        menu = menu_of("decision.maker", path)
        assert menu.is_within_more
        assert [one["text"] for one in menu.more if one["current"] or one["active"]] == ["Plans"]


def test_a_post_whose_duties_have_no_page_of_their_own_still_finds_the_first_ones(monkeypatch):
    entries = [navigation.Entry(f"Page {number}", "help", number, often=("audit",)) for number in range(9)]
    monkeypatch.setattr(navigation, "ENTRIES", entries)
    menu = menu_of("screener")
    assert (len(menu.items), len(menu.more)) == (navigation.BESIDE, 2)
