"""Every page of a check, as the people who work on it open it."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mash.check.models import Answer, Check, Enquiry, EnquirySeen, Happened, Return, Risk, View, Withheld
from mash.drafts.models import Writing
from tests.factories.base import browser
from tests.factories.check import (
    FOCUS,
    WORRY,
    AnswerFactory,
    CheckFactory,
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
from tests.factories.triage import GroundFactory, who

pytestmark = pytest.mark.usefixtures("transactional_db")


def rows(model, **where):
    return list(model.objects.using("builder").filter(**where))


def get(client, name, *args, status=200, **query):
    page = client.get(reverse(name, args=args), query)
    assert page.status_code == status
    return page.content.decode()


def post(client, name, *args, **data):
    return client.post(reverse(name, args=args), data)


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def test_from_the_gate_to_the_board():
    contact = ready()
    client = browser(desk_of(contact))
    education = in_hub(contact.hub)
    page = get(client, "check:open", contact.pk)
    assert "Okafor" in page or "OKAFOR" in page
    opened = post(client, "check:open", contact.pk, why="What is known?")
    (check,) = rows(Check)
    assert opened.url == reverse("check:ask", args=[check.pk])
    page = get(client, "check:ask", check.pk)
    assert not re.search(r"checked(?!\w)", page.replace("Checked", ""))
    child = who(contact, "p1")
    send = {
        "key": hidden(page, "key"),
        "worry": WORRY,
        "people": [str(child.pk)],
        "agencies": [str(education.pk)],
        f"focus-{education.pk}": FOCUS,
    }
    for _ in range(2):
        sent = post(client, "check:ask", check.pk, **send)
        assert sent.url == reverse("check:board", args=[check.pk])
    assert len(rows(Enquiry)) == 1
    page = get(client, "check:board", check.pk)
    assert "Not read" in page
    assert education.name in page


def test_a_send_without_a_focus_is_shown_again_with_its_words():
    check = CheckFactory()
    agency = in_hub(check.hub)
    page = post(
        browser(desk_of(check)),
        "check:ask",
        check.pk,
        key=uuid.uuid4(),
        worry="Kept words",
        people=[str(who(check.contact, "p1").pk)],
        agencies=[str(agency.pk)],
    )
    assert page.status_code == 200
    assert "<title>Error: " in page.content.decode()
    assert "Kept words" in page.content.decode()
    assert not rows(Enquiry)


def test_the_gate_says_why_it_is_shut():
    contact = ready(agreed=False)
    page = get(browser(desk_of(contact)), "check:open", contact.pk)
    assert "No agreement to ask agencies" in page
    assert "Open the check</button>" not in page


def test_an_agency_finds_reads_and_answers_what_it_is_asked():
    enquiry = EnquiryFactory()
    staff = answerer_of(enquiry)
    client = browser(staff)
    assert enquiry.reference in get(client, "check:inbox")
    page = get(client, "check:enquiry", enquiry.pk)
    assert FOCUS in page
    assert len(rows(EnquirySeen, enquiry_id=enquiry.pk)) == 1
    get(client, "check:enquiry", enquiry.pk)
    assert len(rows(EnquirySeen, enquiry_id=enquiry.pk)) == 1
    child, mother = asked_about(enquiry)
    page = get(client, "check:answer", enquiry.pk, child.pk)
    assert page.count('class="govuk-fieldset mash-question"') == 13 + 3
    data = {
        "version": "0",
        "q-attendance-key": hidden(page, "q-attendance-key"),
        "q-attendance-value": "90",
        "q-attendance-words": "Present for 90% of sessions.",
        "q-attendance-sharing": "share",
        "q-effort-words": "Good.",
        "q-effort-sharing": "summary",
        "q-effort-summary": "No worry.",
        "q-additional_support-0-support": "Breakfast club",
        "q-additional_support-sharing": "share",
        "q-absence_reasons-value": "mixed",
        "q-absence_reasons-on-year": "2026",
        "q-absence_reasons-sharing": "share",
    }
    saved = post(client, "check:answer", enquiry.pk, child.pk, **data)
    assert saved.status_code == 302
    page = get(client, "check:answer", enquiry.pk, child.pk)
    assert "Present for 90% of sessions." in page
    assert "Breakfast club" in page
    page = get(client, "check:enquiry", enquiry.pk)
    assert "4 of 13" in page
    send = {
        "key": hidden(page, "key"),
        "version": hidden(page, "version"),
        "part": "whole",
        f"p-{child.pk}-result": "something_held_see_answers",
        f"p-{child.pk}-how": "Register and safeguarding file, by name and date of birth",
        f"p-{mother.pk}-result": "searched_and_nothing_held",
        f"p-{mother.pk}-how": "Contacts file, by name",
    }
    for _ in range(2):
        assert post(client, "check:enquiry", enquiry.pk, **send).status_code == 302
    assert len(rows(Return)) == 1
    answers = {one.question: one for one in rows(Answer)}
    assert answers["attendance"].value == "90"
    assert answers["effort"].text == "No worry."
    assert answers["additional_support"].value == [
        {"support": "Breakfast club", "provided_by": "", "since": "", "is_it_helping": ""}
    ]
    assert (str(answers["absence_reasons"].on), answers["absence_reasons"].on_precision) == (
        "2026-01-01",
        "year",
    )
    assert "Good." not in answers["effort"].text
    page = get(client, "check:enquiry", enquiry.pk)
    assert "Good." in page
    assert enquiry.reference not in get(client, "check:inbox")


def test_sensitive_questions_start_sealed_and_no_other_sharing_is_chosen():
    enquiry = EnquiryFactory()
    page = get(browser(answerer_of(enquiry)), "check:answer", enquiry.pk, asked_about(enquiry)[0].pk)
    chosen = re.findall(r'name="([\w-]+)" type="radio" value="(\w+)" checked', page)
    assert chosen == [("q-health_conditions-sharing", "sealed")]


def test_what_is_not_whole_is_kept_as_a_draft_and_says_what_is_missing():
    enquiry = EnquiryFactory()
    client = browser(answerer_of(enquiry))
    child = asked_about(enquiry)[0]
    page = post(client, "check:answer", enquiry.pk, child.pk, version="0", **{"q-effort-words": "Good."})
    assert page.status_code == 200
    assert "Select whether to share this" in page.content.decode()
    left = post(
        client, "check:answer", enquiry.pk, child.pk, version="1", leave="yes", **{"q-effort-words": "Good."}
    )
    assert left.status_code in {200, 302}
    page = get(client, "check:enquiry", enquiry.pk)
    assert "1 to finish" in page


def test_two_editors_of_one_agency_never_overwrite_in_silence():
    enquiry = EnquiryFactory()
    first, second = browser(answerer_of(enquiry)), browser(answerer_of(enquiry))
    child = asked_about(enquiry)[0]
    words = {"version": "0", "q-effort-sharing": "share"}
    post(first, "check:answer", enquiry.pk, child.pk, **words, **{"q-effort-words": "From the first"})
    page = post(
        second, "check:answer", enquiry.pk, child.pk, **words, **{"q-effort-words": "From the second"}
    )
    shown = page.content.decode()
    assert page.status_code == 200
    assert "saved this part after you opened it" in shown
    assert "From the second" in shown
    assert "From the first" in get(first, "check:answer", enquiry.pk, child.pk)
    again = post(
        second,
        "check:answer",
        enquiry.pk,
        child.pk,
        **{
            "version": hidden(shown, "version"),
            "q-effort-sharing": "share",
            "q-effort-words": "From the second",
        },
    )
    assert again.status_code == 302


def test_holding_back_whole_is_a_return():
    enquiry = EnquiryFactory()
    client = browser(answerer_of(enquiry))
    page = get(client, "check:withhold", enquiry.pk)
    data = {"key": hidden(page, "key"), "person": "everybody", "reason": "belongs_to_another"}
    for _ in range(2):
        assert post(client, "check:withhold", enquiry.pk, **data).status_code == 302
    assert len(rows(Withheld)) == len(rows(Return)) == 1
    assert "Held but not shared" in get(browser(desk_of(enquiry)), "check:board", enquiry.check_asked_id)


def test_a_refusal_needs_the_words_its_reason_asks_for():
    enquiry = EnquiryFactory()
    client = browser(answerer_of(enquiry))
    page = post(
        client, "check:withhold", enquiry.pk, key=uuid.uuid4(), person="everybody", reason="not_relevant"
    )
    assert "Explain the reason" in page.content.decode()
    assert not rows(Withheld)


def test_an_answer_is_added_to():
    answer = AnswerFactory()
    client = browser(answer.by)
    page = get(client, "check:supplement", answer.enquiry_id, answer.pk)
    key = hidden(page, "q-effort-key")
    data = {
        "version": "0",
        "q-effort-key": key,
        "q-effort-words": "Better since.",
        "q-effort-sharing": "share",
    }
    for _ in range(2):
        assert post(client, "check:supplement", answer.enquiry_id, answer.pk, **data).status_code == 302
    (added,) = rows(Answer, supplements_id=answer.pk)
    assert added.text == "Better since."


def test_an_officer_writes_down_an_answer_given_by_telephone():
    enquiry = EnquiryFactory()
    client = browser(desk_of(enquiry))
    child, mother = asked_about(enquiry)
    page = get(client, "check:telephone", enquiry.pk)
    data = {
        "key": hidden(page, "key"),
        "version": "0",
        "said_by": "Ines Duarte, Fernbank Primary",
        "q-effort-words": "Good.",
        "q-effort-sharing": "share",
        "part": "whole",
    }
    for person, result in ((child, "something_held_see_answers"), (mother, "searched_and_nothing_held")):
        data |= {f"p-{person.pk}-result": result, f"p-{person.pk}-how": "By name"}
    for _ in range(2):
        assert (
            client.post(
                f"{reverse('check:telephone', args=[enquiry.pk])}?person={child.pk}", data
            ).status_code
            == 302
        )
    (answer,) = rows(Answer)
    assert answer.taken_by_telephone_from == "Ines Duarte, Fernbank Primary"


def test_the_board_closes_chases_approves_and_takes_back():
    contact = ready("red", agreed=False)
    ground = GroundFactory(contact=contact)
    check = CheckFactory(
        contact=contact,
        gate_agreement=None,
        gate_ground=ground,
        ground=ground.ground,
        reason=ground.reason,
        colour="red",
        approval_due_at=contact.received_at,
    )
    enquiry = EnquiryFactory(check_asked=check)
    worker, manager = browser(desk_of(check)), browser(StaffFactory(hub=check.hub, manager=True))
    assert "Approval awaited" in get(worker, "check:board", check.pk)
    assert post(worker, "check:approve", check.pk).status_code == 403
    assert post(manager, "check:approve", check.pk).status_code == 302
    assert "Approval awaited" not in get(worker, "check:board", check.pk)
    assert post(worker, "check:chase", check.pk, enquiry.pk).status_code == 302
    assert "why the check is closed" in post(worker, "check:close", check.pk, why="").content.decode()
    get(worker, "check:withdraw", check.pk, enquiry.pk)
    assert post(worker, "check:withdraw", check.pk, enquiry.pk, why="Wrong school").status_code == 302
    assert "Withdrawn" in get(worker, "check:board", check.pk)
    assert post(worker, "check:close", check.pk, why="").status_code == 302


def test_the_chronology_takes_in_answers_filters_and_counts():
    answer = AnswerFactory(on="2025-03-01", on_precision="month")
    contact = answer.check_asked.contact
    client = browser(desk_of(answer))
    page = get(client, "check:chronology", contact.pk)
    assert "Are there worries about how hard" in page
    before = re.search(r"<strong>(\d+) of (\d+)</strong>", page)
    for _ in range(2):
        post(client, "check:tick_in", contact.pk, answers=[str(answer.pk)])
    assert len(rows(Happened)) == 1
    page = get(client, "check:chronology", contact.pk)
    assert f"<strong>{int(before[1]) + 1} of {int(before[2]) + 1}</strong>" in page
    assert "March 2025" in page
    assert "No contact for 20 months" in page
    page = get(client, "check:chronology", contact.pk, q="mornings", view="compact")
    assert f"<strong>1 of {int(before[2]) + 1}</strong>" in page
    assert "Remove filter" in page
    entry = rows(Happened)[0]
    post(client, "check:mark", contact.pk, entry.pk, why="First sign")
    assert "First sign" in get(client, "check:chronology", contact.pk, significant="on")
    page = get(client, "check:chronology", contact.pk)
    event = {"key": hidden(page, "key"), "title": "Moved house", "on-year": "2019", "agency": "Housing"}
    for _ in range(2):
        assert post(client, "check:event", contact.pk, **event).status_code == 302
    assert len(rows(Happened)) == 2
    page = get(client, "check:chronology", contact.pk, order="oldest")
    assert page.index("Moved house") < page.index("March 2025")


def test_a_long_chronology_asks_no_more_questions_than_a_short_one():
    check = CheckFactory()
    worker, other = desk_of(check), StaffFactory(hub=check.hub, screener=True)
    client = browser(worker)

    def happened(many):
        return Happened.objects.using("builder").bulk_create(
            Happened(
                hub=check.hub, contact_id=check.contact_id, title=f"Event {place}", on="2025-03-01",
                precision="day", words="It was so.", agency="Housing", by=worker, recorded_at=check.opened_at,
            )
            for place in range(many)
        )  # fmt: skip

    def asked():
        get(client, "check:chronology", check.contact_id)
        with CaptureQueriesContext(connection) as seen:
            page = get(client, "check:chronology", check.contact_id)
        return len(seen), page

    first = happened(3)[0]
    now = timezone.now()
    Writing.objects.using("builder").create(
        hub=check.hub, staff=other, page="check:mark", about=first.pk, since=now, seen_at=now
    )
    few, page = asked()
    assert page.count("is writing here too") == 1
    happened(20)
    many, page = asked()
    assert page.count("Event ") >= 23
    assert page.count("is writing here too") == 1
    assert many == few


def test_the_risk_picture_is_written_down_with_nothing_preselected():
    full = FullAnswerFactory()
    contact = full.answer.check_asked.contact
    client = browser(desk_of(full))
    page = get(client, "check:risk", contact.pk)
    assert " checked" not in page
    data = {
        "key": hidden(page, "key"),
        "worries": "No food at home",
        "harm": "significant",
        "vulnerabilities": ["not_seen"],
    }
    for _ in range(2):
        assert post(client, "check:risk", contact.pk, **data).status_code == 302
    assert len(rows(Risk)) == 1
    agency = in_hub(contact.hub)
    view = {"key": uuid.uuid4(), "agency": agency.pk, "disagrees": "on", "words": "We think it is red"}
    for _ in range(2):
        assert post(client, "check:view", contact.pk, **view).status_code == 302
    assert len(rows(View)) == 1
    page = get(client, "check:risk", contact.pk)
    assert "No food at home" in page
    assert "(disagrees)" in page
    assert "Nothing" in post(client, "check:risk", contact.pk, key=uuid.uuid4()).content.decode()


def test_the_words_behind_a_summary_are_for_the_deciders_and_its_agency():
    full = FullAnswerFactory(answer__text="A short summary")
    board = full.answer.check_asked_id
    page = get(browser(desk_of(full)), "check:board", board)
    assert "A short summary" in page
    assert full.text not in page
    assert full.text in get(browser(desk_of(full, decider=True)), "check:board", board)


@pytest.mark.parametrize("name", ["inbox", "board", "risk"])
def test_a_page_asks_the_database_the_same_however_much_there_is(name, django_assert_num_queries):
    enquiry = EnquiryFactory()
    answerer, worker = answerer_of(enquiry), desk_of(enquiry)
    check = enquiry.check_asked

    def page():
        if name == "inbox":
            return get(browser(answerer), "check:inbox")
        return get(browser(worker), f"check:{name}", check.pk if name == "board" else check.contact_id)

    page()
    with CaptureQueriesContext(connection) as few:
        page()
    for _ in range(3):
        more = EnquiryFactory(
            check_asked=check, agency=enquiry.agency if name == "inbox" else in_hub(check.hub)
        )
        AnswerFactory(enquiry=more)
        WithheldFactory(enquiry=more)
        ReturnFactory(enquiry=more, part=True)
    with django_assert_num_queries(len(few)):
        page()
