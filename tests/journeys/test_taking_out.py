"""What leaves the product as a file, in a real browser: a list once a second person agreed, and a case."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.desk.exports import actions
from mash.desk.models import ExportFile
from tests.exercise.test_jobs import carry_out
from tests.factories.base import in_service
from tests.factories.contact import AdditionFactory, ContactFactory
from tests.factories.partnership import HubFactory, StaffFactory
from tests.pango import needs_pango
from tests.pdf_ua import complaints, text_of

pytestmark = pytest.mark.usefixtures("transactional_db")
A_MINUTE = 60_000


def taken(one, press):
    """Return the bytes of the file that a press hands out."""
    with one.page.expect_download(timeout=A_MINUTE) as given:
        press()
    return Path(given.value.path()).read_bytes()


def a_button(one, name):
    return one.page.get_by_role("button", name=name, exact=True).first.click


def test_a_manager_takes_a_list_out_once_a_second_person_agreed_and_for_a_day(visitor, width, monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    hub = HubFactory()
    contacts = [ContactFactory(hub=hub) for _ in range(3)]
    manager, other = StaffFactory(hub=hub, manager=True), StaffFactory(hub=hub, manager=True)
    one = visitor(manager, width=width)
    one.opens(reverse("desk:worklist"))
    one.follows("Take this list out")
    assert one.sees("3 contacts")
    one.presses("Ask for the list")
    assert one.sees("Choose what the list is for")
    assert one.sees("Choose the legal ground on which it goes out")
    one.chooses("Reference")
    one.chooses("Rating")
    one.page.locator("input[name=purpose]").first.check()
    one.page.get_by_label("Legal ground").select_option(index=1)
    one.presses("Ask for the list")
    assert one.sees("Waits for a second person")
    address = one.page.url.removeprefix(one.address)

    second = visitor(other, width=width)
    second.opens(address)
    second.presses("Save your word")
    assert second.sees("Say whether the list goes out")
    second.chooses("Yes")
    second.presses("Save your word")
    assert second.sees(f"by {other.account.name}")
    assert not second.page.get_by_role("button", name="Make the file").count()

    one.opens(address)
    one.presses("Make the file")
    assert one.sees("It is being made")
    assert carry_out() == ["make_export"]
    one.opens(address)
    file = taken(one, a_button(one, "Take the file"))
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {contact.reference for contact in contacts}
    second.opens(address)
    assert second.sees("to nobody else")
    second.opens(reverse("desk:exports"))
    assert not second.sees("Removed")

    with in_service("caretaker"):
        assert actions.forget_old(at=timezone.now() + timedelta(hours=25)) == 1
    assert not ExportFile.objects.using("builder").exists()
    one.opens(address)
    assert one.sees("has been removed")
    assert not one.page.get_by_role("button", name="Take the file").count()


@needs_pango
def test_a_worker_makes_a_pack_of_a_case_and_reads_it(visitor, width):
    contact = ContactFactory()
    AdditionFactory(contact=contact, words="The school rang again about the coat.")
    one = visitor(StaffFactory(hub=contact.hub, whole_desk=True), width=width)
    one.opens(reverse("desk:case", args=[contact.pk]))
    one.presses("Print")
    one.chooses("The whole case, as far as you may read it")
    one.presses("Make a PDF")
    assert one.sees("There is a problem")
    one.chooses("The whole case, as far as you may read it")
    one.chooses("For a visit, where there is no screen")
    file = taken(one, a_button(one, "Make a PDF"))
    assert complaints(file) == []
    words = text_of(file)
    for said in (
        contact.reference,
        "For a visit, where there is no screen",
        "The school rang again about the coat.",
    ):
        assert said in words
    assert "Sign out" not in words
