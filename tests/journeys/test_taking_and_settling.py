"""A call is taken, and its child found on record: in a real browser, with and without JavaScript, and on a phone."""

from datetime import date

import pytest

from mash.contact.models import Contact, ContactPerson
from mash.people import actions as people
from mash.people.details import Details, Home
from tests.factories.base import in_service
from tests.factories.contact import ContactFactory, DisputedFactory
from tests.factories.partnership import MONDAY_9AM, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def worker():
    return StaffFactory(whole_desk=True)


def on_record(hub, given, born):
    home = Home(("12 Cobbold Street", "Northfield"), "NF2 3AB")
    said = Details(
        given=given, family="Okafor", born_on=born, sex="M", addresses=(home,), school="Fernbank Primary"
    )
    with in_service("imports"):
        return people.record_person(details=said, by=None, hub_id=hub.pk, at=MONDAY_9AM)


def test_a_call_is_taken_and_the_child_settled(visitor, worker, width):
    known = on_record(worker.hub, "Daniel", date(2016, 3, 4))
    on_record(worker.hub, "David", date(2016, 3, 4))
    one = visitor(worker, width=width)

    one.opens("/contacts/by-telephone/")
    one.photographs("telephone")
    one.presses("Check the answers")
    assert one.sees("There is a problem")
    one.photographs("telephone_errors")
    one.chooses("School, college or nursery")
    one.fills("Organisation", "Fernbank Primary")
    one.chooses("A child")
    one.chooses("Safeguarding: somebody may be at risk of harm")
    one.chooses("No", within="Is anybody in immediate danger now?")
    one.fills("What happened?", "Came to school without a coat.")
    one.chooses("Not asked")
    one.page.get_by_label("Part in this", exact=True).first.select_option("child")
    one.fills("Given names", "Daniel")
    one.fills("Family name", "Okafor")
    one.page.locator("#id_p1-born_on-day").fill("4")
    one.page.locator("#id_p1-born_on-month").fill("3")
    one.page.locator("#id_p1-born_on-year").fill("2016")
    one.presses("Add another person")
    one.presses("Take away person 2")
    one.presses("Add a relationship")
    one.presses("Take away relationship 1")
    one.presses("Check the answers")
    one.photographs("telephone_check")
    one.presses("Send")
    one.photographs("taken")
    with in_service("intake"):
        contact = Contact.objects.get()
        child = ContactPerson.objects.get()
    assert one.sees(contact.reference)

    one.follows("Settle who the people are")
    one.photographs("settle")
    one.opens(f"/contacts/people/{child.pk}/")
    one.photographs("settle_person")
    one.presses("Save")
    assert one.sees("Choose who this is")
    one.page.locator(f'input[type="radio"][value="{known.pk}"]').check()
    one.presses("Save")
    assert one.sees("OKAFOR, Daniel")
    one.opens(f"/contacts/people/{child.pk}/")
    one.photographs("settled")
    one.presses("Take this back")


FITS = "(() => { const it = document.querySelector('.mash-compare'); return it.scrollWidth <= it.clientWidth })()"


@pytest.mark.parametrize("wide", [1280, 800, 375, 320])
def test_five_who_may_be_the_child_are_compared_without_scrolling_sideways(visitor, worker, wide):
    for given in ("Daniel", "Dan", "Danny", "Danielle", "Daniel Wellingborough"):
        on_record(worker.hub, given, date(2016, 3, 4))
    contact = ContactFactory(hub=worker.hub)
    with in_service("intake"):
        child = ContactPerson.objects.get(contact=contact.pk, ref="p1")
    one = visitor(worker, width=wide)
    for address in (f"/contacts/people/{child.pk}/", f"/triage/{contact.pk}/"):
        one.opens(address)
        assert one.page.locator(".mash-compare input[type=radio]").count() == 5
        assert one.page.evaluate(FITS), address
        shown = one.page.evaluate(
            "[...document.querySelectorAll('.mash-compare input[type=radio]')]"
            ".map(one => one.getBoundingClientRect()).map(box => [box.left, box.top])"
        )
        assert shown == sorted(shown)  # as the keyboard goes: along the columns, or down the cards
        one.photographs(f"five_{wide}_{address.split('/')[1]}")


def test_nobody_is_on_record_yet(visitor, worker, width):
    one = visitor(worker, width=width)
    disputed = DisputedFactory(contact__hub=worker.hub)
    with in_service("intake"):
        child = ContactPerson.objects.get(contact=disputed.contact_id, ref="p1")
    one.opens(f"/contacts/people/{child.pk}/")
    assert one.sees("Nobody on record is like this person.")
    one.photographs("nobody")
    one.opens("/contacts/sent-again/")
    assert one.sees(disputed.contact.reference)
    one.photographs("disputed")
