"""A chair adds to a family's plan in a meeting, its lead goes on with it, and it goes up to the hub."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import Contact
from mash.plans.jobs import take_in_what_waits
from mash.plans.models import PlanAction, StepUp
from tests.factories.base import in_service
from tests.factories.partnership import StaffFactory
from tests.panel.planned import Scene
from tests.panel.story import kept

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def scene():
    """A meeting goes on, and the family with a plan is on its agenda; the school's member leads the plan."""
    made = Scene()
    made.brought()
    return made


def adds_to_the_plan(chair, scene, due_on):
    """Add an action for a new need; what is missing is said first, and the words stay."""
    chair.presses("Add an action")
    chair.chooses("A new need")
    chair.fills("What is done?", "Meets him at the gate each morning.")
    chair.presses("Add it")
    for missing in ("Enter what is needed", "Enter who does it"):
        assert chair.sees(missing)
    assert chair.page.get_by_label("What is done?").input_value() == "Meets him at the gate each morning."
    chair.photographs("panel-plan-action-wrong")
    chair.fills("What is needed?", "He comes late and hungry.")
    chair.fills("What will be different, so that one can tell?", "In by nine on four days of five.")
    chair.page.get_by_label("Which agency owns it?").select_option(str(scene.board.agencies["education"].pk))
    chair.fills("Who does it?", "Jo Adler")
    chair.fills_day("due_on", due_on)
    chair.presses("Add it")
    assert chair.sees("Meets him at the gate each morning.")
    chair.photographs("panel-plan-room")


def goes_up(chair, decide):
    """Decide that more is needed; what the hub must be told is asked for first, and the words stay."""
    chair.opens(decide)
    chair.chooses("Back to the hub: more is needed")
    chair.fills("Why, and what is agreed?", "He was found alone at night.")
    chair.presses("Record the decision")
    assert chair.sees("There is a problem")
    assert chair.page.get_by_label("Why, and what is agreed?").input_value() == "He was found alone at night."
    chair.photographs("panel-plan-up-wrong")
    chair.page.get_by_label("Why does it go up?").select_option(index=1)
    chair.chooses("No", within="Is somebody in immediate danger?")
    chair.fills("What was tried, and where does it stand?", "Met at the gate for four weeks.")
    chair.fills("What does the child say?", "I do not go home.")
    chair.chooses("Yes", within="Does the family know that the hub is told?")
    chair.presses("Record the decision")
    assert chair.sees("The hub is told")
    chair.photographs("panel-plan-gone-up")


def test_a_chair_adds_to_the_plan_its_lead_goes_on_and_it_goes_up(scene, visitor, width):
    board, soon = scene.board, timezone.localdate() + timedelta(weeks=4)
    room = reverse("panel:room", args=[board.meeting.pk, scene.item.pk])
    chair = visitor(board.chair, width=width)
    chair.opens(room)
    assert chair.sees(f"Plan {scene.plan.reference}")
    assert not chair.sees("Daniel")
    adds_to_the_plan(chair, scene, soon)
    (action,) = kept(PlanAction)

    lead = visitor(board.members["education"], width=width)
    lead.opens(reverse("plans:plan", args=[scene.plan.pk]))
    assert lead.sees("He comes late and hungry.")
    assert lead.sees("Meets him at the gate each morning.")
    lead.photographs("plan-lead-after-the-panel")
    lead.opens(reverse("plans:progress", args=[action.pk]))
    lead.chooses("Done")
    lead.fills("What difference did it make?", "In by nine all week.")
    lead.fills("Who says so?", "Her tutor")
    lead.presses("Keep where it stands")
    assert lead.sees("In by nine all week.")

    goes_up(chair, reverse("panel:decide", args=[board.meeting.pk, scene.item.pk]))
    (told,) = kept(StepUp)
    with in_service("hand_overs"):
        take_in_what_waits()
    (contact,) = kept(Contact, reference=told.reference)
    worker = visitor(StaffFactory(hub=board.hub, screener=True), width=width)
    worker.opens(reverse("triage:page", args=[contact.pk]))
    assert worker.sees("I do not go home.")
    chair.opens(room)
    assert chair.sees(f"Gone up: {told.reference}")
