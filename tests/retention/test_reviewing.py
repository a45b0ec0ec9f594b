"""Reviewing a record that is due: one person proposes, another agrees; and what is worked out by night."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import DatabaseError, IntegrityError

from mash.ledger.models import Entry
from mash.people.actions import join
from mash.retention import jobs, queries
from mash.retention.actions.disposing import Came, dispose
from mash.retention.actions.looking import look_at, look_over
from mash.retention.actions.reviewing import (
    AnsweredAlready,
    NoSuchClass,
    NotDue,
    ProposedAlready,
    ReasonMissing,
    TooSoon,
    answer,
    place,
    propose,
    take_back,
)
from mash.retention.facts import Whose
from mash.retention.models import Placed, Proposal, Standing, What, Word
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.decision import InvolvementFactory, OutcomeFactory, people_of
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.people import PersonFactory
from tests.factories.retention import (
    LONG_GONE,
    HoldFactory,
    ProposalFactory,
    StandingFactory,
    WordFactory,
    a_family,
)

pytestmark = pytest.mark.usefixtures("transactional_db")


def kept(model, **said):
    return model.objects.using("builder").filter(**said)


@pytest.fixture
def due(hub):
    return StandingFactory(person__hub=hub)


def suggest(due, by, **said):
    whole = {"key": uuid.uuid4(), "what": What.DISPOSE, "keep_until": None, "why": "Nothing needs it."} | said
    with signed_in_as(by):
        return propose(standing=due, by=by, at=MONDAY_9AM, **whole)


def say(proposal, by, *, agreed=True, why=""):
    with signed_in_as(by):
        found = queries.find_proposal(by, proposal.pk)
        answer(proposal=found, agreed=agreed, why=why, by=by, at=MONDAY_9AM)


def look(hub):
    with in_service("retention"):
        return look_over(hub=hub, at=MONDAY_9AM)


def stands(person):
    return kept(Standing, person=person).get()


# The night


def test_by_night_each_record_gets_its_class_and_its_day_and_the_next_night_changes_nothing(hub):
    child, mother = PersonFactory(hub=hub, born_on=date(1985, 5, 4)), PersonFactory(hub=hub, born_on=None)
    contact = a_family(hub, child, mother, decided=False)
    OutcomeFactory(
        decision__contact=contact, decision__at=LONG_GONE, about=people_of(contact)[0], person=child, hub=hub
    )
    PersonFactory(hub=hub, source="register", source_key="R-1")
    assert look(hub) == 2
    assert (stands(child).period, stands(child).due_on) == ("assessed", date(2015, 5, 4))
    assert stands(child).facts["helped"] is True
    assert "given" not in str(stands(child).facts)
    assert (stands(mother).carried, stands(mother).due_on) == (True, date(2015, 5, 4))
    assert look(hub) == 0
    assert kept(Entry, event="retention.looked_over").count() == 2


def test_a_contact_that_names_nobody_on_record_is_one_by_itself(hub):
    ContactFactory(hub=hub, received_at=LONG_GONE)
    look(hub)
    row = kept(Standing).get()
    assert (row.kind, row.waits, row.due_on) == ("contact", "contact", None)  # nobody has finished it


def test_joined_records_are_one_and_open_work_gives_no_day(hub, manager):
    one, into = PersonFactory(hub=hub), PersonFactory(hub=hub)
    a_family(hub, one)
    InvolvementFactory(person=into)
    with signed_in_as(manager):
        join(person=one, into=into, why="The same child.", by=manager, at=MONDAY_9AM)
    look(hub)
    row = kept(Standing).get()
    assert (row.person_id, row.waits, row.due_on) == (into.pk, "work", None)
    assert row.facts["open_work"] is True


def test_looking_at_one_record_says_the_same_as_looking_at_all(hub):
    child, sibling = (
        PersonFactory(hub=hub, born_on=date(1985, 5, 4)),
        PersonFactory(hub=hub, born_on="2015-01-01"),
    )
    mother = PersonFactory(hub=hub, born_on=None)
    a_family(hub, child, mother)
    a_family(hub, sibling, mother, child)
    look(hub)
    for person in (child, sibling, mother):
        before = stands(person)
        with in_service("retention"):
            look_at(hub=hub, whose=Whose("person", person.pk), at=MONDAY_9AM)
        after = stands(person)
        assert (after.period, after.due_on, after.facts) == (before.period, before.due_on, before.facts)
    assert stands(child).due_on == stands(sibling).due_on == date(2036, 1, 1)


def test_what_is_due_is_listed_the_longest_due_first_and_nothing_of_another_hub(hub, manager, due):
    later = StandingFactory(person__hub=hub, due_on=date(2021, 1, 1))
    StandingFactory(person__hub=hub, due_on=date(2031, 1, 1))
    StandingFactory(person__hub=hub, carried=True)
    StandingFactory()
    with signed_in_as(manager):
        assert list(queries.due(manager, MONDAY_9AM.date())) == [due, later]
        assert queries.counts(manager, MONDAY_9AM.date()).due == 2


# Two people


def test_one_proposes_another_agrees_and_the_record_says_so_without_their_words(due, manager, other):
    proposal = suggest(due, manager)
    with signed_in_as(manager):
        assert not queries.due(manager, MONDAY_9AM.date()).exists()
        assert list(queries.waiting(manager)) == [proposal]
    say(proposal, other)
    with signed_in_as(other):
        assert list(queries.agreed(other)) == [proposal]
    events = kept(Entry, event__startswith="retention.").order_by("event")
    assert [(line.event, line.why) for line in events] == [
        ("retention.agreed", ""),
        ("retention.proposed", ""),
    ]


def test_nobody_agrees_with_themselves_in_whatever_post_and_the_database_holds_it(due, manager):
    proposal = suggest(due, manager)
    again = StaffFactory(hub=manager.hub, account=manager.account, agency=manager.agency, second_person=True)
    for post in (manager, again):
        with pytest.raises(PermissionDenied):
            say(proposal, post)
        with (
            signed_in_as(post),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            Word.objects.bulk_create(
                [Word(hub_id=post.hub_id, proposal=proposal, agreed=True, by=post, at=MONDAY_9AM)]
            )
    assert not kept(Word).exists()


@pytest.mark.parametrize("duty", ["screener", "decider", "second_person"])
def test_only_who_manages_proposes_and_the_database_holds_it(due, duty):
    worker = StaffFactory(hub=due.hub, **{duty: True})
    with pytest.raises(PermissionDenied):
        suggest(due, worker)
    row = ProposalFactory.build(hub=due.hub, person=due.person, by=worker)
    with signed_in_as(worker), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Proposal.objects.bulk_create([row])


def test_no_proposal_has_ended_before_it_was_made_and_the_database_holds_it(due, manager):
    row = ProposalFactory.build(
        hub=due.hub, person=due.person, by=manager, ended_at=MONDAY_9AM, ended_why="overtaken"
    )
    with (
        signed_in_as(manager),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Proposal.objects.bulk_create([row])


def test_sent_back_it_is_due_again(due, manager, other):
    proposal = suggest(due, manager)
    with pytest.raises(ReasonMissing):
        say(proposal, other, agreed=False)
    say(proposal, other, agreed=False, why="The family has asked for their record.")
    with signed_in_as(manager):
        assert list(queries.due(manager, MONDAY_9AM.date())) == [due]
    with pytest.raises(AnsweredAlready):
        say(proposal, other)


def test_it_can_be_stopped_until_it_is_carried_out(due, manager, other):
    proposal = suggest(due, manager)
    say(proposal, other)
    with signed_in_as(manager):
        take_back(proposal=proposal, why="Not yet.", by=manager, at=MONDAY_9AM)
    with in_service("disposal"):
        assert dispose(proposal_id=proposal.pk, at=MONDAY_9AM).came == Came.NOTHING
        assert queries.ready() == []
    with signed_in_as(manager), pytest.raises(AnsweredAlready):
        take_back(proposal=proposal, why="Again.", by=manager, at=MONDAY_9AM)


def test_the_same_form_twice_makes_one_and_another_is_told_that_one_waits(due, manager):
    key = uuid.uuid4()
    assert suggest(due, manager, key=key) == suggest(due, manager, key=key)
    with pytest.raises(ProposedAlready):
        suggest(due, manager)


def test_what_is_not_due_held_or_only_named_is_not_proposed(due, manager):
    later = StandingFactory(person__hub=due.hub, due_on=date(2031, 1, 1))
    named = StandingFactory(person__hub=due.hub, carried=True)
    with pytest.raises(NotDue):
        suggest(later, manager)
    with pytest.raises(PermissionDenied):
        suggest(named, manager)
    HoldFactory(hub=due.hub, by=manager, person=due.person)
    with pytest.raises(PermissionDenied):
        suggest(due, manager)
    assert suggest(due, manager, what=What.KEEP, keep_until=date(2030, 1, 1)).pk


def test_kept_longer_by_two_people_it_is_not_due_before_that_day(hub, manager, other):
    child = PersonFactory(hub=hub, born_on=date(1985, 5, 4))
    a_family(hub, child)
    look(hub)
    with pytest.raises(TooSoon):
        suggest(stands(child), manager, what=What.KEEP, keep_until=MONDAY_9AM.date())
    proposal = suggest(stands(child), manager, what=What.KEEP, keep_until=date(2040, 2, 3))
    look(hub)
    assert stands(child).due_on < MONDAY_9AM.date()  # nobody else has agreed
    say(proposal, other)
    with in_service("retention"):
        look_at(hub=hub, whose=Whose("person", child.pk), at=MONDAY_9AM)
    assert stands(child).due_on == date(2040, 2, 3)
    with signed_in_as(manager), pytest.raises(PermissionDenied):
        take_back(proposal=queries.find_proposal(manager, proposal.pk), why="No.", by=manager, at=MONDAY_9AM)


def test_a_word_stays_as_it_was_said(due, manager, other):
    word = WordFactory(proposal__person=due.person, proposal__hub=due.hub)
    for post in (manager, other):
        with (
            signed_in_as(post),
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
        ):
            Word.objects.filter(pk=word.pk).update(agreed=False)
        with (
            signed_in_as(post),
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
        ):
            Proposal.objects.filter(pk=word.proposal_id).update(due_on=date(1990, 1, 1))


def test_two_proposals_at_once_leave_one(due, manager):
    ProposalFactory(person=due.person, hub=due.hub)
    with pytest.raises(IntegrityError):
        ProposalFactory(person=due.person, hub=due.hub)


# Another class


def test_a_manager_puts_a_record_into_another_class_and_back(hub, manager):
    child = PersonFactory(hub=hub, born_on=date(1985, 5, 4))
    a_family(hub, child)
    look(hub)
    with signed_in_as(manager):
        with pytest.raises(ReasonMissing):
            place(standing=stands(child), period="looked_after", why=" ", by=manager, at=MONDAY_9AM)
        with pytest.raises(NoSuchClass):
            place(standing=stands(child), period="nonesuch", why="A reason", by=manager, at=MONDAY_9AM)
        assert place(
            standing=stands(child), period="looked_after", why="In care elsewhere.", by=manager, at=MONDAY_9AM
        )
        same = place(standing=stands(child), period="looked_after", why="Again", by=manager, at=MONDAY_9AM)
    assert same is None
    look(hub)
    assert (stands(child).period, stands(child).due_on) == ("looked_after", date(2060, 5, 4))
    with signed_in_as(manager):
        place(
            standing=stands(child),
            period="",
            why="It was another child.",
            by=manager,
            at=MONDAY_9AM + timedelta(hours=1),
        )
    look(hub)
    assert stands(child).period == "no_further_action"
    assert kept(Placed).count() == 2


def test_each_agreed_disposal_is_ordered_by_itself(hub, manager, monkeypatch):
    agreed = [WordFactory(proposal__person__hub=hub, proposal__hub=hub).proposal.pk for _ in range(2)]
    WordFactory(proposal__person__hub=hub, proposal__hub=hub, agreed=False, why="No.")
    ordered = []
    monkeypatch.setattr(jobs.dispose_of_record.__class__, "later", lambda _job, **ids: ordered.append(ids))
    with in_service("disposal"):
        jobs.order_disposals()
    assert {one["proposal_id"] for one in ordered} == {str(key) for key in agreed}
