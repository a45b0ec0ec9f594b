from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections

from mash.contact.models import Reply
from mash.decision import actions
from mash.decision.models import Approval, Decision
from tests.decision.story import decide
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import DecisionFactory, RatingFactory, people_of, ready, who_is
from tests.factories.partnership import MONDAY_9AM, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = MONDAY_9AM + timedelta(hours=1)


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


def waiting(colour="red", outcome="no_further_action"):
    contact = ready(colour=colour)
    by = StaffFactory(hub=contact.hub, decider=True)
    return by, decide(contact, by, outcome)


def colleague(decision, **duties):
    return StaffFactory(hub=decision.contact.hub, **duties)


def say(action, decision, by, **words):
    with signed_in_as(by):
        return action(decision=decision, by=by, at=LATER, **words)


def test_no_further_action_on_red_waits_for_a_second_and_for_a_cleared_person():
    _, decision = waiting()
    assert decision.waits_for_second
    assert decision.waits_for_clearance
    assert not kept(Reply, contact=decision.contact).exists()
    decision = say(actions.approve, decision, colleague(decision, second_person=True))
    assert decision.made_at is None
    decision = say(actions.clear_closing, decision, colleague(decision, cleared=True))
    assert decision.made_at == LATER
    assert kept(Reply, contact=decision.contact).count() == 1


def test_one_person_with_both_duties_may_say_both():
    _, decision = waiting()
    both = colleague(decision, duties=["approve", "clear"])
    say(actions.approve, decision, both)
    assert say(actions.clear_closing, decision, both).made_at == LATER


def test_the_decider_is_never_their_own_second_or_cleared_person():
    contact = ready(colour="red")
    by = StaffFactory(hub=contact.hub, whole_desk=True)
    decision = decide(contact, by, "no_further_action")
    other_post = StaffFactory(hub=contact.hub, account=by.account, whole_desk=True)
    for staff in (by, other_post):
        for action in (actions.approve, actions.clear_closing):
            with pytest.raises(PermissionDenied, match="You decided this"):
                say(action, decision, staff)
    assert not kept(Approval).exists()


@pytest.mark.parametrize(
    ("duties", "agrees", "clears"),
    [
        (["approve"], True, False),
        (["decide"], True, False),
        (["manage"], True, False),
        (["clear"], False, True),
        (["approve", "clear"], True, True),
        (["screen"], False, False),
        (["assess"], False, False),
        (["out_of_hours"], False, False),
        (["answer"], False, False),
        ([], False, False),
    ],
)
def test_who_may_be_the_second_person_and_who_may_pass_a_closing(duties, agrees, clears):
    _, decision = waiting()
    staff = colleague(decision, duties=duties)
    for action, allowed in ((actions.approve, agrees), (actions.clear_closing, clears)):
        if allowed:
            assert say(action, decision, staff)
        else:
            with pytest.raises(PermissionDenied):
                say(action, decision, staff)


def test_a_worker_of_another_hub_has_no_word():
    _, decision = waiting()
    stranger = StaffFactory(agency=decision.by.agency, whole_desk=True)
    for action in (actions.approve, actions.clear_closing):
        with pytest.raises((PermissionDenied, Decision.DoesNotExist)):
            say(action, decision, stranger)


def test_the_same_word_twice_is_kept_once():
    _, decision = waiting()
    second = colleague(decision, second_person=True)
    say(actions.approve, decision, second)
    say(actions.approve, decision, second)
    assert kept(Approval).count() == 1


def test_whoever_comes_second_is_told_who_has_answered():
    _, decision = waiting()
    first, late = colleague(decision, second_person=True), colleague(decision, second_person=True)
    say(actions.approve, decision, first)
    with pytest.raises(actions.AlreadySaid) as told:
        say(actions.approve, decision, late)
    assert told.value.by == first


def test_an_approver_who_says_no_gives_a_reason_and_the_decider_decides_again():
    by, decision = waiting()
    second = colleague(decision, second_person=True)
    with pytest.raises(actions.NotWhole):
        say(actions.turn_down, decision, second, why=" ")
    say(actions.turn_down, decision, second, why="The school has told us of two more days.")
    assert kept(Approval).get().why.startswith("The school")
    with pytest.raises(actions.AlreadySaid):
        say(actions.clear_closing, decision, colleague(decision, cleared=True))
    again = decide(decision.contact, by, "child_and_family_assessment", at=LATER)
    assert again.made_at == LATER
    assert again.follows is None


