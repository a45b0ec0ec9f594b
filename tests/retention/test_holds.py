"""A hold: who places it, how it is kept up, and that two people lift it; and a hold against a disposal at once."""

import threading
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.http import Http404

from mash.common.identity import acting_as, as_service
from mash.ledger.models import Entry
from mash.partnership.models import Email
from mash.people.models import Person
from mash.retention.actions.disposing import Came, dispose
from mash.retention.actions.holding import (
    EndsBeforeItBegins,
    answer_lifting,
    place_hold,
    propose_lifting,
    remind_of_holds,
    review_hold,
)
from mash.retention.actions.reviewing import AnsweredAlready, ReasonMissing
from mash.retention.models import Hold, Lifting
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.people import PersonFactory
from tests.factories.retention import LONG_GONE, HoldFactory, WordFactory, a_family

pytestmark = pytest.mark.usefixtures("transactional_db")


def kept(model, **said):
    return model.objects.using("builder").filter(**said)


def place(by, **said):
    whole = {
        "key": uuid.uuid4(), "person": None, "household": None, "period": "", "ground": "inquiry",
        "why": "The inquiry asks for it.", "ordered_by": "Head of legal", "reference": "INQ-4",
        "from_on": date(2026, 11, 1), "until_on": None,
    }  # fmt: skip
    return place_hold(**whole | said, by=by, at=MONDAY_9AM)


def test_a_manager_places_it_and_the_record_says_whom_it_covers(hub, manager):
    person = PersonFactory(hub=hub)
    with signed_in_as(manager):
        made = place(manager, person=person)
    assert made.review_on == date(2027, 11, 2)
    line = kept(Entry, event="hold.placed").get()
    assert line.detail == {"ground": "inquiry", "person": str(person.pk)}
    assert not line.why


def test_the_same_form_sent_twice_places_one(manager):
    key = uuid.uuid4()
    with signed_in_as(manager):
        assert place(manager, key=key) == place(manager, key=key)
    assert kept(Hold).count() == 1


def test_it_is_looked_at_when_it_may_end_if_that_is_sooner(manager):
    with signed_in_as(manager):
        assert place(manager, until_on=date(2027, 2, 1)).review_on == date(2027, 2, 1)


def test_it_says_why_and_by_whose_order_and_does_not_end_before_it_begins(manager):
    with signed_in_as(manager):
        for wrong in ({"why": " "}, {"ordered_by": ""}):
            with pytest.raises(ReasonMissing):
                place(manager, **wrong)
        with pytest.raises(EndsBeforeItBegins):
            place(manager, until_on=date(2026, 10, 31))


@pytest.mark.parametrize("duty", ["screener", "decider", "second_person"])
def test_nobody_else_places_one_and_the_database_holds_it_too(hub, duty):
    worker = StaffFactory(hub=hub, **{duty: True})
    with signed_in_as(worker):
        with pytest.raises(PermissionDenied):
            place(worker)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Hold.objects.bulk_create([HoldFactory.build(hub_id=hub.pk, hub=hub, by=worker)])


def reminded(hub, at=MONDAY_9AM):
    with in_service("reminders"):
        told = remind_of_holds(hub=hub, at=at)
    return told, sorted(kept(Email, hub=hub).values_list("to", "body"))


def test_managers_are_reminded_of_a_hold_whose_day_has_come_by_its_reference_alone(hub, manager, other):
    assert reminded(hub) == (0, [])
    HoldFactory(by=manager, review_on=MONDAY_9AM.date() + timedelta(days=1))
    assert reminded(hub) == (0, [])
    person = PersonFactory(hub=hub, given="Zebedee", family="Quillfeather")
    due = HoldFactory(
        by=manager, person=person, review_on=MONDAY_9AM.date(), why="Zebedee", reference="INQ-4"
    )
    HoldFactory(by=StaffFactory(manager=True), review_on=MONDAY_9AM.date())  # of another hub
    told, emails = reminded(hub)
    assert (told, emails) == (
        1,
        [(manager.account.email, f"Sign in to see reference H-{due.pk.hex[:8].upper()}.")],
    )
    line = kept(Entry, event="hold.reminded").get()
    assert line.detail == {"holds": [str(due.pk)], "told": 1}
    assert line.actor == "service:reminders"


def test_whoever_is_kept_from_the_person_is_not_reminded_and_a_lifted_or_reviewed_hold_reminds_nobody(
    hub, manager
):
    person = PersonFactory(hub=hub)
    hold = HoldFactory(by=manager, person=person, review_on=MONDAY_9AM.date())
    AccessFactory(hub=hub, staff=manager, person_id=person.pk, contact_id=None, bars=True)
    assert reminded(hub) == (0, [])
    second = StaffFactory(hub=hub, manager=True)
    assert [to for to, _ in reminded(hub)[1]] == [second.account.email]
    with signed_in_as(second):
        review_hold(hold=hold, why="The appeal goes on.", by=second, at=MONDAY_9AM)
    assert reminded(hub)[0] == 0


