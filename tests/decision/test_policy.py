import pytest

from mash.decision import policy, queries
from mash.decision.models import Decision, Outcome, Strategy
from mash.partnership.models import DAY, Duty
from tests.factories.base import signed_in_as
from tests.factories.decision import DecisionFactory, OutcomeFactory, StrategyFactory, people_of, ready
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def decided():
    contact = ready()
    decision = DecisionFactory(contact=contact)
    OutcomeFactory(decision=decision, about=people_of(contact)[0])
    return decision


def owner(decision):
    return decision.by


def colleague(decision):
    return StaffFactory(hub=decision.hub, screener=True)


def same_agency_elsewhere(decision):
    return StaffFactory(hub=HubFactory(), agency=decision.by.agency, whole_desk=True)


def stranger(decision):
    return StaffFactory(whole_desk=True)


def in_two_hubs_acting_here(decision):
    elsewhere = StaffFactory(whole_desk=True)
    return StaffFactory(hub=decision.hub, account=elsewhere.account, screener=True)


def in_two_hubs_acting_elsewhere(decision):
    here = StaffFactory(hub=decision.hub, screener=True)
    return StaffFactory(account=here.account, whole_desk=True)


def barred(decision):
    staff = StaffFactory(hub=decision.hub, whole_desk=True)
    AccessFactory(staff=staff, contact_id=decision.contact_id, bars=True)
    return staff


def answers_for_an_agency(decision):
    return StaffFactory(hub=decision.hub, answerer=True)


def auditor(decision):
    return StaffFactory(hub=decision.hub, auditor=True)


READERS = [
    (owner, True),
    (colleague, True),
    (same_agency_elsewhere, False),
    (stranger, False),
    (in_two_hubs_acting_here, True),
    (in_two_hubs_acting_elsewhere, False),
    (barred, False),
    (answers_for_an_agency, False),
    (auditor, False),
]


@pytest.mark.parametrize(("who", "reads"), READERS)
def test_who_reads_a_decision(decided, who, reads):
    reader = who(decided)
    with signed_in_as(reader):
        assert bool(policy.may_read(reader, decided)) is reads
        assert Decision.objects.exists() is reads
        assert Outcome.objects.exists() is reads
    assert Decision.objects.using("builder").filter(policy.readable_by(reader)).exists() is reads


@pytest.mark.parametrize(("who", "reads"), READERS)
def test_who_reads_a_strategy_discussion(decided, who, reads):
    reader = who(decided)
    strategy = StrategyFactory(contact=decided.contact)
    with signed_in_as(reader):
        assert bool(policy.may_read(reader, strategy)) is reads
        assert Strategy.objects.exists() is reads
    assert Strategy.objects.using("builder").filter(policy.readable_by(reader)).exists() is reads


@pytest.mark.parametrize("duty", DAY)  # the night's own table is in tests/desk/test_night.py
def test_every_duty_of_the_day_reads_and_no_other_does(decided, duty):
    with signed_in_as(reader := StaffFactory(hub=decided.hub, duties=[duty])):
        assert Decision.objects.filter(policy.readable_by(reader)).exists()
        assert policy.may_read(reader, decided)


def test_what_waits_for_me_is_what_only_i_may_answer():
    waiting = DecisionFactory(contact=ready(), waiting=True)
    cases = [
        (StaffFactory(hub=waiting.hub, second_person=True), True),
        (StaffFactory(hub=waiting.hub, cleared=True), True),
        (StaffFactory(hub=waiting.hub, screener=True), False),
        (waiting.by, False),
        (StaffFactory(hub=waiting.hub, account=waiting.by.account, whole_desk=True), False),
        (StaffFactory(whole_desk=True), False),
    ]
    for staff, waits in cases:
        with signed_in_as(staff):
            assert queries.waiting_for(staff).exists() is waits


def test_turnaround_is_for_those_who_manage_or_decide():
    allowed = {duty for duty in Duty if policy.may_measure(StaffFactory.build(duties=[duty]))}
    assert allowed == {Duty.MANAGE, Duty.DECIDE, Duty.APPROVE}
