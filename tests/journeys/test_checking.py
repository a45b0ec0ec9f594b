"""From opening a check to the picture it makes, in a real browser."""

from django.urls import reverse

from mash.check.models import Check, Enquiry, EnquiryPerson, Return
from tests.factories.check import (
    AnswerFactory,
    EnquiryFactory,
    FullAnswerFactory,
    ReturnFactory,
    WithheldFactory,
    answerer_of,
    asked_about,
    desk_of,
    in_hub,
    ready,
)
from tests.factories.partnership import StaffFactory


def rows(model):
    return list(model.objects.using("builder").all())


def test_a_school_is_asked_and_answers(visitor):
    contact = ready()
    school = in_hub(contact.hub, name="Fernbank Primary")
    worker = visitor(desk_of(contact, decider=True))
    worker.opens(reverse("check:open", args=[contact.pk]))
    worker.photographs("open")
    worker.fills("What is the check to find out?", "Whether anybody sees him fed.")
    worker.presses("Open the check")
    worker.chooses("OKAFOR, Daniel")
    worker.chooses("Fernbank Primary")
    worker.photographs("ask")
    worker.presses("Send enquiries")
    assert worker.sees("Enter what you need to know from Fernbank Primary")
    worker.photographs("ask-errors")
    worker.fills("What do you need to know from Fernbank Primary, and why from them?", "Was he in school?")
    worker.presses("Send enquiries")
    assert worker.sees("Not read")
    worker.photographs("board-asked")
    (enquiry,), (check,) = rows(Enquiry), rows(Check)
    teacher = visitor(StaffFactory(hub=contact.hub, agency=school, answerer=True))
    teacher.opens(reverse("check:inbox"))
    teacher.photographs("inbox")
    teacher.opens(reverse("check:enquiry", args=[enquiry.pk]))
    teacher.photographs("enquiry")
    (child,) = rows(EnquiryPerson)
    teacher.opens(reverse("check:answer", args=[enquiry.pk, child.pk]))
    teacher.photographs("answer")
    teacher.page.fill("#id_q-effort-words", "Tries hard.")
    teacher.presses("Save and check")
    assert teacher.sees("Select whether to share this")
    teacher.photographs("answer-errors")
    teacher.page.check("#id_q-effort-sharing")
    teacher.presses("Save and check")
    teacher.page.check(f"#id_p-{child.pk}-result-2")
    teacher.page.fill(f"#id_p-{child.pk}-how", "Register and file, by name")
    teacher.chooses("Yes, this is our whole answer")
    teacher.presses("Send to the hub")
    assert teacher.sees("Your answer was sent.")
    assert len(rows(Return)) == 1
    teacher.photographs("enquiry-sent")
    worker.opens(reverse("check:board", args=[check.pk]))
    assert worker.sees("Answered")


def test_the_pages_of_a_check_hold_together(visitor, width):
    full = FullAnswerFactory(
        answer__text="A short summary", answer__on="2025-03-01", answer__on_precision="month"
    )
    enquiry = full.answer.enquiry
    check = enquiry.check_asked
    ReturnFactory(enquiry=enquiry, view="amber")
    police = EnquiryFactory(check_asked=check, agency=in_hub(check.hub, "police", name="Northern Police"))
    AnswerFactory(
        enquiry=police, question="item", text="Stopped twice.", grading="1AC", conditions="Not the father"
    )
    WithheldFactory(enquiry=EnquiryFactory(check_asked=check, agency=in_hub(check.hub, "housing")))
    cleared = visitor(desk_of(check, whole_desk=True), width=width)
    for name, key in (
        ("board", check.pk),
        ("ask", check.pk),
        ("chronology", check.contact_id),
        ("risk", check.contact_id),
        ("telephone", police.pk),
    ):
        cleared.opens(reverse(f"check:{name}", args=[key]))
        cleared.photographs(f"{name}-{width}")
    officer = visitor(answerer_of(police), width=width)
    person = asked_about(police)[0]
    for name, keys in (
        ("inbox", []),
        ("enquiry", [police.pk]),
        ("answer", [police.pk, person.pk]),
        ("withhold", [police.pk]),
        ("copy", [police.pk]),
    ):
        officer.opens(reverse(f"check:{name}", args=keys))
        officer.photographs(f"police-{name}-{width}")
