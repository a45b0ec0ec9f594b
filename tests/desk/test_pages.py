"""The desk's other pages: home, a case, search, the outbox, and the page of whoever referred."""

import re

import pytest
from django.test import Client

from mash.common.references import new_reference
from mash.contact.models import Addition, ReplySeen
from mash.ledger.models import Entry
from mash.partnership.models import Email, ReferrerCode
from tests.factories.base import browser
from tests.factories.check import CheckFactory
from tests.factories.contact import AdditionFactory, ContactFactory, ReferrerFactory, ReplyFactory
from tests.factories.partnership import HubFactory, StaffFactory
from tests.factories.triage import RatingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
INES = "ines.duarte@fernbank.example.org"


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


@pytest.fixture
def contact(worker):
    made = ContactFactory(hub=worker.hub, reference=new_reference("NF"))
    ReferrerFactory(contact=made, email=INES)
    return made


def words(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_desk_starts_at_its_worklist(worker):
    assert browser(worker).get("/").url == "/worklist/"


def test_a_post_without_the_desk_s_duties_is_told_what_it_may_open():
    assert "What you may open" in words(browser(StaffFactory(auditor=True)).get("/"))


def test_a_case_shows_what_came_in_and_its_opening_is_recorded(worker, contact):
    RatingFactory(contact=contact, colour="red")
    ReplyFactory(contact=contact)
    AdditionFactory(contact=contact)
    shown = words(browser(worker).get(f"/cases/{contact.pk}/"))
    for said in ("Came to school without a coat", "OKAFOR, Daniel", "Ines Duarte", "lost property", "Red"):
        assert said in shown
    assert f"<title>What came in, {contact.reference}" in re.sub(r"\s+", " ", shown)
    assert Entry.objects.using("builder").filter(event="contact.seen").count() == 1


def test_the_bar_names_who_is_at_risk_and_leads_to_the_pages_of_the_case(worker, contact):
    shown = words(browser(worker).get(f"/cases/{contact.pk}/"))
    bar = shown[shown.index("moj-identity-bar") : shown.index('id="main-content"')]
    assert "OKAFOR, Daniel" in bar
    assert "4 March 2016" in bar
    assert "Not rated" in bar
    assert f'href="/triage/{contact.pk}/"' in bar
    assert "OKAFOR, Grace" not in bar


def test_whoever_opens_no_check_is_led_to_none_until_there_is_one(worker, contact):
    manager = StaffFactory(hub=worker.hub, duties=["manage"])
    to_open = f"/checks/contacts/{contact.pk}/open/"
    assert to_open in words(browser(worker).get(f"/cases/{contact.pk}/"))
    assert to_open not in words(browser(manager).get(f"/cases/{contact.pk}/"))
    check = CheckFactory(contact=contact)
    assert f"/checks/{check.pk}/" in words(browser(manager).get(f"/cases/{contact.pk}/"))


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_case_one_may_not_read_is_not_there(contact, elsewhere):
    stranger = (
        StaffFactory(hub=HubFactory(), whole_desk=True)
        if elsewhere
        else StaffFactory(hub=contact.hub, answerer=True)
    )
    assert browser(stranger).get(f"/cases/{contact.pk}/").status_code == 404


def test_a_reference_typed_in_any_spelling_opens_its_case(worker, contact):
    typed = contact.reference.lower().replace("-", " ")
    assert browser(worker).post("/search/", {"q": typed}).url == f"/cases/{contact.pk}/"


def test_a_reference_of_another_hub_leads_nowhere(contact):
    stranger = StaffFactory(hub=HubFactory(), screener=True)
    answer = browser(stranger).post("/search/", {"q": contact.reference})
    assert str(contact.pk) not in answer.url


def test_what_is_searched_for_stands_in_no_address(worker):
    answer = browser(worker).post("/search/", {"q": "Okafor"})
    assert answer.status_code in {302, 307}
    assert "Okafor" not in answer.url


def test_the_outbox_is_for_whoever_manages_the_hub(worker):
    manager = StaffFactory(hub=worker.hub, manager=True)
    Email.objects.using("builder").create(
        hub_id=worker.hub_id,
        to=INES,
        subject="News about reference X",
        body="",
        queued_at="2026-11-02T09:00Z",
    )
    assert "News about reference X" in words(browser(manager).get("/outbox/"))
    assert browser(worker).get("/outbox/").status_code == 403
    elsewhere = StaffFactory(manager=True)
    assert "News about reference X" not in words(browser(elsewhere).get("/outbox/"))


# Whoever referred


def code_sent():
    newest = Email.objects.using("builder").order_by("-queued_at").first()
    return re.search(r"is (\S+)\.", newest.body)[1]


def ask(client, contact, email=INES):
    return client.post("/referral/code/", {"reference": contact.reference, "email": email})


def opened(contact):
    client = Client()
    ask(client, contact)
    answer = client.post("/referral/open/", {"reference": contact.reference, "code": code_sent()})
    assert answer.url == "/referral/"
    return client


def test_a_referrer_reads_what_became_of_it_by_a_code_sent_to_them(contact):
    ReplyFactory(contact=contact, kind="acknowledged", words="A person at the hub has read what you sent.")
    shown = words(opened(contact).get("/referral/"))
    assert contact.reference in shown
    assert "A person at the hub has read what you sent." in shown
    assert "Daniel" not in shown
    assert ReplySeen.objects.using("builder").count() == 1


def test_the_answer_is_the_same_for_a_wrong_address_and_sends_nothing(contact):
    right, wrong = (ask(Client(), contact, email).content for email in (INES, "someone@else.example.org"))
    assert _plain(right) == _plain(wrong)
    assert Email.objects.using("builder").filter(to="someone@else.example.org").count() == 0


def _plain(content):
    return re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]+', rb"\1", content)


def test_a_wrong_code_opens_nothing_and_is_counted(contact):
    client = Client()
    ask(client, contact)
    answer = client.post("/referral/open/", {"reference": contact.reference, "code": "0000-0000"})
    assert "That code is not right" in words(answer)
    assert ReferrerCode.objects.using("builder").get().wrong_tries == 1
    assert "See what became of your referral" in words(client.get("/referral/"))


def test_a_referrer_adds_information_and_only_once(contact, worker):
    client = opened(contact)
    for _ in range(2):
        client.post("/referral/add/", {"words": "His aunt has collected him."})
    assert [one.words for one in Addition.objects.using("builder").all()] == ["His aunt has collected him."]
    assert "His aunt has collected him." in words(browser(worker).get(f"/cases/{contact.pk}/"))


def test_a_referrer_s_code_opens_no_page_of_the_hub(contact):
    client = opened(contact)
    assert client.get(f"/cases/{contact.pk}/").status_code == 302
    assert "/accounts/login/" in client.get("/worklist/").url


def test_a_referrer_ends_the_visit(contact):
    client = opened(contact)
    client.post("/referral/close/")
    assert "See what became of your referral" in words(client.get("/referral/"))


def test_a_worker_does_not_act_as_the_front_door(worker, contact):
    assert ask(browser(worker), contact).status_code == 403
