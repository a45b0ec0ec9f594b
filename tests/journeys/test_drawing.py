"""A check opens each page once, and in the long run each page in every way."""

from collections import Counter

from tests import drawing
from tests.journeys import sweeping
from tests.journeys.every_page import PAGES, WORKERS
from tests.journeys.sweeping import WAYS, pages_of, way_of


def ways_of(page):
    return {way for way, can in WAYS.items() if can(page)}


def test_a_draw_opens_each_page_once(monkeypatch):
    monkeypatch.setattr(sweeping, "EVERY_WAY", False)
    opened = Counter(str(page) for who in WORKERS for way in WAYS for page in pages_of(who, way))
    assert opened == Counter(str(page) for page in PAGES)


def test_asked_for_all_it_opens_each_page_in_every_way(monkeypatch):
    monkeypatch.setattr(sweeping, "EVERY_WAY", True)
    opened = sum(len(pages_of(who, way)) for who in WORKERS for way in WAYS)
    assert opened == sum(len(ways_of(page)) for page in PAGES)


def test_the_draws_of_many_trees_leave_no_way_of_any_page_out():
    missed = {
        str(page): left
        for page in PAGES
        if (left := ways_of(page) - {way_of(page, f"tree {number}") for number in range(100)})
    }
    assert not missed


def test_the_draw_of_one_tree_is_always_the_same():
    drawing.tree.cache_clear()
    before = drawing.tree()
    drawing.tree.cache_clear()
    assert drawing.tree() == before
