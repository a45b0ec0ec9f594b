"""Who sees a plan: the rule, the filter and row-level security, asked each without the others."""

import uuid

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone

from mash.contact.models import Contact
from mash.partnership.models import Restriction
from mash.people.models import Person
from mash.plans import actions, policy, queries
from mash.plans.models import Agreement, Closure, FamilyMember, Lead, Need, Plan, PlanAction, Review, Seat
from tests.factories.base import signed_in_as
from tests.factories.decision import RatingFactory
from tests.factories.handover import StepFactory
from tests.factories.partnership import LONG_AGO, AccessFactory, AgencyFactory, HubFactory, StaffFactory
from tests.plans.story import Told, agency_in, doing

pytestmark = pytest.mark.usefixtures("transactional_db")


def tell():
    made = Told()
    made.done = made.action()
    return made


@pytest.fixture
def told(told_once):
    return told_once(tell)


def restrict(told):
    Restriction.objects.using("builder").create(
        hub=told.hub, contact_id=told.plan.contact_id, why="Sensitive", from_at=LONG_AGO, by=told.worker
    )


def lead(told):
    return told.lead


def colleague_of_the_lead(told):
    return StaffFactory(hub=told.hub, agency=told.school, answerer=True)


def colleague_who_answers_for_nothing(told):
    return StaffFactory(hub=told.hub, agency=told.school)


def owner_of_an_action(told):
    clinic = agency_in(told.hub, "camhs")
    told.action(agency=clinic, words="Sees her on Monday afternoons.")
    return StaffFactory(hub=told.hub, agency=clinic, answerer=True)


def owner_elsewhere(told):
    return StaffFactory(hub=HubFactory(), agency=told.school, answerer=True)


def early_help(told):
    return StaffFactory(hub=told.hub, agency=AgencyFactory(kind="early_help"), answerer=True)


def early_help_elsewhere(told):
    return StaffFactory(agency=AgencyFactory(kind="early_help"), answerer=True)


def another_agency(told):
    return StaffFactory(hub=told.hub, answerer=True)


def chair(told):
    return StaffFactory(hub=told.hub, duties=["chair"])


def desk(told):
    return StaffFactory(hub=told.hub, screener=True)


def desk_elsewhere(told):
    return StaffFactory(whole_desk=True)


def night(told):
    return StaffFactory(hub=told.hub, duties=["out_of_hours"])


def auditor(told):
    return StaffFactory(hub=told.hub, auditor=True)


def seated(told):
    post = StaffFactory(hub=told.hub)
    with signed_in_as(told.lead):
        actions.give_seat(plan=told.plan, staff=post, why="Sits on the panel", by=told.lead, at=told.plan.at)
    return post


def seat_ended(told):
    post = seated(told)
    seat = Seat.objects.using("builder").select_related("plan").get(staff=post)
    seat._state.db = seat.plan._state.db = "default"
    doing(told.worker, actions.end_seat, seat=seat, at=told.plan.at)
    return post


def barred_from_the_case(told):
    post = desk(told)
    AccessFactory(staff=post, contact_id=told.plan.contact_id, bars=True)
    return post


def barred_from_a_child(told):
    post = desk(told)
    AccessFactory(staff=post, person_id=told.members()[0].person_id, bars=True)
    return post


def lead_barred_from_a_child(told):
    AccessFactory(staff=told.lead, person_id=told.members()[0].person_id, bars=True)
    return told.lead


def lead_barred_from_the_case(told):
    AccessFactory(staff=told.lead, contact_id=told.plan.contact_id, bars=True)
    return told.lead


def desk_on_a_restricted_case(told):
    restrict(told)
    return desk(told)


def early_help_on_a_restricted_case(told):
    restrict(told)
    return early_help(told)


def lead_of_a_restricted_case(told):
    restrict(told)
    return told.lead


def cleared_on_a_restricted_case(told):
    restrict(told)
    return told.cleared()


TRUTH = [
    (lead, True), (colleague_of_the_lead, True), (owner_of_an_action, True), (early_help, True), (desk, True),
    (seated, True), (lead_of_a_restricted_case, True), (cleared_on_a_restricted_case, True),
    (colleague_who_answers_for_nothing, False), (owner_elsewhere, False), (early_help_elsewhere, False),
    (another_agency, False), (chair, False), (desk_elsewhere, False), (night, False), (auditor, False),
    (seat_ended, False), (barred_from_the_case, False), (barred_from_a_child, False),
    (lead_barred_from_a_child, False), (lead_barred_from_the_case, False), (desk_on_a_restricted_case, False),
    (early_help_on_a_restricted_case, False),
]  # fmt: skip


