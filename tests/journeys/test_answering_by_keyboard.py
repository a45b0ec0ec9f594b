"""A school answers every question of an enquiry by keyboard alone, in few pages and key presses: in a real browser."""

import sys

import pytest
from django.urls import reverse

from mash.check.content import set_sent
from mash.check.models import Answer, Return, Searched
from mash.sealed.models import Item
from tests.factories.base import signed_in_as
from tests.factories.check import CheckFactory, EnquiryFactory, answerer_of, asked_about, people_of, ready
from tests.journeys.typist import Typist

pytestmark = pytest.mark.usefixtures("transactional_db")
MOST_PAGES, MOST_PRESSES = 4, 90  # after the inbox is open; what is typed as text is not counted
SUMMED_UP, SEALED_ALREADY = "parents_and_carers", "health_conditions"


def answers(typist, question, words):
    """Answer the question that has the focus, and say who may read it."""
    prefix = f"q-{question.id}"
    typist.next_question()
    if question.type == "number":
        typist.types("81")
    elif question.type in {"choice", "yes_no"}:
        typist.press("Space")
    elif question.type == "table":
        typist.types("Breakfast club")
    if question.type != "table":
        typist.tabs_to_field(f"{prefix}-words") if question.type != "text" else None
        typist.types(words)
    typist.tabs_to_field(f"{prefix}-sharing")
    if question.id == SUMMED_UP:
        typist.chooses("summary")
        typist.tabs_to_field(f"{prefix}-summary")
        typist.types("They come when they are asked.")
    elif question.id != SEALED_ALREADY:
        typist.chooses("share")


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_a_school_answers_every_question_by_keyboard(visitor):
    contact = ready()
    enquiry = EnquiryFactory(check_asked=CheckFactory(contact=contact), about=people_of(contact)[:1])
    one = visitor(answerer_of(enquiry))
    one.opens(reverse("check:inbox"))
    typist = Typist(one)
    (child,) = asked_about(enquiry)

    typist.skips_to_the_page()
    typist.tabs_to_link(enquiry.reference)
    typist.goes("Enter")
    typist.skips_to_the_page()
    typist.tabs_to_link("Answer")
    typist.goes("Enter")
    with signed_in_as(one.staff):
        questions = set_sent(enquiry.question_set).questions
    for question in questions:
        answers(typist, question, "As we have it on file.")
    typist.next_question()  # further items: none
    typist.next_question()
    typist.goes("Enter")
    assert one.sees("Saved as a draft. It is not sent yet.")
    typist.next_question()
    typist.chooses(Searched.HELD)
    typist.tabs_to_field(f"p-{child.pk}-how")
    typist.types("Register and file, by name")
    typist.next_question()
    typist.chooses("whole")
    typist.tabs_to_button("Send to the hub")
    typist.goes("Enter")
    one.looks()
    assert one.sees("Your answer was sent.")
    assert Return.objects.using("builder").get().part is False
    said = dict(Answer.objects.using("builder").values_list("question", "sharing"))
    assert said == {
        one.id: "summary" if one.id == SUMMED_UP else "share" for one in questions if one.id != SEALED_ALREADY
    }
    assert Item.objects.using("builder").count() == 1
    sys.stdout.write(
        f"Answered {len(questions)} questions in {typist.pages} pages and {typist.presses} key presses besides text.\n"
    )
    assert typist.pages <= MOST_PAGES
    assert typist.presses <= MOST_PRESSES
