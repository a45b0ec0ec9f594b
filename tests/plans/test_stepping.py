"""Up from a plan to the hub, and back down to one: who keeps the child meanwhile, and where it stands."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from mash.common.editions import content_of
from mash.contact.models import Contact, ContactPerson
from mash.handover import actions as hand_overs
from mash.handover.models import Pack, Step, StepWent
from mash.handover.queries import find_step_at_hub
from mash.people.models import Involvement, Person
from mash.plans import actions
from mash.plans.models import Plan, StepUp, Work
from mash.plans.queries import shown
from tests.decision.story import decide
from tests.factories.base import in_service, signed_in_as
from tests.factories.contact import SettlementFactory
from tests.factories.decision import RatingFactory, SettledPersonFactory, agreed, people_of
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.handover import story as handing
from tests.plans.story import CLOSING, DAY, TODAY, Told, agency_in, doing, fresh, outcomes_of

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"


@pytest.fixture
def told(told_once):
    return told_once(Told)


def works():
    return list(Involvement.objects.using(B).filter(source="plan").order_by("from_on", "worker_name", "pk"))


def up(told, by, **changes):
    said = {
        "key": told.plan.pk, "plan": told.plan, "trigger": "significant_harm", "words": "He hit her on Sunday.",
        "voice": "I am scared to go home.", "danger": False, "family_aware": False, "at": MONDAY_9AM,
    } | changes  # fmt: skip
    return doing(by, actions.step_up, **said)


def taken_in(step, at=MONDAY_9AM + DAY):
    """Let the program put what was told on the hub's line."""
    with in_service("hand_overs"), content_of(step.hub_id):
        return actions.take_in(step=fresh(StepUp, step), at=at)


@pytest.mark.parametrize("who", ["worker", "lead"])
def test_it_is_a_contact_with_reason_and_what_was_tried_and_no_copy(told, who):
    told.action(words="A very private action")
    by = getattr(told, who)
    step = up(told, by, product="Breakfast club, for six weeks.")
    assert up(told, by).pk == step.pk
    taken_in(step)
    taken_in(step)
    contact = Contact.objects.using(B).get(reference=step.reference)
    words = str(contact.message)
    for said in (
        "He hit her on Sunday.",
        "Breakfast club, for six weeks.",
        told.plan.reference,
        "I am scared",
    ):
        assert said in words
    assert "private action" not in words
    assert contact.received_at == MONDAY_9AM  # when it was told, and not when it was taken in
    assert contact.organisation == by.agency.name
    named = {one.given: one.role for one in ContactPerson.objects.using(B).filter(contact=contact)}
    assert named == {"Daniel": "child", "Grace": "parent_or_carer"}
    assert Contact.objects.using(B).count() == 2


def test_whoever_sees_the_plan_reads_where_it_stands_and_nobody_else(told):
    clinic = agency_in(told.hub, "camhs")
    told.action(agency=clinic)
    helper = StaffFactory(hub=told.hub, agency=clinic, answerer=True)
    step = up(told, helper)
    with signed_in_as(helper):
        assert [one.steps for one in shown.whole(fresh(Plan, told.plan), TODAY).step_ups] == [[]]
    (gone,) = taken_in(step)
    elsewhere, another = StaffFactory(decider=True), StaffFactory(hub=told.hub, answerer=True)
    for one, sees in (
        (helper, True),
        (told.lead, True),
        (told.worker, True),
        (another, False),
        (elsewhere, False),
    ):
        with signed_in_as(one):
            assert Step.objects.filter(pk=gone.pk).exists() is sees
    with signed_in_as(helper):
        (went,) = shown.whole(fresh(Plan, told.plan), TODAY).step_ups
        assert went.steps[0].went.reference == step.reference
        assert went.steps[0].from_agency_id == told.school.pk  # who leads it keeps the family


def test_a_second_worry_is_told_while_the_first_is_on_its_way_and_after_the_end(told):
    taken_in(up(told, told.lead))
    taken_in(up(told, told.lead, key=uuid.uuid4(), words="And again on Monday."))
    told.end()
    taken_in(up(told, told.lead, key=uuid.uuid4(), words="And on Tuesday."))
    assert Step.objects.using(B).count() == 3
    assert not StepWent.objects.using(B).exclude(trouble="").exists()


def test_brothers_and_sisters_go_up_as_one_contact_and_each_is_settled_by_themselves():
    both = [{"role": "child", "given": one, "family": "Okafor"} for one in ("Ama", "Kofi")]
    made = Told(people=both)
    steps = taken_in(up(made, made.lead))
    assert len(steps) == 2
    assert len({one.became_id for one in StepWent.objects.using(B)}) == 1


