"""A letter to a mother is written, cleared, read by another and given: in a real browser, and on a phone."""

import pytest

from tests.decision.test_lettering import words_of_the_hub
from tests.factories.decision import DecisionFactory, ready
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
GAPS = {
    "The worry, in plain words the reader may have": "We heard that there was no coat.",
    "What we did": "We talked with the school.",
    "Which services we asked, about whom": "We asked the school about Daniel.",
    "What is going well": "You talk with the school.",
    "The decision in plain words": "Help is offered at home.",
    "The reason, in a sentence or two": "We think it will help.",
    "What happens next, who does it and when": "A worker calls you on Monday.",
    "Worker's telephone": "020 7946 0000",
}


def test_a_letter_goes_its_way(visitor, width):
    decision = DecisionFactory(contact=ready())
    hub = decision.hub
    words_of_the_hub(hub)
    one = visitor(StaffFactory(hub=hub, social_worker=True), width=width)
    one.opens(f"/decisions/{decision.pk}/")
    one.follows("Letters to the family")
    one.presses("Begin")
    assert one.sees("There is a problem")
    one.photographs("letters_on")
    one.chooses("OKAFOR, Grace")
    one.chooses("Letter to a parent or carer")
    one.presses("Begin")
    one.photographs("letter_write_empty")
    for label, words in GAPS.items():
        one.fills(label, words)
    one.presses("Save the words")
    one.follows("Clear it: who, how, in what language, and who must not see it")
    one.presses("Clear it")
    assert one.sees("There is a problem")
    one.photographs("letter_clear_errors")
    one.fills("Who is it for?", "Grace Okafor, his mother")
    one.chooses("In person")
    one.fills("How do you know?", "She said so on Friday.")
    one.fills("Which language or format, and is an interpreter needed?", "English")
    one.fills("Who must not see it?", "No one known: she lives alone with him.")
    one.fills("What have they been told already, and by whom?", "That we were looking.")
    one.chooses("I have read every word, for this one person")
    one.presses("Clear it")
    one.photographs("letter_cleared")
    address = one.page.url.removeprefix(one.address)
    two = visitor(StaffFactory(hub=hub, second_person=True), width=width)
    two.opens(address)
    two.follows("Read it as the second person")
    two.photographs("letter_second")
    two.chooses("Yes, as they stand")
    two.presses("Save")
    one.opens(address)
    one.follows("Print it")
    one.photographs("letter_paper")
    one.opens(address)
    one.follows("Write down that it was given")
    one.chooses("Given by hand")
    for box, value in (("day", "2"), ("month", "11"), ("year", "2026")):
        one.page.locator(f"#id_given_on-{box}").fill(value)
    one.page.locator("#id_given_time").fill("09:30")
    one.presses("Save")
    assert one.sees("Given by hand, 2 Nov 2026, 9:30am")
    one.photographs("letter_given")
    one.follows("Write down how it went for them")
    one.photographs("letter_feedback")
    one.opens("/decisions/letters/")
    one.photographs("letters_waiting")
