"""Typing, leaving, coming back, writing beside a colleague, and a session that ends: nothing typed is lost."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory
from tests.factories.triage import RatingFactory

WORDS = "The uncle was there again last night."


@pytest.fixture
def worker(transactional_db):
    return StaffFactory(social_worker=True)


@pytest.fixture
def triage(worker):
    return reverse("triage:page", args=[ContactFactory(hub=worker.hub).pk])


def types(person, words):
    """Type as hands do, and leave the field."""
    person.page.locator("#id_why").click()
    person.page.keyboard.type(words)


def is_saved(person):
    """Wait until the page says so."""
    person.page.locator("[data-shown]", has_text="Saved").first.wait_for()


def test_what_is_typed_is_found_on_another_machine_at_the_same_field(visitor, worker, triage, scripted):
    here = visitor(worker)
    here.opens(triage)
    types(here, WORDS)
    if scripted:
        is_saved(here)
        here.looks()
    else:
        here.presses("Save for later")
        assert here.sees("It is not sent yet.")
    here.leave()

    there = visitor(worker, width=375)
    there.opens(triage)
    assert there.sees("You started this on")
    assert there.page.locator("#id_why").input_value() == WORDS
    if scripted:
        assert there.page.evaluate("document.activeElement.id") == "id_why"
    there.presses("Start again")
    assert there.page.locator("#id_why").input_value() == ""


def test_two_people_learn_of_each_other_and_nothing_is_overwritten(visitor, worker, scripted):
    colleague = StaffFactory(social_worker=True, hub=worker.hub)
    contact = ContactFactory(hub=worker.hub)
    RatingFactory(contact=contact)
    risk = reverse("check:risk", args=[contact.pk])
    one, other = visitor(worker), visitor(colleague)
    for person, words in ((one, "The uncle."), (other, "The lodger.")):
        person.opens(risk)
        person.page.locator("#id_worries").fill(words)
        if scripted:
            is_saved(person)
    if scripted:
        assert other.sees(f"{worker.account.name} is writing here too, since")
    one.presses("Save the risk picture")
    other.presses("Save the risk picture")
    assert other.sees(f"{worker.account.name} wrote here after you opened the page")
    assert other.sees("The uncle.")
    assert other.sees("The lodger.")
    other.presses("Go on with this")
    assert other.sees("There is a problem")
    other.page.get_by_label("Yours", exact=True).check()
    other.presses("Go on with this")
    assert other.sees("The risk picture is saved.")


def test_a_session_that_ended_gives_the_words_back(visitor, worker, triage, scripted):
    worker.account.set_password("a-long-enough-secret")
    worker.account.save(using="builder")
    person = visitor(worker)
    person.opens(triage)
    types(person, WORDS)
    Session.objects.all().delete()
    if scripted:
        person.page.keyboard.type(" And again.")
        person.page.locator("[data-shown]", has_text="You are signed out: sign in again").wait_for()
    person.page.get_by_role("button", name="Check your answers").click()
    assert person.sees("What you typed is kept")
    person.fills("E-mail address", worker.account.email)
    person.fills("Password", "a-long-enough-secret")
    person.presses("Sign in")
    assert person.page.url.endswith(triage)
    assert person.page.locator("#id_why").input_value() == WORDS + (" And again." if scripted else "")


def test_the_end_of_a_session_is_said_before_it_comes_and_put_off_with_one_press(
    visitor, worker, triage, scripted, settings
):
    if not scripted:
        return  # what is said without a script stands beside "Save for later"
    settings.MASH_IDLE_SECONDS = 5 * 60 + 3
    person = visitor(worker)
    person.opens(triage)
    person.page.wait_for_selector("[data-timeout]:not([hidden])", timeout=15_000)
    assert person.sees("You will be signed out in 5 minutes, unless you go on.")
    person.looks()
    person.page.get_by_role("button", name="Stay signed in").click()
    person.page.wait_for_selector("[data-timeout]", state="hidden")