@pytest.mark.parametrize(("who", "sees"), TRUTH, ids=[who.__name__ for who, _ in TRUTH])
def test_who_sees_a_plan_by_each_of_three_voices(told, who, sees):
    post = who(told)
    with signed_in_as(post):
        assert Plan.objects.exists() is sees
        assert PlanAction.objects.exists() is sees
        assert FamilyMember.objects.exists() is sees
        assert Seat.objects.exists() is sees
        assert bool(policy.may_see(post, told.plan)) is sees
        for find, row in ((queries.find, told.plan), (queries.find_action, told.done)):
            if sees:
                assert find(post, row.pk) == row
            else:
                with pytest.raises(Http404):
                    find(post, row.pk)
    if (
        post.hub_id == told.hub.pk and who is not night
    ):  # the filter alone; what is tonight's is asked as the worker
        with signed_in_as(post):
            keys = list(
                Plan.objects.using("default").filter(policy.seen_by(post)).values_list("pk", flat=True)
            )
        assert bool(keys) is sees


def test_whoever_works_at_the_desk_too_has_no_part_in_a_plan_of_a_restricted_case(told):
    post = StaffFactory(hub=told.hub, agency=told.school, duties=["answer", "screen"])
    with signed_in_as(post):
        assert policy.may_see(post, told.plan)
    restrict(told)
    with signed_in_as(post):
        assert not policy.may_see(post, told.plan)
    every = Plan.objects.using("builder")  # the filter without row-level security
    assert every.filter(policy.seen_by(told.lead)).exists()
    assert not every.filter(policy.seen_by(post)).exists()


def test_the_chair_sees_a_plan_of_the_panel_and_no_other():
    panel = Told("multi_agency_panel")
    post = chair(panel)
    assert panel.sees(post)
    assert not Told().sees(post)
    with signed_in_as(post):
        assert policy.may_keep(post, panel.plan)


def test_a_chair_of_another_hub_does_not():
    assert not Told("multi_agency_panel").sees(StaffFactory(duties=["chair"]))


def test_nobody_writes_into_a_plan_that_they_do_not_see(told):
    stranger = another_agency(told)
    with pytest.raises(DatabaseError), signed_in_as(stranger):
        Need.objects.create(
            hub=told.hub, plan_id=told.plan.pk, words="x", outcome="y", by=stranger, at=told.plan.at
        )


def test_nobody_gives_themselves_a_seat(told):
    stranger = another_agency(told)
    with pytest.raises(DatabaseError), signed_in_as(stranger):
        Seat.objects.create(
            hub=told.hub, plan_id=told.plan.pk, staff=stranger, why="Mine", by=stranger, at=told.plan.at
        )


def everything_in(told):
    """Return a row of each kind that somebody writes into a plan, as the builder reads it."""
    seated(told)
    told.look()
    told.progress(told.done)
    told.propose()
    kinds = (Agreement, Closure, FamilyMember, Lead, Need, PlanAction, Review, Seat)
    return [model.objects.using("builder").filter(plan=told.plan).first() for model in kinds]


def written_anew(row, by):
    """Write a row like this one, in the name of `by`; return what the database says against it."""
    row.pk, row.by_id, row._state.db = uuid.uuid4(), by.pk, "default"
    try:
        row.save(force_insert=True, using="default")
    except DatabaseError as error:
        return str(error)
    return ""


def test_nobody_writes_in_anothers_name(told):
    for row in everything_in(told):
        with signed_in_as(told.worker), transaction.atomic():
            own = written_anew(row, told.worker)
            transaction.set_rollback(True)
        with signed_in_as(told.worker), transaction.atomic():
            forged = written_anew(row, told.lead)
            transaction.set_rollback(True)
        assert "row-level security" not in own, type(row).__name__
        assert "row-level security" in forged, type(row).__name__


