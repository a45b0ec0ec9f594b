"""Papers that are too long to wait for: made by a job, told of, and handed over while all of them is still open."""

import uuid
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidTag
from django.core import signing
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from mash.common.document import Part
from mash.contact.models import Addition
from mash.desk import jobs, packs
from mash.desk.long_papers import actions, queries
from mash.desk.long_papers.still_there import lines_of
from mash.desk.long_papers.under_lock import open_up
from mash.desk.models import LongPaper, LongPaperFile
from mash.ledger.models import Entry
from mash.partnership.models import Email
from tests.desk.test_packs import a_case, asked_for
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.desk import LongPaperFactory, PrintingFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.pango import needs_pango
from tests.pdf_ua import complaints, text_of

pytestmark = pytest.mark.usefixtures("transactional_db")
SAID = "The school rang again."


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = [MONDAY_9AM + timedelta(hours=3)]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])
    monkeypatch.setattr(packs, "AT_ONCE", 1000)
    return moment


def everything(model, **where):
    return list(model.objects.using("builder").filter(**where))


def have_made(client, contact, **said):
    """Ask for papers, be told that they are long, have them made; return the page that says how far they are."""
    asked = asked_for(client, contact, **said)["Location"]
    page = client.get(asked)
    assert page["Content-Type"].startswith("text/html")
    assert "These papers are long" in page.content.decode()
    key = asked.partition("?")[0].rstrip("/").rpartition("/")[2]
    address = reverse("desk:case", args=[contact.pk]) if said.get("what") == "page" else ""
    answer = client.post(reverse("desk:have_made", args=[contact.pk, key]), {"page": address})
    assert answer.status_code == 302, answer.content
    return answer["Location"]


def carried_out(by):
    """Do what was ordered last, with the rights of who ordered it."""
    paper = LongPaper.objects.using("builder").latest("at", "pk")
    said = {"actor": [str(by.identity.kind), by.identity.key], "ids": {"paper_id": str(paper.pk)}}
    jobs.make_long_paper.task.func(order=signing.dumps(said, salt=actions.JOB))
    return paper


def taken(client, where):
    return client.post(f"{where}file/", follow=True)


# From asking to the file


@needs_pango
def test_long_papers_are_made_by_a_job_told_of_and_handed_to_who_asked_for_a_day(now):
    contact = a_case()
    worker = StaffFactory(hub=contact.hub, whole_desk=True)
    client = browser(worker)
    where = have_made(client, contact)
    [paper], [drawn] = everything(LongPaper), everything(LongPaperFile)
    assert where == reverse("desk:long_paper", args=[paper.pk])
    assert SAID.encode() not in bytes(drawn.body)
    assert "Being made" in client.get(where).content.decode()
    assert "It is still being made" in taken(client, where).content.decode()
    key = {"contact_id": contact.pk, "printing_id": paper.printing_id}
    assert client.post(reverse("desk:have_made", kwargs=key), {"page": "", "again": "1"})["Location"] == where
    assert len(everything(LongPaper)) == 1
    carried_out(worker)
    carried_out(worker)
    [told] = everything(Email, page=where)
    assert (told.to, told.contact_id) == (worker.account.email, contact.pk)
    assert contact.reference not in told.subject + told.body
    assert "Ready" in client.get(where).content.decode()
    assert where in asked_page(client, contact)
    now[0] += timedelta(hours=23)
    client = browser(worker)
    answer = taken(client, where)
    assert answer["Content-Type"] == "application/pdf"
    assert complaints(answer.content) == []
    assert SAID in text_of(answer.content)
    [file] = everything(LongPaperFile)
    assert file.sha256 == sha256(answer.content).hexdigest()
    lines = {one.event: one for one in everything(Entry, event__startswith="paper.")}
    assert lines.keys() == {"paper.asked_for", "paper.made", "paper.fetched"}
    assert {lines[name].detail["sha256"] for name in ("paper.made", "paper.fetched")} == {file.sha256}
    assert {one.about.rpartition(":")[2] for one in lines.values()} == {str(contact.pk)}
    now[0] += timedelta(hours=2)
    client = browser(worker)
    assert "There is no file any more" in taken(client, where).content.decode()
    with in_service("caretaker"):
        assert actions.forget_old(at=now[0]) == 1
        assert actions.forget_old(at=now[0]) == 0
    assert everything(LongPaperFile) == []
    assert "Removed" in client.get(where).content.decode()


