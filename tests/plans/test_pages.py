"""The pages of plans, by each of who uses them: what they show, what they refuse in words, and who is not let in."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.common.fields import BOXES
from mash.ledger.models import Entry
from mash.plans import actions
from mash.plans.models import Agreement, Closure, Lead, Need, Plan, PlanAction, Review, StepUp
from tests.factories.base import browser
from tests.factories.partnership import AccessFactory, StaffFactory
from tests.plans.story import CLOSING, Told, agency_in, decided, doing, outcomes_of

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
NOW = timezone.now().replace(microsecond=0)
TODAY = timezone.localdate(NOW)


@pytest.fixture
def told(told_once):
    return told_once(Told)


def at(name, *args):
    return reverse(f"plans:{name}", args=[getattr(one, "pk", one) for one in args])


def said(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def day(name, on):
    return {f"{name}-{box}": part for box, part in zip(BOXES, (on.day, on.month, on.year), strict=True)}


def pages_of(told):
    action = told.action()
    need = Need.objects.using(B).get()
    agreement = Agreement.objects.using(B).get()
    member = told.members()[0]
    plan = ("write", "agree", "lead", "open_to", "copy", "need", "look", "step_up", "close")
    return [
        *(at(name, told.plan) for name in ("plan", "history", "paper", *plan)),
        at("wants", member), at("withdraw", agreement), at("change_need", need), at("act", need),
        at("change_action", action), at("progress", action),
    ]  # fmt: skip


def test_every_page_opens_to_the_lead_and_to_no_stranger(told):
    lead = browser(told.lead)
    strangers = [
        browser(StaffFactory(hub=told.hub, answerer=True)),
        browser(StaffFactory(whole_desk=True)),
        browser(StaffFactory(agency=told.school, answerer=True)),
    ]
    kept_out = StaffFactory(hub=told.hub, whole_desk=True)
    AccessFactory(staff=kept_out, person_id=told.members()[0].person_id, bars=True)
    strangers.append(browser(kept_out))
    for address in pages_of(told):
        assert lead.get(address).status_code == 200, address
        for one in strangers:
            assert one.get(address).status_code == 404, address
            assert one.post(address, {}).status_code in {404, 405}, address


def test_an_agency_with_an_action_says_how_it_goes_and_is_refused_the_rest(told):
    clinic = agency_in(told.hub, "camhs")
    action = told.action(agency=clinic)
    owner = browser(StaffFactory(hub=told.hub, agency=clinic, answerer=True))
    assert owner.get(at("progress", action)).status_code == 200
    assert owner.get(at("step_up", told.plan)).status_code == 200
    for name in ("write", "agree", "lead", "need", "look", "close", "open_to", "copy"):
        assert owner.get(at(name, told.plan)).status_code == 403, name
        assert owner.post(at(name, told.plan), {}).status_code == 403, name
    assert owner.get(at("change_action", action)).status_code == 403
    assert "Add a need" not in said(owner.get(at("plan", told.plan)))


def test_looking_at_a_plan_is_in_the_record_before_it_is_shown(told):
    browser(told.lead).get(at("plan", told.plan))
    line = Entry.objects.using(B).get(event="plan.seen")
    assert line.about == f"plans.plan:{told.plan.pk}"


def test_a_plan_begins_from_the_decision_with_nothing_chosen_beforehand():
    decision = decided()
    worker = StaffFactory(hub=decision.hub, decider=True)
    (outcome, *_) = outcomes_of(decision)
    client = browser(worker)
    page = client.get(reverse("decision:page", args=[decision.pk]))
    assert at("begin", outcome) in page.content.decode()
    form = client.get(at("begin", outcome)).content.decode()
    assert "checked" not in form
    key = re.search(r'name="key"[^>]*value="([^"]+)"', form)[1]
    typed = {"key": key, "children": [outcome.pk], "adults": "Grace Okafor", "lead": "nobody"} | day(
        "started_on", TODAY
    )
    wrong = client.post(at("begin", outcome), typed | {"children": []})
    assert "There is a problem" in said(wrong)
    assert "Grace Okafor" in said(wrong)
    answer = client.post(at("begin", outcome), typed)
    plan = Plan.objects.using(B).get()
    assert answer.headers["Location"] == at("plan", plan)
    client.post(at("begin", outcome), typed)
    assert Plan.objects.using(B).count() == 1
    shown = said(client.get(at("plan", plan)))
    assert "Nobody" in shown
    assert plan.reference in said(client.get(reverse("decision:page", args=[decision.pk])))
    assert (
        at("begin", outcome) not in client.get(reverse("decision:page", args=[decision.pk])).content.decode()
    )


def test_somebody_without_a_post_leads_by_name_and_an_agency_alone_does_not(told):
    client = browser(told.worker)
    typed = {
        "follows": 1,
        "lead": "by_name",
        "lead_agency": told.school.pk,
        "lead_name": "",
        "why": "She knows them.",
    }
    typed |= day("from_on", TODAY)
    assert "Enter their name" in said(client.post(at("lead", told.plan), typed))
    client.post(at("lead", told.plan), typed | {"lead_name": "Ola Berg"})
    assert Lead.objects.using(B).order_by("-number").first().name == "Ola Berg"


def test_what_is_no_action_is_said_at_the_form_and_nothing_typed_is_lost(told):
    need = told.need()
    typed = {"words": "All agencies to monitor", "agency": told.school.pk, "person_name": "Jo"}
    typed |= day("due_on", TODAY + timedelta(days=7)) | day("look_again_on", TODAY + timedelta(days=14))
    page = browser(told.lead).post(at("act", need), typed)
    assert "is not an action" in said(page)
    assert 'href="#id_words"' in page.content.decode()
    assert "All agencies to monitor</textarea>" in page.content.decode()
    assert not PlanAction.objects.using(B).exists()


def test_two_in_one_form_are_told_and_the_words_stay(told):
    action = told.action()
    typed = {"version": 1, "status": "done", "difference": "She was on time.", "difference_by": "Her tutor"}
    browser(told.lead).post(at("progress", action), typed)
    page = browser(told.worker).post(at("progress", action), typed | {"difference": "Quite otherwise."})
    assert "Somebody else changed this" in said(page)
    assert "Quite otherwise." in page.content.decode()


def test_a_look_carries_over_what_is_late():
    told = Told()
    action = told.action()
    client = browser(told.lead)
    assert "Late: Walks to breakfast club" in said(client.get(at("look", told.plan)))
    typed = {
        "key": uuid.uuid4(), "follows": 0, "present": "All of us", "different": "yes", "different_words": "Laughs.",
        "family_says": "Calmer.", "not_done": "The walks.", "onward": "on", "why": "It works.", "why0": "Jo was ill.",
    }  # fmt: skip
    typed |= (
        day("held_on", TODAY)
        | day("next_on", TODAY + timedelta(days=50))
        | day("to0", TODAY + timedelta(days=9))
    )
    answer = client.post(at("look", told.plan), typed)
    assert answer.status_code == 302, said(answer)
    assert Review.objects.using(B).get().carried.using(B).get().action_id == action.pk


def test_it_closes_by_the_lead_and_the_cleared_and_nobody_else(told):
    client = browser(told.lead)
    typed = CLOSING | {"key": uuid.uuid4()} | day("closed_on", TODAY)
    typed.pop("closed_on")
    wrong = client.post(at("close", told.plan), typed | {"reason": "single_agency"})
    assert "Which service carries on" in said(wrong)
    assert client.post(at("close", told.plan), typed).status_code == 302
    closure = Closure.objects.using(B).get()
    assert client.get(at("answer", closure)).status_code == 403
    assert browser(told.worker).get(at("answer", closure)).status_code == 403
    cleared = browser(told.cleared())
    assert "Enter what is to be done" in said(
        cleared.post(at("answer", closure), {"answer": "return", "why": ""})
    )
    cleared.post(at("answer", closure), {"answer": "pass"})
    assert "This plan ended" in said(client.get(at("plan", told.plan)))
    assert client.get(at("need", told.plan)).status_code == 403
    after = browser(told.worker)
    after.post(at("after", closure), {"came_back": "no", "words": "No contact since."} | day("on", TODAY))
    assert "did not come back" in said(after.get(at("plan", told.plan)))


def test_a_step_up_is_on_its_way_until_the_program_has_taken_it_in(told):
    typed = {
        "key": uuid.uuid4(), "danger": "no", "trigger": "significant_harm", "words": "He hit.", "family_aware": "no",
    }  # fmt: skip
    browser(told.lead).post(at("step_up", told.plan), typed)
    browser(told.worker).post(at("step_up", told.plan), typed | {"key": uuid.uuid4()})
    assert StepUp.objects.using(B).count() == 2
    assert "On its way to the hub’s list." in said(browser(told.lead).get(at("plan", told.plan)))


def test_the_list_counts_what_is_overdue_and_is_short_of_questions(told, django_assert_max_num_queries):
    told.action()
    lead = browser(told.lead)
    page = said(lead.get(at("plans")))
    assert told.plan.reference in page
    assert "1 overdue" in page
    assert told.plan.reference in said(lead.get(at("plans") + "?show=late"))
    assert told.plan.reference not in said(lead.get(at("plans") + "?show=ended"))
    assert "No plan stands" in said(browser(StaffFactory(hub=told.hub, answerer=True)).get(at("plans")))
    with django_assert_max_num_queries(30):
        lead.get(at("plans"))


def test_the_familys_paper_says_nothing_of_the_hubs_work(told):
    told.action()
    page = said(browser(told.lead).get(at("paper", told.plan)))
    assert "Our plan" in page
    assert "Grace Okafor" in page
    assert "Walks to breakfast club" in page
    for word in ("overdue", "sealed", "cleared", "triage", told.decision.contact.reference):
        assert word not in page.lower() if word.islower() else word not in page


def test_whoever_asks_for_a_plan_is_told_what_holds_first(told):
    page = said(browser(told.lead).get(at("ask")))
    assert "The family have agreed" in page
    assert browser(StaffFactory(hub=told.hub)).get(at("ask")).status_code == 403


def test_the_case_and_the_childs_page_lead_to_the_plan(told):
    worker = browser(told.worker)
    assert told.plan.reference in said(worker.get(at("on_case", told.plan.contact_id)))
    assert told.plan.reference in said(worker.get(reverse("people:page", args=[told.plan.person_id])))


def test_a_panel_without_agreement_is_refused_in_words():
    told = Told(agree=False)
    page = browser(told.lead).post(at("to_panel", told.plan), {"version": 1}, follow=True)
    assert "agreed to be talked about at the panel" in said(page)
    doing(
        told.lead, actions.record_agreement, plan=told.plan, said="given", said_by="Grace",
        said_on=told.plan.started_on, how="At home", covers=told.members(), scopes=["panel"], at=told.plan.at,
    )  # fmt: skip
    browser(told.lead).post(at("to_panel", told.plan), {"version": 1})
    assert Plan.objects.using(B).get().kind == "panel"
