"""A page of a case, and the whole case, as a file: for a reason, and of nothing but what its maker sees."""

import io
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from mash.desk.paper import HANDLING, MAY_GO_TO, TITLES
from mash.ledger.models import Entry
from tests.desk.test_restricted import reads_as
from tests.factories.base import browser
from tests.factories.check import CheckFactory
from tests.factories.contact import AdditionFactory, ContactFactory
from tests.factories.decision import DecisionFactory, StrategyFactory, ready
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.pango import needs_pango
from tests.pdf_ua import complaints, text_of

pytestmark = pytest.mark.usefixtures("transactional_db")
WHY = {"purpose": "court", "words": "Order of 2 November"}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = [MONDAY_9AM + timedelta(hours=3)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])
    return moment


def asked_for(client, contact, *, what="whole", page="desk:case", query="", **said):
    address = reverse(page, args=[contact.pk]) + query
    form = {"page": address, "what": what, "way": "file", **WHY, **said}
    return client.post(reverse("desk:print", args=[contact.pk]), form)


def given(client, contact, **said):
    answer = asked_for(client, contact, **said)
    assert answer.status_code == 302, answer.content
    return client.get(answer["Location"])


def a_case():
    contact = ready()
    CheckFactory(contact=contact)
    DecisionFactory(contact=contact)
    StrategyFactory(contact=contact)
    AdditionFactory(contact=contact, words="The school rang again.")
    return contact


@needs_pango
def test_the_whole_case_is_one_file_with_cover_contents_and_every_page():
    contact = a_case()
    worker = StaffFactory(hub=contact.hub, whole_desk=True)
    answer = given(browser(worker), contact)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="case-papers.pdf"'
    assert complaints(answer.content) == []
    reader = PdfReader(io.BytesIO(answer.content))
    cover = " ".join(reader.pages[0].extract_text().split())
    for words in (
        contact.hub.name, "The whole case", contact.reference, HANDLING, worker.account.name, "2 Nov 2026, midday",
        "For a court, or on its order. Order of 2 November", MAY_GO_TO["court"],
    ):  # fmt: skip
        assert words in cover
    contents = reader.pages[1].extract_text()
    parts = set(TITLES.values()) - {"Adult at risk"}
    assert not [one for one in parts if one not in contents]
    for number, page in enumerate(reader.pages, start=1):
        words = " ".join(page.extract_text().split())
        assert HANDLING in words
        assert f"Page {number} of {len(reader.pages)}" in words
        assert contact.reference in words
    assert "The school rang again." in text_of(answer.content)
    for screen in ("Sign out", "My work", "Save", "Privacy notice", "To print this"):
        assert screen not in text_of(answer.content)
    line = Entry.objects.using("builder").get(event="paper.made")
    assert line.detail["parts"] == len(parts)
    assert len(line.detail["sha256"]) == 64


@needs_pango
@pytest.mark.parametrize(
    "page", ["desk:case", "triage:page", "check:chronology", "check:risk", "contact:settle"]
)
def test_one_page_is_a_file_of_its_own(page):
    contact = a_case()
    answer = given(browser(StaffFactory(hub=contact.hub, whole_desk=True)), contact, what="page", page=page)
    assert complaints(answer.content) == []
    words = text_of(answer.content)
    assert TITLES[page] in words
    assert "Contents" not in words


@needs_pango
def test_a_chronology_is_made_with_its_filters_and_order():
    contact = a_case()
    client = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    answer = given(
        client,
        contact,
        what="page",
        page="check:chronology",
        query="?view=compact&order=oldest&significant=on",
    )
    assert "Oldest first" in text_of(answer.content)
    assert "Only: " in text_of(answer.content)


def test_a_file_is_given_to_who_said_why_for_an_hour_and_to_nobody_else(now):
    contact, other = a_case(), ready()
    worker = StaffFactory(hub=contact.hub, whole_desk=True)
    client = browser(worker)
    whole = asked_for(client, contact)["Location"]
    page = asked_for(client, contact, what="page")["Location"]
    assert client.get(whole).status_code == 200
    key = whole.rstrip("/").rpartition("/")[2]
    elsewhere = reverse("check:chronology", args=[contact.pk])
    for address in (
        reverse("desk:print_pdf", args=[contact.pk, uuid.uuid4()]),
        reverse("desk:print_pdf", args=[other.pk, key]),
        f"{whole}?page={elsewhere}",
        f"{whole}?page=https://example.org/",
        page.partition("?")[0],
        f"{page.partition('?')[0]}?page={elsewhere}",
        f"{page.partition('?')[0]}?page={reverse('desk:case', args=[other.pk])}",
    ):
        assert client.get(address).status_code == 404, address
    colleague = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    assert colleague.get(whole).status_code == colleague.get(page).status_code == 404
    assert client.post(whole).status_code == 405
    now[0] += timedelta(minutes=61)
    client = browser(worker)
    assert client.get(whole).status_code == client.get(page).status_code == 404


@pytest.mark.parametrize("closed", ["barred", "restricted"])
def test_what_was_closed_meanwhile_is_given_no_more(closed):
    contact = a_case()
    worker = StaffFactory(hub=contact.hub, screener=True)
    client = browser(worker)
    whole = asked_for(client, contact)["Location"]
    if closed == "barred":
        AccessFactory(staff=worker, contact_id=contact.pk, bars=True)
    else:
        reads_as(StaffFactory(hub=contact.hub, social_worker=True), contact)
    assert client.get(whole).status_code == 404
    assert asked_for(client, contact).status_code == 404


def test_without_pango_the_page_says_so_and_the_case_is_printed_from_the_browser(monkeypatch):
    monkeypatch.setattr("mash.common.pdf._maker", lambda: None)
    contact = a_case()
    client = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    asking = client.get(
        reverse("desk:print", args=[contact.pk]) + f"?page={reverse('desk:case', args=[contact.pk])}"
    )
    assert "This machine makes no PDF" in asking.content.decode()
    assert "Make a PDF" not in asking.content.decode()
    one = asked_for(client, contact, what="page")["Location"]
    assert "mash-cover" in client.get(one).content.decode()
    whole = given(client, contact)
    assert whole["Content-Type"].startswith("text/html")
    page = whole.content.decode()
    for words in (
        "The whole case",
        HANDLING,
        contact.reference,
        "The school rang again.",
        MAY_GO_TO["court"],
    ):
        assert words in page
    for screen in ("<nav", "<form", "<button", "<a ", "<input", "<script", "Sign out"):
        assert screen not in page, screen
    assert page.count("<h1") == 1


def test_with_pango_the_page_offers_both_ways():
    contact = ContactFactory()
    client = browser(StaffFactory(hub=contact.hub, screener=True))
    asking = client.get(
        reverse("desk:print", args=[contact.pk]) + f"?page={reverse('desk:case', args=[contact.pk])}"
    )
    assert "Show it as it prints" in asking.content.decode()


def test_what_is_printed_is_said():
    contact = ContactFactory()
    client = browser(StaffFactory(hub=contact.hub, screener=True))
    said = asked_for(client, contact, what="").content.decode()
    assert "Choose whether you print this page or the whole case" in said
