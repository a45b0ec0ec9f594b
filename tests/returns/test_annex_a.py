"""Annex A: which rows, which columns and values, the same bytes each time, and what would not pass the look at it."""

import io
import zipfile
from datetime import date, datetime, timedelta

import openpyxl
import pytest

from mash.decision.models import Decision
from mash.returns import annex_a, formats
from mash.returns.facts import Came, Child, Gathered, Referral
from mash.returns.models import Kind
from mash.returns.refusals import Differs
from tests.factories.decision import DecisionFactory, InvolvementFactory, OutcomeFactory
from tests.factories.people import IdentifierFactory
from tests.returns.story import (
    A_UPN,
    FROM,
    MARCH,
    RULES,
    UNTIL,
    B,
    a_child,
    a_contact,
    a_hub,
    about,
    body_of,
    decided,
    gathered,
    made,
    problems_of,
    rules_found,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
DAY = timedelta(days=1)


@pytest.fixture
def hub():
    return a_hub()


def sheets(body):
    """Every cell of every sheet, as values."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    return {
        page.title: [
            [one.date() if isinstance(one, datetime) else one for one in row]
            for row in page.iter_rows(values_only=True)
        ]
        for page in book
    }


def test_a_contact_is_one_row_for_each_child_in_it(hub):
    child = a_child(hub)
    a_contact(child, MARCH)
    assert sheets(body_of(made(hub)))["List 1"] == [
        ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)", "Date of Contact",
         "Contact Source"],
        ["CH0001", "a) Male", "a) WBRI", date(2016, 3, 4), 10, MARCH, "q) 6: Police"],
    ]  # fmt: skip


def test_only_children_are_in_it_and_only_of_these_days_on_the_clock_of_england(hub):
    child = a_child(hub)
    a_contact(child, MARCH, role="parent_or_carer")
    a_contact(child, FROM - DAY)
    a_contact(child, UNTIL + DAY)
    late = a_contact(child, MARCH)
    type(late).objects.using(B).filter(pk=late.pk).update(
        received_at=datetime.fromisoformat("2026-03-31T22:59:59+00:00")
    )
    early = a_contact(child, MARCH)
    type(early).objects.using(B).filter(pk=early.pk).update(
        received_at=datetime.fromisoformat("2026-03-31T23:00:01+00:00")
    )
    assert [row[5] for row in sheets(body_of(made(hub)))["List 1"][1:]] == [UNTIL]


def test_a_referral_says_who_has_the_child_and_how_many_came_in_the_year_before(hub):
    child = a_child(hub)
    for on in (MARCH - timedelta(days=400), MARCH - timedelta(days=300), MARCH - timedelta(days=30)):
        decided(a_contact(child, on), child)
    contact = a_contact(child, MARCH, code="2A")
    outcome = decided(contact, child)
    work = InvolvementFactory(
        person=child, source="decision", team="Assessment team 2", worker_name="Bea Lund"
    )
    from mash.decision.models import Accepted

    Accepted.objects.using(B).create(
        hub=hub, outcome=outcome, contact=contact, involvement=work, said_by="Bea Lund", by=outcome.decision.by,
        at=contact.received_at,
    )  # fmt: skip
    rows = sheets(body_of(made(hub)))["List 3"]
    assert rows[-1][5:] == [MARCH, "e) 2A: Schools", "b) No", 2, "Assessment team 2", "Bea Lund"]
    assert [row[8] for row in rows[1:]] == [1, 2]


@pytest.mark.parametrize(
    ("outcome", "nfa"),
    [
        ("section_47_enquiry", "b) No"),
        ("social_care_referral_nfa", "a) Yes"),
        ("early_help", None),
        ("no_further_action", None),
        ("to_allocated_worker", None),
    ],
)
def test_what_is_a_referral_follows_from_the_outcome(hub, outcome, nfa):
    child = a_child(hub)
    decided(a_contact(child, MARCH), child, outcome)
    rows = sheets(body_of(made(hub)))["List 3"][1:]
    assert [row[7] for row in rows] == ([nfa] if nfa else [])


def test_a_decision_that_waits_was_turned_down_or_reopened_makes_no_referral(hub):
    child = a_child(hub)
    contact = a_contact(child, MARCH)
    outcome = decided(contact, child)
    rows = Decision.objects.using(B).filter(pk=outcome.decision_id)
    rows.update(made_at=None, turned_down_at=contact.received_at)
    assert len(sheets(body_of(made(hub)))["List 3"]) == 1
    rows.update(made_at=contact.received_at, turned_down_at=None)
    assert len(sheets(body_of(made(hub)))["List 3"]) == 2
    from mash.decision.models import Reopening

    Reopening.objects.using(B).create(
        hub=hub, decision=outcome.decision, contact=contact, kind="wrong", why="A mistake",
        by=outcome.decision.by, at=contact.received_at,
    )  # fmt: skip
    again = made(hub)
    assert len(sheets(body_of(again))["List 3"]) == 1
    assert rules_found(again)["H04"] == 1


def test_only_the_last_decision_on_a_contact_counts(hub):
    child = a_child(hub)
    contact = a_contact(child, MARCH)
    first = decided(contact, child)
    moment = contact.received_at + DAY
    second = DecisionFactory(contact=contact, follows=first.decision, at=moment, made_at=moment)
    OutcomeFactory(decision=second, about=about(contact), person=child, outcome="early_help")
    assert len(sheets(body_of(made(hub)))["List 3"]) == 1


def test_early_help_is_begun_in_these_days_or_running_on_the_last_and_never_an_adult_s(hub):
    child = a_child(hub)
    adult = a_child(hub, "AD0001", born_on="1980-01-01")
    for who, begun, over, agency in (
        (child, FROM - 90 * DAY, None, "Runs still"),
        (child, FROM - 90 * DAY, MARCH, "Ended in between"),
        (child, MARCH, MARCH + 9 * DAY, "Begun and ended"),
        (child, UNTIL + DAY, None, "Begun after"),
        (adult, MARCH, None, "For an adult"),
    ):
        InvolvementFactory(person=who, tier=2, agency=agency, from_on=begun, until_on=over)
    InvolvementFactory(person=child, tier=3, agency="Social care", from_on=MARCH)
    rows = sheets(body_of(made(hub)))["List 2"][1:]
    assert [row[5:] for row in rows] == [
        [FROM - 90 * DAY, None, "Runs still"],
        [MARCH, MARCH + 8 * DAY, "Begun and ended"],
    ]


def test_help_of_one_service_that_goes_on_under_another_heading_is_one(hub):
    child = a_child(hub)
    InvolvementFactory(
        person=child, tier=2, agency="Early help", source="decision", from_on=MARCH, until_on=MARCH + 9 * DAY
    )
    InvolvementFactory(person=child, tier=2, agency="Early help", from_on=MARCH + 9 * DAY)
    rows = sheets(body_of(made(hub)))["List 2"][1:]
    assert [row[5:] for row in rows] == [[MARCH, None, "Early help"]]


def test_early_help_as_a_source_has_no_value_and_is_shown(hub):
    a_contact(a_child(hub), MARCH, code="5D")
    found = made(hub)
    assert sheets(body_of(found))["List 1"][1][6] == "o) 5B: LA services"
    assert ("H03", "CH0001", "Contact of 2 March 2026") in problems_of(found)


def test_a_source_without_a_code_is_that_of_its_kind_and_is_shown(hub):
    child = a_child(hub)
    a_contact(child, MARCH, code="", kind="school")
    a_contact(child, MARCH, code="", kind="public", anonymous=True)
    found = made(hub)
    assert {row[6] for row in sheets(body_of(found))["List 1"][1:]} == {"e) 2A: Schools", "t) 9: Anonymous"}
    assert rules_found(found)["H02"] == 1


def test_a_child_without_a_number_has_a_code_of_the_hub_the_same_each_time(hub):
    child = a_child(hub, "")
    a_contact(child, MARCH)
    unknown = a_contact(a_child(hub, "CH0002"), MARCH, settled=False)
    one, two = made(hub), made(hub)
    codes = [row[0] for row in sheets(body_of(one))["List 1"][1:]]
    assert all(len(code) == 20 and code.isalnum() and code.startswith("OM") for code in codes)
    assert len(set(codes)) == 2
    assert str(child.pk) not in str(codes)
    assert body_of(one) == body_of(two)
    assert {"8500", "H01"} <= set(rules_found(one))
    assert str(about(unknown).pk) not in str(codes)


def test_records_that_were_joined_are_one_child(hub):
    kept, joined = a_child(hub), a_child(hub, "")
    type(joined).objects.using(B).filter(pk=joined.pk).update(merged_into=kept.pk)
    a_contact(joined, MARCH)
    assert sheets(body_of(made(hub)))["List 1"][1][0] == "CH0001"


@pytest.mark.parametrize(
    ("said", "rule", "shown"),
    [
        ({"sex": "U"}, "4180", "c) Not stated/recorded"),
        ({"ethnicity": ""}, "4220", "t) NOBT"),
        ({"ethnicity": "PURPLE"}, "4220", "t) NOBT"),
        ({"born_on": None, "expected_on": "2026-07-01", "sex": "F"}, "8750", "c) Not stated/recorded"),
        ({"born_on": None}, "8525Q", None),
        ({"born_on": "2026-06-01"}, "8520", date(2026, 6, 1)),
        ({"born_on": "1999-01-01"}, "8775Q", 27),
        ({"disabilities": ["NONE", "AUT"]}, "8790", None),
        ({"disabilities": ["AUT", "AUT"]}, "8794", None),
        ({"disabilities": ["TAIL"]}, "8540", None),
        ({"died_on": "2010-01-01"}, "8535Q", None),
    ],
)
def test_what_a_record_lacks_is_named_by_its_rule(hub, said, rule, shown):
    a_contact(a_child(hub, **said), MARCH)
    found = made(hub)
    assert rules_found(found)[rule] == 1
    assert shown is None or shown in sheets(body_of(found))["List 1"][1]


def test_two_records_under_one_number_are_two_children_and_both_are_named(hub):
    for _ in range(2):
        a_contact(a_child(hub), MARCH)
    found = made(hub)
    assert len({row[0] for row in sheets(body_of(found))["List 1"][1:]}) == 2
    assert rules_found(found)["8510"] == 1


@pytest.mark.parametrize(("number", "rule"), [("C" * 21, "1570"), ("CH/0001", "1580")])
def test_a_number_that_no_census_takes_does_not_stand_in_it(hub, number, rule):
    a_contact(a_child(hub, number), MARCH)
    found = made(hub)
    assert rules_found(found)[rule] == 1
    assert number not in str(sheets(body_of(found)))


def test_a_upn_of_two_children_is_named_and_one_with_a_wrong_letter_is_left_out(hub):
    for number in ("CH1", "CH2"):
        a_contact(a_child(hub, number, upn=A_UPN), MARCH)
    a_contact(a_child(hub, "CH3", upn=f"A{A_UPN[1:]}"), MARCH)
    found = rules_found(made(hub))
    assert (found["1520"], found["1510"]) == (2, 1)


def test_the_same_days_and_facts_give_the_same_bytes(hub):
    for number in ("CH3", "CH1", "CH2"):
        child = a_child(hub, number)
        decided(a_contact(child, MARCH), child)
    one, two = made(hub), made(hub)
    assert body_of(one) == body_of(two)
    assert one.sha256 == two.sha256
    assert [row[0] for row in sheets(body_of(one))["List 1"][1:]] == ["CH1", "CH2", "CH3"]


def test_no_name_no_address_and_nothing_of_another_hub_is_in_it(hub):
    other = a_hub()
    for one in (hub, other):
        child = a_child(one, "ELSEWHERE1" if one is other else "CH0001", given="Zyxgiven", family="Zyxfamily")
        IdentifierFactory(person=child, scheme="nhs", value="9990000158")
        decided(a_contact(child, MARCH), child)
    body = body_of(made(hub))
    inside = b"".join(
        zipfile.ZipFile(io.BytesIO(body)).read(name) for name in zipfile.ZipFile(io.BytesIO(body)).namelist()
    )
    assert b"CH0001" in inside
    for word in (b"Zyxgiven", b"Zyxfamily", b"9990000158", b"ELSEWHERE1", b"Fernbank"):
        assert word not in inside


def test_every_code_can_stand_in_it():
    child = Child("CH1", born_on=date(2016, 3, 4), sex="M", ethnicity="WBRI")
    came = [Came(child, MARCH, code) for code in RULES.sources]
    children = [Child(f"E{code}", ethnicity=code) for code in RULES.ethnicities]
    came += [Came(one, MARCH, "6") for one in children]
    came += [Came(Child(f"S{code}", sex=code, ethnicity="REFU"), MARCH, "6") for code in "MFUI"]
    referrals = [Referral(child, MARCH, "6", nfa) for nfa in (True, False)]
    found = Gathered((), came, (), referrals)
    rows = annex_a.rows_of(found, FROM, UNTIL, RULES)
    seen = {value for several in rows.values() for row in several for value in row}
    assert seen >= set(RULES.letters.values()) | set(RULES.ethnicities.values()) | set(
        RULES.codes.yes_no.values()
    )
    assert seen >= {one.annex_a for one in RULES.codes.referral_source}
    sheet = {one.holds: one for one in RULES.columns.annex_a}
    assert all(annex_a.may_stand(row, sheet[name], RULES) for name in rows for row in rows[name])


# The look at a file before it is handed over


@pytest.fixture
def written(tmp_path):
    child = Child("CH1", born_on=date(2016, 3, 4), sex="M", ethnicity="WBRI")
    found = Gathered((), [Came(child, MARCH, "6")], (), [])
    rows = annex_a.rows_of(found, FROM, UNTIL, RULES)
    file = tmp_path / "return.xlsx"
    annex_a.write(file, rows, RULES)
    annex_a.check(file, rows, RULES)
    return file, rows


def spoiled(file, how):
    book = openpyxl.load_workbook(file)
    how(book)
    book.properties.creator = ""
    book.save(file)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (lambda book: setattr(book["List 2"], "sheet_state", "hidden"), "hidden"),
        (lambda book: book.create_sheet("Names"), "other sheets"),
        (lambda book: book["List 1"].__setitem__("A2", "CH2"), "another value"),
        (lambda book: book["List 1"].__setitem__("A2", "=1+1"), "formula"),
        (lambda book: book["List 1"].__setitem__("A3", "more"), "not written"),
        (lambda book: book["List 1"].__setitem__("H1", "Name"), "another value"),
        (lambda book: book["List 1"].delete_rows(2), "ends before"),
        (
            lambda book: setattr(book["List 1"]["A2"], "comment", openpyxl.comments.Comment("Daniel", "me")),
            "does not belong",
        ),
        (
            lambda book: setattr(book["List 1"]["A2"], "hyperlink", "https://example.org"),
            "does not belong",
        ),
        (
            lambda book: book.defined_names.__setitem__(
                "who", openpyxl.workbook.defined_name.DefinedName("who", attr_text="'List 1'!$A$1")
            ),
            "names in it",
        ),
    ],
)
def test_a_file_that_holds_anything_else_is_not_handed_over(written, how, why):
    file, rows = written
    spoiled(file, how)
    with pytest.raises(Differs, match=why):
        annex_a.check(file, rows, RULES)


def test_a_file_that_says_who_made_it_is_not_handed_over(written):
    file, rows = written
    book = openpyxl.load_workbook(file)
    book.properties.creator = "Jo Smith"
    book.save(file)
    with pytest.raises(Differs, match="who made it"):
        annex_a.check(file, rows, RULES)


def test_a_value_outside_its_list_is_not_handed_over(tmp_path):
    row = ["CH1", "Male", "a) WBRI", "", "", MARCH, "q) 6: Police"]
    file = tmp_path / "return.xlsx"
    rows = {"contacts": [row], "early_help": [], "referrals": []}
    annex_a.write(file, rows, RULES)
    with pytest.raises(Differs, match="does not take"):
        annex_a.check(file, rows, RULES)


@pytest.mark.parametrize("word", ["=1+1", "+44", "@SUM(1)", "-2", "https://example.org", "0012"])
def test_a_word_that_looks_like_a_formula_stays_a_word(tmp_path, word):
    rows = {
        "contacts": [],
        "early_help": [["CH1", "a) Male", "a) WBRI", "", "", MARCH, "", word]],
        "referrals": [],
    }
    file = tmp_path / "return.xlsx"
    annex_a.write(file, rows, RULES)
    annex_a.check(file, rows, RULES)
    cell = openpyxl.load_workbook(file)["List 2"]["H2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (
        word,
        "s" if word != "=1+1" else cell.data_type,
        None,
    )


def test_what_does_not_stand_the_look_is_not_kept(hub, monkeypatch):
    a_contact(a_child(hub), MARCH)

    def wrong(*_):
        raise Differs("List 1, row 2: another value than was written")

    monkeypatch.setitem(formats.FORMATS, Kind.ANNEX_A, formats.Format(wrong, "xlsx", "x", 400))
    found = made(hub)
    assert "did not stand the look" in found.trouble
    assert found.sha256 == ""
    from mash.returns.models import File

    assert not File.objects.using(B).filter(run=found.run_id).exists()


def test_reading_asks_the_database_no_more_for_more_children(hub, django_assert_max_num_queries):
    for number in range(12):
        child = a_child(hub, f"CH{number:04}")
        decided(a_contact(child, MARCH), child)
    with django_assert_max_num_queries(30):
        found = gathered(hub)
    assert len(found.contacts) == 12
