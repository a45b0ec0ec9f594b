"""A panel on the family’s plan: one lead, one list of actions, one next day; and what was agreed before it began."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404
from django.urls import reverse

from mash.common.editions import content_of
from mash.contact.models import Contact
from mash.handover.models import Step
from mash.panel import actions, policy
from mash.panel.models import Concluded, InPlan, Item, MinutesPart, OnPlan, WentUp
from mash.panel.queries import planning, tracking
from mash.panel.queries.minutes import cases_of
from mash.partnership.models import Restriction
from mash.plans import actions as plans
from mash.plans.models import Change, Lead, Need, Plan, PlanAction, StepUp
from mash.plans.models import Seat as PlanSeat
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.panel import story
from tests.panel.planned import ENOUGH, Scene, brings, child_of, listed
from tests.panel.story import AT_NOON, FIRST, again, fresh, kept
from tests.plans.story import DAY, TODAY, Told, decided, outcomes_of

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = FIRST + timedelta(weeks=6)
UP = actions.GoesUp(
    trigger="new_event", product="Breakfast club, for six weeks.", voice="I do not go home.", danger=False,
    family_aware=True,
)  # fmt: skip


def brought():
    made = Scene()
    made.brought()
    return made


@pytest.fixture
def scene(told_once):
    return told_once(brought)


def restrict(scene):
    manager = StaffFactory(hub=scene.board.hub, manager=True)
    closed = Restriction(
        hub=scene.board.hub, contact_id=scene.plan.contact_id, why="A reason", from_at=MONDAY_9AM, by=manager
    )
    Restriction.objects.using("builder").bulk_create([closed])
    return manager


def test_a_family_heard_on_a_plan_is_closed_with_the_case_of_the_plan(scene):
    hub, case = scene.board.hub, scene.plan.contact_id
    assert kept(Item, pk=scene.item.pk).get().contact_id is None
    cleared, let_in = StaffFactory(hub=hub, cleared=True), StaffFactory(hub=hub, duties=["chair"])
    AccessFactory(staff=let_in, contact_id=case)
    barred = StaffFactory(hub=hub, duties=["chair"])
    AccessFactory(staff=barred, contact_id=case, bars=True)
    here = [scene.board.chair, scene.board.worker, scene.board.members["community_health"]]

    def hear():
        found = []
        for staff in (*here, cleared, let_in, barred):
            by_filter = kept(Item).filter(policy.heard_by(staff), pk=scene.item.pk).exists()
            with signed_in_as(staff):
                assert Item.objects.filter(pk=scene.item.pk).exists() is by_filter
            found.append(by_filter)
        return found

    assert hear() == [True, True, True, True, True, False]
    manager = restrict(scene)
    assert hear() == [False, False, False, True, True, False]
    assert kept(Item).filter(policy.heard_by(manager), pk=scene.item.pk).exists()


def test_a_family_whose_plan_is_of_a_restricted_case_is_brought_to_no_panel():
    scene = Scene()
    manager = restrict(scene)
    with pytest.raises(actions.NotWhole, match="This case is restricted"):
        brings(scene.board, child_of(scene.told), "education", by=manager)
    assert not kept(Item).filter(person=child_of(scene.told)).exists()


def test_a_family_with_a_plan_is_brought_on_it_and_who_is_needed_sees_it(scene):
    assert kept(OnPlan).get().plan_id == scene.plan.pk
    members = scene.board.members
    for kind, sees in (("community_health", True), ("police", False), ("housing", False)):
        assert scene.told.sees(members[kind]) is sees
    doing(
        scene.board.chair,
        actions.need,
        item=fresh(scene.item),
        agencies=[scene.board.agencies["police"]],
        at=MONDAY_9AM,
    )
    assert scene.told.sees(members["police"])
    assert not scene.told.sees(members["community_health"])
    doing(scene.board.chair, actions.end_seat, seat=scene.board.seat_of("police"), at=MONDAY_9AM)
    assert not scene.told.sees(members["police"])


def test_a_family_is_heard_on_no_plan_that_is_hidden_from_whoever_puts_it_there(scene):
    elsewhere = Told().plan
    for plan, says in ((elsewhere, "row-level security"), (scene.plan, "unique")):
        with pytest.raises(DatabaseError, match=says), signed_in_as(scene.board.chair):
            OnPlan(
                hub=scene.board.hub, item=scene.item, plan=plan, by=scene.board.chair, at=MONDAY_9AM
            ).save(force_insert=True)  # fmt: skip


def test_who_leads_and_the_next_day_stand_in_the_plan_alone(scene):
    made = story.concluded(
        scene.board, scene.item, decision="plan_goes_on", lead_name="Bea Lund",
        lead_agency=scene.board.agencies["housing"], review_on=LATER,
    )  # fmt: skip
    assert (made.lead_name, made.lead_agency_id, made.review_on) == ("", None, None)
    lead = kept(Lead, plan=scene.plan).order_by("-number").first()
    assert (lead.name, lead.agency_id, lead.staff_id) == (
        "Bea Lund",
        scene.board.agencies["housing"].pk,
        None,
    )
    assert kept(Plan).get().look_on == LATER
    with pytest.raises(actions.ChangedMeanwhile):
        story.concluded(scene.board, scene.item, decision="plan_goes_on", review_on=LATER)
    doing(scene.board.chair, actions.write_minutes, meeting=again(scene.board.meeting), at=AT_NOON)
    words = " ".join(kept(MinutesPart).get().lines)
    assert f"Plan {scene.plan.reference}." in words
    assert "Lead professional: Bea Lund" in words
    scene.told.look(scene.board.chair, held_on=FIRST, at=AT_NOON, next_on=FIRST + timedelta(weeks=8))
    assert kept(Plan).get().look_on is None  # what the look says counts from now on
    assert kept(MinutesPart).get().lines  # and the minutes stand as they were


def test_the_same_lead_again_is_no_change(scene):
    before = kept(Lead, plan=scene.plan).get()
    story.concluded(
        scene.board, scene.item, decision="plan_goes_on", lead_name=before.name,
        lead_agency=scene.board.agencies["education"], review_on=LATER,
    )  # fmt: skip
    assert kept(Lead, plan=scene.plan).count() == 1


def test_what_is_agreed_in_the_meeting_is_an_action_of_the_plan_and_of_no_other_list(scene):
    made = scene.added()
    assert scene.added().pk == made.pk  # pressed twice
    second = scene.added(need=_need(scene), what="Rings on Fridays.", need_words="", outcome="")
    assert kept(PlanAction).count() == 2
    assert kept(InPlan).count() == 2
    with pytest.raises(actions.NotWhole, match="plan by now"):
        story.added(scene.board, scene.item)
    with signed_in_as(scene.board.chair):
        before, now = tracking.actions_on(scene.board.chair, fresh(scene.item))
        assert (before, {one.key for one in now}) == ([], {made.pk, second.pk})
        assert all(one.in_plan for one in now)


def _need(scene):
    need = kept(Need).select_related("plan__hub").get()
    for row in (need, need.plan, need.plan.hub):
        row._state.db = "default"
    return need


@pytest.mark.parametrize(
    ("changes", "place"), [({"what": "All agencies to monitor"}, "what"), ({"person": "everybody"}, "person")]
)
def test_what_is_no_action_is_said_at_its_field_with_a_plan_and_without_one(scene, changes, place):
    with pytest.raises(actions.NotWhole) as refusal:
        scene.added(**changes)
    assert refusal.value.place == place
    bare = story.listed()
    with pytest.raises(actions.NotWhole) as refusal:
        story.added(bare, bare.items[0], **changes)
    assert refusal.value.place == place


def test_at_the_next_meeting_an_action_is_carried_over_or_done_and_the_later_is_told(scene):
    first, second = scene.added(), scene.added(what="Rings on Fridays.")
    item = scene.follow_up()
    chair = scene.board.chair
    with signed_in_as(chair):
        before, now = tracking.actions_on(chair, item)
        assert ({one.key for one in before}, now) == ({first.pk, second.pk}, [])
        assert {one.key for one in tracking.open_actions(chair, scene.board.meeting)} == {first.pk, second.pk}
    tick = {"item": item, "words": "The bus was late.", "said_by": "", "at": AT_NOON}
    carried = {"state": "carried", "due_on": LATER}
    ticks(scene, first, version=1, **carried, **tick)
    with pytest.raises(plans.ChangedMeanwhile):
        ticks(scene, first, version=1, **(tick | {"words": "x", "said_by": "y"}), state="done", due_on=None)
    assert kept(PlanAction, pk=first.pk).get().due_on == LATER
    assert kept(Change, what="action.carried").get().after["why"] == "The bus was late."
    with pytest.raises(actions.NotWhole) as refusal:
        ticks(scene, second, version=1, state="carried", due_on=None, **tick)
    assert refusal.value.place == "due_on"
    with pytest.raises(actions.NotWhole):
        ticks(scene, second, version=1, state="done", due_on=None, **tick)
    ticks(scene, second, version=1, state="done", due_on=None, **(tick | {"said_by": "His tutor"}))
    with signed_in_as(chair):
        before, _ = tracking.actions_on(chair, item)
        assert {(one.key, one.is_open) for one in before} == {(first.pk, True), (second.pk, False)}
    for kind in (
        "education",
        "community_health",
        "police",
    ):  # and each agency's papers say the same of its own
        member = scene.board.members[kind]
        with signed_in_as(member):
            said = str(cases_of(member, again(scene.board.meeting)))
        assert ("Meets him at the gate." in said) is (kind != "police")


def ticks(scene, action, **said):
    chair = scene.board.chair
    with signed_in_as(chair):
        mine = planning.find_plan_action(chair, said["item"], action.pk)
        actions.tick_in_plan(action=mine, by=chair, **said)


def test_what_was_agreed_before_there_was_a_plan_stands_in_it_once_it_begins_and_the_minutes_stay():
    board = story.planned(2)

    decision = decided("multi_agency_panel", hub=board.hub)
    (outcome,) = outcomes_of(decision)
    item = listed(board, brings(board, outcome.person, "education"))
    story.came(board, *ENOUGH)
    story.concluded(board, item, review_on=LATER + DAY)
    made = story.added(board, item)
    done = story.added(board, item, what="Rings his aunt.")
    with signed_in_as(board.chair):
        actions.say_progress(
            action=done, state="done", words="", due_on=None, follows=0, by=board.chair, at=AT_NOON
        )
    doing(board.chair, actions.write_minutes, meeting=again(board.meeting), at=AT_NOON)
    before = kept(MinutesPart).get().lines
    worker = StaffFactory(hub=board.hub, decider=True)
    begin = {
        "key": uuid.uuid4(), "outcome": outcome, "children": [outcome], "lead": None, "started_on": FIRST,
        "at": AT_NOON,
    }  # fmt: skip
    plan = doing(worker, plans.begin_plan, **begin)
    action = kept(PlanAction).select_related("need").get()
    assert (action.words, action.due_on, action.need.outcome) == (made.what, made.due_on, made.outcome)
    assert kept(InPlan).get().of_id == made.pk
    lead = kept(Lead, plan=plan).order_by("-number").first()
    assert (lead.name, lead.agency_id) == ("Ines Duarte", board.agencies["education"].pk)
    assert kept(Plan).get().look_on == LATER + DAY
    assert kept(MinutesPart).get().lines == before
    assert doing(board.chair, actions.take_over, item=fresh(item), at=AT_NOON) == 0
    assert kept(PlanAction).count() == 1


def test_what_was_agreed_of_one_question_is_one_need_with_its_actions():
    board = story.planned(2)
    decision = decided("multi_agency_panel", hub=board.hub)
    (outcome,) = outcomes_of(decision)
    item = listed(board, brings(board, outcome.person, "education"))
    story.came(board, *ENOUGH)
    story.concluded(board, item, review_on=LATER + DAY)
    on_time, dry = "In by nine.", "It is dry."
    agreed = (("Meets him at the gate.", on_time), ("Rings on Fridays.", on_time), ("Dries the wall.", dry))
    made = [story.added(board, item, what=what, outcome=then) for what, then in agreed]
    worker = StaffFactory(hub=board.hub, decider=True)
    begin = {
        "key": uuid.uuid4(), "outcome": outcome, "children": [outcome], "lead": None, "started_on": FIRST,
        "at": AT_NOON,
    }  # fmt: skip
    doing(worker, plans.begin_plan, **begin)
    need = kept(Need).get()
    assert need.words == item.asked
    assert sorted(need.outcome.splitlines()) == [on_time, dry]
    assert {one.words for one in kept(PlanAction, need=need)} == {one.what for one in made}


def test_without_agreement_it_waits_until_the_family_agrees():

    board = story.planned()
    (outcome,) = outcomes_of(decided("multi_agency_panel", agree=False, hub=board.hub))
    item = listed(board, brings(board, outcome.person, "education"))
    story.came(board, *ENOUGH)
    story.added(board, item)
    worker = StaffFactory(hub=board.hub, decider=True)
    plan = doing(
        worker, plans.begin_plan, key=uuid.uuid4(), outcome=outcome, children=[outcome], lead=None, started_on=TODAY,
        at=AT_NOON,
    )  # fmt: skip
    assert kept(OnPlan).get().plan_id == plan.pk
    assert not kept(PlanAction)
    with pytest.raises(actions.NotWhole, match="agreement"):
        doing(board.chair, actions.take_over, item=fresh(item), at=AT_NOON)
    with signed_in_as(worker):
        members = list(plan.familymembers.all())
        plans.record_agreement(
            plan=plan, said="given", said_by="Grace", said_on=TODAY, how="At home", covers=members, scopes=["panel"],
            by=worker, at=AT_NOON,
        )  # fmt: skip
    assert kept(PlanAction).get().words == "Meet him at the gate."


def test_an_early_help_plan_comes_to_the_panel_with_the_familys_agreement_alone():
    scene = Scene("early_help")
    brings(scene.board, child_of(scene.told), "education")
    assert kept(Plan).get().kind == "panel"
    other = Scene("early_help", agree=False)
    with pytest.raises(actions.NotWhole, match=other.plan.reference):
        brings(other.board, child_of(other.told), "education")
    assert not kept(Item, panel=other.board.panel)


# Up


def taken_in(row):
    with in_service("hand_overs"), content_of(row.hub_id):
        if isinstance(row, StepUp):
            plans.take_in(step=StepUp.objects.get(pk=row.pk), at=AT_NOON)
        else:
            actions.take_in(row=WentUp.objects.get(pk=row.pk), at=AT_NOON)


def goes_up(board, item, **changed):
    said = {"decision": "step_up_to_hub", "words": "He was found alone at night.", "up": UP} | changed
    return story.concluded(board, item, lead_name="", lead_agency=None, review_on=None, **said)


def test_a_panel_sends_up_from_the_plan_whether_there_is_a_quorum_or_not():
    scene = Scene()
    scene.item = listed(scene.board, brings(scene.board, child_of(scene.told), "education"))
    made = goes_up(scene.board, scene.item)
    assert made.missing
    told = kept(StepUp).get()
    assert (told.words, told.product) == (made.words, UP.product)
    taken_in(told)
    contact = kept(Contact, reference=told.reference).get()
    assert "found alone" in str(contact.message)
    assert "I do not go home." in str(contact.message)
    with signed_in_as(scene.board.chair):
        found = planning.planned(scene.board.chair, fresh(scene.item), FIRST)
        assert found.step_ups[0].steps[0].went.reference == told.reference
        assert planning.went_up(made) == told.reference
    step = kept(Step).get()
    assert (step.route, step.from_agency_id) == ("up_from_a_plan", scene.told.school.pk)


def test_of_a_family_without_a_plan_it_is_a_step_from_its_case_or_a_new_contact_where_there_is_none():
    board = story.listed()

    (outcome,) = outcomes_of(decided("multi_agency_panel", hub=board.hub))
    cased = listed(board, brings(board, outcome.person, "education", decision=outcome.decision))
    for item, steps in ((cased, 1), (board.items[0], 1)):
        goes_up(board, item)
        told = kept(WentUp, item=item).get()
        taken_in(told)
        taken_in(told)
        assert "found alone" in str(kept(Contact, reference=told.reference).get().message)
        assert kept(Step).count() == steps
    assert kept(Step).get().contact_id == outcome.decision.contact_id


def test_more_is_needed_is_not_decided_without_what_the_hub_is_told(scene):
    with pytest.raises(actions.NotWhole) as refusal:
        goes_up(scene.board, scene.item, up=None)
    assert refusal.value.place == "product"
    assert not kept(Concluded)
    assert not kept(StepUp)


# Due


def test_a_plan_that_is_due_is_taken_onto_the_agenda_by_whoever_keeps_the_panel_once():
    scene = Scene()
    board, chair = scene.board, scene.board.chair
    kept(Plan).update(look_on=FIRST - timedelta(days=3))
    said = {
        "plan": scene.told.now, "kind": "review", "asked": "Does it help?",
        "agencies": [board.agencies["education"]], "at": MONDAY_9AM,
    }  # fmt: skip
    with signed_in_as(chair):
        assert [one.plan.pk for one in planning.due_by(chair, board.meeting, FIRST)] == [scene.plan.pk]
        assert planning.due_by(chair, board.meeting, FIRST - timedelta(days=9)) == []
    with pytest.raises(PermissionDenied):
        doing(
            board.members["police"],
            actions.bring_to_review,
            meeting=again(board.meeting),
            key=uuid.uuid4(),
            **said,
        )
    key = uuid.uuid4()
    made = doing(chair, actions.bring_to_review, meeting=again(board.meeting), key=key, **said)
    assert doing(chair, actions.bring_to_review, meeting=again(board.meeting), key=key, **said) == made
    assert (fresh(made).meeting_id, kept(OnPlan).get().plan_id) == (board.meeting.pk, scene.plan.pk)
    with pytest.raises(actions.NotWhole, match="waits"):
        doing(chair, actions.bring_to_review, meeting=again(board.meeting), key=uuid.uuid4(), **said)
    with signed_in_as(chair):
        assert planning.due_by(chair, board.meeting, FIRST) == []
        with pytest.raises(Http404):
            planning.find_due(chair, board.meeting, scene.plan.pk, FIRST)


def test_the_database_lets_the_chair_bring_nobody_without_a_plan():
    board = story.planned()
    row = Item(
        hub=board.hub, panel=board.panel, key=uuid.uuid4(), reference="X", kind="review", of_a_family=True, minutes=5,
        title="-", person_id=story.PersonFactory(hub=board.hub).pk, asked="-", by=board.chair, at=MONDAY_9AM,
    )  # fmt: skip
    with pytest.raises(Exception, match="row-level security"), signed_in_as(board.chair):
        Item.objects.bulk_create([row])


# Pages


def test_the_room_shows_the_plan_with_initials_and_the_form_says_at_its_field_what_is_wrong(scene):
    board = scene.board
    scene.added(what="Meets Daniel at the gate.")
    chair = browser(board.chair)
    page = chair.get(reverse("panel:room", args=[board.meeting.pk, scene.item.pk])).content.decode()
    assert scene.plan.reference in page
    assert "Meets D. at the gate." in page
    assert "Daniel" not in page
    wrong = chair.post(
        reverse("panel:action", args=[board.meeting.pk, scene.item.pk]),
        {"key": uuid.uuid4(), "need": "new", "what": "Rings.", "agency": str(board.agencies["police"].pk)},
    ).content.decode()
    assert "Enter what is needed" in wrong
    assert "Enter who does it" in wrong
    elsewhere = browser(board.members["police"])
    assert elsewhere.get(reverse("panel:room", args=[board.meeting.pk, scene.item.pk])).status_code == 403
    assert kept(PlanSeat, plan=scene.plan, why__startswith="Sits on the panel").count() == 2
