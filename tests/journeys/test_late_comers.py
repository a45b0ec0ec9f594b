"""Somebody is named after the enquiries were sent: asked about late, waited for by a clock of their own, answered."""

from django.urls import reverse

from mash.check.models import Enquiry, Searched
from mash.common.templates import moment
from tests.factories.check import answerer_of, asked_about, desk_of, in_hub, ready
from tests.factories.partnership import StaffFactory
from tests.factories.triage import AgreementFactory, who

FAMILY = (
    {"role": "child", "given": "Daniel", "family": "Okafor", "born_on": "2016-03-04"},
    {"role": "parent_or_carer", "given": "Grace", "family": "Okafor", "born_on": "1988-07-11"},
    {"role": "sibling", "given": "Ruth", "family": "Okafor", "born_on": "2020-01-29"},
)


def newest_enquiry():
    found = Enquiry.objects.using("builder").select_related("hub", "agency", "sent_by__account")
    enquiry = found.latest("sent_at")
    for one in (enquiry, enquiry.hub, enquiry.agency):
        one._state.db = "default"
    return enquiry


def asks(worker, whom, agency, focus):
    worker.chooses(whom)
    worker.chooses(agency)
    worker.fills(f"What do you need to know from {agency}, and why from them?", focus)
    worker.presses("Send enquiries")


def finds_nothing(answerer, enquiry):
    answerer.opens(reverse("check:enquiry", args=[enquiry.pk]))
    for person in asked_about(enquiry):
        answerer.page.check(f'[name="p-{person.pk}-result"][value="{Searched.NOTHING}"]')
        answerer.page.fill(f"#id_p-{person.pk}-how", "Register, by name and date of birth")
    answerer.chooses("Yes, this is our whole answer")
    answerer.presses("Send to the hub")
    assert answerer.sees("Your answer was sent.")


def test_a_sister_is_added_after_the_enquiries_went_out_and_again_after_the_check_was_closed(visitor):
    contact = ready(people=FAMILY)
    school = in_hub(contact.hub, name="Fernbank Primary")
    worker = visitor(desk_of(contact, social_worker=True))
    worker.opens(reverse("check:open", args=[contact.pk]))
    worker.fills("What is the check to find out?", "Whether anybody sees him fed.")
    worker.presses("Open the check")
    assert worker.sees("Not asked about")
    asks(worker, "OKAFOR, Daniel", "Fernbank Primary", "Was he in school?")
    first = newest_enquiry()
    board = worker.page.url.removeprefix(worker.address)
    assert worker.sees("Waited for: 1")
    assert not worker.sees("Added later")
    finds_nothing(visitor(answerer_of(first)), first)
    worker.opens(board)
    assert not worker.sees("Waited for")

    AgreementFactory(contact=contact, about=who(contact, "p3"), given_by="parent")
    worker.presses("Ask more agencies")
    asks(worker, "OKAFOR, Ruth", "Fernbank Primary", "Is she in the nursery?")
    assert worker.sees("Waited for: 1")
    assert worker.sees("Added later: OKAFOR, Ruth")
    worker.photographs("late-comer-board")
    second = newest_enquiry()
    assert worker.sees(f"Waited for since {moment(second.sent_at)}")
    teacher = visitor(StaffFactory(hub=contact.hub, agency=school, answerer=True))
    teacher.opens(reverse("check:inbox"))
    assert teacher.sees("Added later: OKAFOR, Ruth")
    teacher.photographs("late-comer-inbox")
    teacher.follows(second.reference)
    assert teacher.sees("You were asked about this family before.")
    teacher.photographs("late-comer-enquiry")
    finds_nothing(teacher, second)

    worker.opens(board)
    assert not worker.sees("Waited for")
    worker.presses("Close the check")
    assert worker.sees("The check is closed.")
    police = in_hub(contact.hub, "police", name="Northern Police")
    worker.opens(reverse("check:ask", args=[first.check_asked_id]))
    asks(worker, "OKAFOR, Ruth", police.name, "Who has called from the house?")
    assert worker.sees("Enter why the check opens again")
    worker.photographs("late-comer-again")
    worker.fills("Why does the check open again?", "An uncle has moved in.")
    worker.presses("Send enquiries")
    assert worker.sees("Agency added later, after the check had been closed")
    assert worker.sees("An uncle has moved in.")
    worker.photographs("late-comer-opened-again")
