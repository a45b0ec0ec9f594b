"""A register of known people is taken in: again without harm, and with what is wrong named by its line."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from mash.ledger.models import Entry
from mash.people import queries
from mash.people.models import Address, Household, Identifier, Person, Phone, Resident, Token
from tests.factories.base import signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
REGISTER = Path(__file__).parent.parent / "data" / "people_register.csv"
HEAD = "person_id,given,family,known_as,born_on,sex,nhs_number,upn,la_child_id,address,postcode,phone,school,restricted"
ROWS = [
    "NA1,Ama,Osei,,2014-03-11,F,9992050586,E201094420503,NF994557,\"7 Kiln Place, Northfield\",NF1 6DE,,Larkhill,",
    "NA2,Abena,Osei,Abi; Mama,1986-04-21,F,9993015385,,,\"7 Kiln Place, Northfield\",NF1 6DE,07700 900164,,",
    "NA3,Leon,Marsh,,1985-02-27,M,,,,1 Alma Parade,NF2 2GH,,,",
]  # fmt: skip


def take(tmp_path, *rows, hub="Northfield", head=HEAD, **options):
    file = tmp_path / "register.csv"
    file.write_bytes("\n".join([head, *rows, ""]).encode("utf-8", "surrogateescape"))
    said, complained = io.StringIO(), io.StringIO()
    failed = ""
    try:
        call_command("people", "import", str(file), hub=hub, stdout=said, stderr=complained, **options)
    except CommandError as why:
        failed = str(why)
    return said.getvalue().strip(), complained.getvalue(), failed


def counts():
    tables = (Person, Address, Phone, Identifier, Token, Household, Resident)
    return [table.objects.using("builder").count() for table in tables]


def test_a_register_is_taken_in_and_again_without_change(tmp_path):
    HubFactory(name="Northfield")
    assert take(tmp_path, *ROWS) == ("Northfield: 3 new, 0 changed, 0 already here", "", "")
    after = counts()
    assert after[0] == 3
    assert take(tmp_path, *ROWS) == ("Northfield: 0 new, 0 changed, 3 already here", "", "")
    assert counts() == after


def test_who_was_imported_is_found_with_every_name_and_whom_they_live_with(tmp_path):
    worker = StaffFactory(screener=True, hub=HubFactory(name="Northfield"))
    take(tmp_path, *ROWS)
    with signed_in_as(worker):
        (ama,) = queries.search(worker, "ama osei 11/3/2014").people
        assert (ama.born_on, ama.sex, ama.school) == (date(2014, 3, 11), "F", "Larkhill")
        assert [one.person.given for one in queries.household_of(ama)] == ["Abena"]
        assert [one.given for one in queries.search(worker, "mama").people] == ["Abena"]
        assert {(number.scheme, number.valid) for number in queries.numbers_of(ama)} == {
            ("la_child_id", True), ("nhs", True), ("register", True), ("upn", True),
        }  # fmt: skip


def test_a_row_that_changed_adds_what_is_new_and_takes_nothing_away(tmp_path):
    worker = StaffFactory(screener=True, hub=HubFactory(name="Northfield"))
    take(tmp_path, *ROWS)
    moved = (
        "NA1,Ama,Osei-Boateng,,2014-03-11,F,9992050586,E201094420503,NF994557,9 Pan Street,NF5 8NR,,Larkhill,"
    )
    assert take(tmp_path, moved, *ROWS[1:])[0] == "Northfield: 0 new, 1 changed, 2 already here"
    with signed_in_as(worker):
        (ama,) = queries.search(worker, "boateng NF5 8NR").people
        assert ama.family == "Osei"
        assert {home.postcode for home in queries.addresses_of(ama)} == {"NF1 6DE", "NF5 8NR"}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("NA9,Ama,Osei,,11/03/2014,F,,,,,,,,", "born_on is not a date written YYYY-MM-DD"),
        ("NA9,Ama,Osei,,2014-02-30,F,,,,,,,,", "born_on is not a date written YYYY-MM-DD"),
        ("NA9,Ama,Osei,,2999-01-01,F,,,,,,,,", "born_on is not a date"),
        ("NA9,Ama,Osei,,2080-01-01,F,,,,,,,,", "born_on is in the future"),
        ("NA9,Ama,Osei,,2014-03-11,X,,,,,,,,", "sex is not F, M or U"),
        (",Ama,Osei,,2014-03-11,F,,,,,,,,", "person_id is missing"),
        (f"NA9,{'A' * 121},Osei,,2014-03-11,F,,,,,,,,", "given is longer than 120 characters"),
        ("NA9,Ama,Osei", "has 3 columns where the first line has 14"),
        ("NA9,Am\udcffa,Osei,,2014-03-11,F,,,,,,,,", "is not UTF-8"),
        ("NA9,Am\x00a,Osei,,2014-03-11,F,,,,,,,,", "holds control characters"),
        ('NA9,"Ama"x,Osei,,2014-03-11,F,,,,,,,,', "cannot be read"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_its_line_and_the_good_ones_are_taken(tmp_path, row, why):
    HubFactory(name="Northfield")
    said, complained, failed = take(tmp_path, ROWS[0], row, ROWS[2])
    assert said == "Northfield: 2 new, 0 changed, 0 already here, 1 refused"
    assert f"line 3: {why}" in complained
    assert "Osei" not in complained
    assert failed == "1 rows were not taken; mend them and run this again"
    assert set(Person.objects.using("builder").values_list("source_key", flat=True)) == {"NA1", "NA3"}


def test_nothing_is_kept_of_a_dry_run(tmp_path):
    HubFactory(name="Northfield")
    said, _, _ = take(tmp_path, *ROWS, dry_run=True)
    assert said == "dry run, nothing kept: Northfield: 3 new, 0 changed, 0 already here"
    assert counts() == [0] * 7
    assert not Entry.objects.using("builder").filter(event="people.imported").exists()


def test_where_a_restricted_person_lives_is_not_taken_in(tmp_path):
    worker = StaffFactory(screener=True, hub=HubFactory(name="Northfield"))
    row = "NA7,Nora,Lindqvist,,2019-10-31,F,,,,Flat 4 Heron Mews,NF2 9PP,07700 900979,Larkhill Primary,yes"
    said, _, _ = take(tmp_path, row)
    assert said.endswith("1 restricted (address, telephone and school left out)")
    with signed_in_as(worker):
        assert len(queries.search(worker, "nora").people) == 1
        for part in ("NF2 9PP", "NF2", "07700900979", "larkhill"):
            assert not queries.search(worker, part).people
    assert counts()[1:3] == [0, 0]
    assert not Household.objects.using("builder").exists()


def test_numbers_that_fail_their_check_digit_are_counted_and_kept(tmp_path):
    HubFactory(name="Northfield")
    said, _, _ = take(tmp_path, "NA7,Nora,Stone,,2019-10-31,F,9992050587,,,,,,,")
    assert said.endswith("1 with a number that fails its check digit")
    assert not Identifier.objects.using("builder").get(scheme="nhs").valid


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("person_id,given,born_on", "columns missing: family"),
        (HEAD + ",shoe_size", "columns not known: shoe_size"),
        (HEAD + ",given", "columns given twice: given"),
        ("", "columns missing"),
    ],
)
def test_a_file_with_other_columns_is_refused_whole(tmp_path, head, why):
    HubFactory(name="Northfield")
    assert why in take(tmp_path, head=head)[2]


def test_an_unknown_hub_and_a_missing_file_are_said(tmp_path):
    assert take(tmp_path, *ROWS)[2] == "There is no hub named Northfield"
    HubFactory(name="Northfield")
    with pytest.raises(CommandError, match="No such file"):
        call_command("people", "import", str(tmp_path / "none.csv"), hub="Northfield")


def test_one_key_twice_in_a_file_is_one_person(tmp_path):
    HubFactory(name="Northfield")
    said, _, _ = take(tmp_path, ROWS[0], ROWS[0].replace("Ama", "Amma"), ROWS[0])
    assert said == "Northfield: 1 new, 1 changed, 1 already here"


def test_the_search_of_a_hub_can_be_made_anew(tmp_path, settings):
    worker = StaffFactory(screener=True, hub=HubFactory(name="Northfield"))
    take(tmp_path, *ROWS)
    Token.objects.using("builder").all().delete()
    said = io.StringIO()
    call_command("people", "refresh", hub="northfield", stdout=said)
    assert said.getvalue().startswith("3 people")
    with signed_in_as(worker):
        assert len(queries.search(worker, "osei").people) == 2


def test_each_part_of_a_register_leaves_its_line(tmp_path):
    hub = HubFactory(name="Northfield")
    take(tmp_path, *ROWS)
    line = Entry.objects.using("builder").get(event="people.imported")
    assert (line.hub_id, line.actor, line.detail) == (
        hub.pk,
        "service:imports",
        {"new": 3, "changed": 0, "known": 0},
    )
