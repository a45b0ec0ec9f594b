import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mash.contact.models import Reply, ReplyKind, Settlement
from mash.decision import actions
from mash.decision.models import Decision, Dissent, Outcome, Strategy
from mash.decision.strategy import not_there
from mash.partnership.models import Email
from tests.decision.story import at_risk, decide
from tests.factories.base import signed_in_as
from tests.factories.decision import DecisionFactory, InvolvementFactory, people_of, ready, who_is
from tests.factories.partnership import MONDAY_9AM, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = MONDAY_9AM + timedelta(hours=2)
FRIDAY_3PM = datetime(2026, 11, 6, 15, tzinfo=UTC)
ALL_THREE = [
    {"agency": "childrens_social_care", "organisation": "Emshire", "name": "Rosa Klein", "role": "Manager"},
    {"agency": "police", "organisation": "Constabulary", "name": "DS Kerr", "role": "Sergeant"},
    {"agency": "community_health", "organisation": "NHS trust", "name": "Ivo Hart", "role": "Nurse"},
]


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


def open_case(tier=3, **options):
    contact = ready(**options)
    for child in at_risk(contact):
        InvolvementFactory(person=who_is(child), tier=tier)
    return contact


def pass_on(contact, by, **options):
    with signed_in_as(by):
        return actions.pass_to_allocated_worker(
            key=options.pop("key", uuid.uuid4()), contact=contact, by=by, at=LATER, **options
        )


def hold(contact, by, **changes):
    said = {
        "key": uuid.uuid4(),
        "held_at": MONDAY_9AM,
        "chair": "Rosa Klein",
        "chair_role": "team_manager",
        "attenders": ALL_THREE,
        "children": at_risk(contact),
        "information": "What each agency knew.",
        "decisions": "A joint visit this afternoon.",
    } | changes
    with signed_in_as(by):
        return actions.record_strategy(
            contact=contact, by=by, at=changes.get("at", LATER), **_without_at(said)
        )


def _without_at(said):
    return {key: value for key, value in said.items() if key != "at"}


# Passing on


@pytest.mark.parametrize("colour", ["red", "green", ""])
def test_an_open_case_goes_to_its_worker_and_manager_at_once(colour):
    contact = open_case(colour=colour, email="dsl@fernbank.example.org")
    decision = pass_on(contact, StaffFactory(hub=contact.hub, screener=True))
    assert decision.made_at == LATER
    assert not decision.closes
    assert kept(Outcome, decision=decision).get().outcome == "to_allocated_worker"
    assert kept(Reply, contact=contact).get().kind == ReplyKind.PASSED_ON
    emails = {one.to: one for one in kept(Email)}
    assert set(emails) == {
        "bea.lund@council.example",
        "omar.diaz@council.example",
        "dsl@fernbank.example.org",
    }
    for one in emails.values():
        assert contact.reference in one.body
        assert "Okafor" not in one.subject + one.body


def test_a_contact_with_nobody_allocated_is_decided_and_not_passed_on():
    contact = ready()
    with pytest.raises(actions.NotOpen, match="OKAFOR, Daniel"):
        pass_on(contact, StaffFactory(hub=contact.hub, screener=True))


def test_passing_the_same_form_on_twice_makes_one():
    contact = open_case()
    by, key = StaffFactory(hub=contact.hub, screener=True), uuid.uuid4()
    assert pass_on(contact, by, key=key) == pass_on(contact, by, key=key)
    assert kept(Decision).count() == 1
    assert kept(Email).count() == 2


def test_whoever_does_not_work_at_the_desk_passes_nothing_on():
    contact = open_case()
    with pytest.raises((PermissionDenied, actions.NotSettled, ValueError)):
        pass_on(contact, StaffFactory(hub=contact.hub, answerer=True))
    assert not kept(Decision).exists()


# Strategy discussions


