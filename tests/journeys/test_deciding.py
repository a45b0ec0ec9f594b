"""From what agencies say to a decision that stands, in a real browser."""

from django.urls import reverse

from mash.decision.models import Decision
from tests.decision.story import at_risk
from tests.factories.check import AnswerFactory, CheckFactory, EnquiryFactory, ReturnFactory
from tests.factories.decision import InvolvementFactory, agreed, ready, who_is
from tests.factories.partnership import AgencyFactory, StaffFactory


def a_contact_in_a_check(colour="red"):
    contact = ready(colour=colour, email="dsl@fernbank.example.org")
    agreed(contact)
    check = CheckFactory(contact=contact)
    school = EnquiryFactory(check_asked=check, agency=AgencyFactory(name="Education", kind="education"))
    EnquiryFactory(check_asked=check, agency=AgencyFactory(name="Police", kind="police"))
    AnswerFactory(enquiry=school)
    ReturnFactory(enquiry=school)
    return contact


def chooses(visitor, contact, outcome, level):
    visitor.opens(reverse("decision:decide", args=[contact.pk]))
    for one in at_risk(contact):
        visitor.chooses(level, within=f"Level of need of {one}")
        visitor.chooses(outcome, within=f"Outcome for {one}")
    visitor.fills("Reasons for the decision", "What was seen has been explained by the school.")
    visitor.fills("What would change it?", "Another day without food.")
    visitor.chooses("I have read the earlier contacts and decisions")


def test_no_further_action_on_red_passes_three_people(visitor):
    contact = a_contact_in_a_check()
    decider = visitor(StaffFactory(hub=contact.hub, decider=True))
    chooses(decider, contact, "No further action", "1: Universal")
    decider.photographs("decide")
    decider.presses("Continue")
    assert decider.sees("Police has not answered: say that you decide without it")
    decider.photographs("decide-errors")
    decider.chooses("Decide without the answer of Police")
    decider.fills("Why not wait for Police?", "They hold nothing newer than the school does.")
    decider.presses("Continue")
    decider.photographs("details")
    decider.fills("Why, in a sentence or two", "What you saw has been explained.")
    decider.fills("What would change our mind", "If it happens again.")
    decider.fills("What we ask of them", "Please keep a place at breakfast club.")
    decider.fills("Telephone number they may call you on", "020 7946 0123")
    decider.presses("Continue")
    assert decider.sees("Stop and think before you go on")
    decider.photographs("interruption")
    decider.presses("I have thought about it: go on")
    decider.photographs("check")
    decider.presses("Save the decision")
    assert decider.sees("It does not stand yet")
    decider.photographs("page-waiting")
    for duty, link in (("approve", "Answer as the second person"), ("clear", "Answer as a cleared person")):
        other = visitor(StaffFactory(hub=contact.hub, duties=[duty]))
        other.opens(reverse("decision:waiting"))
        other.photographs(f"waiting-{duty}")
        other.follows(contact.reference)
        other.follows(link)
        other.photographs(f"answer-{duty}")
        other.presses("Save your answer")
        other.chooses("Yes, it may stand")
        other.presses("Save your answer")
    assert Decision.objects.using("builder").get().made_at
    assert other.sees("It stands since")
    other.photographs("page")


def test_the_pages_fit_a_telephone(visitor):
    contact = a_contact_in_a_check("amber")
    InvolvementFactory(person=who_is(at_risk(contact)[0]))
    worker = visitor(StaffFactory(hub=contact.hub, whole_desk=True), width=360)
    for name in ("decide", "strategy", "pass"):
        worker.opens(reverse(f"decision:{name}", args=[contact.pk]))
        worker.photographs(f"small-{name}")
    for name in ("waiting", "turnaround"):
        worker.opens(reverse(f"decision:{name}"))
        worker.photographs(f"small-{name}")


def test_a_strategy_discussion_is_written_down(visitor):
    contact = a_contact_in_a_check()
    worker = visitor(StaffFactory(hub=contact.hub, social_worker=True))
    worker.opens(reverse("decision:strategy", args=[contact.pk]))
    worker.presses("Save")
    assert worker.sees("There is a problem")
    worker.photographs("strategy-errors")