def test_a_plan_is_begun_at_the_desk_alone(told):
    with pytest.raises(DatabaseError), signed_in_as(told.lead):
        Plan.objects.create(
            key=told.done.pk, reference="X", hub=told.hub, contact_id=told.plan.contact_id,
            outcome_id=told.plan.outcome_id, person_id=told.plan.person_id, kind="early_help",
            started_on="2026-11-02", by=told.lead, at=told.plan.at,
        )  # fmt: skip


def begun_again(told, by, **changes):
    said = {
        "key": uuid.uuid4(), "reference": "X", "hub": told.hub, "contact_id": told.plan.contact_id,
        "outcome_id": told.plan.outcome_id, "person_id": told.plan.person_id, "kind": "early_help",
        "started_on": "2026-11-02", "by": by, "at": told.plan.at,
    } | changes  # fmt: skip
    Plan.objects.create(**said)


def test_no_plan_is_begun_by_night_even_on_a_contact_of_the_night(told):
    post = night(told)
    RatingFactory(contact_id=told.plan.contact_id, hub=told.hub, by=post, at=timezone.now(), change="lowered")
    with signed_in_as(post):
        assert Contact.objects.filter(pk=told.plan.contact_id).exists()
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(post):
        begun_again(told, post)


def test_an_agency_says_by_day_alone_how_its_action_goes(told):
    post = StaffFactory(hub=told.hub, agency=told.school, duties=["answer", "out_of_hours"])
    RatingFactory(contact_id=told.plan.contact_id, hub=told.hub, by=post, at=timezone.now(), change="lowered")
    with signed_in_as(post):
        action = queries.find_action(post, told.done.pk)
        assert policy.may_see(post, action.plan)
        assert policy.may_progress(post, action) == policy.BY_DAY
    with signed_in_as(told.lead):
        assert policy.may_progress(told.lead, action)


def test_a_closing_is_passed_by_the_cleared_who_see_the_plan(told):
    told.progress(told.done)
    closure = told.propose()
    barred = told.cleared()
    AccessFactory(staff=barred, contact_id=told.plan.contact_id, bars=True)
    posts = (
        (told.cleared(), True),
        (desk(told), False),
        (StaffFactory(cleared=True), False),
        (barred, False),
    )
    for post, may in posts:
        with signed_in_as(post):
            assert bool(policy.may_pass_closing(post, closure)) is may


@pytest.mark.parametrize("what", ["outcome_id", "contact_id", "person_id"])
def test_a_plan_hangs_from_nothing_of_another_hub(told, what):
    elsewhere = Told().plan
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(told.worker):
        begun_again(told, told.worker, **{what: getattr(elsewhere, what)})


def sent_down(told):
    with signed_in_as(told.worker):
        case = Contact.objects.get(pk=told.plan.contact_id)
        child = Person.objects.get(pk=told.plan.person_id)
    return StepFactory(
        hub=told.hub, contact=case, person=child, origin=None, from_agency=told.school, reference="X"
    )


def test_a_plan_came_by_no_step_that_is_hidden_from_whoever_begins_it(told):
    seen, hidden = sent_down(told), sent_down(Told())
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(told.worker):
        begun_again(told, told.worker, came_by_id=hidden.pk)
    with signed_in_as(told.worker):
        begun_again(told, told.worker, came_by_id=seen.pk)


def test_a_closing_is_passed_by_the_cleared_alone_in_the_database_too(told):
    told.progress(told.done)
    closure = told.propose()
    with signed_in_as(told.lead):
        assert Closure.objects.filter(pk=closure.pk).update(passed_by=told.lead, passed_at=told.plan.at) == 0


@pytest.mark.parametrize("model", [Lead, Review])
def test_what_was_said_is_never_changed(told, model):
    told.look()
    with pytest.raises(DatabaseError), signed_in_as(told.worker):
        model.objects.update(why="otherwise")


def test_of_an_agreement_only_its_withdrawal_is_written(told):
    with pytest.raises(DatabaseError), signed_in_as(told.worker):
        Agreement.objects.update(said_by="Somebody else")


def test_a_record_of_a_person_is_not_opened_by_a_plan(told):
    with signed_in_as(told.lead):
        (member,) = FamilyMember.objects.filter(is_child=True)
        assert member.name
        with pytest.raises(Person.DoesNotExist):
            member.person  # noqa: B018 - row-level security hides it
