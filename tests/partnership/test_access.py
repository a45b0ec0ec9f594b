"""Keeping a worker out of a case and letting one in: who may, what the database holds, and that it ends at once."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from mash.ledger.models import Entry
from mash.partnership import policy
from mash.partnership.actions import access as actions
from mash.partnership.models import Access
from tests.factories.base import signed_in_as
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = MONDAY_9AM + timedelta(days=30)


def keep_out(by, who, contacts=(), people=(), why="A neighbour"):
    with signed_in_as(by):
        return actions.keep_out(who=who, contacts=contacts, people=people, why=why, by=by, at=MONDAY_9AM)


def ledger(event):
    return list(Entry.objects.using("builder").filter(event=event).order_by("at", "pk"))


def rows(**filters):
    return Access.objects.using("builder").filter(**filters)


@pytest.mark.parametrize(
    ("by", "keeps_out", "lets_back", "lets_in"),
    [
        ("themselves", True, False, False),
        ("themselves as manager", True, False, False),
        ("manager", True, True, True),
        ("colleague", False, False, False),
        ("their lead", False, False, False),
        ("desk", False, False, False),
        ("manager of another hub", False, False, False),
    ],
)
def test_who_says_who_may_open_a_case(by, keeps_out, lets_back, lets_in):
    who = StaffFactory(answerer=True)
    doer = {
        "themselves": lambda: who,
        "themselves as manager": lambda: StaffFactory(hub=who.hub, account=who.account, manager=True),
        "manager": lambda: StaffFactory(hub=who.hub, manager=True),
        "colleague": lambda: StaffFactory(hub=who.hub, agency=who.agency, answerer=True),
        "their lead": lambda: StaffFactory(hub=who.hub, agency=who.agency, answerer=True, leads=True),
        "desk": lambda: StaffFactory(hub=who.hub, duties=["screen", "assess", "decide", "approve"]),
        "manager of another hub": lambda: StaffFactory(hub=HubFactory(), manager=True),
    }[by]()
    assert bool(policy.may_keep_out(doer, who)) is keeps_out
    assert bool(policy.may_let_back(doer, who)) is lets_back
    assert bool(policy.may_let_in(doer, who)) is lets_in
    assert bool(policy.may_let_in(doer, who, restricted=True)) is lets_in
    grant = AccessFactory(staff=who, contact_id=uuid.uuid4())
    assert bool(policy.may_end_access(doer, grant)) is (by in {"manager", "themselves as manager"})
    if not keeps_out:
        with pytest.raises(PermissionDenied):
            keep_out(doer, who, [uuid.uuid4()])


def test_a_conflict_closes_contacts_and_people_in_every_post_of_the_person_once_and_the_record_says_why():
    who, contact, person = StaffFactory(screener=True), uuid.uuid4(), uuid.uuid4()
    second = StaffFactory(hub=who.hub, account=who.account, answerer=True)
    assert keep_out(who, who, [contact], [person]) == 4
    assert keep_out(who, who, [contact], [person]) == 0
    assert set(rows(bars=True).values_list("staff", "contact_id", "person_id")) == {
        (one.pk, *pair) for one in (who, second) for pair in ((contact, None), (None, person))
    }
    said = ledger("conflict.declared")
    assert [(one.actor, one.why) for one in said] == [(f"staff:{who.pk}", "A neighbour")] * 2


@pytest.mark.parametrize("why", ["", "  "])
def test_nothing_is_done_without_a_reason(why):
    who = StaffFactory(answerer=True)
    manager = StaffFactory(hub=who.hub, manager=True)
    with pytest.raises(actions.ReasonMissing):
        keep_out(manager, who, [uuid.uuid4()], why=why)
    with signed_in_as(manager), pytest.raises(actions.ReasonMissing):
        actions.let_in(who=who, contact=uuid.uuid4(), why=why, until_at=LATER, by=manager, at=MONDAY_9AM)
    assert not rows().exists()


def test_a_manager_lets_somebody_back_and_nobody_lets_themselves_back():
    who, contact = StaffFactory(screener=True), uuid.uuid4()
    manager = StaffFactory(hub=who.hub, manager=True)
    keep_out(manager, who, [contact])
    with signed_in_as(who), pytest.raises(PermissionDenied):
        actions.let_back(who=who, contacts=[contact], people=[], why="Mistake", by=who, at=LATER)
    with signed_in_as(manager):
        assert (
            actions.let_back(who=who, contacts=[contact], people=[], why="Mistake", by=manager, at=LATER) == 1
        )
        assert (
            actions.let_back(who=who, contacts=[contact], people=[], why="Mistake", by=manager, at=LATER) == 0
        )
    assert rows(bars=True).get().until_at == LATER
    assert len(ledger("worker.let_back")) == 1


def test_the_database_lets_nobody_end_their_own_bar_or_change_what_a_row_says():
    contact = uuid.uuid4()
    manager = StaffFactory(manager=True)
    own = AccessFactory(staff=manager, bars=True, contact_id=contact)
    screener = StaffFactory(hub=manager.hub, screener=True)
    other = AccessFactory(staff=screener, bars=True, contact_id=contact)
    with signed_in_as(manager):
        assert Access.objects.filter(pk=own.pk).update(until_at=LATER) == 0
        assert Access.objects.filter(pk=other.pk).update(until_at=LATER) == 1
    Access.objects.using("builder").update(until_at=None)
    with signed_in_as(screener):
        assert Access.objects.update(until_at=LATER) == 0
    for change in ({"bars": False}, {"contact_id": uuid.uuid4()}, {"why": "Nothing"}):
        with signed_in_as(manager), pytest.raises(DatabaseError, match="permission denied"):
            Access.objects.filter(pk=other.pk).update(**change)


@pytest.mark.parametrize(
    ("bars", "of_oneself", "kept"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_off_the_desk_the_database_takes_from_a_worker_only_what_keeps_themselves_out(bars, of_oneself, kept):
    who = StaffFactory(answerer=True)
    whose = who if of_oneself else StaffFactory(hub=who.hub, answerer=True)
    row = Access(
        hub=who.hub, staff=whose, bars=bars, contact_id=uuid.uuid4(), why="x", from_at=MONDAY_9AM, by=who
    )
    if kept:
        with signed_in_as(who):
            Access.objects.bulk_create([row])
    else:
        with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(who):
            Access.objects.bulk_create([row])


def test_somebody_is_let_in_once_until_a_day_and_the_desk_needs_it_not():
    who, contact = StaffFactory(answerer=True), uuid.uuid4()
    manager = StaffFactory(hub=who.hub, manager=True)
    with signed_in_as(manager):
        first = actions.let_in(
            who=who, contact=contact, why="Their client", until_at=LATER, by=manager, at=MONDAY_9AM
        )
        again = actions.let_in(
            who=who, contact=contact, why="Their client", until_at=LATER, by=manager, at=MONDAY_9AM
        )
        assert first.pk == again.pk
        with pytest.raises(actions.EndsBefore):
            actions.let_in(
                who=who, contact=uuid.uuid4(), why="Late", until_at=MONDAY_9AM, by=manager, at=MONDAY_9AM
            )
        desk = StaffFactory(hub=who.hub, screener=True)
        with pytest.raises(PermissionDenied):
            actions.let_in(who=desk, contact=contact, why="x", until_at=LATER, by=manager, at=MONDAY_9AM)
        actions.end_access(access=first, why="Done", by=manager, at=MONDAY_9AM + timedelta(hours=1))
    assert rows(bars=False).get().until_at == MONDAY_9AM + timedelta(hours=1)


def test_whoever_is_kept_from_a_person_is_kept_from_a_new_contact_about_them():
    who, person, contact = StaffFactory(screener=True), uuid.uuid4(), uuid.uuid4()
    AccessFactory(staff=who, bars=True, person_id=person)
    by = StaffFactory(hub=who.hub, screener=True)
    with signed_in_as(by):
        assert actions.keep_out_of_this_too(contact=contact, people=[person], by=by, at=MONDAY_9AM) == 1
        assert actions.keep_out_of_this_too(contact=contact, people=[uuid.uuid4()], by=by, at=MONDAY_9AM) == 0
    assert rows(contact_id=contact, bars=True).get().staff_id == who.pk
