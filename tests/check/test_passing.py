"""An enquiry finds somebody who is there: the post on duty, then the deputies, then the lead, then the deciders."""

import datetime

import pytest

from mash.check.actions import pass_to_deputy
from mash.check.actions.passing import whom_to_ask
from mash.check.models import Enquiry, EnquiryPassed, EnquirySeen
from mash.partnership.models import Email
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import CheckFactory, EnquiryFactory, ready
from tests.factories.partnership import MONDAY_9AM, MembershipFactory, StaffFactory
from tests.factories.rota import AbsenceFactory, TurnFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)


@pytest.fixture
def school():
    """An agency with somebody on duty, somebody who stands in, and a lead; and the hub's decision maker."""
    hannah = StaffFactory(answerer=True)
    team = {"hub": hannah.hub, "agency": hannah.agency, "answerer": True}
    MembershipFactory(hub=hannah.hub, agency=hannah.agency)

    class School:
        rob, lead = StaffFactory(**team), StaffFactory(**team, leads=True)
        decider = StaffFactory(hub=hannah.hub, decider=True)

    School.hannah = hannah
    School.turn = TurnFactory(staff=hannah, deputies=[School.rob.pk])
    return School


def asked(school, to=None, colour="amber", due=4 * HOUR):
    check = CheckFactory(contact=ready(colour, hub=school.hannah.hub), colour=colour)
    made = EnquiryFactory(check_asked=check, agency=school.hannah.agency, due_at=MONDAY_9AM + due)
    Enquiry.objects.using("builder").filter(pk=made.pk).update(addressed_to=to)
    return made


def later(enquiry, after):
    with in_service("reminders"):
        pass_to_deputy(enquiry=enquiry, at=MONDAY_9AM + after)
    return Enquiry.objects.using("builder").get(pk=enquiry.pk).addressed_to_id


def seen(enquiry, staff):
    EnquirySeen.objects.using("builder").create(
        hub_id=enquiry.hub_id, enquiry_id=enquiry.pk, staff_id=staff.pk, at=MONDAY_9AM
    )


def test_an_enquiry_is_addressed_to_the_post_on_duty(school):
    with signed_in_as(school.decider):
        agency, hub = school.hannah.agency, school.hannah.hub
        assert whom_to_ask(hub, agency, None, MONDAY_9AM) == school.hannah
        assert whom_to_ask(hub, agency, school.lead, MONDAY_9AM) == school.lead
        assert whom_to_ask(hub, agency, None, MONDAY_9AM - HOUR) is None
    AbsenceFactory(staff=school.hannah)
    with signed_in_as(school.decider):
        assert whom_to_ask(hub, agency, None, MONDAY_9AM) == school.rob
        assert whom_to_ask(hub, agency, school.hannah, MONDAY_9AM) == school.rob


def test_what_nobody_was_named_for_goes_to_whoever_comes_on_duty(school):
    enquiry = asked(school)
    assert later(enquiry, -HOUR) is None
    assert later(enquiry, HOUR) == school.hannah.pk


def test_the_absent_s_go_to_the_deputy_then_the_lead_then_the_deciders_are_told_once(school):
    enquiry = asked(school, school.hannah)
    assert later(enquiry, MINUTE) == school.hannah.pk
    for away, now in ((school.hannah, school.rob), (school.rob, school.lead), (school.lead, school.lead)):
        AbsenceFactory(staff=away)
        assert later(enquiry, 2 * MINUTE) == now.pk
    later(enquiry, 3 * MINUTE)
    to = list(Email.objects.using("builder").values_list("to", flat=True))
    assert to.count(school.decider.account.email) == 1
    assert [one.why for one in EnquiryPassed.objects.using("builder").all()] == ["marked_away"] * 2


@pytest.mark.parametrize(
    ("colour", "due", "kept", "passed"),
    [
        ("red", 2 * HOUR, 29 * MINUTE, 30 * MINUTE),
        ("amber", 4 * HOUR, 119 * MINUTE, 2 * HOUR),
        ("green", 6 * HOUR, 179 * MINUTE, 3 * HOUR),
    ],
)
def test_what_is_not_opened_in_time_goes_to_the_deputy_and_buys_no_time(school, colour, due, kept, passed):
    enquiry = asked(school, school.hannah, colour, due)
    assert later(enquiry, kept) == school.hannah.pk
    assert later(enquiry, passed) == school.rob.pk
    assert Enquiry.objects.using("builder").get().due_at == MONDAY_9AM + due
    assert later(enquiry, passed + MINUTE) == school.rob.pk


def test_what_is_open_on_their_screen_stays(school):
    enquiry = asked(school, school.hannah)
    seen(enquiry, school.hannah)
    assert later(enquiry, 3 * HOUR) == school.hannah.pk


def test_who_goes_home_before_it_is_due_leaves_it_to_the_deputy(school):
    enquiry = asked(school, school.hannah, due=30 * HOUR)
    seen(enquiry, school.hannah)
    assert later(enquiry, 7 * HOUR) == school.hannah.pk
    assert later(enquiry, 9 * HOUR) == school.rob.pk


def test_who_is_on_duty_again_before_it_is_due_keeps_it(school):
    TurnFactory(
        staff=school.hannah, from_at=MONDAY_9AM + 24 * HOUR, until_at=MONDAY_9AM + 32 * HOUR, deputies=[]
    )
    enquiry = asked(school, school.hannah, due=30 * HOUR)
    seen(enquiry, school.hannah)
    assert later(enquiry, 9 * HOUR) == school.hannah.pk


def test_the_first_still_sees_it_and_both_read_whose_it_is(school):
    enquiry = asked(school, school.hannah)
    AbsenceFactory(staff=school.hannah)
    later(enquiry, MINUTE)
    for who in (school.hannah, school.rob):
        shown = browser(who).get("/checks/inbox/").content.decode()
        assert enquiry.reference in shown
        assert f"from {school.hannah.account.name}: away" in shown


def test_a_deputy_is_told_the_reference_and_nothing_else(school):
    enquiry = asked(school, school.hannah)
    AbsenceFactory(staff=school.hannah)
    later(enquiry, MINUTE)
    said = Email.objects.using("builder").get()
    assert (said.to, enquiry.reference in said.body) == (school.rob.account.email, True)
    assert "Okafor" not in said.subject + said.body


def test_whoever_leads_an_agency_passes_on_what_its_hub_asked_and_nothing_that_another_asked_of_it(school):
    here = asked(school, school.hannah)
    there = EnquiryFactory(
        check_asked=CheckFactory(contact=ready("amber"), colour="amber"), agency=school.hannah.agency
    )
    with signed_in_as(school.lead):
        assert Enquiry.objects.update(addressed_to=school.rob) == 1  # of every enquiry, whoever sees it
    kept = Enquiry.objects.using("builder")
    assert there.hub_id != here.hub_id
    assert [kept.get(pk=one.pk).addressed_to_id for one in (here, there)] == [school.rob.pk, None]