def settled(told, step, at=MONDAY_9AM + 2 * DAY):
    """Let social care accept in writing whom a plan sent up: decided anew, handed over and accepted."""
    again = Contact.objects.using(B).select_related("hub").get(reference=step.reference)
    again._state.db = again.hub._state.db = "default"
    person = Person.objects.using(B).get(pk=told.plan.person_id)
    person._state.db = "default"
    for one in people_of(again):
        known = {"person": person} if one.role == "child" else {"person": SettledPersonFactory(hub=again.hub)}
        SettlementFactory(contact_person=one, answer="known", **known)
    RatingFactory(contact=again)
    agreed(again)
    made = decide(again, StaffFactory(hub=again.hub, whole_desk=True), "child_and_family_assessment", at=at)
    care = handing.a_service(told.hub, "childrens_social_care")
    pack = handing.send(made, care, at=at)
    return made, care, pack


def follows(told):
    """Let the program follow the lead, as a step that was settled orders."""
    with in_service("plans"), content_of(told.hub.pk):
        actions.follow_the_lead(plan=fresh(Plan, told.plan), by=None, at=MONDAY_9AM + 3 * DAY)


def test_whoever_leads_keeps_the_child_until_social_care_accepts_and_then_no_more(told):
    step = up(told, told.lead)
    taken_in(step)
    _, care, pack = settled(told, step)
    follows(told)
    assert [one.until_on for one in works()] == [None]
    handing.accept(care, pack, at=MONDAY_9AM + 3 * DAY)
    handing.follow(at=MONDAY_9AM + 3 * DAY)
    with signed_in_as(told.lead):
        (one,) = shown.whole(fresh(Plan, told.plan), TODAY).accepted
        assert one.settled.agency == care.agency.name
    follows(told)
    follows(told)
    ended = Work.objects.using(B).select_related("involvement").get().involvement
    assert ended.until_on == TODAY + 3 * DAY
    told.need()  # the plan goes on until somebody closes it


def test_back_from_social_care_a_plan_begins_with_whom_it_stepped_down():
    made = handing.decided("child_and_family_assessment")
    care = handing.a_service(made.hub, "childrens_social_care")
    pack = handing.send(made, care)
    handing.accept(care, pack)
    handing.follow()
    worker = StaffFactory(hub=made.hub, decider=True)
    (outcome,) = outcomes_of(made)
    begin = {
        "key": made.pk, "outcome": outcome, "children": [outcome], "lead": None, "started_on": TODAY + DAY,
        "at": MONDAY_9AM + DAY,
    }  # fmt: skip
    with pytest.raises(PermissionDenied, match="not one after which"):
        doing(worker, actions.begin_plan, **begin)
    helper = handing.a_service(made.hub)
    with signed_in_as(care):
        step = hand_overs.send_on(
            key=uuid.uuid4(), route="down_to_family_help", to=helper.agency, reason="It is safe at home.",
            product="What works: his grandmother.", agreement="She asked for it.",
            origin=handing.received(care, pack), by=care, at=MONDAY_9AM,
        )  # fmt: skip
    cleared = StaffFactory(hub=made.hub, cleared=True)
    with signed_in_as(cleared):
        hand_overs.pass_step(step=find_step_at_hub(cleared, step.pk), by=cleared, at=MONDAY_9AM)
    handing.follow(MONDAY_9AM + 5 * handing.HOUR)
    with pytest.raises(PermissionDenied):  # nobody has accepted yet
        doing(worker, actions.begin_plan, **begin)
    inbox = Pack.objects.using(B).get(agency=helper.agency)
    handing.accept(helper, inbox, at=MONDAY_9AM + 6 * handing.HOUR)
    handing.follow(MONDAY_9AM + 7 * handing.HOUR)
    plan = doing(worker, actions.begin_plan, **begin)
    assert (plan.came_by_id, plan.kind) == (step.pk, "early_help")
    assert Work.objects.using(B).select_related("involvement").get().involvement.tier == 2
    closing = doing(
        worker, actions.propose_close, key=uuid.uuid4(), plan=plan, at=MONDAY_9AM + DAY,
        **(CLOSING | {"closed_on": TODAY + DAY}),
    )  # fmt: skip
    doing(cleared, actions.pass_closing, closure=closing, at=MONDAY_9AM + DAY)
    assert (
        not Involvement.objects.using(B).filter(agency=helper.agency.name, until_on__gt=TODAY + DAY).exists()
    )


def test_no_agreement_is_asked_for_to_tell_of_a_worry():
    made = Told(agree=False)
    assert up(made, made.lead).trigger == "significant_harm"


def test_who_has_no_part_tells_by_the_form_like_anybody(told):
    with pytest.raises(PermissionDenied):
        up(told, StaffFactory(hub=told.hub, answerer=True))