def asked_page(client, contact):
    page = reverse("desk:case", args=[contact.pk])
    return client.get(f"{reverse('desk:print', args=[contact.pk])}?page={page}").content.decode()


# Whose they are


@needs_pango
def test_nobody_else_is_shown_them_or_handed_them_and_they_open_as_no_other_papers(now):
    contact = a_case()
    worker = StaffFactory(hub=contact.hub, whole_desk=True)
    where = have_made(browser(worker), contact, what="page")
    paper = carried_out(worker)
    key = {"contact_id": contact.pk, "printing_id": paper.printing_id}
    elsewhere = StaffFactory(hub=HubFactory(), whole_desk=True)
    for one in (StaffFactory(hub=contact.hub, whole_desk=True), elsewhere):
        client = browser(one)
        assert client.get(where).status_code == taken(client, where).status_code == 404
        assert client.post(reverse("desk:have_made", kwargs=key), {"page": ""}).status_code == 404
        with signed_in_as(one):
            assert not queries.papers(one).exists()
            assert not LongPaper.objects.exists()
            assert not LongPaperFile.objects.exists()
    with signed_in_as(worker):
        assert [one.pk for one in queries.papers(worker)] == [paper.pk]
    [file] = everything(LongPaperFile)
    file.paper_id = uuid.uuid4()
    with pytest.raises(InvalidTag):
        open_up(file)


def test_nobody_has_papers_made_for_another_or_of_anothers_reason():
    said = PrintingFactory()
    paper = LongPaperFactory(printing=PrintingFactory(by=said.by))
    colleague = StaffFactory(hub=said.hub, whole_desk=True)
    for by, printing, whose in ((colleague, said, colleague), (colleague, said, said.by)):
        with pytest.raises(DatabaseError), signed_in_as(by):
            LongPaper.objects.create(hub=said.hub, printing=printing, by=whose, at=MONDAY_9AM)
    with pytest.raises(DatabaseError), signed_in_as(colleague):
        LongPaperFile.objects.create(hub=said.hub, paper_id=paper.pk, nonce=b"1", body=b"1", at=MONDAY_9AM)
    with pytest.raises(DatabaseError), signed_in_as(said.by):
        LongPaper.objects.filter(pk=paper.pk).update(address="/elsewhere/")


# What was closed meanwhile


@needs_pango
def test_what_was_closed_since_they_were_made_is_handed_over_no_more():
    contact = a_case()
    worker = StaffFactory(hub=contact.hub, screener=True)
    client = browser(worker)
    where = have_made(client, contact, what="page")
    carried_out(worker)
    Addition.objects.using("builder").filter(contact=contact).delete()  # a line is open to them no more
    assert "so they were removed" in taken(client, where).content.decode()
    assert everything(LongPaperFile) == []
    assert [one.event for one in everything(Entry, event__in=["paper.closed", "paper.fetched"])] == [
        "paper.closed"
    ]
    AccessFactory(staff=worker, contact_id=contact.pk, bars=True)
    client = browser(worker)
    assert client.get(where).status_code == taken(client, where).status_code == 404
    with signed_in_as(worker):
        assert not LongPaper.objects.exists()


# Lines


def lines(words, title="Chronology"):
    return lines_of([Part(title, Markup(words))])


def test_a_line_is_its_words_within_its_part_and_a_clock_that_runs_is_none():
    page = "<p>Seen <strong>at   home</strong></p><ul><li>A &amp; B<li>C</ul>"
    assert lines(page) == lines("<div>C</div><td>Seen at home</td><h2>A &#38; B</h2><br>")
    assert len(lines(page)) == 3
    assert lines(page) != lines(page, title="Risk")
    assert not lines("<p>Seen at school</p>") & lines(page)
    clock = '<p>Due <time class="mash-clock mash-clock--soon">{} left</time>, <time>2 Nov</time></p>'
    assert lines(clock.format("2 hours")) == lines(clock.format("1 hour"))
    assert lines("<p>Due <time>2 Nov</time></p>") != lines("<p>Due <time>3 Nov</time></p>")
