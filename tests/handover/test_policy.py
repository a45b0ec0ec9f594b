"""Who reads a hand-over: the rule, its filter and row-level security asked the same, each without the others."""

import pytest

from mash.handover import policy
from mash.handover.models import Pack, Step
from mash.partnership.models import Duty, Restriction
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.decision import DecisionFactory, OutcomeFactory, people_of
from tests.factories.handover import PackFactory, StepFactory, SystemKeyFactory
from tests.factories.partnership import LONG_AGO, AccessFactory, AgencyFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def made():
    """Return a hand-over of the child of a contact, that nobody has answered."""
    contact = ContactFactory()
    (child, *_) = people_of(contact)
    pack = PackFactory(outcome=OutcomeFactory(decision=DecisionFactory(contact=contact), about=child))
    for row in (pack, pack.contact, pack.hub, pack.agency):
        row._state.db = "default"
    return pack


def restrict(pack):
    by = StaffFactory(hub=pack.hub, manager=True)
    rows = Restriction.objects.using("builder")
    rows.create(hub=pack.hub, contact_id=pack.contact_id, why="A reason", from_at=LONG_AGO, by=by)


# same hub, same agency, duties, kept out, restricted: at the service, at the desk
CASES = [
    (True, True, ["answer"], False, False, True, False),
    (True, True, ["answer"], False, True, True, False),  # a restriction closes a case to the desk
    (True, True, ["answer"], True, False, False, False),
    (True, True, [], False, False, False, False),
    (True, False, ["answer"], False, False, False, False),
    (False, True, ["answer"], False, False, False, False),
    (True, False, ["screen"], False, False, False, True),
    (True, False, ["screen"], False, True, False, False),
    (True, False, ["screen"], True, False, False, False),
    (True, False, ["clear"], False, True, False, True),
    (False, False, ["screen"], False, False, False, False),
    (True, False, ["out_of_hours"], False, False, False, False),  # decided: not among the night’s
    (True, False, ["audit"], False, False, False, False),
    (True, True, ["answer", "out_of_hours"], False, False, False, False),  # nor for who answers by night
    (True, True, ["answer", "screen"], False, False, True, True),
    (True, True, ["answer", "screen"], True, False, False, False),
]


@pytest.mark.parametrize(("hub", "agency", "duties", "barred", "restricted", "there", "here"), CASES)
def test_who_reads_a_hand_over(hub, agency, duties, barred, restricted, there, here):
    pack = made()
    step = StepFactory(origin=pack)
    reader = StaffFactory(
        hub=pack.hub if hub else HubFactory(),
        duties=duties,
        **({"agency": pack.agency} if agency else {}),
    )
    if barred:
        AccessFactory(staff=reader, contact_id=pack.contact_id, bars=True)
    if restricted:
        restrict(pack)
    with signed_in_as(reader):
        assert bool(policy.may_read(reader, pack)) is there
        assert bool(policy.may_read_at_hub(reader, pack)) is here
        assert Pack.objects.filter(policy.received_by(reader)).exists() is there
        assert Pack.objects.filter(policy.read_at_hub_by(reader)).exists() is here
        assert Step.objects.filter(policy.sent_on_by(reader)).exists() is there
        assert Pack.objects.exists() is (there or here)
        assert Step.objects.filter(pk=step.pk).exists() is (there or here)


def test_only_whoever_leads_and_answers_lets_a_system_in():
    for leads, duties, may in (
        (True, ["answer"], True),
        (False, ["answer"], False),
        (True, ["screen"], False),
    ):
        assert bool(policy.may_give_keys(StaffFactory(leads=leads, duties=duties))) is may


@pytest.mark.parametrize(
    ("asked", "duties"),
    [
        ("may_answer_at_hub", {"screen", "assess", "decide", "manage"}),
        ("may_read_at_hub", {"screen", "assess", "decide", "approve", "clear", "manage"}),
    ],
)
def test_who_may_with_which_duty(asked, duties):
    pack, may = made(), set()
    for duty in Duty.values:
        worker = StaffFactory(hub=pack.hub, duties=[duty])
        with signed_in_as(worker):
            may |= {duty} if getattr(policy, asked)(worker, pack) else set()
    assert may == duties


def test_a_step_is_passed_by_a_cleared_person_of_the_desk():
    step, may = StepFactory(origin=made()), set()
    for duty in Duty.values:
        worker = StaffFactory(hub=step.hub, duties=[duty])
        with signed_in_as(worker):
            may |= {duty} if policy.may_pass_step(worker, step) else set()
    assert may == {"clear"}


def test_a_key_is_ended_by_who_leads_the_agency_whose_it_is():
    key = SystemKeyFactory()
    for agency, hub, leads, may in (
        (key.agency, key.hub, True, True),
        (key.agency, key.hub, False, False),
        (AgencyFactory(), key.hub, True, False),
        (key.agency, HubFactory(), True, False),
    ):
        by = StaffFactory(agency=agency, hub=hub, leads=leads, duties=["answer"])
        assert bool(policy.may_end_key(by, key)) is may


def test_a_cleared_person_passes_no_step_that_they_sent():
    step = StepFactory(origin=made())
    by = StaffFactory(hub=step.hub, duties=["clear", "answer"], account=step.by.account)
    with signed_in_as(by):
        assert "You sent this" in policy.may_pass_step(by, step).refusal
