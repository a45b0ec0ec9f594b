"""The pages of quality: who opens them, what they show and keep back, and what they say when something does not do."""

import csv
import html
import io
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mash.contact.models import Hint
from mash.ledger.models import Entry
from mash.quality import actions, content
from mash.quality.models import Earlier, Given, Marked, Round, Settled, Told
from mash.quality.tables import plain
from mash.referral.models import Sent
from mash.referral.queries import hints as hints_of_the_form
from tests.factories.base import browser, signed_in_as
from tests.factories.check import doing
from tests.factories.partnership import HubFactory, StaffFactory
from tests.quality.story import NOW, a_panel, closed, drawn, grade_all, opened, said_of

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
KEY = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OK, FOUND, REFUSED, ABSENT = 200, 302, 403, 404
PUBLISHED = """round,grade_1,grade_2,grade_3,grade_4,published_average
2022-04,1,5,3,1,2.4
2024-10,1,3,4,1,2.87
2025-09,0,0,7,1,3.125
"""


def at(name, *keys):
    return reverse(f"quality:{name}", args=keys)


def said(page):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


# Who opens what


@pytest.mark.parametrize(
    ("here", "duties", "round_", "leads"),
    [
        (True, ["manage"], OK, OK),
        (True, ["grade"], OK, REFUSED),
        (True, ["analyse"], OK, REFUSED),
        (True, ["decide", "clear"], ABSENT, ABSENT),
        (True, ["audit"], ABSENT, ABSENT),
        (False, ["manage"], ABSENT, ABSENT),
    ],
)
def test_who_opens_a_round(here, duties, round_, leads):
    panel = drawn()
    page = browser(StaffFactory(hub=panel.hub if here else HubFactory(), duties=duties))
    assert page.get(at("round", panel.round.pk)).status_code == round_
    assert page.get(at("close_round", panel.round.pk)).status_code == leads
    assert page.post(at("open_round", panel.round.pk)).status_code == (FOUND if leads == OK else leads)
    sheet = panel.sheets()[0]
    only_lead = OK if leads == OK else ABSENT
    for name in ("sheet",):
        assert page.get(at(name, sheet.pk)).status_code == only_lead
    for name in ("cover", "settle"):
        assert page.post(at(name, sheet.pk), {}).status_code in ({OK, FOUND} if leads == OK else {ABSENT})
    address = at("another", sheet.pk, sheet.graders[0])
    assert page.get(address).status_code == page.post(address, {}).status_code == only_lead
    assert page.post(at("take_off", sheet.pk)).status_code == (FOUND if leads == OK else ABSENT)
    for name in ("grade", "aside"):  # nobody's but its graders'
        assert (
            page.get(at(name, sheet.pk)).status_code
            == page.post(at(name, sheet.pk), {}).status_code
            == ABSENT
        )


def test_a_grader_opens_what_is_theirs_while_the_round_is_open():
    panel = opened()
    sheet = panel.sheets()[0]
    for grader in panel.graders:
        theirs = OK if grader.pk in sheet.graders else ABSENT
        for name in ("grade", "aside"):
            assert browser(grader).get(at(name, sheet.pk)).status_code == theirs
    assert browser(panel.lead).get(at("grade", sheet.pk)).status_code == ABSENT


@pytest.mark.parametrize("leads", [True, False])
def test_an_agency_s_own_grades_are_for_who_leads_it(leads):
    panel = closed(a_panel())
    post = StaffFactory(hub=panel.hub, agency=panel.agencies[0], duties=["answer"], leads=leads)
    page = browser(post).get(at("ours"))
    assert page.status_code == (OK if leads else REFUSED)
    assert browser(post).get(at("home")).status_code == (OK if leads else REFUSED)
    assert browser(post).get(at("grades")).status_code == REFUSED
    if leads:
        words = said(page)
        of_police = Told.objects.using(B).exclude(agency=None)
        assert all(one.reference in words for one in of_police)
        assert not any(one.reference in words for one in Told.objects.using(B).filter(agency=None))
        assert "Response Team B" in words
        assert not any(one.account.name in words for one in panel.graders)


# Blind


