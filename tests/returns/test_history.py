"""A hub's past from earlier returns: matched by number alone, taken whole, again without change; hostile files."""

import io
import json
import os
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from mash.ledger.models import Entry
from mash.people.models import Person
from mash.returns import history
from mash.returns.history import Told, Wrong
from mash.returns.models import Kind, Past, TakenIn
from mash.returns.refusals import Refused
from mash.subject_access.queries.gathering.returned import in_earlier_returns
from tests.factories.base import browser, signed_in_as
from tests.factories.decision import InvolvementFactory
from tests.factories.partnership import AccessFactory, StaffFactory
from tests.returns.story import (
    A_UPN,
    CENSUS_FROM,
    CENSUS_UNTIL,
    MARCH,
    RULES,
    B,
    a_child,
    a_contact,
    a_hub,
    body_of,
    decided,
    made,
)
from tests.returns.test_annex_a import sheets
from tests.returns.test_cin import everything, written

pytestmark = pytest.mark.usefixtures("transactional_db")
SAMPLES = os.environ.get("MASH_RETURN_SAMPLES")
TITLES = {one.sheet: [*one.columns] for one in RULES.columns.annex_a}
CONTACT = ["CH0001", "a) Male", "a) WBRI", date(2016, 3, 4), 10, MARCH, "q) 6: Police"]
HELP = ["CH0001", "a) Male", "a) WBRI", date(2016, 3, 4), 10, MARCH, None, "Early help"]
REFERRAL = [
    "CH0001", "a) Male", "a) WBRI", date(2016, 3, 4), 10, MARCH, "q) 6: Police", "b) No", 0, "Team 2", "Bea Lund",
]  # fmt: skip


@pytest.fixture
def hub():
    hub = a_hub()
    a_child(hub, upn=A_UPN)
    return hub


