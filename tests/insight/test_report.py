"""The report of a quarter: made of what leaves the hub, for somebody and a reason, with the hash of what went out."""

import hashlib
import io
import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import localdate
from pypdf import PdfReader

from mash.insight import actions
from mash.insight.content import meanings
from mash.insight.days import last_whole
from mash.insight.models import Report, Span
from mash.ledger.models import Entry
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory
from tests.insight.story import NOW, B, Town
from tests.pango import needs_pango

pytestmark = pytest.mark.usefixtures("transactional_db")
TODAY = localdate(NOW)
QUARTER = last_whole(TODAY, Span.QUARTER)
WHY = "The board of 3 March"


@pytest.fixture
def town():
    made = Town(41).grows(30)
    made.counted()
    return made


def written(town, **said):
    with signed_in_as(town.manager):
        return actions.written(**{"period": QUARTER, "why": WHY, "by": town.manager, "at": NOW} | said)


def test_it_says_every_measure_its_meaning_its_quarter_and_as_of_when_and_nothing_small(town):
    cover, parts = written(town)
    assert QUARTER.label in cover.title
    assert dict(cover.facts)["For"] == WHY
    assert dict(cover.facts)["Figures as of"]
    assert [one.title for one in parts[1:-1]] == [one.name for one in meanings().values()]
    cells = [cell for one in parts for cell in re.findall(r"<td>([^<]*)</td>", one.words)]
    assert len(cells) > 100
    assert "left out" in cells
    assert not {"1", "2", "3", "4"} & set(cells)
    for one in parts[0].words.split("<li>")[1:]:
        assert not re.search(r"\((?:[1-4] of|\d+ of)\s*[1-4]\)", one), one


def test_a_post_sent_twice_is_kept_once_and_the_ledger_has_the_hash_of_what_went_out(town):
    key = uuid.uuid4()
    with signed_in_as(town.manager):
        made = actions.make_report(key=key, period=QUARTER, why=WHY, by=town.manager, at=NOW)
        actions.make_report(key=key, period=QUARTER, why=WHY, by=town.manager, at=NOW)
    row = Report.objects.using(B).get()
    lines = Entry.objects.using(B).filter(event="insight.report_made").order_by("at", "pk")
    assert {line.detail["again"] for line in lines} == {False, True}
    assert {line.why for line in lines} == {WHY}
    assert row.sha256 in {line.detail["sha256"] for line in lines if not line.detail["again"]}
    if made.pdf:
        assert row.sha256 == hashlib.sha256(made.pdf).hexdigest()


def test_who_may_not_share_makes_none(town):
    barred = StaffFactory(hub=town.hub, manager=True)
    AccessFactory(staff=barred, contact_id=town.contacts[0].pk, bars=True)
    for who in (
        barred,
        StaffFactory(hub=town.hub, duties=["analyse"]),
        StaffFactory(hub=town.hub, decider=True),
    ):
        with pytest.raises(PermissionDenied), signed_in_as(who):
            actions.written(QUARTER, why=WHY, by=who, at=NOW)
        assert browser(who).get(reverse("insight:report")).status_code == 403


def test_what_is_lacking_is_said_at_its_field(town):
    with pytest.raises(actions.NotWhole, match="that is over"):
        written(town, period=QUARTER.back(-1))
    with pytest.raises(actions.NotWhole, match="whom it is for"):
        written(town, why=" ")
    empty = StaffFactory(hub=HubFactory(), manager=True)
    with pytest.raises(actions.NotWhole, match="Nothing has been counted"), signed_in_as(empty):
        actions.written(QUARTER, why=WHY, by=empty, at=NOW)
    answer = browser(town.manager).post(reverse("insight:report"), {"key": uuid.uuid4()})
    assert answer.status_code == 200
    assert b"Choose a quarter" in answer.content
    assert b"Say whom it is for, and why" in answer.content


@needs_pango
def test_the_file_is_a_pdf_whose_bytes_are_those_that_are_kept(town):
    said = {"key": uuid.uuid4(), "quarter": QUARTER.code, "why": WHY}
    answer = browser(town.manager).post(reverse("insight:report"), said)
    assert answer["Content-Type"] == "application/pdf"
    row = Report.objects.using(B).get()
    assert hashlib.sha256(answer.content).hexdigest() == row.sha256
    read = PdfReader(io.BytesIO(answer.content))
    words = "".join(page.extract_text() for page in read.pages)
    assert "Receipt to decision" in words
    assert WHY in words


def test_a_machine_without_pango_shows_a_page_to_print(town, monkeypatch):
    from mash.insight.actions import reporting

    monkeypatch.setattr(reporting, "document_to_pdf", lambda _: b"")
    said = {"key": uuid.uuid4(), "quarter": QUARTER.code, "why": WHY}
    answer = browser(town.manager).post(reverse("insight:report"), said)
    assert answer["Content-Type"].startswith("text/html")
    assert b"it lacks Pango" in answer.content
    assert Report.objects.using(B).exists()