def test_nothing_on_a_grader_s_pages_names_the_sender_and_each_reading_leaves_a_line():
    panel = opened(size=12)
    for sheet in panel.sheets():
        grader = panel.grader_of(sheet)
        shown = browser(grader).get(at("grade", sheet.pk)).content.decode()
        shown += browser(grader).get(at("home")).content.decode()
        shown += browser(grader).get(at("round", panel.round.pk)).content.decode()
        for name in (
            "Ashdown",
            "ASHDOWN",
            "4471",
            "Oduya",
            "CAD 6120",
            "Response Team",
            "Fernbank",
            "Duarte",
            "NF-TEST",
        ):
            assert name.casefold() not in KEY.sub("", shown).casefold(), name
        force = "North Thames Constabulary"
        assert force not in shown or grader.agency.name == force  # their own agency, in the list of graders
        assert "Daniel" in shown
    lines = Entry.objects.using(B).filter(event="quality.sheet_seen")
    assert lines.count() == 12
    assert not any(line.detail for line in lines)


# Grading by the page


def form_of(grade=3, **changes):
    sent = {f"c_{name}": grade for name in content.criteria()}
    said_ = said_of(grade)
    sent |= {name: said_[name] for name in ("key", "grade", "lifted", "done_well", "to_improve")}
    return sent | changes


def test_a_grade_is_given_by_the_page_and_shown_afterwards():
    panel = opened()
    sheet = panel.sheets()[0]
    page = browser(panel.grader_of(sheet))
    sent = form_of(3, c_voice="na", why_voice="unborn", comment="Short.", also_found=["urgent_risk"])
    assert page.post(at("grade", sheet.pk), sent).status_code == FOUND
    given = Given.objects.using(B).get()
    assert given.left_out == {"voice": "unborn"}
    assert given.also_found == ["urgent_risk"]
    words = said(page.get(at("grade", sheet.pk)))
    assert "Your grade: 3" in words
    assert "The child is not born yet" in words
    assert "A grader found a risk that was missed: Referral 1" in said(
        browser(panel.lead).get(at("round", panel.round.pk))
    )


def test_nothing_is_chosen_before_a_grader_chooses_and_all_that_is_missing_is_said_at_once():
    panel = opened()
    sheet = panel.sheets()[0]
    page = browser(panel.grader_of(sheet))
    assert " checked" not in page.get(at("grade", sheet.pk)).content.decode()
    words = said(page.post(at("grade", sheet.pk), {"key": uuid.uuid4()}))
    for one in content.criteria().values():
        assert f"Grade: {one.label}" in words
    assert "Grade the referral as a whole" in words
    words = said(page.post(at("grade", sheet.pk), form_of(3, c_identity=1)))
    assert "Held at 1 by: Who the child or adult is" in words
    assert "His own words stand there." in words  # nothing typed is lost
    assert not Given.objects.using(B).exists()


# Leading by the pages


def test_a_lead_draws_covers_opens_settles_and_closes():
    panel = a_panel()
    page = browser(panel.lead)
    shown = page.get(at("new_round"))
    assert 'value="10"' in shown.content.decode()
    words = said(page.post(at("new_round"), {"key": uuid.uuid4(), "label": ""}))
    for expected in ("Give the round", "Choose what the sample is spread over", "Choose who grades"):
        assert expected in words or expected == "Give the round", expected
    sent = {
        "key": uuid.uuid4(), "label": "October", "from_on-day": 1, "from_on-month": 10, "from_on-year": 2026,
        "until_on-day": 31, "until_on-month": 10, "until_on-year": 2026, "size": 4, "spread_over": "source",
        "graders": [str(one.pk) for one in panel.graders],
    }  # fmt: skip
    assert page.post(at("new_round"), sent).status_code == FOUND
    panel.round = Round.objects.using(B).get()
    words = said(page.get(at("round", panel.round.pk)))
    assert "Drawn again just now: the same referrals" in words
    assert panel.round.seed in words
    sheet = panel.sheets()[0]
    assert "stand nowhere" in said(page.post(at("cover", sheet.pk), {"words": "Zebedee"}))
    assert page.post(at("cover", sheet.pk), {"words": "daniel\n"}).status_code == FOUND
    assert "Daniel" not in said(page.get(at("sheet", sheet.pk)))
    assert page.post(at("open_round", panel.round.pk)).status_code == FOUND
    grade_all(panel)
    near = panel.sheets()[1]
    assert "Choose the panel" in said(page.post(at("settle", near.pk), {}))
    far = panel.sheets()[2]
    assert "Say what was talked over" in said(page.post(at("settle", far.pk), {"grade": 2, "words": ""}))
    for one in (near, far):
        assert page.post(at("settle", one.pk), {"grade": 2, "words": "The ground."}).status_code == FOUND
    assert page.get(at("settle", far.pk)).status_code == FOUND
    assert Settled.objects.using(B).count() == 2
    assert page.post(at("close_round", panel.round.pk), {}).status_code == FOUND
    words = said(page.get(at("round", panel.round.pk)))
    assert "0, 2, 1, 1" in words
    assert "n 4" in words


