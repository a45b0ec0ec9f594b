"""A returns officer asks for Annex A, sees what is wrong with it and where to mend it, and takes it out."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.returns.actions import make
from mash.returns.models import Made, Run, TakenOut
from tests.factories.base import in_service
from tests.factories.partnership import StaffFactory
from tests.returns.story import MARCH, B, a_child, a_contact, a_hub, decided

PASSWORD = "lantern gravel piano nine"


@pytest.fixture
def officer(transactional_db):
    """Somebody who analyses for a hub and manages it, with three children in its cases."""
    hub = a_hub()
    for number in ("CH0001", "CH0002", ""):
        child = a_child(hub, number, ethnicity="" if number == "CH0002" else "WBRI")
        decided(a_contact(child, MARCH, code="" if number else "5D"), child)
    staff = StaffFactory(hub=hub, duties=["manage", "analyse"])
    staff.account.set_password(PASSWORD)
    staff.account.save(using=B)
    return staff


def test_an_officer_makes_annex_a_and_takes_it_out(officer, visitor, width):
    one = visitor(officer, width=width)
    one.opens(reverse("returns:home"))
    assert one.sees("No return has been made yet")
    one.photographs("returns-home-empty")
    one.follows("Annex A, lists 1 to 3")
    one.presses("Make it")
    assert one.sees("Say why it is made")
    one.photographs("returns-new-wrong")
    one.fills("Why is it made?", "The inspectors asked on 3 March")
    one.fills_date("The first day", date(2025, 10, 1))
    one.fills_date("The last day", date(2026, 3, 31))
    one.presses("Make it")
    assert one.sees("It may take a minute")
    one.photographs("returns-run-waiting")
    run = Run.objects.using(B).get()
    with in_service("returns"):
        make(run_id=run.pk, at=timezone.now())
    one.follows("Look again")
    assert one.sees("No ethnicity that the returns know is on record")
    one.photographs("returns-run")
    one.follows("4220")
    assert one.sees("Rule 4220 alone")
    assert one.sees("CH0002")
    assert not one.sees("Contact of 2 March 2026")
    one.follows("The record", exact=False)
    assert one.sees("Daniel")
    one.opens(reverse("returns:run", args=[run.pk]))
    one.presses("Take it out")
    assert one.sees("Enter your password again")
    one.fills("Password", PASSWORD)
    one.presses("Continue")
    one.presses("Take it out")
    assert one.sees("Choose what it is taken out for")
    one.photographs("returns-take-out-wrong")
    one.chooses("For inspectors who asked for it")
    with one.page.expect_download() as given:
        one.page.get_by_role("button", name="Take it out").click()
    made = Made.objects.using(B).get(run=run.pk)
    assert hashlib.sha256(Path(given.value.path()).read_bytes()).hexdigest() == made.sha256
    assert given.value.suggested_filename == made.name
    assert TakenOut.objects.using(B).filter(run=run.pk, by=officer.pk).exists()
    one.opens(reverse("returns:run", args=[run.pk]))
    assert one.sees("For inspectors who asked for it")
    one.photographs("returns-run-taken-out")
    one.opens(reverse("returns:home"))
    assert one.sees("Ready")
    one.photographs("returns-home")
