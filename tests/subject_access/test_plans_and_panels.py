"""What plans and panels hold of a person is gathered for them, with whose it is, and for nobody else."""

import uuid

import pytest

from mash.panel import actions as panel
from mash.people.models import Person
from mash.subject_access.queries import gathering
from tests.factories.base import signed_in_as
from tests.factories.check import doing
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.people import PersonFactory
from tests.panel import story
from tests.panel.planned import Scene, child_of
from tests.panel.story import AT_NOON, fresh

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def scene():
    """A family with a plan that a panel has heard; every word of it is marked."""
    made = Scene()
    made.brought(asked="zqasked", household="zqhousehold", background="zqbackground", agreement="zqagreement")
    made.added(what="zqaction rings on Fridays", need_words="zqneed", outcome="zqoutcome")
    doing(
        made.board.members["education"], panel.check_own_records, item=fresh(made.item), searched="held",
        sharing="share", words="zqcheck", follows=0, at=MONDAY_9AM,
    )  # fmt: skip
    story.concluded(
        made.board,
        made.item,
        decision="plan_goes_on",
        words="zqdecided",
        review_on=story.FIRST.replace(year=2027),
    )
    made.told.look(
        made.board.chair, held_on=story.FIRST, at=AT_NOON, next_on=story.FIRST.replace(year=2027), present="zqpresent",
        different_words="zqdifferent", family_says="zqsays", why="zqwhy",
    )  # fmt: skip
    doing(made.board.chair, panel.write_minutes, meeting=story.again(made.board.meeting), at=AT_NOON)
    doing(
        made.board.members["education"], panel.correct, item=fresh(made.item), key=uuid.uuid4(), words="zqcorrected",
        at=AT_NOON,
    )  # fmt: skip
    return made


MARKS = (
    "zqasked", "zqhousehold", "zqbackground", "zqagreement", "zqaction", "zqneed", "zqoutcome", "zqcheck", "zqdecided",
    "zqpresent", "zqdifferent", "zqsays", "zqwhy", "zqcorrected",
)  # fmt: skip


def gathered(by, person):
    with signed_in_as(by):
        return gathering.gather(Person.objects.get(pk=person.pk), MONDAY_9AM)


def test_a_plan_and_what_a_panel_heard_are_gathered_whole_once_and_for_nobody_else(scene):
    handler, child = StaffFactory(hub=scene.board.hub, decider=True), child_of(scene.told)
    found = gathered(handler, child)
    said = "\n".join(one.text for one in found)
    assert [mark for mark in MARKS if mark not in said] == []
    places = [one.place for one in found]
    assert len(places) == len(set(places))
    others = gathered(handler, PersonFactory(hub=scene.board.hub))
    assert not [mark for mark in MARKS if mark in str(others)]


def test_what_an_agency_found_and_does_is_that_agencys_information(scene):
    handler = StaffFactory(hub=scene.board.hub, decider=True)
    found = gathered(handler, child_of(scene.told))
    school = scene.board.agencies["education"].pk
    for mark in ("zqcheck", "zqcorrected"):
        assert {one.agency for one in found if mark in one.text} == {school}


def test_whoever_is_kept_from_the_case_or_the_person_gathers_none_of_it(scene):
    child = child_of(scene.told)
    for kept in ({"contact_id": scene.plan.contact_id}, {"person_id": child.pk}):
        handler = StaffFactory(hub=scene.board.hub, decider=True)
        AccessFactory(staff=handler, bars=True, **kept)
        with signed_in_as(handler):
            texts = [*gathering.in_plans(child), *gathering.at_panels(child)]
        assert not [one for one in texts if one.place.startswith("plans.")]
        if "person_id" in kept:
            assert texts == []


def test_whom_a_plan_is_for_besides_is_somebody_else_in_its_texts(scene):
    handler, child = StaffFactory(hub=scene.board.hub, decider=True), child_of(scene.told)
    with signed_in_as(handler):
        others = gathering.others_in(child, scene.plan.contact_id)
    called = [name for one in others for name in one.names]
    assert "Grace Okafor" in called
    assert "Daniel" not in called