def test_a_round_with_something_ungraded_is_closed_with_a_reason():
    panel = opened()
    page = browser(panel.lead)
    assert page.post(at("close_round", panel.round.pk), {"left_out": "X"}).status_code == FOUND
    sheet = panel.sheets()[0]
    for place in (0, 1):
        doing(panel.grader_of(sheet, place), actions.give_grade, sheet=sheet, at=NOW, **said_of(3))
    assert "Some referrals have no grade" in said(page.post(at("close_round", panel.round.pk), {}))
    assert page.post(at("close_round", panel.round.pk), {"left_out": "Two were away."}).status_code == FOUND
    assert "Two were away." in said(page.get(at("round", panel.round.pk)))


# What the writer hears


def test_the_writer_reads_the_grade_and_why_on_the_page_of_the_referral_and_no_grader_is_named():
    panel = closed()
    told = Told.objects.using(B).order_by("-grade").first()
    writer = StaffFactory(hub=panel.hub)
    Sent.objects.using(B).create(hub=panel.hub, contact_id=told.contact_id, staff=writer, at=NOW)
    words = said(browser(writer).get(reverse("desk:my_referral", args=[told.contact_id])))
    assert "4 of 4, Excellent" in words
    assert "Say what was told and by whom." in words
    assert not any(one.account.name in words for one in panel.graders)
    other = Told.objects.using(B).exclude(pk=told.pk).first()
    assert browser(writer).get(reverse("desk:my_referral", args=[other.contact_id])).status_code == ABSENT


# Earlier rounds


def the_file(text, name="rounds.csv"):
    return {"file": SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())}


def test_earlier_rounds_are_shown_first_and_a_published_mean_that_is_not_so_is_named():
    panel = a_panel(contacts=0)
    page = browser(panel.lead)
    shown = page.post(at("earlier"), the_file(PUBLISHED))
    assert "its own counts do not give that" in said(shown)
    assert said(shown).count("its own counts do not give that") == 1
    assert "2.56" in said(shown)
    assert not Earlier.objects.using(B).exists()
    assert page.post(at("earlier"), {"rows": PUBLISHED}).status_code == FOUND
    assert page.post(at("earlier"), {"rows": PUBLISHED}).status_code == FOUND
    assert Earlier.objects.using(B).count() == 3
    words = said(page.get(at("grades")))
    assert "2024-10 was published with a mean of 2.87. Its own counts give 2.56" in words
    assert "fewer than ten rounds" in words
    again = PUBLISHED.replace("2022-04,1,5", "2022-04,2,4")
    assert "left as they are: 2022-04" in said(page.post(at("earlier"), {"rows": again}))
    assert Earlier.objects.using(B).get(label="2022-04").grade_1 == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The submitted file is empty"),
        ("a,b\n1,2\n", "columns missing: grade_1"),
        (PUBLISHED + "2025-09,1,1,1,1,3\n", "Line 5: 2025-09 stands in the file twice"),
        (PUBLISHED + "April,1,1,1,1,3\n", "Line 5: round is a year"),
        (PUBLISHED + "2026-01,1,one,1,1,3\n", "Line 5: grade_2 is not a whole number"),
        (PUBLISHED + "2026-01,1,-1,1,1,3\n", "Line 5: grade_2 is not a whole number"),
        (PUBLISHED + "2026-01,1,1,1,1,good\n", "Line 5: published_average is not a number"),
        (PUBLISHED + "2026-01,0,0,0,0,\n", "Line 5: nothing was graded in it"),
        (PUBLISHED + "2026-01,1\n", "Line 5 has 2 columns"),
        ("round,grade_1,grade_2,grade_3,grade_4,published_average\n", "The file has no rounds"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        ("x" * 200_001, "larger than 200 kB"),
    ],
)
def test_what_is_wrong_with_a_file_of_rounds_is_named_by_its_line_and_nothing_is_taken(text, words):
    panel = a_panel(contacts=0)
    page = browser(panel.lead).post(at("earlier"), the_file(text))
    assert page.status_code == OK
    assert words in said(page)
    assert not Earlier.objects.using(B).exists()


