"""A plan with a family in a browser: begun from a decision, worked on by school and clinic, looked at, and closed."""

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from mash.plans.models import Closure, Need, Plan, PlanAction
from tests.factories.partnership import StaffFactory
from tests.plans.story import WEEK, agency_in, decided, outcomes_of

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
WALK = "Walks to breakfast club with her on Tuesdays and Thursdays."


class People:
    """A decision for early help, its worker, a lead at a school, a clinic that helps, and a cleared person."""

    def __init__(self):
        self.decision = decided()
        self.hub = self.decision.hub
        self.worker = StaffFactory(hub=self.hub, decider=True)
        self.lead = StaffFactory(hub=self.hub, agency=agency_in(self.hub), answerer=True)
        self.clinic = StaffFactory(
            hub=self.hub, agency=agency_in(self.hub, "camhs", email="clinic@agency.example"), answerer=True
        )
        self.cleared = StaffFactory(hub=self.hub, cleared=True)


@pytest.fixture
def people(told_once):
    return told_once(People)


def begins(worker, people):
    """Begin the plan from the decision, after an answer that says what is missing."""
    worker.opens(reverse("decision:page", args=[people.decision.pk]))
    worker.follows("Begin a plan with the family")
    worker.presses("Begin the plan")
    assert worker.sees("There is a problem")
    worker.photographs("plan_begin_errors")
    worker.chooses(str(outcomes_of(people.decision)[0].person))
    worker.fills("Which adults share in it?", "Grace Okafor")
    worker.fills_day("started_on", localdate())
    worker.page.get_by_label("Who leads the plan?").select_option(str(people.lead.pk))
    worker.presses("Begin the plan")
    assert worker.sees("The plan has begun")
    worker.photographs("plan_new")
    return Plan.objects.using(B).get()


def adds_a_need_and_an_action(lead, people):
    """Add a need and one thing that the clinic does about it; what is no action is refused, and the words stay."""
    lead.presses("Add a need")
    lead.chooses("The whole family")
    lead.fills("What is needed?", "Mornings are hard and school is missed.")
    lead.fills("What will be different?", "At school by nine on four days of five.")
    lead.presses("Add the need")
    lead.opens(reverse("plans:act", args=[Need.objects.using(B).get().pk]))
    lead.fills("What will be done?", "All agencies to monitor")
    lead.page.get_by_label("Which agency owns it?").select_option(str(people.clinic.agency_id))
    lead.fills("Who will do it?", "Jo Adler")
    lead.fills_day("due_on", localdate() + WEEK)
    lead.fills_day("look_again_on", localdate() + 2 * WEEK)
    lead.presses("Add the action")
    assert lead.sees("is not an action")
    assert lead.page.get_by_label("Who will do it?").input_value() == "Jo Adler"
    lead.photographs("plan_action_errors")
    lead.fills("What will be done?", WALK)
    lead.presses("Add the action")
    assert lead.sees(WALK)
    lead.photographs("plan_with_action")


def says_it_is_done(clinic, plan):
    """Find the plan in the list of an agency with an action, and say that it is done and what it changed."""
    clinic.opens(reverse("plans:plans"))
    assert clinic.sees("1 of your agency")
    clinic.photographs("plans_of_an_agency")
    clinic.follows(plan.reference)
    assert not clinic.sees("Add a need")
    action = PlanAction.objects.using(B).get()
    clinic.opens(reverse("plans:progress", args=[action.pk]))
    clinic.chooses("Done")
    clinic.presses("Keep where it stands")
    assert clinic.sees("There is a problem")
    clinic.photographs("plan_progress_errors")
    clinic.fills("What difference did it make?", "She was on time all week.")
    clinic.fills("Who says so?", "Her tutor")
    clinic.presses("Keep where it stands")
    assert clinic.sees("She was on time all week.")


def looks_together(lead, plan):
    """Write down a look at the plan."""
    lead.opens(reverse("plans:look", args=[plan.pk]))
    lead.presses("Keep this look")
    assert lead.sees("There is a problem")
    lead.photographs("plan_look_errors")
    lead.fills_day("held_on", localdate())
    lead.fills_day("next_on", localdate() + 8 * WEEK)
    for name, words in (
        ("present", "Grace, Daniel"), ("different_words", "She laughs."), ("family_says", "It is calmer."),
        ("why", "It works."),
    ):  # fmt: skip
        lead.page.locator(f"#id_{name}").fill(words)
    for name, value in (("different", "yes"), ("onward", "on")):
        lead.page.locator(f'input[name="{name}"][value="{value}"]').check()
    lead.presses("Keep this look")
    assert lead.sees("The look at the plan is kept.")
    lead.photographs("plan_looked_at")


def proposes_to_close(lead, plan):
    """Propose the end, with the note that everybody takes along."""
    lead.follows("Close the plan")
    lead.page.locator('input[name="reason"][value="single_agency"]').check()
    for name, words in (
        ("what_changed", "She is at school by nine."), ("what_helped", "One person who rang back."),
        ("watch_for", "A week of mornings missed."), ("call_whom", "The school."),
        ("told_child_by", "Her form tutor"), ("told_child_how", "Over breakfast."),
    ):  # fmt: skip
        lead.page.locator(f"#id_{name}").fill(words)
    lead.fills_day("closed_on", localdate())
    lead.presses("Propose to close")
    assert lead.sees("Which service carries on")
    lead.photographs("plan_close_errors")
    lead.page.locator("#id_detail").fill("The school; its safeguarding lead agreed.")
    lead.presses("Propose to close")
    assert lead.sees("Until then the plan goes on.")


def test_a_plan_from_its_decision_to_its_end(visitor, width, people):
    plan = begins(visitor(people.worker, width=width), people)
    lead = visitor(people.lead, width=width)
    lead.opens(reverse("plans:plan", args=[plan.pk]))
    adds_a_need_and_an_action(lead, people)
    says_it_is_done(visitor(people.clinic, width=width), plan)
    looks_together(lead, plan)
    lead.opens(reverse("plans:paper", args=[plan.pk]))
    assert lead.sees("She was on time all week.")
    lead.photographs("plan_paper")
    lead.opens(reverse("plans:plan", args=[plan.pk]))
    proposes_to_close(lead, plan)

    cleared = visitor(people.cleared, width=width)
    cleared.opens(reverse("plans:plan", args=[plan.pk]))
    cleared.follows("Say whether it may end")
    cleared.presses("Give your word")
    assert cleared.sees("There is a problem")
    cleared.photographs("plan_answer_errors")
    cleared.chooses("Yes")
    cleared.presses("Give your word")
    assert cleared.sees("This plan ended on")
    assert Closure.objects.using(B).get().passed_by_id == people.cleared.pk
    lead.opens(reverse("plans:plan", args=[plan.pk]))
    assert not lead.sees("Add a need")
    lead.photographs("plan_ended")
