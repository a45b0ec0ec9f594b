"""One referral about a child and an adult at risk, worked side by side to a decision for each."""

from django.urls import reverse

from mash.check.models import EnquiryPerson
from mash.decision.models import Outcome
from tests.factories.check import BasisFactory, in_hub
from tests.factories.contact import ReferrerFactory
from tests.factories.decision import agreed, people_of, settle
from tests.factories.partnership import StaffFactory
from tests.factories.triage import AgreementFactory, ConfirmationFactory, RatingFactory
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
    worker.photographs("adult-errors")
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
    worker.photographs("adult-triage")
    worker.follows(f"Test, wishes and capacity of {adult}")
    worker.photographs("adult-empty")
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
    worker.photographs("adult-full")
    worker.opens(reverse("decision:decide", args=[contact.pk]))
    worker.photographs("adult-decide")
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
    worker.photographs("adult-details")
    for label in worker.page.locator("textarea").all():
        label.fill("Said in plain words.")
    worker.fills("Telephone number they may call you on", "020 7946 0123")
    worker.presses("Continue")
    worker.photographs("adult-check")
    worker.presses("Save the decision")
    worker.photographs("adult-page")
    rows = Outcome.objects.using("builder").order_by("about__ref")
    assert [one.outcome for one in rows] == ["child_and_family_assessment", "adult_section_42"]


def is_sent_on(worker, contact):
    """Propose an outcome for each; then think again: the agencies are asked first."""
    worker.opens(reverse("triage:page", args=[contact.pk]))
    worker.chooses("To a decision, with an outcome proposed")
    worker.page.get_by_label("Which outcome is proposed for the child").select_option(
        "Child and family assessment"
    )
    worker.fills("Why there", "Each needs their own.")
    worker.presses("Check your answers")
    assert worker.sees("Choose the outcome you propose for the adult")
    worker.page.get_by_label("Which outcome is proposed for the adult").select_option(
        "Adult section 42 enquiry"
    )
    worker.presses("Check your answers")
    worker.presses("Save")
    worker.opens(reverse("triage:page", args=[contact.pk]))
    assert worker.sees("Child: Child and family assessment. Adult: Adult section 42 enquiry")
    worker.photographs("both-sent-on")
    worker.chooses("Ask other agencies: a check")
    worker.fills("Why there", "The practice knows both.")
    worker.presses("Check your answers")
    worker.presses("Save")


def is_asked(worker, contact, practice):
    """Open one check and ask one agency about both, in one send."""
    worker.opens(reverse("check:open", args=[contact.pk]))
    worker.fills("What is the check to find out?", "Who cares for whom, and who sees either of them.")
    worker.presses("Open the check")
    for name in ("BRANDT, Tyler", "BRANDT, Maud"):
        worker.chooses(name)
    worker.chooses(str(practice))
    worker.fills(
        f"What do you need to know from {practice}, and why from them?", "Who has seen them since June?"
    )
    worker.photographs("both-ask")
    worker.presses("Send enquiries")
    assert worker.sees("Not read")


def questions_of(answerer, person):
    answerer.opens(reverse("check:answer", args=[person.enquiry_id, person.pk]))
    answerer.photographs(f"both-answer-{person.role}")
    return set(answerer.page.locator("main textarea").evaluate_all("all => all.map(one => one.name)"))


def test_one_check_asks_about_a_child_and_an_adult_each_by_their_own_questions(visitor):
    contact = a_case()
    ConfirmationFactory(rating=RatingFactory(contact=contact, colour="amber"))
    settle(contact)
    for one in people_of(contact):
        AgreementFactory(contact=contact, about=one)
    BasisFactory(contact=contact)
    practice = in_hub(contact.hub, "gp", name="Mill Lane Practice")
    worker = visitor(StaffFactory(hub=contact.hub, whole_desk=True))
    is_sent_on(worker, contact)
    is_asked(worker, contact, practice)
    answerer = visitor(StaffFactory(hub=contact.hub, agency=practice, answerer=True))
    asked = EnquiryPerson.objects.using("builder").order_by("-role")
    sets = [questions_of(answerer, one) for one in asked]
    assert len(sets) == 2
    assert sets[0] - sets[1]
    assert sets[1] - sets[0]


def test_the_page_of_an_adult_fits_a_telephone(visitor):
    contact = a_case()
    worker = visitor(StaffFactory(hub=contact.hub, whole_desk=True), width=375)
    worker.opens(reverse("triage:adult", args=[contact.pk, adult_in(contact).pk]))
    worker.photographs("small-adult")
    worker.opens(reverse("triage:page", args=[contact.pk]))