# Figures


def test_the_figures_stand_with_n_interval_chart_and_table():
    panel = closed()
    page = browser(panel.lead)
    page.post(at("earlier"), {"rows": PUBLISHED})
    sent = {"key": uuid.uuid4(), "on-day": 1, "on-month": 1, "on-year": 2025, "words": "Three-hour session"}
    assert page.post(at("mark"), sent).status_code == FOUND
    assert page.post(at("mark"), sent).status_code == FOUND
    assert Marked.objects.using(B).count() == 1
    shown = page.get(at("grades"))
    body, words = shown.content.decode(), said(shown)
    assert body.count("<svg") >= 2
    assert body.count('class="mash-chart__dot') == 8
    assert "style=" not in body[body.index("<svg") : body.rindex("</svg>")]
    assert "1 January 2025: Three-hour session" in words
    assert "Police" in words
    assert "North Thames Constabulary, Response Team B" in words
    assert "n 10" in words
    assert "4 of 10: 40 % (17 to 69)" in words
    assert "Beyond a limit" in words
    table = page.get(at("grades") + "?as=csv")
    rows = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert [one["Round"] for one in rows] == ["2022-04", "2024-10", "2025-09", "2026, October"]
    assert rows[1]["Published mean agrees with its counts"] == "no"
    assert float(rows[2]["Mean"]) == 3.125
    assert rows[3]["Agreement"]


def test_what_panels_find_missing_comes_first_on_the_referral_form():
    panel = opened(a_panel())
    page = browser(panel.lead)
    assert "nothing is known to be missing" in said(page.post(at("hints"), follow=True))
    assert not Hint.objects.using(B).exists()
    for sheet in panel.sheets():
        for place in (0, 1):
            word = said_of(3)
            word["criteria"] |= {"history": 2, "voice": 2 if place else 3}
            doing(panel.grader_of(sheet, place), actions.give_grade, sheet=sheet, at=NOW, **word)
    page.post(at("close_round", panel.round.pk), {})
    for _ in range(2):  # again changes nothing
        assert page.post(at("hints")).status_code == FOUND
        with signed_in_as(panel.lead):
            found = hints_of_the_form(panel.hub, ["person", "family", "concern", "strengths", "agreement"])
        assert [one.criterion for one in found][:3] == ["history", "voice", "identity"]
        assert found[0].lacks.startswith("Panels often find this missing: what has happened before")
        assert found[1].lacks.startswith("Panels often")
        assert found[2].lacks.startswith("Full name")
    grader = browser(panel.graders[0])
    assert grader.post(at("hints")).status_code == REFUSED


def test_an_empty_hub_says_so():
    panel = a_panel(contacts=0)
    assert "No round is closed yet" in said(browser(panel.lead).get(at("grades")))
    assert "No round has been drawn yet" in said(browser(panel.lead).get(at("home")))
    assert "Nothing of yours" in said(browser(StaffFactory(hub=panel.hub, leads=True)).get(at("ours")))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2", "'-2"),
        ("+44", "'+44"),
        (-2.5, -2.5),
        ("plain", "plain"),
        (None, ""),
    ],
)
def test_no_cell_of_a_table_is_worked_out(cell, shown):
    assert plain(cell) == shown


def test_a_list_takes_as_many_queries_for_twelve_as_for_four():
    few, many = opened(a_panel(contacts=4)), opened(a_panel(), size=12)

    def asked(panel, address):
        page = browser(panel.lead)
        page.get(address)
        with CaptureQueriesContext(connection) as caught:
            assert page.get(address).status_code == OK
        return len(caught)

    assert asked(few, at("round", few.round.pk)) == asked(many, at("round", many.round.pk))
    for panel in (few, many):
        grade_all(panel, [(3, 3)] * len(panel.sheets()))
    assert asked(few, at("round", few.round.pk)) == asked(many, at("round", many.round.pk))
    assert asked(few, at("home")) == asked(many, at("home"))