@pytest.mark.parametrize("absent", range(3))
def test_a_strategy_discussion_needs_social_care_police_and_health(absent):
    contact = ready(colour="red")
    by = StaffFactory(hub=contact.hub, social_worker=True)
    there = [one for place, one in enumerate(ALL_THREE) if place != absent]
    with pytest.raises(actions.NotWhole, match="needs"):
        hold(contact, by, attenders=there)
    assert not kept(Strategy).exists()


def test_any_health_service_is_health():
    for kind in ("gp", "hospital", "maternity", "camhs", "adult_mental_health", "community_health"):
        assert not_there(["childrens_social_care", "police", kind]) == []
    assert not_there(["police", "education"]) == ["children's social care", "health"]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"chair_role": "social_worker"}, "team manager"),
        ({"chair": " "}, "team manager"),
        ({"decisions": ""}, "what was decided"),
        ({"section_47": True}, "grounds"),
        ({"children": []}, "which children"),
        ({"held_at": LATER + timedelta(hours=1)}, "once it has been held"),
        ({"attenders": [one | {"name": " "} for one in ALL_THREE]}, "needs"),
    ],
)
def test_what_a_strategy_discussion_must_say(changes, missing):
    contact = ready(colour="red")
    with pytest.raises(actions.NotWhole, match=missing):
        hold(contact, StaffFactory(hub=contact.hub, social_worker=True), **changes)


def test_its_record_is_due_one_working_day_later_and_is_sent_once():
    contact = ready(colour="red")
    by = StaffFactory(hub=contact.hub, social_worker=True)
    strategy = hold(contact, by, held_at=FRIDAY_3PM, at=FRIDAY_3PM + timedelta(hours=1))
    assert strategy.record_due_at == datetime(2026, 11, 9, 15, tzinfo=UTC)
    with signed_in_as(by):
        with pytest.raises(actions.NotWhole):
            actions.send_record(strategy=strategy, how="", by=by, at=LATER)
        first = actions.send_record(strategy=strategy, how="Secure e-mail", by=by, at=FRIDAY_3PM)
        again = actions.send_record(strategy=strategy, how="By hand", by=by, at=LATER)
    assert first.record_sent_at == again.record_sent_at == FRIDAY_3PM
    assert again.record_sent_how == "Secure e-mail"


def test_the_same_form_makes_one_strategy_discussion():
    contact = ready(colour="red")
    by, key = StaffFactory(hub=contact.hub, social_worker=True), uuid.uuid4()
    assert hold(contact, by, key=key) == hold(contact, by, key=key)
    assert kept(Strategy).count() == 1


@pytest.mark.parametrize("duty", ["screen", "clear", "approve", "answer"])
def test_others_do_not_record_a_strategy_discussion(duty):
    contact = ready(colour="red")
    with pytest.raises(PermissionDenied):
        hold(contact, StaffFactory(hub=contact.hub, duties=[duty]))


# Dissent


def test_a_view_against_a_decision_is_kept_in_its_own_words_once():
    decision = DecisionFactory(contact=ready())
    by, key = StaffFactory(hub=decision.hub, screener=True), uuid.uuid4()
    with signed_in_as(by):
        for _ in range(2):
            actions.record_dissent(
                key=key, decision=decision, who="Health", words="We would call a meeting.", by=by, at=LATER
            )
        with pytest.raises(actions.NotWhole):
            actions.record_dissent(key=uuid.uuid4(), decision=decision, who="", words="x", by=by, at=LATER)
    assert kept(Dissent).get().words == "We would call a meeting."


def test_a_check_goes_on_after_a_decision_to_act_first():
    contact = ready(colour="red")
    by = StaffFactory(hub=contact.hub, decider=True)
    first = decide(contact, by, "strategy_discussion")
    assert decide(contact, by, "section_47_enquiry", follows=first, at=LATER).made_at


def test_passing_on_does_not_wait_for_people_who_are_not_at_risk():
    contact = open_case()
    kept(Settlement, contact_person=people_of(contact)[1]).delete()
    assert pass_on(contact, StaffFactory(hub=contact.hub, screener=True)).made_at
