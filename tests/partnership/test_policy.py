"""Who reads the rota and who is away: the rule, the filter and the database, each asked without the others."""

import pytest

from mash.partnership import policy
from mash.partnership.models import Closure
from mash.partnership.rota import Absence, Turn
from tests.factories.base import signed_in_as
from tests.factories.partnership import LONG_AGO, MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.rota import AbsenceFactory, TurnFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def owner():
    """Return who answers for Education: whose turn it is, and who is away."""
    return StaffFactory(answerer=True)


def themselves(owner):
    return owner


def colleague(owner):
    return StaffFactory(hub=owner.hub, agency=owner.agency, answerer=True)


def colleague_without_duties(owner):
    return StaffFactory(hub=owner.hub, agency=owner.agency)


def lead(owner):
    return StaffFactory(hub=owner.hub, agency=owner.agency, answerer=True, leads=True)


def desk(owner):
    return StaffFactory(hub=owner.hub, screener=True)


def manager(owner):
    return StaffFactory(hub=owner.hub, manager=True)


def out_of_hours(owner):
    return StaffFactory(hub=owner.hub, duties=["out_of_hours"])


def another_agency(owner):
    return StaffFactory(hub=owner.hub, answerer=True)


def lead_of_another_agency(owner):
    return StaffFactory(hub=owner.hub, answerer=True, leads=True)


def desk_of_another_hub(owner):
    return StaffFactory(hub=HubFactory(), whole_desk=True)


def same_agency_in_another_hub(owner):
    return StaffFactory(agency=owner.agency, answerer=True, leads=True)


def desk_of_the_same_agency_in_another_hub(owner):
    return StaffFactory(agency=owner.agency, whole_desk=True)


def stranger(owner):
    return StaffFactory(answerer=True)


def two_hubs_in_this_one(owner):
    elsewhere = StaffFactory(whole_desk=True)
    return StaffFactory(hub=owner.hub, account=elsewhere.account, screener=True)


def two_hubs_in_the_other_one(owner):
    return StaffFactory(account=desk(owner).account, whole_desk=True)


def owner_at_work_in_another_hub(owner):
    return StaffFactory(account=owner.account, agency=owner.agency, whole_desk=True)


def two_hubs_without_the_desk_here(owner):
    """Return a post of another agency here, of somebody who works at the desk of another hub."""
    elsewhere = StaffFactory(whole_desk=True)
    return StaffFactory(hub=owner.hub, account=elsewhere.account, answerer=True)


READERS = [
    (themselves, True),
    (colleague, True),
    (colleague_without_duties, True),
    (lead, True),
    (desk, True),
    (manager, True),
    (out_of_hours, True),
    (another_agency, False),
    (lead_of_another_agency, False),
    (desk_of_another_hub, False),
    (same_agency_in_another_hub, False),
    (desk_of_the_same_agency_in_another_hub, False),
    (stranger, False),
    (two_hubs_in_this_one, True),
    (two_hubs_in_the_other_one, False),
    (owner_at_work_in_another_hub, False),
    (two_hubs_without_the_desk_here, False),
]


@pytest.mark.parametrize(("reader", "reads"), READERS)
def test_who_reads_a_turn_on_the_rota(owner, reader, reads):
    turn = TurnFactory(staff=owner)
    worker = reader(owner)

    everything = Turn.objects.using("builder")  # so that the filter is asked without row-level security

    assert everything.filter(policy.rota_read_by(worker)).exists() is reads
    assert bool(policy.may_read_rota(worker, turn)) is reads
    with signed_in_as(worker):
        assert Turn.objects.exists() is reads  # and row-level security without the filter


@pytest.mark.parametrize(("reader", "reads"), READERS)
def test_who_knows_that_somebody_is_away(owner, reader, reads):
    AbsenceFactory(staff=owner, kind="sick")
    worker = reader(owner)

    assert Absence.objects.using("builder").filter(policy.absences_read_by(worker)).exists() is reads
    with signed_in_as(worker):
        assert Absence.objects.exists() is reads


@pytest.mark.parametrize(
    ("reader", "knows"),
    [
        (themselves, True),
        (lead, True),
        (manager, True),
        (colleague, False),
        (desk, False),
        (lead_of_another_agency, False),
        (same_agency_in_another_hub, False),
        (desk_of_the_same_agency_in_another_hub, False),
        (stranger, False),
        (two_hubs_in_this_one, False),
        (owner_at_work_in_another_hub, False),
    ],
)
def test_who_knows_why_somebody_is_away_and_says_that_they_are_back(owner, reader, knows):
    absence = AbsenceFactory(staff=owner, kind="sick")
    worker = reader(owner)

    assert policy.may_know_why_away(worker, absence) is knows
    assert bool(policy.may_end_absence(worker, absence)) is knows


def test_a_post_that_has_ended_reads_nothing(owner):
    TurnFactory(staff=owner)
    AbsenceFactory(staff=owner)
    gone = StaffFactory(
        hub=owner.hub, agency=owner.agency, from_at=LONG_AGO, until_at=MONDAY_9AM.replace(year=2025)
    )

    with signed_in_as(gone):
        assert not Turn.objects.exists()
        assert not Absence.objects.exists()


def test_a_refusal_says_why(owner):
    turn = TurnFactory(staff=owner)
    assert policy.may_read_rota(stranger(owner), turn).refusal == "This is not of your hub."
    assert "hub's own desk" in policy.may_read_rota(another_agency(owner), turn).refusal


@pytest.mark.parametrize(
    ("duty", "takes_away"), [("manage", 1), ("administer", 1), ("decide", 0), ("answer", 0)]
)
def test_a_closed_day_is_taken_away_by_whoever_sets_up_the_hub_for_the_database_too(duty, takes_away):
    hub = HubFactory()
    Closure.objects.using("builder").create(hub=hub, on=MONDAY_9AM.date(), reason="Staff training")
    with signed_in_as(StaffFactory(hub=hub, duties=[duty])):
        assert Closure.objects.count() == 1  # everybody in the hub reads it
        assert Closure.objects.all().delete()[0] == takes_away
