"""Between tiers, both ways: the sender keeps the case until another service accepts, and going to and fro counts."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from mash.common.content import Given, raw_of
from mash.contact.models import Contact, Settlement
from mash.decision import actions as decision
from mash.decision.bouncing import fired
from mash.decision.queries import spells_of
from mash.handover import actions, queries
from mash.handover.content import FROM_A_PANEL, FROM_A_PLAN, FROM_ABOVE, HANDOVER, load_handover
from mash.handover.models import Pack, Step, StepSettled, StepWent
from mash.people.models import Involvement, Person
from tests.decision.story import decide
from tests.factories.base import signed_in_as
from tests.factories.decision import agreed, people_of
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.handover import story
from tests.handover.story import DAY, HOUR

pytestmark = pytest.mark.usefixtures("transactional_db")
SAID = {
    "reason": "The home is safe now, and they want help with the mornings.",
    "product": "He is at school each day. What works: his grandmother.",
    "agreement": "His mother asked for it.",
}


def tell():
    """Somebody of social care, who accepted a child, and early help beside them."""
    made = story.decided("child_and_family_assessment")
    care = story.a_service(made.hub, "childrens_social_care")
    pack = story.send(made, care)
    story.accept(care, pack)
    story.follow()
    return made, care, pack, story.a_service(made.hub)


@pytest.fixture
def held(told_once):
    return told_once(tell)


def send_on(service, pack, route, to=None, *, at=MONDAY_9AM + 4 * HOUR, **changes):
    with signed_in_as(service):
        return actions.send_on(
            key=uuid.uuid4(),
            route=route,
            to=to,
            by=service,
            at=at,
            origin=story.received(service, pack),
            **(SAID | changes),
        )


def rows(model):
    return model.objects.using("builder")


def passes(made, step, *, at=MONDAY_9AM + 5 * HOUR, by=None):
    by = by or StaffFactory(hub=made.hub, cleared=True)
    with signed_in_as(by):
        return actions.pass_step(step=queries.find_step_at_hub(by, step.pk), by=by, at=at)


def open_with(on):
    return [
        one.agency
        for one in rows(Involvement)
        if one.from_on <= on and (one.until_on is None or one.until_on > on)
    ]


def test_a_step_down_waits_for_a_cleared_person_as_every_closing_does(held):
    made, care, pack, helper = held
    step = send_on(care, pack, "down_to_family_help", helper.agency)
    story.follow()
    assert not rows(StepWent).exists()
    with signed_in_as(helper):
        assert queries.inbox(helper) == []
    screener = StaffFactory(hub=made.hub, screener=True)
    with pytest.raises(PermissionDenied), signed_in_as(screener):
        actions.pass_step(step=queries.find_step_at_hub(screener, step.pk), by=screener, at=MONDAY_9AM)
    passes(made, step)
    story.follow(MONDAY_9AM + 5 * HOUR)
    with signed_in_as(helper):
        (one,) = queries.inbox(helper)
        assert "mornings" in one.pack.body
        assert made.reasons not in one.pack.body  # the product, never a copy of the file


def test_the_sender_keeps_the_case_until_the_other_accepts_and_then_it_has_moved(held):
    made, care, pack, helper = held
    passes(made, send_on(care, pack, "down_to_family_help", helper.agency))
    story.follow(MONDAY_9AM + 5 * HOUR)
    assert open_with(MONDAY_9AM.date()) == [care.agency.name]
    later = MONDAY_9AM + DAY
    inbox = rows(Pack).get(agency=helper.agency)
    story.accept(helper, inbox, at=later)
    story.follow(later)
    assert open_with(localdate(later)) == [helper.agency.name]
    assert rows(StepSettled).get().agency == helper.agency.name
    assert rows(Involvement).get(agency=helper.agency.name).tier == 2


def test_returned_the_sender_keeps_them_and_may_send_them_elsewhere(held):
    made, care, pack, helper = held
    passes(made, send_on(care, pack, "down_to_family_help", helper.agency))
    story.follow(MONDAY_9AM + 5 * HOUR)
    story.return_it(helper, rows(Pack).get(agency=helper.agency), at=MONDAY_9AM + 6 * HOUR)
    story.follow(MONDAY_9AM + 6 * HOUR)
    assert open_with(MONDAY_9AM.date()) == [care.agency.name]
    with signed_in_as(care):
        assert "Nobody until June" in queries.steps_sent(care).get().settled.words
    other = story.a_service(made.hub)
    send_on(care, pack, "down_to_family_help", other.agency, at=MONDAY_9AM + 7 * HOUR)
    assert rows(Step).count() == 2


def test_a_step_that_is_on_its_way_is_not_sent_twice(held):
    _, care, pack, helper = held
    send_on(care, pack, "down_to_family_help", helper.agency)
    with pytest.raises(actions.NotWhole, match="already"):
        send_on(care, pack, "down_to_family_help", helper.agency)


def test_stopped_the_sender_reads_why_and_nothing_goes(held):
    made, care, pack, helper = held
    step = send_on(care, pack, "down_to_family_help", helper.agency)
    by = StaffFactory(hub=made.hub, cleared=True)
    with signed_in_as(by):
        actions.stop_step(
            step=queries.find_step_at_hub(by, step.pk), why="Ring the hub first.", by=by, at=MONDAY_9AM
        )
    story.follow()
    assert not rows(StepWent).exists()
    with signed_in_as(care):
        assert queries.find_step(care, step.pk).word.why == "Ring the hub first."


def helped():
    """Early help holds a child."""
    made = story.decided()
    helper = story.a_service(made.hub)
    pack = story.send(made, helper)
    story.accept(helper, pack)
    story.follow()
    return made, helper, pack


def test_a_step_up_comes_to_the_line_as_a_contact_at_once_and_the_sender_reads_its_reference():
    made, helper, pack = helped()
    step = send_on(helper, pack, "up_to_social_care")
    story.follow(MONDAY_9AM + 4 * HOUR)
    contact = rows(Contact).exclude(pk=made.contact_id).get()
    assert (contact.organisation, contact.type) == (helper.agency.name, "safeguarding")
    assert SAID["product"] in contact.message["concern"]["history"]
    with signed_in_as(helper):
        assert queries.find_step(helper, step.pk).went.reference == contact.reference
        assert not Contact.objects.exists()
    story.follow(MONDAY_9AM + 5 * HOUR)
    assert rows(Contact).count() == 2


def test_up_and_down_again_counts_as_a_bounce_from_what_was_accepted():
    made, helper, pack = helped()
    send_on(helper, pack, "up_to_social_care", at=MONDAY_9AM + DAY)
    story.follow(MONDAY_9AM + DAY)
    again = rows(Contact).select_related("hub").exclude(pk=made.contact_id).get()
    again._state.db = again.hub._state.db = "default"
    person = rows(Person).get(pk=rows(Pack).get().person_id)
    person._state.db = "default"
    from tests.factories.contact import SettlementFactory
    from tests.factories.decision import RatingFactory

    for one in people_of(again):
        SettlementFactory(contact_person=one, person=person, answer="known")
    assert rows(Settlement).filter(person=person).exists()
    RatingFactory(contact=again)
    agreed(again)
    later = decide(
        again,
        StaffFactory(hub=again.hub, whole_desk=True),
        "child_and_family_assessment",
        at=MONDAY_9AM + 2 * DAY,
    )
    assert open_with(localdate(MONDAY_9AM + 2 * DAY)) == [helper.agency.name]
    care = story.a_service(made.hub, "childrens_social_care")
    up = story.send(later, care, at=MONDAY_9AM + 2 * DAY)
    story.accept(care, up, at=MONDAY_9AM + 3 * DAY)
    story.follow(MONDAY_9AM + 3 * DAY)
    assert rows(StepSettled).get().agency == care.agency.name
    assert open_with(localdate(MONDAY_9AM + 3 * DAY)) == [care.agency.name]
    passes(
        made,
        send_on(care, up, "down_to_family_help", helper.agency, at=MONDAY_9AM + 9 * DAY),
        at=MONDAY_9AM + 9 * DAY,
    )
    story.follow(MONDAY_9AM + 9 * DAY)
    down = rows(Pack).get(agency=helper.agency, outcome=None)
    story.accept(helper, down, at=MONDAY_9AM + 10 * DAY)
    story.follow(MONDAY_9AM + 10 * DAY)
    with signed_in_as(StaffFactory(hub=made.hub, decider=True)):
        found = fired(spells_of(Person.objects.get(pk=person.pk)), [], localdate(MONDAY_9AM + 11 * DAY))
    assert any("step_up" in one.rule.sequence for one in found)


@pytest.mark.parametrize("missing", ["reason", "product", "agreement"])
def test_nobody_is_sent_on_without_reason_product_and_what_the_family_said(held, missing):
    _, care, pack, helper = held
    with pytest.raises(actions.NotWhole, match="reason"):
        send_on(care, pack, "down_to_family_help", helper.agency, **{missing: " "})


@pytest.mark.parametrize(
    ("route", "to"), [("up_to_social_care", False), ("down_to_family_help", False), ("no_such", True)]
)
def test_only_a_way_that_the_hub_has_set_leads_on(held, route, to):
    _, care, pack, helper = held
    with pytest.raises(actions.NotWhole, match="Choose"):
        send_on(care, pack, route, helper.agency if to else None)


def test_a_service_sends_on_nobody_that_it_does_not_hold(held):
    made, _, pack, helper = held
    step = Step(
        hub_id=made.hub_id, contact_id=made.contact_id, person_id=pack.person_id, origin_id=pack.pk, key=uuid.uuid4(),
        reference=pack.reference, who="Daniel", route="up_to_social_care", direction="up", from_agency=helper.agency,
        by=helper, at=MONDAY_9AM, **SAID,
    )  # fmt: skip
    with pytest.raises(Exception, match="row-level security"), signed_in_as(helper):
        step.save(force_insert=True)


def test_work_that_has_ended_is_sent_nowhere(held):
    made, care, pack, helper = held
    by = story.a_worker(made)
    with signed_in_as(by):
        decision.end_work(
            accepted=story.outcome_for(by, made).accepted,
            until_on=localdate(MONDAY_9AM),
            why="They moved.",
            by=by,
            at=MONDAY_9AM + 3 * HOUR,
        )
    passes(made, send_on(care, pack, "down_to_family_help", helper.agency))
    story.follow(MONDAY_9AM + timedelta(hours=5))
    assert rows(StepWent).get().trouble
    assert rows(Pack).count() == 1


def test_an_edition_from_before_plans_sent_anybody_up_goes_on_with_the_ways_of_the_product():
    raw = raw_of(HANDOVER)
    raw["steps"] = [one for one in raw["steps"] if one["id"] not in FROM_ABOVE]
    raw["steps"][0]["label"] = "As this hub says it"
    read = {one.id: one for one in load_handover(Given(HANDOVER.name, raw)).steps}
    assert read[FROM_A_PLAN].product == read[FROM_A_PANEL].product == "What was tried"
    assert "As this hub says it" in {one.label for one in read.values()}
