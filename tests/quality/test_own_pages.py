"""The pages of the hub's own decisions: who opens them, what they say, and what they never show."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mash.ledger.models import Entry
from mash.quality.own.models import Month, Redecided
from tests.factories.base import browser
from tests.factories.partnership import HubFactory, StaffFactory
from tests.quality.own_story import SECRET, B, a_hub, a_month, decided, looks, says, word

pytestmark = pytest.mark.usefixtures("transactional_db")
OK, REFUSED, ABSENT, WENT = 200, 403, 404, 302


def at(name, *keys):
    return reverse(f"quality:{name}", args=keys)


def text(page):
    return page.content.decode()


def sent(**changes):
    return word() | {"at_risk": "no"} | changes


def test_every_page_opens_for_the_lead_and_for_whoever_decides_again():
    case = a_month()
    again = case.rows()[0]
    lead = browser(case.lead)
    for page in (
        at("home"), at("own"), at("own_month", case.month.pk), at("own_case", again.pk), at("own_close", case.month.pk),
    ):  # fmt: skip
        assert lead.get(page).status_code == OK, page
    first = case.two(again)[0]
    reader = browser(first)
    for page in (at("home"), at("own_decide", again.copy.pk), at("own_aside", again.copy.pk)):
        assert reader.get(page).status_code == OK, page


def test_nothing_that_a_reviewer_opens_says_what_was_decided():
    case = a_month()
    for again in case.rows():
        for post in case.two(again):
            seen = browser(post)
            shown = text(seen.get(at("own_decide", again.copy.pk))) + text(seen.get(at("home")))
            assert SECRET not in shown
            assert case.decider.account.name not in shown
            assert "Amber" not in shown
            assert "breakfast" in shown or "coat" in shown or "What happened" in shown
            for page in (
                at("own_case", again.pk), reverse("decision:page", args=[again.decision_id]),
                reverse("desk:case", args=[again.contact_id]),
            ):  # fmt: skip
                assert seen.get(page).status_code == ABSENT, page
            assert seen.get(at("own")).status_code == REFUSED
            assert seen.get(at("own_month", case.month.pk)).status_code == ABSENT


def test_an_answer_is_kept_changed_and_kept_once():
    case = a_month()
    again = case.rows()[0]
    post = case.two(again)[0]
    page = browser(post)
    assert page.post(at("own_decide", again.copy.pk), sent()).status_code == WENT
    assert page.post(at("own_decide", again.copy.pk), sent()).status_code == WENT
    assert page.post(at("own_decide", again.copy.pk), sent(level=2)).status_code == WENT
    kept = Redecided.objects.using(B).get()
    assert (kept.level, kept.by_id) == (2, post.pk)
    assert Entry.objects.using(B).filter(event="quality.decided_again").count() == 2
    wrong = text(page.post(at("own_decide", again.copy.pk), {"at_risk": "yes"}))
    for words in (
        "Choose what you would have decided",
        "Choose the level of need",
        "Give your reasons",
        "how sure you are",
    ):
        assert words in wrong
    wrong = text(page.post(at("own_decide", again.copy.pk), sent(at_risk="yes")))
    assert "Say who may be at risk, and of what" in wrong


def test_what_was_found_wrong_is_followed_step_by_step():
    case = a_month()
    again = case.row(outcome="no_further_action")
    says(case, again, case.two(again)[0], at_risk=True, at_risk_words="Ama, of hunger.")
    lead = browser(case.lead)
    page = text(lead.get(at("own_case", again.pk)))
    assert "Ama, of hunger." in page
    assert case.anew.account.name in page
    assert page.count("This is done") == 3
    assert "}}" not in page
    assert "found wrong" in text(lead.get(at("home")))
    for step in ("decider_told", "rating_looked_at", "household_read"):
        assert lead.post(at("own_follow", again.pk), {"step": step}).status_code == WENT
        assert lead.post(at("own_follow", again.pk), {"step": step}).status_code == WENT
    assert "found wrong" not in text(lead.get(at("home")))
    assert Entry.objects.using(B).filter(event="quality.followed").count() == 3


def test_closing_a_month_shows_what_it_came_to():
    case = a_month()
    lead = browser(case.lead)
    for again in case.rows():
        for post in case.two(again):
            says(case, again, post, outcome=again.outcome, level=again.level, look=False)
        looks(again)
    assert lead.post(at("own_close", case.month.pk), {}).status_code == WENT
    page = text(lead.get(at("own_month", case.month.pk)))
    assert "Only 6 were decided again" in page
    assert "6 of 6" not in page.split("What it came to")[0]
    figures = text(lead.get(at("own")))
    assert "November 2026" in figures
    table = text(lead.get(at("own") + "?as=csv"))
    assert table.splitlines()[1].startswith("2026-11,6,3,6,3,3,3,3,1.0")
    analyst = StaffFactory(hub=case.hub, duties=["analyse"])
    assert browser(analyst).get(at("own")).status_code == OK
    assert "Decision 1" not in text(browser(analyst).get(at("own_month", case.month.pk)))


def test_pages_ask_as_often_for_many_as_for_few():
    def asked(case, *, close):
        for again in case.rows():
            for post in case.two(again):
                says(case, again, post, outcome=again.outcome, level=again.level, look=False)
            if close:
                looks(again)
        lead = browser(case.lead)
        counts = []
        for page in (
            at("own"),
            at("own_month", case.month.pk),
            at("own_case", case.rows()[0].pk),
            at("home"),
        ):
            lead.get(page)  # what is asked once a process
            with CaptureQueriesContext(connection) as caught:
                assert lead.get(page).status_code == OK
            counts.append(len(caught))
        return counts

    assert asked(a_month(no_action=2, other=2), close=False) == asked(
        a_month(no_action=6, other=6), close=False
    )


def test_drawing_is_one_click_and_twice_draws_once():
    case = a_hub()
    decided(case, at=timezone.localtime().replace(day=1) - timedelta(days=3))
    lead = browser(case.lead)
    assert "Draw " in text(lead.get(at("own")))
    first = lead.post(at("own_draw"))
    again = lead.post(at("own_draw"))
    assert first.status_code == again.status_code == WENT
    assert first.url == again.url
    assert Month.objects.using(B).count() == 1
    assert "<button" not in text(lead.get(at("own"))).split("<main")[1].split("</main")[0]
    assert browser(case.decider).post(at("own_draw")).status_code == REFUSED
    empty = browser(StaffFactory(hub=HubFactory(), manager=True))
    assert "Nothing that can be drawn was decided" in text(empty.post(at("own_draw"), follow=True))
