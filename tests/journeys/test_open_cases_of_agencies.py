"""A worker sees on a case who works with a child, and settles whether it is them: in a browser."""

import pytest

from tests.factories.check import people_of
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import StaffFactory
from tests.factories.people import PersonFactory
from tests.factories.systems import CaseLikeFactory, OpenCaseFactory, SystemFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_a_worker_settles_with_whom_an_agency_works(visitor, width):
    worker = StaffFactory(screener=True)
    contact = ContactFactory(hub=worker.hub)
    daniel = PersonFactory(hub=worker.hub)
    (child, *_) = people_of(contact)
    SettlementFactory(contact_person=child, person=daniel, answer="known")
    system = SystemFactory(hub=worker.hub)
    long = (
        "Northfield and District Community Children’s Nursing and School Health Partnership, eastern locality"
    )
    CaseLikeFactory(case=OpenCaseFactory(system=system, team=long), person=daniel)
    CaseLikeFactory(case=OpenCaseFactory(system=system, reference="SN-77"), person=daniel, band="check")

    one = visitor(worker, width=width)
    one.opens(f"/cases/{contact.pk}/")
    assert one.sees("Agencies that work with them now")
    assert one.sees("Nobody has settled yet that it is them")
    assert one.sees("1 more may be of somebody named here")
    one.looks()
    one.photographs("case_at_agencies")
    one.page.get_by_role("link", name="Settle whether it is them").click()
    one.looks()
    one.photographs("open_cases")
    one.page.get_by_role("button", name="The same person").first.click()
    assert one.sees("is shown on their cases")
    one.page.get_by_role("button", name="Not the same").first.click()
    assert one.sees("is not shown on their cases")
    assert one.sees("Nothing waits to be settled")
    one.looks()
    one.photographs("open_cases_empty")