def a_workbook(folder, **lists):
    """A workbook with these rows under the columns of each list."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, titles in TITLES.items():
        page = book.create_sheet(name)
        for row in [titles, *lists.get(name.replace(" ", "_").lower(), [])]:
            page.append(row)
    file = folder / "annex.xlsx"
    book.save(file)
    return file


def take_in(kind, file, hub, *more):
    said, wrong = io.StringIO(), io.StringIO()
    call_command(
        "import", kind, str(file), "--hub", getattr(hub, "name", hub), *more, stdout=said, stderr=wrong
    )
    return said.getvalue().strip().partition(": ")[2]


def past(**how):
    rows = Past.objects.using(B).filter(**how).order_by("what", "on", "source", "place")
    return [(one.what, one.on, one.source, one.ended_on) for one in rows]


def test_three_lists_are_taken_in_and_again_change_nothing(hub, tmp_path):
    file = a_workbook(tmp_path, list_1=[CONTACT, CONTACT], list_2=[HELP], list_3=[REFERRAL])
    assert take_in("annex-a", file, hub) == "4 new, 0 changed, 0 here already, 0 refused"
    before = list(Past.objects.using(B).order_by("pk").values())
    assert take_in("annex-a", file, hub) == "0 new, 0 changed, 4 here already, 0 refused"
    assert list(Past.objects.using(B).order_by("pk").values()) == before
    assert TakenIn.objects.using(B).count() == 1
    assert past(what="contact") == [("contact", MARCH, "6", None)] * 2
    assert Past.objects.using(B).get(what="referral").said == {
        "nfa": False, "before": 0, "team": "Team 2", "worker": "Bea Lund",
    }  # fmt: skip
    lines = Entry.objects.using(B).filter(event="history.taken_in")
    assert {one.hub_id for one in lines} == {hub.pk}


def test_a_dry_run_keeps_nothing(hub, tmp_path):
    said = take_in("annex-a", a_workbook(tmp_path, list_1=[CONTACT]), hub, "--dry-run")
    assert said == "1 new, 0 changed, 0 here already, 0 refused; dry run: nothing kept"
    assert not Past.objects.using(B).exists()
    assert not TakenIn.objects.using(B).exists()


def test_each_refused_row_says_where_and_why_and_nothing_of_what_it_says(hub, tmp_path):
    def contact(**changes):
        return [changes.get(title, value) for title, value in zip(TITLES["List 1"], CONTACT, strict=True)]

    rows = [
        contact(**{"Child Unique ID": "ZYXNOBODY"}),
        contact(**{"Child Unique ID": None}),
        contact(**{"Date of Birth": date(2011, 1, 1)}),
        contact(**{"Date of Contact": "yesterday"}),
        contact(**{"Date of Contact": None}),
        contact(**{"Contact Source": "zz) Zyxword"}),
        contact(),
    ]
    report = tmp_path / "refusals.jsonl"
    file = a_workbook(tmp_path, list_1=rows, list_3=[[*REFERRAL[:7], "perhaps", *REFERRAL[8:]]])
    said = take_in("annex-a", file, hub, "--refusals", str(report))
    assert said == "1 new, 0 changed, 0 here already, 7 refused"
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert sorted((one["where"], one["column"], one["reason"]) for one in lines) == [
        ("List 1, row 2", "number", "nobody on record has this number"),
        ("List 1, row 3", "child unique id", "is missing"),
        ("List 1, row 4", "number", "who has this number was born on another day"),
        ("List 1, row 5", "date of contact", "is not a date"),
        ("List 1, row 6", "date of contact", "is missing"),
        ("List 1, row 7", "contact source", "is not a source that is known"),
        ("List 3, row 2", "referral nfa?", "is neither yes nor no"),
    ]
    assert "Zyx" not in report.read_text()
    assert "ZYX" not in report.read_text()


def test_a_number_of_two_people_is_not_guessed_at(hub, tmp_path):
    a_child(hub)
    assert take_in("annex-a", a_workbook(tmp_path, list_1=[CONTACT]), hub).endswith("1 refused")


def test_nobody_of_another_hub_is_found(hub, tmp_path):
    other = a_hub()
    assert take_in("annex-a", a_workbook(tmp_path, list_1=[CONTACT]), other).endswith("1 refused")


def test_a_child_is_found_by_the_upn_where_the_number_is_not_known(tmp_path):
    hub = a_hub()
    a_child(hub, "OTHER1", upn=A_UPN)
    file = a_census(tmp_path, f"<LAchildID>ZZ1</LAchildID><UPN>{A_UPN}</UPN>")
    assert take_in("cin", file, hub) == "1 new, 0 changed, 0 here already, 0 refused"


def test_values_as_people_type_them_are_read(hub, tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "list_1"
    page.append(
        [
            "child unique ID ",
            "Gender",
            "Ethnicity",
            "Date of Birth",
            "Age",
            "Date  of contact",
            "Contact Source",
        ]
    )
    page.append(["ch 0001", "Male", "", "04/03/2016", 6.5, "02/03/2026", "6"])
    page.append(["CH0001", "Male", "", 42433, None, 46083, "p1) 5D: LA services"])
    page.append([None] * 7)
    file = tmp_path / "annex.xlsx"
    book.save(file)
    assert take_in("annex-a", file, hub) == "2 new, 0 changed, 0 here already, 0 refused"
    assert past() == [("contact", MARCH, "5B", None), ("contact", MARCH, "6", None)]


# The census


def a_census(
    folder, about, episodes="", header="<ReferenceDate>2026-03-31</ReferenceDate>", name="census.xml"
):
    details = episodes or (
        "<CINdetails><CINreferralDate>2025-11-03</CINreferralDate><ReferralSource>6</ReferralSource>"
        "<PrimaryNeedCode>N1</PrimaryNeedCode><ReferralNFA>0</ReferralNFA></CINdetails>"
    )
    file = folder / name
    file.write_text(
        f"<Message><Header><CollectionDetails>{header}</CollectionDetails></Header><Children><Child>"
        f"<ChildIdentifiers>{about}</ChildIdentifiers>{details}</Child></Children></Message>"
    )
    return file


ABOUT = "<LAchildID>CH0001</LAchildID><PersonBirthDate>2016-03-04</PersonBirthDate>"
EPISODE = """<CINdetails><CINreferralDate>2026-03-02</CINreferralDate><ReferralSource>5D</ReferralSource>
<PrimaryNeedCode>N1</PrimaryNeedCode>{more}<ReferralNFA>false</ReferralNFA></CINdetails>"""
ENDED = "<CINclosureDate>2026-03-20</CINclosureDate><ReasonForClosure>RC9</ReasonForClosure>"
ASSESSED = """<Assessments><AssessmentActualStartDate>2026-03-03</AssessmentActualStartDate>
<AssessmentAuthorisationDate>2026-03-19</AssessmentAuthorisationDate><FactorsIdentifiedAtAssessment>
<AssessmentFactors>18A</AssessmentFactors><AssessmentFactors>4A</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>"""


def test_a_census_adds_to_what_annex_a_said_and_the_later_file_counts(hub, tmp_path):
    row = [*REFERRAL[:6], "o) 5B: LA services", *REFERRAL[7:]]
    take_in("annex-a", a_workbook(tmp_path, list_3=[row]), hub)
    file = a_census(tmp_path, ABOUT, EPISODE.format(more=ENDED + ASSESSED))
    assert take_in("cin", file, hub) == "0 new, 1 changed, 0 here already, 0 refused"
    assert take_in("cin", file, hub) == "0 new, 0 changed, 1 here already, 0 refused"
    one = Past.objects.using(B).get()
    assert (one.ended_on, one.said["team"], one.said["code"]) == (date(2026, 3, 20), "Team 2", "5D")
    assert one.said["followed"]["assessments"][0]["factors"] == ["18A", "4A"]
    older = a_census(
        tmp_path,
        ABOUT,
        EPISODE.format(more=""),
        "<ReferenceDate>2026-03-05</ReferenceDate>",
        name="older.xml",
    )
    take_in("cin", older, hub)
    assert Past.objects.using(B).get().ended_on == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("before", "after", "column", "reason"),
    [
        ("2026-03-02", "02/03/2026", "CINreferralDate", "is not a date"),
        (">5D<", ">5E<", "ReferralSource", "is not a code that is known"),
        (">false<", ">perhaps<", "ReferralNFA", "is neither true nor false"),
        (">RC9<", ">RC10<", "ReasonForClosure", "is not a code that is known"),
        (">18A<", ">RB<", "AssessmentFactors", "is not a code that is known"),
        ("<CINreferralDate>2026-03-02</CINreferralDate>", "", "CINreferralDate", "is missing"),
        ("<LAchildID>CH0001</LAchildID>", "", "LAchildID", "is missing"),
        ("2016-03-04", "2010-01-01", "number", "who has this number was born on another day"),
    ],
)
def test_an_episode_that_cannot_be_taken_says_why(hub, tmp_path, before, after, column, reason):
    file = a_census(tmp_path, ABOUT, EPISODE.format(more=ENDED + ASSESSED))
    said = file.read_text()
    assert before in said
    file.write_text(said.replace(before, after, 1))
    report = tmp_path / "refusals.jsonl"
    assert take_in("cin", file, hub, "--refusals", str(report)).endswith("1 refused")
    (line,) = (json.loads(one) for one in report.read_text().splitlines())
    assert (line["column"], line["reason"]) == (column, reason)
    assert not Past.objects.using(B).exists()


# Out, in and out again


def test_annex_a_out_and_in_elsewhere_and_out_again_says_the_same(tmp_path):
    one, two = a_hub(), a_hub()
    for hub in (one, two):
        for number, facts in (("CH1", {"sex": "F"}), ("CH2", {"sex": "U", "ethnicity": "REFU"}), ("CH3", {})):
            child = a_child(hub, number, **facts)
            if hub is one:
                decided(a_contact(child, MARCH, code="2A"), child)
                decided(a_contact(child, date(2025, 11, 3), code="9"), child, "social_care_referral_nfa")
                a_contact(child, date(2026, 1, 5), code="5B")
                a_contact(child, date(2026, 1, 5), code="5B")
                InvolvementFactory(
                    person=child, tier=2, agency="Early help", from_on=MARCH, until_on=date(2026, 3, 20)
                )
    first = body_of(made(one))
    file = tmp_path / "annex.xlsx"
    file.write_bytes(first)
    assert take_in("annex-a", file, two).startswith("21 new, 0 changed")
    assert sheets(body_of(made(two))) == sheets(first)
    assert take_in("annex-a", file, one).startswith(
        "21 new"
    )  # it knows them itself: nothing is counted twice
    assert body_of(made(one)) == first


def test_early_help_as_a_source_is_not_counted_twice_when_it_comes_back(tmp_path):
    hub = a_hub()
    child = a_child(hub)
    decided(a_contact(child, MARCH, code="5D"), child)
    first = body_of(made(hub))
    file = tmp_path / "annex.xlsx"
    file.write_bytes(first)
    take_in("annex-a", file, hub)
    assert body_of(made(hub)) == first


def test_neither_as_a_sex_comes_back_as_it_was(hub, tmp_path):
    other = a_child(hub, "CH0002", sex="U")
    file = a_workbook(tmp_path, list_1=[["CH0002", "d) Neither", *CONTACT[2:]]])
    take_in("annex-a", file, hub)
    assert sheets(body_of(made(hub)))["List 1"][1][:2] == ["CH0002", "d) Neither"]
    assert other.pk


def test_a_census_out_and_in_elsewhere_and_out_again_gives_the_same_bytes(tmp_path):
    hub = a_hub()
    file, _, trees = written(tmp_path, everything())
    for child in everything().children:
        record = a_child(
            hub, child.id, upn="", sex=child.sex if child.sex in "FMU" else "U", ethnicity=child.ethnicity,
            born_on=str(child.born_on), disabilities=list(child.disabilities),
        )  # fmt: skip
        assert record.pk
    said = take_in("cin", file, hub)
    assert said.endswith("0 refused")
    found = body_of(made(hub, Kind.CIN, from_on=CENSUS_FROM, until_on=CENSUS_UNTIL))
    again = tmp_path / "again.xml"
    again.write_bytes(found)
    other = a_hub()
    for child in everything().children:
        a_child(
            other, child.id, upn="", sex=child.sex if child.sex in "FMU" else "U", ethnicity=child.ethnicity,
            born_on=str(child.born_on), disabilities=list(child.disabilities),
        )  # fmt: skip
    take_in("cin", again, other)
    assert body_of(made(other, Kind.CIN, from_on=CENSUS_FROM, until_on=CENSUS_UNTIL)) == found
    assert found.count(b"<CINdetails>") == sum(name == "CINdetails" for tree in trees for name, _ in tree)


def test_what_an_earlier_census_says_ends_and_explains_what_the_hub_decided(hub, tmp_path):
    child = a_child(hub, "CH0009")
    decided(a_contact(child, MARCH, code="6"), child)
    about = "<LAchildID>CH0009</LAchildID>"
    take_in("cin", a_census(tmp_path, about, EPISODE.format(more=ENDED + ASSESSED).replace("5D", "6")), hub)
    found = body_of(made(hub, Kind.CIN, from_on=CENSUS_FROM, until_on=CENSUS_UNTIL)).decode()
    assert found.count("<CINdetails>") == 1
    assert "<CINclosureDate>2026-03-20</CINclosureDate><ReasonForClosure>RC9</ReasonForClosure>" in found
    assert "<AssessmentFactors>4A</AssessmentFactors>" in found
    assert "18A" not in found


# Hostile and broken files


def packed(folder, **parts):
    file = folder / "annex.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, words in parts.items():
            out.writestr(name, words)
    return file


def a_bomb(folder):
    return packed(
        folder, **{"[Content_Types].xml": "<x/>", "xl/worksheets/sheet1.xml": b"\0" * (300 * 1024 * 1024)}
    )


def spoiled(folder, name, change):
    whole = a_workbook(folder, list_1=[CONTACT]).read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as held:
        parts = {one: held.read(one) for one in held.namelist()}
    parts[name] = change(parts.get(name, b""))
    return packed(folder, **parts)


WORKBOOKS = {
    "a bomb": a_bomb,
    "no archive": lambda folder: _wrote(folder / "annex.xlsx", b"PK but no more"),
    "nothing": lambda folder: _wrote(folder / "annex.xlsx", b""),
    "another archive": lambda folder: packed(folder, **{"names.txt": "Daniel"}),
    "macros": lambda folder: spoiled(folder, "xl/vbaProject.bin", lambda _: b"x"),
    "entities": lambda folder: spoiled(
        folder,
        "xl/workbook.xml",
        lambda said: said.replace(b"<workbook", b'<!DOCTYPE a [<!ENTITY b "c">]><workbook', 1),
    ),
    "entities in a sheet": lambda folder: spoiled(
        folder, "xl/worksheets/sheet1.xml", lambda said: b'<!DOCTYPE a [<!ENTITY b "c">]>' + said
    ),
    "another alphabet": lambda folder: spoiled(
        folder, "xl/workbook.xml", lambda said: said.decode().encode("utf-16")
    ),
    "a broken sheet": lambda folder: spoiled(
        folder, "xl/worksheets/sheet1.xml", lambda said: said[: len(said) // 2]
    ),
    "a broken book": lambda folder: spoiled(folder, "xl/workbook.xml", lambda _: b"<workbook"),
    "no lists": lambda folder: spoiled(
        folder, "xl/workbook.xml", lambda said: said.replace(b"List ", b"Lost ")
    ),
    "many parts": lambda folder: packed(
        folder, **{"[Content_Types].xml": ""}, **{f"p{n}": "" for n in range(600)}
    ),
}


def _wrote(file, body):
    file.write_bytes(body)
    return file


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_hostile_or_broken_workbook_is_refused_whole(hub, tmp_path, kind):
    file = WORKBOOKS[kind](tmp_path)
    with pytest.raises(CommandError, match="nothing of it was taken"):
        take_in("annex-a", file, hub)
    assert not Past.objects.using(B).exists()
    assert not TakenIn.objects.using(B).exists()


def test_a_sheet_without_a_column_is_said(hub, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "List 1"
    book.active.append(["Child Unique ID", "Date of Contact"])
    file = tmp_path / "annex.xlsx"
    book.save(file)
    with pytest.raises(CommandError, match="no column called “contact source”"):
        take_in("annex-a", file, hub)


LAUGHS = '<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
DEEP = "<a>" * 50, "</a>" * 50
CENSUSES = {
    "entities": lambda said: LAUGHS + said.replace("CH0001", "&b;"),
    "an outside entity": lambda said: OUTSIDE + said.replace("CH0001", "&a;"),
    "broken off": lambda said: said[: len(said) // 2],
    "no XML": lambda _: "Daniel",
    "nothing": lambda _: "",
    "another document": lambda _: "<Other><Children/></Other>",
    "too deep": lambda said: said.replace("<LAchildID>", "".join(DEEP) + "<LAchildID>"),
    "a child without end": lambda said: said.replace("<ChildIdentifiers>", "<x/>" * 5000 + "<ChildIdentifiers>"),
    "no header": lambda said: said.replace("<ReferenceDate>2026-03-31</ReferenceDate>", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", CENSUSES)
def test_a_hostile_or_broken_census_is_refused_whole(hub, tmp_path, kind):
    file = a_census(tmp_path, ABOUT, EPISODE.format(more=""))
    file.write_text(CENSUSES[kind](file.read_text()))
    with pytest.raises(CommandError, match="nothing of it was taken"):
        take_in("cin", file, hub)
    assert not Past.objects.using(B).exists()


def test_what_breaks_off_after_good_rows_takes_none_of_them(hub, tmp_path):
    file = a_census(tmp_path, ABOUT, EPISODE.format(more=""))
    file.write_text(file.read_text().replace("</Children>", "<Child></Child><Broken"))
    with pytest.raises(CommandError, match="nothing of it was taken"):
        take_in("cin", file, hub)
    assert not Past.objects.using(B).exists()


def test_a_file_that_is_too_large_or_not_there_is_refused(hub, tmp_path, monkeypatch):
    file = a_census(tmp_path, ABOUT)
    monkeypatch.setattr(history, "LARGEST", 10)
    with pytest.raises(CommandError, match="larger than"):
        take_in("cin", file, hub)
    with pytest.raises(CommandError, match="cannot be opened"):
        take_in("cin", tmp_path / "nowhere.xml", hub)


def test_a_hub_that_is_not_there_is_said(tmp_path):
    with pytest.raises(CommandError, match="There is no hub named Nowhere"):
        take_in("cin", a_census(tmp_path, ABOUT), "Nowhere")


def test_memory_stays_bounded_however_many_children_there_are(tmp_path):
    one = (
        f"<Child><ChildIdentifiers>{ABOUT}</ChildIdentifiers>{EPISODE.format(more=ENDED + ASSESSED)}</Child>"
    )
    file = a_census(tmp_path, ABOUT)
    file.write_text(file.read_text().replace("<Children>", "<Children>" + one * 4000))
    tracemalloc.start()
    found = sum(isinstance(row, Told) for row in history.census(file, RULES))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == 4001
    assert most < 8 * 1024 * 1024


@pytest.mark.skipif(not SAMPLES, reason="MASH_RETURN_SAMPLES names no folder of sample files")
def test_sample_files_of_others_are_read_to_their_end():
    for name in ("CIN_Census_2026.xml", "fake_CIN_data.xml"):
        rows = list(history.census(Path(SAMPLES) / name, RULES))
        assert any(isinstance(one, Told) for one in rows) or any(isinstance(one, Wrong) for one in rows)
    rows = list(history.annex_a(Path(SAMPLES) / "Annex_A_2024_Jan.xlsx", RULES))
    assert sum(isinstance(one, Told) for one in rows) >= 10


def test_a_moment_in_a_cell_is_a_day():
    assert history._date({"x": datetime(2026, 3, 2, 14)}, "x") == MARCH
    with pytest.raises(Refused):
        list(history.annex_a(Path("/nowhere"), RULES))


def test_it_stands_on_the_person_s_record_for_the_desk_and_in_their_own_record(hub, tmp_path):
    take_in("annex-a", a_workbook(tmp_path, list_1=[CONTACT], list_3=[REFERRAL]), hub)
    child = Past.objects.using(B).first().person_id
    address = reverse("people:page", args=[child])
    page = browser(StaffFactory(hub=hub, screener=True)).get(address).content.decode()
    assert "From earlier returns" in page
    assert "Referral, 2 March 2026: The police" in page
    barred = StaffFactory(hub=hub, screener=True)
    AccessFactory(staff=barred, person_id=child, bars=True)
    for reader, sees in (
        (StaffFactory(hub=hub, screener=True), True),
        (StaffFactory(hub=hub, cleared=True), True),
        (barred, False),
        (StaffFactory(hub=hub, duties=["out_of_hours"]), False),
        (StaffFactory(hub=hub, answerer=True), False),
        (StaffFactory(hub=a_hub(), screener=True), False),
    ):
        with signed_in_as(reader):
            assert Past.objects.exists() is sees
    with signed_in_as(StaffFactory(hub=hub, cleared=True)):
        texts = [one.text for one in in_earlier_returns(Person.objects.get(pk=child))]
    assert any("What: Referral" in text and "Team: Team 2" in text for text in texts)


def test_the_page_of_returns_says_which_files_were_taken_in(hub, tmp_path):
    take_in("annex-a", a_workbook(tmp_path, list_1=[CONTACT]), hub)
    page = browser(StaffFactory(hub=hub, manager=True)).get(reverse("returns:home")).content.decode()
    assert "1 new, 0 changed, 0 here already, 0 refused" in page
