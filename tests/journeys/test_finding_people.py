"""A worker looks for somebody, opens the record, and adds what the next worker must know."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from mash.people.details import Home
from tests.factories.partnership import StaffFactory
from tests.factories.people import (
    AlertFactory,
    CourtOrderFactory,
    InvolvementFactory,
    OpenCasesListFactory,
    RelationshipFactory,
    a_known_person,
)


@pytest.fixture
def worker(transactional_db):
    return StaffFactory(screener=True, hub__name="Northfield")


@pytest.fixture
def daniel(worker):
    home = (Home(("12 Cobbold Street", "Northfield"), "NF2 3AB"),)
    grace = a_known_person(
        worker.hub, given="Grace", family="Okafor", born_on=date(1988, 7, 11), sex="F", addresses=home,
        phones=("07700 900503",), nhs_number="9990541957",
    )  # fmt: skip
    daniel = a_known_person(
        worker.hub, given="Daniel", family="Okafor", known_as=("Danny",), born_on=date(2016, 3, 4), sex="M",
        addresses=home, upn="U201093221399", nhs_number="9993831221", school="Larkhill Primary",
    )  # fmt: skip
    RelationshipFactory(from_person=grace, to_person=daniel)
    InvolvementFactory(person=daniel)
    InvolvementFactory(person=daniel, plan="Early help plan", tier=2, until_on="2026-05-01")
    AlertFactory(person=daniel, expires_on="2099-01-01")
    CourtOrderFactory(
        person=daniel, court="Northfield Family Court", words="Father to stay away from the school"
    )
    OpenCasesListFactory(hub=worker.hub, as_at=timezone.now() - timedelta(days=9))
    return daniel


def test_a_worker_finds_a_child_and_warns_the_next_one(visitor, worker, daniel):
    browser = visitor(worker)
    browser.opens("/people/")
    browser.fills("Name, date of birth, postcode, telephone, NHS number, UPN or school", "danny NF2")
    browser.presses("Search")
    assert browser.sees("1 person found")
    browser.follows("OKAFOR, Daniel")
    assert browser.sees("list of open cases is old")
    browser.follows("Add an alert")
    browser.presses("Add alert")
    assert browser.sees("Enter the last day of the alert")
    browser.fills("What must whoever opens this record know?", "Large dog behind the gate")
    for box, typed in (("Day", "1"), ("Month", "2"), ("Year", str(timezone.now().year + 1))):
        browser.fills(box, typed)
    browser.presses("Add alert")
    assert browser.sees("Large dog behind the gate")
    browser.follows("Add a court order")


def test_a_worker_says_who_somebodys_mother_is(visitor, worker, daniel):
    browser = visitor(worker, width=360)
    browser.opens(f"/people/{daniel.pk}/relationship/")
    browser.fills("Find the other person", "grace")
    browser.presses("Find")
    browser.chooses("OKAFOR, Grace, born 11 July 1988")
    browser.chooses("Carer")
    browser.chooses("Not known")
    browser.presses("Add relationship")
    assert browser.sees("carer of this person")
    browser.opens("/people/")
    browser.fills("Name, date of birth, postcode, telephone, NHS number, UPN or school", "okafor")
    browser.presses("Search")
