"""The database keeps which contacts are open, just as each stage wrote it down: whatever happens, in any order."""

import random
import time
from datetime import timedelta
from importlib import import_module
from threading import Event, Thread
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, connections, transaction

from mash.contact.models import Contact
from mash.decision.models import Decision, Reopening, Told
from mash.ledger.models import Entry
from mash.triage import actions, order
from mash.triage.models import StillOpen
from mash.triage.reading import Noted
from tests import cluster
from tests.conftest import _server
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.decision import DecisionFactory
from tests.factories.partnership import MONDAY_9AM, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
STEPS = 60
STANDS = SimpleNamespace(random=lambda: 1.0)  # draws a decision that stands at once


@pytest.fixture
def worker():
    return StaffFactory(whole_desk=True, decider=True)


@pytest.fixture
def event(worker):
    """Three reports of one event; a decision on any answers each of them."""
    return [ContactFactory(hub=worker.hub) for _ in range(3)]


def above(model):
    return model.objects.using("builder")


def kept_and_asked(worker):
    """Return what the database keeps as open, and what every stage wrote down, as a worker of the desk is told."""
    with signed_in_as(worker):
        every = Contact.objects.filter(hub=worker.hub)
        return tuple(
            set(found(every).values_list("pk", flat=True)) for found in (order.still_open, order.unfinished)
        )


def decides(worker, contact, draw):
    """Decide, after what stands; not where a decision waits for a second word."""
    here = above(Decision).filter(contact=contact, turned_down_at=None)
    last = here.exclude(pk__in=here.exclude(follows=None).values("follows")).first()
    if last is None or last.made_at:
        DecisionFactory(contact=contact, by=worker, follows_id=last and last.pk, waiting=draw.random() < 0.5)


def second_word(worker, contact, draw):
    waiting = above(Decision).filter(contact=contact, made_at=None, turned_down_at=None)
    another = StaffFactory(hub=worker.hub).pk
    made = {"made_at": MONDAY_9AM, "second_by_id": another, "cleared_by_id": another}
    waiting.update(**draw.choice([made, {"turned_down_at": MONDAY_9AM}]))


def _any(draw, rows):
    rows = list(rows.order_by("pk"))
    return [draw.choice(rows)] if rows else []


def tells(worker, contact, draw):
    for one in _any(draw, above(Decision).filter(hub=worker.hub).exclude(made_at=None)):
        above(Told).get_or_create(
            decision_id=one.pk,
            contact_id=contact.pk,
            defaults={"hub_id": worker.hub_id, "why_not": "It is known."},
        )


def reopens(worker, contact, draw):
    for one in _any(draw, above(Decision).filter(hub=worker.hub)):
        said = {
            "hub_id": worker.hub_id,
            "kind": "wrong",
            "why": "Overlooked.",
            "by_id": worker.pk,
            "at": MONDAY_9AM,
        }
        above(Reopening).get_or_create(decision_id=one.pk, contact_id=contact.pk, defaults=said)


def notes(worker, contact, draw):
    said = {"hub_id": worker.hub_id, "why": "Known.", "by_id": worker.pk, "at": MONDAY_9AM}
    above(Noted).get_or_create(contact_id=contact.pk, undone_at=None, defaults=said)


def takes_up(worker, contact, draw):
    taken = {
        "undone_at": MONDAY_9AM + timedelta(hours=1),
        "undone_why": "They rang.",
        "undone_by_id": worker.pk,
    }
    above(Noted).filter(contact=contact, undone_at=None).update(**taken)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_what_is_kept_is_what_was_written_down(worker, event, seed):
    draw = random.Random(seed)
    seen = set()
    for _ in range(STEPS):
        draw.choice([decides, second_word, tells, reopens, notes, takes_up])(worker, draw.choice(event), draw)
        kept, asked = kept_and_asked(worker)
        assert kept == asked
        seen.add(len(kept))
    assert {0, 3} <= seen or len(seen) >= 3


def test_nobody_writes_what_is_open(worker, event):
    for words in (
        "DELETE FROM triage_stillopen",
        "UPDATE triage_stillopen SET id = gen_random_uuid()",
        f"INSERT INTO triage_stillopen SELECT gen_random_uuid(), '{event[0].pk}', hub_id FROM triage_stillopen LIMIT 1",
        f"SELECT identity.keep_open('{event[0].pk}', '{worker.hub_id}', false)",
    ):
        with (
            pytest.raises(DatabaseError, match=r"permission denied|kept by the database"),
            signed_in_as(worker),
        ):
            connection.cursor().execute(words)
    with pytest.raises(DatabaseError, match="kept by the database"), in_service("intake"):
        connection.cursor().execute("SELECT identity.keep_open(%s, %s, false)", [event[0].pk, worker.hub_id])
    assert kept_and_asked(worker)[0] == {one.pk for one in event}


def test_another_hub_and_another_agency_see_no_mark(worker, event):
    for other in (StaffFactory(whole_desk=True), StaffFactory(hub=worker.hub, duties=["answer"])):
        with signed_in_as(other):
            assert not StillOpen.objects.filter(hub=worker.hub).exists()


def test_what_was_kept_wrong_is_put_right_at_night_and_stands_in_the_ledger(worker, event):
    DecisionFactory(contact=event[0], by=worker)
    above(StillOpen).filter(contact=event[1]).delete()
    above(StillOpen).create(contact_id=event[0].pk, hub_id=worker.hub_id)
    with in_service("reminders"):
        assert actions.put_open_right(worker.hub, at=MONDAY_9AM) == 2
    kept, asked = kept_and_asked(worker)
    assert kept == asked == {event[1].pk, event[2].pk}
    said = above(Entry).filter(event="work.put_right", hub_id=worker.hub_id)
    assert [one.detail for one in said] == [{"contacts": 2}]
    with in_service("reminders"):
        assert actions.put_open_right(worker.hub, at=MONDAY_9AM) == 0
    assert said.count() == 1


@pytest.mark.parametrize(("first", "then"), [(takes_up, decides), (decides, takes_up)])
def test_of_two_changes_at_one_moment_the_later_sees_the_other(worker, event, first, then):
    contact, begun = event[0], Event()
    notes(worker, contact, None)

    def begins():
        with transaction.atomic("builder"):
            first(worker, contact, STANDS)
            begun.set()
            time.sleep(0.5)
        connections.close_all()

    one = Thread(target=begins)
    one.start()
    assert begun.wait(10)
    then(worker, contact, STANDS)
    one.join()
    kept, asked = kept_and_asked(worker)
    assert kept == asked == {other.pk for other in event[1:]}


def test_an_installation_that_was_upgraded_keeps_what_was_open_before(worker, event):
    DecisionFactory(contact=event[0], by=worker)
    notes(worker, event[1], None)
    above(StillOpen).all().delete()
    with cluster.administrator(_server(), connections["default"].settings_dict["NAME"]) as admin:
        admin.execute("SET ROLE mash_owner")
        admin.execute(import_module("mash.desk.migrations.0022_what_is_open").FILL)
    kept, asked = kept_and_asked(worker)
    assert kept == asked == {event[2].pk}
