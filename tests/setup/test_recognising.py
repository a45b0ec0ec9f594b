"""Adopting what was learned, in the browser: before and after beside each other, a reason, and the way back."""

import pytest
from django.urls import reverse

from mash.people import weighing
from mash.people.matching.weights import shipped
from mash.people.models import WeightsChoice
from mash.setup.models import Change
from tests.factories.base import browser, in_service
from tests.factories.partnership import StaffFactory
from tests.factories.people import LearnedWeightsFactory, a_report, a_share
from tests.setup.test_hub_pages import go, said

pytestmark = pytest.mark.usefixtures("transactional_db")
WHY = "Read with the team; more are found and no more are mistaken."
HERE = "recognising"


@pytest.fixture
def administrator():
    return StaffFactory(administrator=True)


def in_force(hub):
    with in_service("imports"):
        return weighing.weights_of(hub.pk).edition


def chosen():
    return [one.what for one in WeightsChoice.objects.using("builder").order_by("number")]


def test_before_anything_was_learned_the_page_says_how_and_asks_nothing(administrator):
    page = said(go(administrator, HERE))
    assert f'mash people refit --hub "{administrator.hub.name}"' in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_the_page_shows_before_and_after_in_words(administrator):
    LearnedWeightsFactory(hub=administrator.hub)
    page = said(go(administrator, HERE))
    assert "91.4 % (89.4 to 92.4, of 301)" in page
    assert "95.2 % (93.2 to 96.2, of 301)" in page
    assert (
        "14 people come first above the line only with the learned weights, and 2 only with the others"
        in page
    )
    assert "the learned are better here" in page
    assert "no more of a difference than chance makes" in page
    assert "learned waits for your word" in said(go(administrator, "overview"))


def test_where_both_say_the_same_the_page_says_so(administrator):
    none = {"new": 0, "old": 0, "told_apart": False}
    LearnedWeightsFactory(hub=administrator.hub, report=a_report(gained=none, wrong=none))
    page = said(go(administrator, HERE))
    assert "the same people come first above the line with both" in page
    assert "Nobody else comes first above the line with the one and not with the other" in page


def test_too_few_decisions_are_said_with_how_many_are_needed(administrator):
    few = {"share": None, "low": None, "high": None, "n": 41}
    after = dict.fromkeys(("found", "right", "likely", "likely_right"), few)
    LearnedWeightsFactory(
        hub=administrator.hub, report=a_report(before=after, after=after, needed=730, decisions=300)
    )
    page = said(go(administrator, HERE))
    assert page.count("too few to say (of 41)") == 8
    assert "about 730 are needed, and there are 300" in page


def test_it_is_adopted_after_a_look_with_a_reason_and_logged(administrator):
    LearnedWeightsFactory(hub=administrator.hub)
    assert "There is a problem" in said(go(administrator, HERE, {"what": "adopted", "why": ""}, step=""))
    look = said(go(administrator, HERE, {"what": "adopted", "why": WHY}, step=""))
    assert f"weights 1 learned from edition {shipped().edition}" in look
    assert chosen() == []
    answer = go(administrator, HERE, {"what": "adopted", "why": WHY})
    assert answer.status_code == 302
    assert in_force(administrator.hub) == f"{shipped().edition}/1"
    (line,) = Change.objects.using("builder").all()
    assert (line.part, line.why, line.by_id) == ("matching", WHY, administrator.pk)
    before, after = (
        f"edition {shipped().edition} of the product",
        f"weights 1 learned from edition {shipped().edition}",
    )
    assert line.differences == [["Weights in force", before, after]]
    page = said(go(administrator, HERE))
    assert WHY in page
    assert "Adopt the proposed weights" not in page
    assert "waits for your word" not in said(go(administrator, "overview"))


def test_left_and_taken_up_after_all_and_back_again(administrator):
    LearnedWeightsFactory(hub=administrator.hub)
    for what in ("left", "adopted", "shipped"):
        go(administrator, HERE, {"what": what, "why": WHY})
    assert chosen() == ["left", "adopted", "shipped"]
    assert in_force(administrator.hub) == shipped().edition
    assert "Go back to edition" not in said(go(administrator, HERE))
    go(administrator, HERE, {"what": "shipped", "why": WHY})
    assert len(chosen()) == 3


def test_sent_twice_or_from_an_old_page_it_is_chosen_once(administrator):
    LearnedWeightsFactory(hub=administrator.hub)
    client, address = browser(administrator), reverse("setup:recognising")
    seen = said(client.get(address)).split('name="seen" value="')[1].split('"')[0]
    whole = {"what": "adopted", "why": WHY, "seen": seen, "step": "save"}
    client.post(address, whole)
    assert "cannot be chosen any more" in said(client.post(address, whole))
    assert chosen() == ["adopted"]
    stale = client.post(address, whole | {"what": "shipped"})
    assert "Somebody changed this while you were writing" in said(stale)
    assert chosen() == ["adopted"]


def test_what_was_learned_from_an_older_edition_is_shown_and_not_adopted(administrator):
    LearnedWeightsFactory(hub=administrator.hub, based_on="1")
    page = said(go(administrator, HERE))
    assert "cannot be adopted any more" in page
    assert "Adopt the proposed weights" not in page
    assert "waits for your word" not in said(go(administrator, "overview"))


@pytest.mark.parametrize(
    ("duties", "status"),
    [
        (["administer"], 200),
        (["manage"], 200),
        (["screen"], 403),
        (["decide"], 403),
        (["audit"], 403),
        (["answer"], 403),
        ([], 403),
    ],
)
def test_who_opens_it(duties, status):
    assert go(StaffFactory(duties=duties), HERE).status_code == status


def test_another_hubs_figures_are_not_shown(administrator):
    LearnedWeightsFactory(report=a_report(after={name: a_share(0.777, 999) for name in a_report()["after"]}))
    assert "77.7" not in said(go(administrator, HERE))
