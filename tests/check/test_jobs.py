"""What runs by itself: once each, on time, and saying nothing of the case."""

from datetime import timedelta

import pytest

from mash.check import jobs
from mash.check.actions import approve_check, chase
from mash.check.models import Chase, Check, Enquiry
from mash.partnership.models import Email
from tests.factories.base import in_service
from tests.factories.check import (
    CheckFactory,
    EnquiryFactory,
    ReturnFactory,
    answerer_of,
    desk_of,
    doing,
    ready,
)
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.triage import GroundFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
DUE = MONDAY_9AM + timedelta(hours=2)  # red: two hours by the clock


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now_is = MONDAY_9AM

        def now(self):
            return self.now_is

    made = Clock()
    monkeypatch.setattr(jobs, "timezone", made)
    return made


def run(job, clock, at):
    clock.now_is = at
    with in_service("reminders"):
        job()


def rows(model, **where):
    return list(model.objects.using("builder").filter(**where))


def a_red_enquiry(**changes):
    return EnquiryFactory(check_asked=CheckFactory(contact=ready("red"), colour="red"), due_at=DUE, **changes)


def test_an_agency_is_reminded_at_three_quarters_and_when_it_is_due(clock):
    enquiry = a_red_enquiry()
    for minutes, steps in ((60, []), (90, ["75"]), (95, ["75"]), (120, ["75", "100"]), (600, ["75", "100"])):
        run(jobs.remind, clock, MONDAY_9AM + timedelta(minutes=minutes))
        assert [one.step for one in rows(Chase)] == steps
    assert len(rows(Email, hub_id=enquiry.hub_id)) == 2


def test_a_reminder_names_the_reference_and_nobody(clock):
    addressed = a_red_enquiry()
    who = answerer_of(addressed)
    Enquiry.objects.using("builder").filter(pk=addressed.pk).update(addressed_to=who)
    run(jobs.remind, clock, DUE)
    found = rows(Email)
    assert who.account.email in {one.to for one in found}
    for one in found:
        said = f"{one.subject} {one.body}"
        assert addressed.reference in said
        assert not any(
            word in said for word in ("Okafor", "OKAFOR", addressed.worry, addressed.focus, "Daniel")
        )


def test_who_answered_and_who_is_not_waited_for_are_not_reminded(clock):
    ReturnFactory(enquiry=a_red_enquiry())
    a_red_enquiry(withdrawn_at=MONDAY_9AM)
    closed = a_red_enquiry()
    Check.objects.using("builder").filter(pk=closed.check_asked_id).update(closed_at=MONDAY_9AM)
    run(jobs.remind, clock, DUE)
    assert not rows(Chase)


def test_a_part_is_still_waited_for(clock):
    ReturnFactory(enquiry=a_red_enquiry(), part=True)
    run(jobs.remind, clock, DUE)
    assert len(rows(Chase)) == 2


def test_what_waits_for_the_absent_goes_to_their_deputy(clock):
    enquiry = a_red_enquiry()
    deputy = answerer_of(enquiry)
    away = StaffFactory(
        hub=enquiry.hub,
        agency=enquiry.agency,
        answerer=True,
        deputy=deputy,
        away_until=DUE + timedelta(days=1),
    )
    Enquiry.objects.using("builder").filter(pk=enquiry.pk).update(addressed_to=away)
    run(jobs.remind, clock, MONDAY_9AM)
    assert rows(Enquiry)[0].addressed_to_id == deputy.pk


def a_check_to_approve():
    contact = ready("red", agreed=False)
    ground = GroundFactory(contact=contact)
    return CheckFactory(
        contact=contact,
        gate_agreement=None,
        gate_ground=ground,
        ground=ground.ground,
        reason=ground.reason,
        colour="red",
        approval_due_at=MONDAY_9AM + timedelta(hours=15),
    )


def test_managers_are_asked_every_two_hours_until_somebody_approves(clock):
    check = a_check_to_approve()
    manager = StaffFactory(hub=check.hub, manager=True)
    StaffFactory(manager=True)  # of another hub
    for hours, mails in ((1, 0), (2, 1), (3, 1), (4, 2)):
        run(jobs.ask_for_approvals, clock, MONDAY_9AM + timedelta(hours=hours))
        assert [one.to for one in rows(Email)] == [manager.account.email] * mails
    doing(manager, approve_check, check=check, at=MONDAY_9AM + timedelta(hours=5))
    run(jobs.ask_for_approvals, clock, MONDAY_9AM + timedelta(hours=8))
    assert len(rows(Email)) == 2


def test_whoever_recorded_the_ground_is_not_asked_to_approve_it(clock):
    check = a_check_to_approve()
    GroundFactory._meta.model.objects.using("builder").filter(pk=check.gate_ground_id).update(
        by=StaffFactory(hub=check.hub, manager=True)
    )
    run(jobs.ask_for_approvals, clock, MONDAY_9AM + timedelta(hours=2))
    assert not rows(Email)


def test_a_reminder_by_hand_goes_out_once_in_a_while():
    enquiry = a_red_enquiry()
    by = desk_of(enquiry)
    assert doing(by, chase, enquiry=enquiry, at=MONDAY_9AM)
    assert not doing(by, chase, enquiry=enquiry, at=MONDAY_9AM + timedelta(minutes=5))
    assert doing(by, chase, enquiry=enquiry, at=MONDAY_9AM + timedelta(minutes=20))