def test_a_decider_may_take_back_what_still_waits_and_act():
    by, decision = waiting()
    say(actions.turn_down, decision, by, why="New information: acting now.")
    assert decide(decision.contact, by, "immediate_protection", at=LATER).made_at


def test_somebody_for_whom_it_does_not_wait_cannot_turn_it_down():
    _, decision = waiting(colour="amber")
    assert not decision.needs_second
    with pytest.raises(PermissionDenied):
        say(actions.turn_down, decision, colleague(decision, second_person=True), why="No.")


def test_turning_down_the_same_twice_is_kept_once():
    _, decision = waiting()
    second = colleague(decision, second_person=True)
    say(actions.turn_down, decision, second, why="No.")
    say(actions.turn_down, decision, second, why="No.")
    assert kept(Approval).count() == 1


@pytest.mark.parametrize(
    "outcome",
    ["no_further_action", "signpost", "advice", "information_only", "social_care_referral_nfa"],
)
@pytest.mark.parametrize("colour", ["amber", "green", "red"])
def test_no_closing_stands_without_a_cleared_person(outcome, colour):
    _, decision = waiting(colour, outcome)
    assert decision.closes
    assert decision.needs_clearance
    if decision.needs_second:
        decision = say(actions.approve, decision, colleague(decision, second_person=True))
    assert decision.made_at is None


def test_a_cleared_decider_needs_another_cleared_person_too():
    contact = ready()
    by = StaffFactory(hub=contact.hub, duties=["decide", "clear"])
    assert decide(contact, by, "no_further_action").made_at is None


# The database holds it too


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"closes": True}, "decision_closing_needs_clearance"),
        ({"needs_clearance": True}, "decision_stands_with_clearance"),
        ({"needs_second": True}, "decision_stands_with_second"),
        ({"reasons": ""}, "decision_has_reasons"),
        ({"turned_down_at": MONDAY_9AM}, "decision_stands_or_is_turned_down"),
    ],
)
def test_the_database_lets_nothing_stand_without_what_it_needs(changes, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        DecisionFactory(**changes)


@pytest.mark.parametrize("who", ["second_by", "cleared_by"])
def test_the_database_knows_the_decider_from_the_approver(who):
    by = StaffFactory(decider=True)
    with pytest.raises(IntegrityError, match="decision_approved_by_another"):
        DecisionFactory(by=by, hub=by.hub, contact=ready(hub=by.hub), **{who: by})


def test_the_app_itself_cannot_let_a_closing_stand():
    by, _ = waiting()
    with pytest.raises(IntegrityError, match="decision_stands_with"), signed_in_as(by):
        connections["default"].cursor().execute("UPDATE decision_decision SET made_at = now()")


def test_a_waiting_decision_keeps_the_next_one_out():
    _, decision = waiting()
    with pytest.raises(actions.AlreadyDecided) as told:
        decide(decision.contact, StaffFactory(hub=decision.hub, decider=True), "early_help", at=LATER)
    assert told.value.decision == decision


def test_no_further_action_on_a_repeat_waits_for_a_second_person():
    _, alone = waiting(colour="amber")
    assert not alone.needs_second
    earlier = ready(received_at=MONDAY_9AM - timedelta(days=40))
    again = ContactFactory(hub=earlier.hub)
    RatingFactory(contact=again)
    for one, before in zip(people_of(again), people_of(earlier), strict=True):
        SettlementFactory(contact_person=one, person=who_is(before), answer="known")
    decision = decide(again, StaffFactory(hub=again.hub, decider=True), "no_further_action")
    assert "re_referral" in {one["id"] for one in decision.snapshot["repeats"]}
    assert decision.snapshot["history"][0]["earlier"][0]["reference"] == earlier.reference
    assert decision.needs_second


def test_nothing_stands_that_was_decided_before_the_contact_was_rated_red():
    _, decision = waiting(colour="amber")
    RatingFactory(contact=decision.contact, colour="red", change="news", at=LATER)
    with pytest.raises(actions.RatedRedSince):
        say(actions.clear_closing, decision, colleague(decision, cleared=True))
    assert kept(Decision).get().made_at is None
    assert say(actions.turn_down, decision, colleague(decision, cleared=True), why="Rated red since.")
