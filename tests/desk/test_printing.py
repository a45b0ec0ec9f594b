"""A page of a case on paper: why is asked first, the cover says it, and nothing of the screen stands on it."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.contact import policy
from mash.contact.models import Printing
from mash.desk import printing
from mash.desk.paper import HANDLING, TITLES, on_paper
from mash.ledger.models import Entry
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import AdditionFactory, ContactFactory
from tests.factories.decision import DecisionFactory, StrategyFactory, ready
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = [MONDAY_9AM + timedelta(hours=3)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])
    return moment


def asked_for(client, contact, address, **said):
    why = {"page": address, "what": "page", "purpose": "court", "words": "Order of 2 November"} | said
    return client.post(reverse("desk:print", args=[contact.pk]), why)


def on_sheet(client, contact, address):
    answer = asked_for(client, contact, address)
    assert answer.status_code == 302, answer.content
    return client.get(answer["Location"]).content.decode()


def everything(contact):
    decision, strategy = DecisionFactory(contact=contact), StrategyFactory(contact=contact)
    yield reverse("desk:case", args=[contact.pk])
    for name in (
        "contact:settle",
        "contact:family",
        "triage:page",
        "triage:agreement",
        "triage:event",
        "triage:clocks",
    ):
        yield reverse(name, args=[contact.pk])
    yield reverse("check:chronology", args=[contact.pk]) + "?view=compact&order=oldest"
    yield reverse("check:risk", args=[contact.pk])
    yield reverse("decision:page", args=[decision.pk])
    yield reverse("decision:strategy_page", args=[strategy.pk])


def test_every_page_of_a_case_prints_with_its_cover_and_without_the_screen():
    contact = ready()
    worker = StaffFactory(hub=contact.hub, whole_desk=True)
    client = browser(worker)
    for address in everything(contact):
        page = on_sheet(client, contact, address)
        cover = page[page.index("mash-cover") :]
        for words in (
            contact.reference,
            worker.account.name,
            "2 Nov 2026, midday",
            "For a court",
            "Order of 2",
            HANDLING,
        ):
            assert words in cover, (address, words)
        for screen in (
            "<nav",
            "<form",
            "<button",
            "<a ",
            "<header",
            "<footer",
            "<input",
            "<script",
            "Sign out",
        ):
            assert screen not in page, (address, screen)
        assert page.count("<h1") == 1, address
    lines = Entry.objects.using("builder").filter(event="page.printed")
    assert lines.count() == 11
    assert set(lines.values_list("why", flat=True)) == {"For a court, or on its order. Order of 2 November"}


def test_filters_and_order_are_kept():
    contact = ready()
    client = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    address = reverse("check:chronology", args=[contact.pk]) + "?view=compact&order=oldest&significant=on"
    answer = asked_for(client, contact, address)
    assert answer["Location"].startswith(address)
    page = client.get(answer["Location"]).content.decode()
    assert "Oldest first" in page
    assert "Only: " in page


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"purpose": ""}, "There is a problem"),
        ({"purpose": "other", "words": ""}, "Say what you print it for"),
    ],
)
def test_nothing_is_printed_before_why_is_said(said, error):
    contact = ContactFactory()
    client = browser(StaffFactory(hub=contact.hub, screener=True))
    address = reverse("desk:case", args=[contact.pk])
    assert error in asked_for(client, contact, address, **said).content.decode()
    assert not Printing.objects.using("builder").exists()
    shown = client.get(f"{address}?print={uuid.uuid4()}").content.decode()
    assert "mash-cover" not in shown
    assert "<nav" in shown


def test_a_reason_holds_for_its_worker_its_page_and_one_hour(now):
    contact = ContactFactory()
    client = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    sheet = asked_for(client, contact, reverse("desk:case", args=[contact.pk]))["Location"]
    key = sheet.partition("print=")[2]
    assert "mash-cover" in client.get(sheet).content.decode()
    other = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    assert "mash-cover" not in other.get(sheet).content.decode()
    elsewhere = reverse("check:chronology", args=[contact.pk]) + f"?print={key}"
    assert "mash-cover" not in client.get(elsewhere).content.decode()
    now[0] += timedelta(minutes=61)
    assert "mash-cover" not in client.get(sheet).content.decode()


@pytest.mark.parametrize(
    "address",
    ["", "//evil.example/", "https://evil.example/", "/worklist/", "/nowhere/", "javascript:alert(1)"],
)
def test_only_pages_of_a_case_print(address):
    contact = ContactFactory()
    client = browser(StaffFactory(hub=contact.hub, screener=True))
    assert printing.page_named(address) == ""
    assert asked_for(client, contact, address).status_code == 404


def test_whoever_may_not_read_the_case_prints_nothing_of_it():
    contact = ContactFactory()
    barred = StaffFactory(hub=contact.hub, whole_desk=True)
    AccessFactory(staff=barred, contact_id=contact.pk, bars=True)
    address = reverse("desk:case", args=[contact.pk])
    for staff in (barred, StaffFactory(whole_desk=True), StaffFactory(hub=contact.hub, answerer=True)):
        with signed_in_as(staff):
            assert not policy.may_read(staff, contact)
        assert asked_for(browser(staff), contact, address).status_code == 404


def test_paper_keeps_every_word_and_drops_what_belongs_on_a_screen():
    page = (
        '<p class="mash-locked">Confidential <b>x</b></p><p>A &amp; B <a href="/x/">link</a></p>'
        "<form><form-like></form-like><p>typed</p></form><details open><summary>More</summary>folded</details>"
        '<div class="a mash-no-paper"><div>gone</div></div><br><svg viewBox="0 0 1 1"><path d="M0"/></svg>&#39;end'
    )
    kept = on_paper(page)
    assert kept == (
        "<p>A &amp; B <span>link</span></p>"
        '<div class="mash-paper__details"><div class="mash-paper__summary">More</div>folded</div>'
        '<br><svg viewBox="0 0 1 1"><path d="M0"/></svg>&#39;end'
    )


def test_what_somebody_wrote_stays_escaped_on_paper():
    addition = AdditionFactory(words="<script>alert(1)</script> & <b>bold</b>")
    contact = addition.contact
    client = browser(StaffFactory(hub=contact.hub, screener=True))
    page = on_sheet(client, contact, reverse("desk:case", args=[contact.pk]))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;bold&lt;/b&gt;" in page


def test_pages_that_print_offer_it_and_others_do_not():
    contact = ContactFactory()
    client = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    assert "mash-print__button" in client.get(reverse("desk:case", args=[contact.pk])).content.decode()
    assert (
        "mash-print__button" not in client.get(reverse("triage:return", args=[contact.pk])).content.decode()
    )
    assert len(TITLES) == 13
