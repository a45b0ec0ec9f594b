"""The dataset: its tables and fields, what is left out, the same as CSV and JSON, and the look at it."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest

from mash.returns import ssd
from mash.returns.facts import Came, Child, Gathered, Help
from mash.returns.models import Kind
from mash.returns.refusals import Differs
from tests.factories.people import IdentifierFactory
from tests.returns.story import (
    A_UPN,
    FROM,
    MARCH,
    RULES,
    UNTIL,
    a_child,
    a_contact,
    a_hub,
    body_of,
    decided,
    made,
)

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def hub():
    return a_hub()


def opened(body):
    return zipfile.ZipFile(io.BytesIO(body))


def table(body, name):
    with opened(body).open(f"{name}.csv") as held:
        return list(csv.DictReader(io.TextIOWrapper(held, encoding="utf-8", newline="")))


def test_a_referral_stands_in_every_table(hub):
    child = a_child(hub, upn=A_UPN)
    IdentifierFactory(person=child, scheme="nhs", value="9990000158")
    decided(a_contact(child, MARCH, code="2A"), child)
    body = body_of(made(hub, Kind.SSD))
    (person,), (contact,), (episode,) = (
        table(body, name) for name in ("ssd_person", "ssd_contacts", "ssd_cin_episodes")
    )
    assert (person["pers_person_id"], person["pers_sex"], person["pers_dob"]) == ("CH0001", "M", "2016-03-04")
    assert (contact["cont_person_id"], contact["cont_contact_source_code"]) == ("CH0001", "2A")
    flags = json.loads(contact["cont_contact_outcome_json"])
    assert [name for name, said in flags.items() if said] == ["NEW_REFERRAL_FLAG"]
    assert list(flags) == [*RULES.columns.contact_flags]
    assert (episode["cine_referral_date"], episode["cine_referral_nfa"]) == ("2026-03-02", "N")
    said = json.loads(episode["cine_referral_outcome_json"])
    assert [name for name, held in said.items() if held] == ["SINGLE_ASSESSMENT_FLAG"]
    numbers = table(body, "ssd_linked_identifiers")
    assert [(one["link_identifier_type"], one["link_identifier_value"]) for one in numbers] == [
        ("Unique Pupil Number", A_UPN),
        ("NHS Number", "9990000158"),
    ]


def test_json_says_the_same_as_csv(hub):
    decided(a_contact(a_child(hub), MARCH), a_child(hub, "CH0002"))
    body = body_of(made(hub, Kind.SSD))
    whole = json.loads(opened(body).read("ssd.json"))
    assert list(whole) == [one.table for one in RULES.columns.ssd]
    for name, rows in whole.items():
        assert [{key: value or "" for key, value in row.items()} for row in rows] == table(body, name)


def test_names_addresses_and_workers_are_no_fields_of_it(hub):
    child = a_child(hub, given="Zyxgiven", family="Zyxfamily")
    decided(a_contact(child, MARCH), child)
    body = body_of(made(hub, Kind.SSD))
    inside = b"".join(opened(body).read(name) for name in opened(body).namelist())
    assert b"Zyx" not in inside
    fields = {field for one in RULES.columns.ssd for field in one.columns}
    assert not {
        one for one in fields if "name" in one or "address" in one or "postcode" in one or "worker" in one
    }


def test_the_same_days_and_facts_give_the_same_bytes_and_each_row_a_key_of_its_own(hub):
    child = a_child(hub)
    for _ in range(3):
        a_contact(child, MARCH)
    one, two = made(hub, Kind.SSD), made(hub, Kind.SSD)
    assert body_of(one) == body_of(two)
    assert len({row["cont_contact_id"] for row in table(body_of(one), "ssd_contacts")}) == 3


def test_every_flag_of_an_outcome_is_one_of_the_dataset(hub):
    from mash.decision.content import outcomes

    known = {*RULES.columns.contact_flags} | {*RULES.columns.referral_flags}
    said = {flag for one in outcomes().values() for flag in (*one.ssd_contact_flags, *one.ssd_referral_flags)}
    assert said <= known


# The look at a file


@pytest.fixture
def written(tmp_path):
    child = Child("CH1", born_on=date(2016, 3, 4), sex="M", ethnicity="WBRI")
    found = Gathered((), [Came(child, MARCH, "6")], [Help(child, MARCH, None, "=Help")], [])
    rows = ssd.tables(found, FROM, UNTIL, RULES)
    file = tmp_path / "ssd.zip"
    ssd.write(file, rows, RULES)
    return file, rows


def test_a_word_that_looks_like_a_formula_is_a_word(written):
    file, rows = written
    ssd.check(file, rows, RULES)
    assert table(file.read_bytes(), "ssd_early_help_episodes")[0]["earl_episode_organisation"] == "'=Help"


def again(file, change):
    """Write the archive anew with its files changed."""
    held = {name: opened(file.read_bytes()).read(name) for name in opened(file.read_bytes()).namelist()}
    change(held)
    with zipfile.ZipFile(file, "w") as packed:
        for name, words in held.items():
            packed.writestr(zipfile.ZipInfo(name), words)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda held: held.__setitem__("names.csv", b"Daniel"), "other files"),
        (lambda held: held.__setitem__("ssd_person.csv", b"name\r\nDaniel\r\n"), "other fields"),
        (
            lambda held: held.__setitem__(
                "ssd_contacts.csv", held["ssd_contacts.csv"].replace(b"CH1", b"CH2")
            ),
            "as CSV",
        ),
        (
            lambda held: held.__setitem__("ssd.json", held["ssd.json"].replace(b"CH1", b"CH2", 1)),
            "another value",
        ),
        (lambda held: held.__setitem__("ssd.json", b"{}"), "other tables"),
        (
            lambda held: held.__setitem__("ssd_contacts.csv", held["ssd_contacts.csv"] + b"more\r\n"),
            "not written",
        ),
    ],
)
def test_a_file_that_holds_anything_else_is_not_handed_over(written, change, why):
    file, rows = written
    again(file, change)
    with pytest.raises(Differs, match=why):
        ssd.check(file, rows, RULES)


def test_a_field_that_may_not_leave_stops_the_file(written):
    file, rows = written
    rows["ssd_person"][0]["pers_forename"] = "Daniel"
    with pytest.raises(Differs, match="may not leave"):
        ssd.check(file, rows, RULES)
