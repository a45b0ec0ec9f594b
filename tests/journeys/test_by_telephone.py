"""A school rings, is asked for it in writing, and writes: the clock on the writing is shown, and then met."""

from django.urls import reverse

from mash.contact.models import Contact, Written
from mash.partnership.models import Email
from tests.factories.partnership import HubFactory, StaffFactory
from tests.journeys.test_referring import CODE, PHONE, asks_for_a_code, enters

RANG = "lead@fernbank.example.org"


def rings(worker):
    """Write down what a school says on the telephone, at first too little of it."""
    worker.opens(reverse("contact:telephone"))
    worker.fills("What happened?", "He came to school without a coat.")
    worker.presses("Check the answers")
    assert worker.sees("There is a problem")
    worker.photographs("telephone-errors")
    worker.chooses("School, college or nursery", within="Who is calling?")
    worker.fills("Organisation", "Fernbank Primary")
    worker.fills("Caller’s name", "Ines Duarte")
    worker.fills("Caller’s e-mail address", RANG)
    worker.chooses("A child", within="Who is it about?")
    worker.chooses("Safeguarding: somebody may be at risk of harm")
    worker.chooses("No", within="Is anybody in immediate danger now?")
    worker.page.get_by_label("Part in this").select_option("child")
    worker.fills("Given names", "Daniel")
    worker.fills("Family name", "Okafor")
    worker.chooses("Not asked")
    worker.presses("Check the answers")
    assert worker.sees("He came to school without a coat.")
    worker.photographs("telephone-check")
    worker.presses("Send")
    assert worker.sees("ask them to confirm in writing what they said")


def writes(school, call):
    """Open the caller's own page by the code that is sent to them, and write what was said."""
    asks_for_a_code(school, call.reference, RANG)
    sent = Email.objects.using("builder").filter(to=RANG, subject__startswith="Your code")
    enters(school, CODE.search(sent.latest("queued_at").body)[1])
    assert school.sees("Please follow the call in writing")
    school.photographs("telephone-own-page")
    school.fills("What do you want to add?", "As I said: no coat, for the third day.")
    school.presses("Add this")


def test_a_call_is_followed_in_writing(visitor, transactional_db):
    hub = HubFactory(name="Northfield MASH", prefix="NF", telephone="020 7946 0000")
    worker = visitor(StaffFactory(hub=hub, whole_desk=True))
    rings(worker)
    call = Contact.objects.using("builder").get()
    case = reverse("desk:case", args=[call.pk])
    worker.opens(case)
    assert worker.sees("Nothing has come from them since the call.")
    clock = worker.page.locator("section, div").filter(has_text="In writing").locator(".mash-clock").last
    assert "left, due" in clock.inner_text()
    worker.photographs("telephone-case-waiting")
    worker.opens(f"{reverse('desk:worklist')}?writing=on")
    assert worker.sees(call.reference)

    writes(visitor(width=PHONE), call)
    worker.opens(case)
    assert worker.sees("As I said: no coat, for the third day.")
    worker.presses("This is the written form")
    assert worker.sees("Select which addition or message is the written form.")
    worker.page.get_by_role("group", name="Which is the written form?").get_by_role("radio").check()
    worker.presses("This is the written form")
    assert worker.sees("The written form is recorded.")
    assert worker.sees("Written form: an addition")
    assert "Met with" in clock.inner_text()
    worker.photographs("telephone-case-met")
    assert Written.objects.using("builder").get().undone_at is None
    worker.opens(f"{reverse('desk:worklist')}?writing=on")
    assert not worker.sees(call.reference)
