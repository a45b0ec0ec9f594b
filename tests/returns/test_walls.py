"""Who sees returns: the rule, its filter and row-level security asked the same, each without the others."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError

from mash.partnership.models import Restriction
from mash.returns import actions, policy
from mash.returns.models import File, Made, Past, Problem, Run, TakenIn, TakenOut, What
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import LONG_AGO, MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.returns.story import MARCH, NOW, B, a_child, a_contact, a_hub, body_of, made

pytestmark = pytest.mark.usefixtures("transactional_db")
TABLES = (Run, Made, File, Problem, TakenOut, TakenIn)  # `Past` is of a record: tests/returns/test_history.py

# same hub, duties, kept out of a case: sees returns
CASES = [
    (True, ["manage"], False, True),
    (True, ["analyse"], False, True),
    (True, ["manage"], True, False),
    (True, ["analyse"], True, False),
    (True, ["decide", "clear"], False, False),
    (True, ["screen"], False, False),
    (True, ["audit"], False, False),
    (True, ["administer"], False, False),
    (True, ["out_of_hours"], False, False),
    (True, ["answer"], False, False),
    (True, [], False, False),
    (False, ["manage", "analyse"], False, False),
]


@pytest.fixture
def told():
    """A hub with a restricted case in a return that was taken out, and a row of its past."""
    hub = a_hub()
    child = a_child(hub, "")
    contact = a_contact(child, MARCH)
    by = StaffFactory(hub=hub, manager=True)
    Restriction.objects.using(B).create(
        hub=hub, contact_id=contact.pk, why="A reason", from_at=LONG_AGO, by=by
    )
    found = made(hub, by=by)
    with signed_in_as(by):
        run = Run.objects.get(pk=found.run_id)
        actions.take_out(run=run, purpose="inspection", why="", by=by, at=NOW)
    with in_service("returns"):
        file = TakenIn.objects.create(hub=hub, kind="annex_a", sha256="0" * 64, as_on=MARCH, at=NOW)
        Past.objects.create(
            hub=hub, person_id=child.pk, what=What.CONTACT, on=MARCH, source="6", place=1, file=file
        )
    return hub, run, contact


@pytest.mark.parametrize(("here", "duties", "barred", "sees"), CASES)
def test_who_sees_returns(told, here, duties, barred, sees):
    hub, run, contact = told
    reader = StaffFactory(hub=hub if here else HubFactory(), duties=duties)
    if barred:
        AccessFactory(staff=reader, contact_id=contact.pk, bars=True)
    run.hub_id = hub.pk
    with signed_in_as(reader):
        assert bool(policy.may_read(reader, run)) is sees
        for table in TABLES:
            assert table.objects.exists() is sees, table
        mine = policy.readable_by(reader)
    assert Run.objects.using(B).filter(mine).exists() is sees


def test_who_is_kept_from_a_case_no_longer_is_let_in_again(told):
    hub, run, _ = told
    reader = StaffFactory(hub=hub, manager=True)
    AccessFactory(staff=reader, person_id=uuid.uuid4(), bars=True, until_at=MONDAY_9AM - timedelta(days=1))
    with signed_in_as(reader):
        assert policy.may_read(reader, run)
        assert Run.objects.exists()


@pytest.mark.parametrize("duty", ["manage", "analyse"])
def test_a_worker_writes_no_file_no_problem_and_no_past(told, duty):
    hub, run, _ = told
    worker = StaffFactory(hub=hub, duties=[duty])
    rows = [
        File(hub=hub, run_id=run.pk, body=b"x", at=NOW),
        Made(hub=hub, run_id=run.pk, trouble="x", at=NOW),
        Problem(hub=hub, run_id=run.pk, number=99, rule="H01", child="x", place=""),
        TakenIn(hub=hub, kind="cin", sha256="", as_on=MARCH, at=NOW),
    ]
    for row in rows:
        with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(worker):
            type(row).objects.bulk_create([row])


def test_nobody_changes_a_return_and_a_worker_removes_no_file(told):
    hub, run, _ = told
    worker = StaffFactory(hub=hub, manager=True)
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(worker):
        Run.objects.filter(pk=run.pk).update(why="Another reason")
    with signed_in_as(worker):
        assert File.objects.filter(run=run.pk).delete()[0] == 0
        assert Problem.objects.filter(run=run.pk).delete()[0] == 0
        assert Past.objects.update(ended_on=MARCH) == 0
    assert File.objects.using(B).filter(run=run.pk).exists()


def test_nobody_asks_or_takes_out_in_the_name_of_another(told):
    hub, run, _ = told
    worker, other = StaffFactory(hub=hub, manager=True), StaffFactory(hub=hub, manager=True)
    forged = TakenOut(hub=hub, run_id=run.pk, purpose="census", sha256="0" * 64, by_id=other.pk, at=NOW)
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(worker):
        TakenOut.objects.bulk_create([forged])


def test_a_file_of_another_hub_hangs_from_no_return_here(told):
    _, run, _ = told
    elsewhere = HubFactory()
    with pytest.raises(DatabaseError, match="row-level security"), in_service("returns"):
        File.objects.bulk_create([File(hub=elsewhere, run_id=run.pk, body=b"x", at=NOW)])


def test_a_restricted_case_is_in_the_file_and_named_to_nobody_who_may_not_open_it(told):
    from mash.returns import queries

    hub, run, contact = told
    analyst, manager = StaffFactory(hub=hub, duties=["analyse"]), StaffFactory(hub=hub, manager=True)
    assert body_of(Made.objects.using(B).get(run=run.pk))
    for worker, opens in ((analyst, False), (manager, True)):
        with signed_in_as(worker):
            rows = list(queries.problems_of(run))
            found = queries.may_open(worker, rows)
            assert bool(found.contacts or found.people) is opens
    assert contact.pk
