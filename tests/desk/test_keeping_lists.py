"""The filters of other lists than the worklist are kept the same way, and found by whoever opens those lists."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from mash.common import lists
from mash.desk.models import SavedView
from mash.desk.saved_views import actions
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import MONDAY_9AM, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
MAP = "within=long&by=rate&harm=neglect"


def kept():
    return list(
        SavedView.objects.using("builder").filter(withdrawn_at=None).values_list("of", "name", "query")
    )


def keep(client, of, query, name, **more):
    return client.post(reverse("desk:keep_list", args=[of]), {"name": name, "query": query, **more})


def views(by):
    return browser(by).get(reverse("desk:views")).content.decode()


def test_a_map_narrowed_is_kept_shared_opened_and_kept_anew():
    analyst = StaffFactory(duties=["analyse", "screen"])
    client = browser(analyst)
    page = client.get(f"{reverse('desk:keep_list', args=['harm_map'])}?{MAP}&q=Okafor").content.decode()
    assert "For every 1,000 children" in page
    assert "Okafor" not in page
    there = f"{reverse('harm:map')}?{MAP}"
    assert keep(client, "harm_map", f"{MAP}&q=Okafor", "Neglect by area", shared="on").url == there
    assert kept() == [("harm_map", "Neglect by area", MAP)]
    colleague = StaffFactory(hub=analyst.hub, duties=["analyse", "decide"])
    shown = views(colleague)
    assert "Where harm happens" in shown
    assert "Neglect by area" in shown
    assert 'type="submit">Watch<' not in shown
    view = SavedView.objects.using("builder").get()
    opening = browser(colleague).post(reverse("desk:view", args=[view.pk]))
    assert opening.url == there
    keep(client, "harm_map", "within=short", "neglect BY area")
    assert kept() == [("harm_map", "Neglect by area", "within=short")]


def test_a_view_of_a_list_that_one_does_not_open_is_not_there():
    analyst = StaffFactory(duties=["analyse", "screen"])
    keep(browser(analyst), "harm", "pattern=repeat_victim", "Often hurt", shared="on")
    screener = StaffFactory(hub=analyst.hub, screener=True)
    assert "Often hurt" not in views(screener)
    assert "Often hurt" not in browser(screener).get(reverse("desk:worklist")).content.decode()
    view = SavedView.objects.using("builder").get()
    assert browser(screener).post(reverse("desk:view", args=[view.pk])).status_code == 404
    assert keep(browser(screener), "harm", "", "Mine").status_code == 403
    with signed_in_as(screener), pytest.raises(PermissionDenied):
        actions.keep_view(
            of=lists.named("harm"), name="Mine", query="", shared=False, by=screener, at=MONDAY_9AM
        )


def test_advice_is_kept_at_the_desk_alone():
    screener = StaffFactory(screener=True)
    page = browser(screener).get(f"{reverse('contact:consultations')}?referral=awaited").content.decode()
    assert f"{reverse('desk:keep_list', args=['advice'])}?referral=awaited" in page
    there = f"{reverse('contact:consultations')}?referral=awaited"
    assert keep(browser(screener), "advice", "referral=awaited", "To chase").url == there
    assert "Advised, and none has come" in views(screener)
    answerer = StaffFactory(hub=screener.hub, answerer=True)
    assert keep(browser(answerer), "advice", "", "Mine").status_code == 403


def test_a_name_is_for_one_list_and_only_the_worklist_is_watched():
    screener = StaffFactory(screener=True)
    keep(browser(screener), "worklist", "rating=red", "Reds")
    assert (
        "A view of another list has this name"
        in keep(browser(screener), "advice", "", "reds").content.decode()
    )
    keep(browser(screener), "advice", "", "Advice")
    advice = SavedView.objects.using("builder").get(of="advice")
    assert browser(screener).post(reverse("desk:watch_view", args=[advice.pk])).status_code == 403
    assert browser(screener).get(reverse("desk:keep_list", args=["no-such-list"])).status_code == 404
    assert (
        "Advice"
        not in browser(screener)
        .get(reverse("desk:worklist"))
        .content.decode()
        .split('aria-label="Saved views"')[1]
        .split("</nav>")[0]
    )


def test_every_list_keeps_each_of_its_choices():
    for code in ("worklist", "advice", "harm", "harm_times", "harm_map"):
        of = lists.named(code)
        for name, choice in of.choices().items():
            for value, words in choice.words.items():
                query = of.in_one_spelling(f"{name}={value}&{name}=no+such+thing&page=3")
                assert of.words_of(query) == [(choice.label, words)], (code, name, value)
