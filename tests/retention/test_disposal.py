"""Disposing of a record that two people agreed on: everything of it goes, at once or not at all, and once."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError

from mash.common.identity import as_service
from mash.contact.models import Contact, Settlement
from mash.ledger.actions import record
from mash.ledger.models import Entry
from mash.people.models import Person
from mash.retention.actions.disposing import Came, dispose
from mash.retention.models import Disposed, Proposal
from mash.subject_access.models import Request, Step
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.people import PersonFactory, a_known_person
from tests.factories.retention import LONG_GONE, HoldFactory, ProposalFactory, WordFactory, a_family
from tests.ledger.conftest import looked_through, make_root

pytestmark = pytest.mark.usefixtures("transactional_db")


def kept(model, **said):
    return model.objects.using("builder").filter(**said)


def carry_out(proposal, at=MONDAY_9AM):
    with in_service("disposal"):
        return dispose(proposal_id=proposal.pk, at=at)


@pytest.fixture
def child(hub):
    return a_known_person(hub, given="Zebedee", family="Quillfeather", born_on=LONG_GONE.date())


@pytest.fixture
def agreed(child):
    return WordFactory(proposal__person=child, proposal__hub=child.hub).proposal


def test_a_record_goes_with_its_contacts_and_a_certificate_remains_that_names_nobody(hub, child, agreed):
    contact = a_family(hub, child)
    gone = carry_out(agreed)
    assert (gone.came, gone.people, gone.contacts) == (Came.DISPOSED, 1, 1)
    assert not kept(Person).exists()
    assert not kept(Contact).exists()
    assert not kept(Proposal).exists()
    certificate = kept(Disposed).get()
    assert certificate.proposed_by_id == agreed.by_id
    assert certificate.counts["people_person"] == 1
    assert certificate.counts["people_token"] > 0
    assert contact.reference not in str(certificate.__dict__)
    line = kept(Entry, event="record.disposed").get()
    assert (line.about, line.actor) == (f"people.person:{child.pk}", "service:disposal")


def test_a_parent_named_nowhere_else_goes_along_and_one_named_elsewhere_stays(hub, child, agreed):
    mother = PersonFactory(hub=hub, given="Grace", born_on=None)
    uncle = PersonFactory(hub=hub, given="Abel", born_on=None)
    other = PersonFactory(hub=hub, given="Ama", born_on=LONG_GONE.date())
    a_family(hub, child, mother, uncle)
    still = a_family(hub, other, uncle)
    assert carry_out(agreed).came == Came.DISPOSED
    assert set(kept(Person)) == {uncle, other}
    assert set(kept(Contact)) == {still}
    assert kept(Settlement).count() == 2


def test_what_came_in_meanwhile_keeps_the_record_and_ends_the_proposal(hub, child, agreed):
    a_family(hub, child)
    a_family(hub, child, received_at=MONDAY_9AM - timedelta(days=1))
    assert carry_out(agreed).came == Came.OVERTAKEN
    assert kept(Person).exists()
    assert kept(Proposal).get().ended_why == "overtaken"


def test_a_contact_about_two_children_is_kept_until_both_are_due(hub, child, agreed):
    sibling = PersonFactory(hub=hub, given="Ada", born_on="2016-01-01")
    a_family(hub, child)
    shared = a_family(hub, sibling, child, received_at=LONG_GONE)
    assert carry_out(agreed).came == Came.OVERTAKEN
    assert kept(Contact, pk=shared.pk).exists()


def test_done_twice_it_is_done_once(hub, child, agreed):
    a_family(hub, child)
    assert carry_out(agreed).came == Came.DISPOSED
    assert carry_out(agreed).came == Came.NOTHING
    assert kept(Disposed).count() == 1


def test_two_workers_at_once_dispose_once(hub, child, agreed):
    a_family(hub, child)
    both, came = threading.Barrier(2), []

    def work():
        try:
            with as_service("disposal"), transaction.atomic():
                both.wait(5)
                came.append(dispose(proposal_id=agreed.pk, at=MONDAY_9AM).came)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(20)
    assert sorted(came) == [Came.DISPOSED, Came.NOTHING]
    assert kept(Disposed).count() == 1


@pytest.mark.parametrize("whose", ["person", "parent", "class", "hub"])
def test_while_a_hold_stands_nothing_goes(hub, child, agreed, whose):
    mother = PersonFactory(hub=hub, given="Grace", born_on=None)
    a_family(hub, child, mother)
    covers = {
        "person": {"person": child},
        "parent": {"person": mother},
        "class": {"period": "no_further_action"},
        "hub": {},
    }
    HoldFactory(by__hub=hub, **covers[whose])
    assert carry_out(agreed).came == Came.HELD
    assert kept(Person).count() == 2
    assert kept(Proposal).get().ended_at is None


@pytest.mark.parametrize(
    ("steps", "came"),
    [
        ((), Came.HELD),
        (("ready",), Came.HELD),
        (("ready", "back"), Came.HELD),
        (("withdrawn",), Came.DISPOSED),
        (("ready", "back", "refused"), Came.DISPOSED),
    ],
)
def test_while_somebody_waits_for_what_is_held_on_them_nothing_goes(hub, child, agreed, steps, came):
    a_family(hub, child)
    by = StaffFactory(hub=hub, manager=True)
    own = {"hub_id": hub.pk, "by_id": by.pk, "at": MONDAY_9AM}
    request = Request.objects.using("builder").create(
        key=uuid.uuid4(), reference="NF-SA-1", person_id=child.pk, asker="self", asker_name="Z", reached="By hand",
        words="All of it", received_on=MONDAY_9AM.date(), **own,
    )  # fmt: skip
    for number, kind in enumerate(steps, 1):
        Step.objects.using("builder").create(
            request_id=request.pk, number=number, kind=kind, words="So.", **own
        )
    assert carry_out(agreed).came == came
    assert kept(Person).exists() is (came == Came.HELD)
    assert kept(Request).exists() is (came == Came.HELD)


def test_a_hold_on_another_class_or_another_person_stops_nothing(hub, child, agreed):
    a_family(hub, child)
    HoldFactory(by__hub=hub, period="looked_after")
    HoldFactory(by__hub=hub, person=PersonFactory(hub=hub))
    HoldFactory()
    assert carry_out(agreed).came == Came.DISPOSED


def test_a_contact_that_came_since_it_was_looked_at_stops_the_database(hub, child, agreed):
    a_family(hub, child, received_at=MONDAY_9AM - timedelta(days=1))
    with in_service("disposal"):
        assert "not due" in str(as_the_database(agreed))
    assert kept(Person).exists()


def as_the_database(proposal):
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention_dispose(%s, 'x', %s)", [proposal.pk, MONDAY_9AM])
        return cursor.fetchone()[0]


def test_the_database_disposes_for_its_service_alone(hub, child, agreed):
    manager = StaffFactory(hub=hub, manager=True)
    with signed_in_as(manager), pytest.raises(DatabaseError, match="only the service of disposal"):
        as_the_database(agreed)
    with in_service("retention"), pytest.raises(DatabaseError, match="only the service of disposal"):
        as_the_database(agreed)
    assert kept(Person).exists()


def test_the_database_refuses_what_nobody_else_agreed_to(hub, child):
    alone = ProposalFactory(person=child, hub=hub)
    with in_service("disposal"):
        assert "not agreed" in str(as_the_database(alone))
    again = StaffFactory(hub=hub, account=alone.by.account, agency=alone.by.agency, second_person=True)
    WordFactory(proposal=alone, by=again)
    with in_service("disposal"):
        assert "not agreed" in str(as_the_database(alone))
    assert kept(Person).exists()


SECRET = "Zebedee said that his uncle"


@pytest.fixture
def told(hub, child, agreed):
    """A contact of the child, with reasons in the record about it and about another that is kept."""
    contact, other = a_family(hub, child), a_family(hub, PersonFactory(hub=hub))
    with signed_in_as(StaffFactory(hub=hub, manager=True)):
        for about in (contact, child):
            record("contact.rated", about=about, at=MONDAY_9AM, hub_id=hub.pk, why=SECRET)
        record("contact.rated", about=other, at=MONDAY_9AM, hub_id=hub.pk, why="Another reason")
    return contact


def words():
    return sorted(line.why for line in kept(Entry) if line.why)


def test_reasons_about_it_leave_the_record_which_still_verifies(witness, told, agreed):
    make_root(MONDAY_9AM)
    assert carry_out(agreed).came == Came.DISPOSED
    assert words() == ["Another reason"]
    assert kept(Disposed).get().words_removed == 2
    for _ in range(2):
        found = looked_through(witness)
        assert (found.found, found.without_words) == ([], 2)
        make_root(MONDAY_9AM + timedelta(minutes=1))


def test_reasons_not_yet_under_a_root_leave_it_as_well(witness, told, agreed):
    carry_out(agreed)
    assert (looked_through().found, looked_through().without_words) == ([], 2)
    make_root(MONDAY_9AM)
    assert (looked_through(witness).found, looked_through(witness).without_words) == ([], 2)


@pytest.mark.parametrize(
    "change", ["event = 'contact.seen'", "why = 'Another'", "at = at - interval '1 hour'", "actor = 'nobody'"]
)
def test_a_line_without_its_words_is_found_when_it_is_changed_otherwise(
    witness, told, agreed, administrator, change
):
    make_root(MONDAY_9AM)
    carry_out(agreed)
    administrator.execute(f"UPDATE ledger_entry SET {change} WHERE about = 'contact.contact:{told.pk}'")
    assert looked_through(witness).found


def test_words_that_somebody_removes_by_hand_are_found(witness, told, administrator):
    make_root(MONDAY_9AM)
    administrator.execute(
        f"UPDATE ledger_entry SET why = '', hash = '' WHERE about = 'contact.contact:{told.pk}'"
    )
    assert looked_through(witness).found


def test_nobody_else_changes_a_line(told):
    refused = pytest.raises(DatabaseError, match="permission denied")
    with in_service("disposal"), refused, connections["default"].cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET why = ''")
