"""A worker opens a restricted case in an emergency, a manager is told and says what they think of it."""

from django.urls import reverse
from django.utils import timezone

from tests.desk.test_restricted import reads_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory

PASSWORD = "lantern gravel piano nine"


def test_a_restricted_case_is_opened_in_an_emergency_and_reviewed(transactional_db, visitor, width):
    contact = ContactFactory(reference="NF-4KM2-7Q0", received_at=timezone.now())
    manager = StaffFactory(hub=contact.hub, manager=True)
    reads_as(StaffFactory(hub=contact.hub, social_worker=True), contact)
    staff = StaffFactory(hub=contact.hub, screener=True)
    staff.account.set_password(PASSWORD)
    staff.account.save(using="builder")

    worker = visitor(staff, width=width)
    worker.opens(reverse("desk:worklist"))
    worker.follows("Open a restricted case")
    assert worker.sees("Enter your password again")
    worker.fills("Password", PASSWORD)
    worker.presses("Continue")
    worker.photographs("opening_form")
    worker.presses("Open it for 60 minutes")
    assert worker.sees("Enter the reference of the case")
    worker.fills("Reference of the case", "NF-9999-9XX")
    worker.fills("Why must you see it now?", "The school says he is at the gate now")
    worker.presses("Open it for 60 minutes")
    assert worker.sees("No restricted case can be opened with this reference")
    worker.photographs("opening_nothing")
    worker.fills("Reference of the case", "nf4km27q0")
    worker.presses("Open it for 60 minutes")
    assert worker.sees("Open to you until")
    worker.photographs("opening_opened")

    reviewer = visitor(manager, width=width)
    reviewer.opens(reverse("desk:alerts"))
    assert reviewer.sees("somebody opened it in an emergency")
    reviewer.follows("Open NF-4KM2-7Q0", exact=False)
    reviewer.photographs("openings")
    reviewer.follows("NF-4KM2-7Q0", exact=False)
    assert reviewer.sees("The school says he is at the gate now")
    reviewer.photographs("opening_review")
    reviewer.presses("Keep this")
    assert reviewer.sees("Choose whether it was justified")
    reviewer.page.get_by_label("Not justified").check()
    reviewer.fills("Why?", "The duty manager was in the next room")
    reviewer.presses("Keep this")
    assert reviewer.sees("Not justified")
