"""What the product carries that is newer than a hub's own: seen, taken in piece by piece, or left."""

import pytest
from django.urls import reverse

from mash.common.editions import CONTENTS
from mash.setup import newer
from mash.setup.models import Compared, Draft, Edition
from mash.setup.queries.contents import plain
from mash.setup.questions import newest
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory
from tests.factories.setup import EditionFactory, changed
from tests.setup.test_content_pages import edit, publish
from tests.setup.test_hub_pages import kept, said

pytestmark = pytest.mark.usefixtures("transactional_db")


def without(*ids):
    def change(raw):
        raw["categories"] = [one for one in raw["categories"] if one["id"] not in ids]

    return change


def older(raw):
    """What an earlier product carried: one category fewer, and other words for another."""
    without("gangs")(raw)
    _one(raw, "neglect")["means"] = "Earlier words."


def _one(raw, category):
    return next(one for one in raw["categories"] if one["id"] == category)


@pytest.fixture
def hub():
    """A hub that made an edition of its own of what an earlier product carried."""

    def own(raw):
        older(raw)
        _one(raw, "emotional_abuse")["label"] = "Our word"

    found = HubFactory()
    EditionFactory(
        hub=found,
        content="categories",
        words=changed("categories", own),
        carried=changed("categories", older),
    )
    return found


@pytest.fixture
def administrator(hub):
    return StaffFactory(administrator=True, hub=hub)


ADDRESS = "/set-up/content/categories/newer/"


def take(administrator, piece):
    return browser(administrator).post(ADDRESS, {"piece": piece}, follow=True)


def test_the_administrator_is_warned_and_sees_what_differs_and_not_what_is_the_hubs_own(administrator):
    overview = said(browser(administrator).get(reverse("setup:overview")))
    assert "Categories: 2 things" in overview
    assert "2 things are newer" in said(browser(administrator).get(reverse("setup:contents")))
    page = said(browser(administrator).get(ADDRESS))
    assert "Earlier words." in page
    assert "New in the product." in page
    assert "Our word" not in page


def test_one_thing_is_taken_in_and_the_other_is_still_there(administrator):
    take(administrator, "categories/neglect")
    (draft,) = kept(Draft)
    assert _one(draft.words, "neglect") == _one(changed("categories"), "neglect")
    assert _one(draft.words, "emotional_abuse")["label"] == "Our word"
    assert "Categories: 1 thing<" in said(browser(administrator).get(reverse("setup:overview")))
    publish(administrator, "categories")
    assert "Categories: 1 thing<" in said(browser(administrator).get(reverse("setup:overview")))
    take(administrator, "categories/gangs")
    publish(administrator, "categories")
    assert "Newer in the product" not in said(browser(administrator).get(reverse("setup:overview")))
    assert max(kept(Edition), key=lambda one: one.version).carried == plain(changed("categories"))


def test_publishing_something_else_does_not_hide_what_is_newer(administrator):
    edit(administrator, "categories", "categories", "emotional_abuse", label="Another word")
    publish(administrator, "categories")
    assert "Categories: 2 things" in said(browser(administrator).get(reverse("setup:overview")))


def test_what_is_left_is_no_longer_warned_of_and_stands_in_the_change_log(administrator):
    for _ in range(2):
        browser(administrator).post(ADDRESS, {"step": "leave"})
    assert "Newer in the product" not in said(browser(administrator).get(reverse("setup:overview")))
    assert "Nothing in the product is newer" in said(browser(administrator).get(ADDRESS))
    (row,) = kept(Compared)
    assert row.by_id == administrator.pk
    assert "left as it is here" in said(browser(administrator).get(reverse("setup:log")))
    assert not kept(Draft)


def test_what_the_hub_changed_too_says_so_and_is_replaced_only_when_taken(administrator):
    edit(administrator, "categories", "categories", "neglect", means="Ours.")
    assert "this hub has words of its own here" in said(browser(administrator).get(ADDRESS))
    take(administrator, "categories/neglect")
    assert _one(kept(Draft)[0].words, "neglect")["means"] != "Ours."


def test_a_piece_that_there_is_not_is_absent(administrator):
    assert take(administrator, "categories/nothing").status_code == 404
    assert take(administrator, "").status_code == 404
    assert not kept(Draft)


def test_a_hub_without_an_edition_of_its_own_has_what_the_product_carries():
    page = said(browser(StaffFactory(administrator=True)).get(reverse("setup:overview")))
    assert "Newer in the product" not in page


def test_who_sees_and_takes(hub, administrator):
    browser(administrator).post(ADDRESS, {"step": "leave"})
    for post, status, sees in (
        (StaffFactory(hub=hub, manager=True), 200, True),
        (StaffFactory(hub=hub, screener=True), 403, False),
        (StaffFactory(hub=hub, auditor=True), 403, False),
        (StaffFactory(administrator=True), 200, False),
    ):
        assert browser(post).get(ADDRESS).status_code == status
        with signed_in_as(post):
            assert Compared.objects.exists() is sees


# Each kind of content


@pytest.mark.parametrize("content", sorted(CONTENTS))
def test_every_piece_of_every_content_can_be_taken_into_an_empty_draft_of_nothing_newer(content):
    now = changed(content)
    assert newer.pieces(content, now, now, now) == []


def test_a_set_of_questions_is_taken_in_as_a_new_version():
    def earlier(raw):
        newest(raw)["education"]["questions"][0]["text"] = "Earlier words?"

    was, now = changed("question_sets", earlier), changed("question_sets")
    (piece,) = newer.pieces("question_sets", was, was, now)
    assert piece.key == "sets/education"
    made = newer.taken(was, was, now, piece.key)
    assert newest(made)["education"]["version"] == newest(was)["education"]["version"] + 1
    assert newest(made)["education"]["questions"] == newest(now)["education"]["questions"]
    CONTENTS["question_sets"].check(made)
    assert newer.pieces("question_sets", was, made, now) == []


def test_a_piece_below_a_piece_is_found_and_taken():
    def earlier(raw):
        raw["adult_clocks"]["clocks"][0]["value"] = 99

    was, now = changed("ratings", earlier), changed("ratings")
    (piece,) = newer.pieces("ratings", was, was, now)
    assert piece.key.startswith("adult_clocks.clocks/")
    assert newer.taken(was, was, now, piece.key) == now


def test_what_the_hub_retired_stays_retired():
    def earlier(raw):
        _one(raw, "neglect")["means"] = "Earlier words."

    was, now = changed("categories", earlier), changed("categories")
    mine = changed("categories", lambda raw: (earlier(raw), _one(raw, "neglect").update(retired=True)))
    made = newer.taken(mine, mine, now, "categories/neglect")
    assert _one(made, "neglect")["retired"] is True
    assert newer.pieces("categories", was, made, now) == []