def test_two_people_lift_it(manager, other):
    hold = HoldFactory(hub=manager.hub, by=manager)
    with signed_in_as(manager):
        lifting = propose_lifting(hold=hold, why="It is over.", by=manager, at=MONDAY_9AM)
        assert propose_lifting(hold=hold, why="Again.", by=manager, at=MONDAY_9AM) == lifting
        with pytest.raises(PermissionDenied):
            answer_lifting(lifting=lifting, agreed=True, why="", by=manager, at=MONDAY_9AM)
    assert kept(Hold).get().lifted_at is None
    with signed_in_as(other):
        answer_lifting(lifting=lifting, agreed=True, why="", by=other, at=MONDAY_9AM)
        with pytest.raises(AnsweredAlready):
            answer_lifting(lifting=lifting, agreed=False, why="No.", by=other, at=MONDAY_9AM)
    assert kept(Hold).get().lifted_at == MONDAY_9AM
    assert kept(Entry, event="hold.lifted").exists()


def test_one_person_in_two_posts_is_one_person(manager):
    hold = HoldFactory(hub=manager.hub, by=manager)
    again = StaffFactory(hub=manager.hub, account=manager.account, agency=manager.agency, second_person=True)
    with signed_in_as(manager):
        lifting = propose_lifting(hold=hold, why="It is over.", by=manager, at=MONDAY_9AM)
    with signed_in_as(again):
        with pytest.raises(PermissionDenied):
            answer_lifting(lifting=lifting, agreed=True, why="", by=again, at=MONDAY_9AM)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Lifting.objects.filter(pk=lifting.pk).update(
                answered_by=again, answered_at=MONDAY_9AM, agreed=True
            )


def test_whoever_says_it_stays_says_why_and_it_stands(manager, other):
    hold = HoldFactory(hub=manager.hub, by=manager)
    with signed_in_as(manager):
        lifting = propose_lifting(hold=hold, why="It is over.", by=manager, at=MONDAY_9AM)
    with signed_in_as(other):
        with pytest.raises(ReasonMissing):
            answer_lifting(lifting=lifting, agreed=False, why="", by=other, at=MONDAY_9AM)
        answer_lifting(lifting=lifting, agreed=False, why="The appeal goes on.", by=other, at=MONDAY_9AM)
    assert kept(Hold).get().lifted_at is None


def test_the_database_lifts_none_by_one_person_s_hand(manager):
    hold = HoldFactory(hub=manager.hub, by=manager)
    with (
        signed_in_as(manager),
        pytest.raises(DatabaseError, match="two people lift"),
        transaction.atomic(),
    ):
        Hold.objects.filter(pk=hold.pk).update(lifted_at=MONDAY_9AM)
    with signed_in_as(manager), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(person=None, period="looked_after")


def test_the_database_takes_no_lifting_that_is_answered_as_it_is_proposed(manager):
    hold = HoldFactory(hub=manager.hub, by=manager)
    proposed = {"hub": manager.hub, "hold": hold, "why": "It is over.", "by": manager, "at": MONDAY_9AM}
    answers = ({"answered_by": manager, "answered_at": MONDAY_9AM}, {"agreed": True})
    for answer in answers:
        with pytest.raises(DatabaseError, match="row-level"), signed_in_as(manager), transaction.atomic():
            Lifting.objects.create(**proposed, **answer)


def test_each_year_somebody_says_that_it_is_still_needed(manager):
    hold = HoldFactory(hub=manager.hub, by=manager, review_on=MONDAY_9AM.date())
    with signed_in_as(manager):
        review_hold(hold=hold, why="The inquiry reports next year.", by=manager, at=MONDAY_9AM)
    assert kept(Hold).get().review_on == date(2027, 11, 2)


def test_another_hub_s_hold_is_not_there(manager):
    HoldFactory(person=None)
    with signed_in_as(manager):
        assert not Hold.objects.exists()
    with signed_in_as(StaffFactory(hub=manager.hub, decider=True)):
        assert not Hold.objects.exists()


def at_once(*works):
    """Do several things at the same moment, each in its own thread; return what each answered or raised."""
    together, came = threading.Barrier(len(works)), {}

    def one(name, work):
        try:
            together.wait(5)
            came[name] = work()
        except Exception as why:  # noqa: BLE001 (it is looked at below)
            came[name] = why
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return [came[place] for place in range(len(works))]


@pytest.mark.parametrize("_again", range(6))
def test_a_hold_and_a_disposal_at_once_never_both_come_about(hub, manager, _again):
    child = PersonFactory(hub=hub, born_on=LONG_GONE.date())
    a_family(hub, child)
    agreed = WordFactory(proposal__person=child, proposal__hub=hub).proposal

    def hold():
        with acting_as(manager.identity), transaction.atomic():
            return place(manager, person=child)

    def go():
        with as_service("disposal"), transaction.atomic():
            return dispose(proposal_id=agreed.pk, at=MONDAY_9AM + timedelta(hours=1)).came

    held, came = at_once(hold, go)
    if came == Came.DISPOSED:
        assert isinstance(held, Http404)
        assert not kept(Hold).exists()
        assert not kept(Person).exists()
    else:
        assert came == Came.HELD
        assert isinstance(held, Hold)
        assert kept(Person).exists()


def test_the_owner_of_the_tables_is_refused_a_held_person_by_any_other_way(hub, manager, administrator):
    child = PersonFactory(hub=hub)
    HoldFactory(hub=hub, by=manager, person=child)
    with pytest.raises(Exception, match="a hold stands"):
        administrator.execute("DELETE FROM people_person WHERE id = %s", [child.pk])
    assert kept(Person).exists()
