"""One referral about a child and an adult at risk, worked side by side to a decision for each."""

from django.urls import reverse

from mash.decision.models import Outcome
from tests.factories.contact import ReferrerFactory
from tests.factories.decision import agreed, settle
from tests.factories.partnership import StaffFactory
from tests.factories.triage import RatingFactory
from tests.journeys.test_deciding import photo
from tests.triage.test_adults import a_case, adult_in


def writes_the_test(worker):
    for question, answer in [
        ("Do they have needs for care and support?", "Yes"),
        ("Are they experiencing, or at risk of, abuse or neglect?", "Yes"),
        ("Because of those needs, are they unable to protect themselves?", "Yes"),
    ]:
        worker.chooses(answer, within=question)
    worker.fills("Which needs, and how you know", "Cannot wash or dress alone: the nurse saw it.")
    worker.fills("What harm or risk, from whom, and how you know", "No food within reach on three visits.")
    worker.presses("Record the test")
    assert worker.sees("This field is required") or worker.sees("Enter")
    photo(worker, "adult-errors")
    worker.fills("Why they can or cannot protect themselves", "Cannot leave the room or telephone.")
    worker.presses("Record the test")
    assert worker.sees("all three parts are met")


def opens(worker, words):
    worker.page.locator("summary", has_text=words).click()


def test_a_child_and_an_adult_are_decided_side_by_side(visitor):
    contact = a_case(email="nurse@north-thames.example.org")
    ReferrerFactory(contact=contact)
    RatingFactory(contact=contact, colour="amber")
    settle(contact)
    agreed(contact)
    child, adult = adult_in(contact, "p1"), adult_in(contact)
    worker = visitor(StaffFactory(hub=contact.hub, whole_desk=True))
    worker.opens(reverse("triage:page", args=[contact.pk]))
    assert worker.sees("Each by their own clock")
    photo(worker, "adult-triage")
    worker.follows(f"Test, wishes and capacity of {adult}")
    photo(worker, "adult-empty")
    writes_the_test(worker)
    opens(worker, "Record what they want")
    worker.chooses("The adult was asked", within="Was the adult asked what they want?")
    worker.fills(
        "What they want to happen, in their words; or why they were not asked",
        "I want to stay here, but dry.",
    )
    worker.presses("Record what they want")
    opens(worker, "Record their capacity")
    worker.fills("Which decision is this about?", "Whether to share this with the council")
    worker.chooses(
        "Assumed: nothing suggests otherwise", within="What is known of their capacity to decide it?"
    )
    worker.fills("What this rests on, and what was done to help them decide", "Remembered the last visit.")
    worker.presses("Record what is known")
    assert worker.sees("Whether to share this with the council")
    photo(worker, "adult-full")
    worker.opens(reverse("decision:decide", args=[contact.pk]))
    photo(worker, "adult-decide")
    worker.chooses("3: Complex need", within=f"Level of need of {child}")
    worker.chooses("Child and family assessment", within=f"Outcome for {child}")
    worker.chooses("4: Protection or acute need", within=f"Level of need of {adult}")
    worker.chooses("Other adult enquiry", within=f"Outcome for {adult}")
    worker.fills(
        "Reasons for the decision", "A boy who carries care, and an adult who meets all three parts."
    )
    worker.presses("Continue")
    assert worker.sees("choose the section 42 enquiry")
    worker.chooses("Adult section 42 enquiry", within=f"Outcome for {adult}")
    worker.presses("Continue")
    photo(worker, "adult-details")
    for label in worker.page.locator("textarea").all():
        label.fill("Said in plain words.")
    worker.fills("Telephone number they may call you on", "020 7946 0123")
    worker.presses("Continue")
    photo(worker, "adult-check")
    worker.presses("Save the decision")
    photo(worker, "adult-page")
    rows = Outcome.objects.using("builder").order_by("about__ref")
    assert [one.outcome for one in rows] == ["child_and_family_assessment", "adult_section_42"]


def test_the_page_of_an_adult_fits_a_telephone(visitor):
    contact = a_case()
    worker = visitor(StaffFactory(hub=contact.hub, whole_desk=True), width=375)
    worker.opens(reverse("triage:adult", args=[contact.pk, adult_in(contact).pk]))
    photo(worker, "small-adult")
    worker.opens(reverse("triage:page", args=[contact.pk]))
