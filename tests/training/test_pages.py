"""The pages of training: who gets which, and that what was typed with a mistake is shown again."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from mash.ledger.models import Entry
from mash.partnership.models import Staff
from mash.training import actions, content
from mash.training.models import Attendance, Booking, Done, Learner, SelfRating, Session, Sheet
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import MembershipFactory, StaffFactory
from tests.factories.setup import EditionFactory, changed
from tests.factories.training import (
    AttendanceFactory,
    BookingFactory,
    CohortFactory,
    LearnerFactory,
    SelfRatingFactory,
    SessionFactory,
    learner_of,
    on_a_path,
    took,
)
from tests.pango import needs_pango

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
SHEET = b"Email,Date,Course,Hours\nida@school.example,3 April 2026,Fire,1\n"
OK, FOUND, NO, GONE = 200, 302, 403, 404
SOON = timezone.now().replace(microsecond=0) + timedelta(days=10)


def at(name, *args):
    return reverse(f"training:{name}", args=[getattr(one, "pk", one) for one in args])


def said(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def day(name, on):
    return {f"{name}-day": on.day, f"{name}-month": on.month, f"{name}-year": on.year}


@pytest.fixture
def trainer():
    return StaffFactory(duties=["train"])


@pytest.fixture
def told(trainer):
    """A worker with a place on a session, a second day of another group, and somebody with no part in it."""
    post, mentor = StaffFactory(hub=trainer.hub), StaffFactory(hub=trainer.hub)
    learner = learner_of(post, by=trainer, mentor=mentor, roles=["idva"])
    session = SessionFactory(by=trainer, starts_at=SOON)
    cohort = CohortFactory(by=trainer)
    second = SessionFactory(by=trainer, starts_at=SOON, cohort=cohort, day=2, offer="mast_two_day")
    came = BookingFactory(
        session=SessionFactory(by=trainer, starts_at=SOON - timedelta(days=30)), learner=learner
    )
    AttendanceFactory(booking=came)
    with signed_in_as(trainer):
        sheet = actions.put_in(name="log.csv", body=SHEET, by=trainer, at=timezone.now())
    return {
        "came": came, "sheet": sheet, "post": post,
        "mentor": mentor, "learner": learner, "session": session, "other": StaffFactory(hub=trainer.hub),
        "booking": BookingFactory(session=session, learner=learner, by=post),
        "second": BookingFactory(session=second, learner=learner, by=post),
    }  # fmt: skip


def pages(told):
    session, learner = told["session"], told["learner"]
    return {
        "home": at("home"), "programmes": at("programmes"), "offer": at("offer", "child_neglect"),
        "results": at("results", "child_neglect"), "plan": at("plan", "child_neglect"), "sessions": at("sessions"),
        "session": at("session", session), "change": at("change", session), "call_off": at("call_off", session),
        "book_other": at("book_other", session), "attendance": at("attendance", session),
        "register": at("register", session), "invitation": at("invitation", session),
        "say": at("say", session, "before"), "swap": at("swap", told["second"]), "learners": at("learners"),
        "new_learner": at("new_learner"), "learner": at("learner", learner),
        "change_learner": at("change_learner", learner), "log": at("log", learner), "paper": at("paper", learner),
        "sign": at("sign", learner, "idva", "mentor"), "certificate": at("certificate", told["came"]),
        "team": at("team"), "coverage": at("coverage"), "put_in": at("put_in"), "columns": at("columns", told["sheet"]),
        "look": at("look", told["sheet"]),
    }  # fmt: skip


EVERYBODY = {"home", "programmes", "offer", "sessions", "session", "invitation", "team"}
THEIRS = EVERYBODY | {"swap", "learner", "paper", "certificate"}
ALL = THEIRS | {
    "results", "plan", "change", "call_off", "book_other", "attendance", "register", "learners", "new_learner",
    "change_learner", "log", "coverage", "put_in", "columns", "look",
}  # fmt: skip
WHO = {"post": THEIRS | {"say", "log"}, "mentor": THEIRS | {"sign"}, "other": EVERYBODY, "trainer": ALL}


@pytest.mark.parametrize("who", WHO)
def test_who_opens_which_page(told, trainer, who):
    page = browser(trainer if who == "trainer" else told[who])
    for name, address in pages(told).items():
        status = page.get(address).status_code
        assert status == OK if name in WHO[who] else status in {NO, GONE}, (who, name, status)


def test_in_another_hub_nothing_of_it_is_there(told):
    page = browser(StaffFactory(duties=["train", "manage"]))
    for name, address in pages(told).items():
        about_none = name in EVERYBODY - {"session", "invitation"} | {
            "results",
            "plan",
            "learners",
            "new_learner",
            "coverage",
            "put_in",
        }
        assert page.get(address).status_code == (OK if about_none else GONE), name
    for name, thing in (("book", "session"), ("give_back", "booking")):
        assert page.post(at(name, told[thing])).status_code == GONE


def test_every_page_leaves_a_line_before_anything_is_shown(told, trainer):
    page = browser(trainer)
    for address in pages(told).values():
        page.get(address)
    lines = Entry.objects.using(B).filter(event="training.seen").values_list("detail", flat=True)
    assert len(lines) == len(ALL) - 1  # a file for a calendar names nobody


def test_a_worker_books_from_the_page_is_told_when_it_is_full_and_gives_back(trainer):
    session = SessionFactory(by=trainer, starts_at=SOON, capacity=1)
    first, second = (browser(StaffFactory(hub=trainer.hub)) for _ in range(2))
    assert "You have a place." in said(first.post(at("book", session), follow=True))
    assert "number 1 on the waiting list" in said(second.post(at("book", session), follow=True))
    booking = Booking.objects.using(B).order_by("at", "pk").first()
    assert second.post(at("give_back", booking)).status_code == GONE
    assert "given back" in said(first.post(at("give_back", booking), follow=True))
    assert "You have a place." in said(second.get(at("session", session)))


def test_a_plan_with_mistakes_is_shown_again_with_what_was_typed(trainer):
    page = browser(trainer)
    address = at("plan", "mast_two_day")
    typed = {"place": "Hall", "minutes": "0", "clock": "25:00", "capacity": "many", **day("on", SOON)}
    words = said(page.post(address, typed))
    for expected in (
        "There is a problem", "Enter what the group is called", "Enter a time such as 09:30", "Say when day two is",
        "Enter a whole number from 5 to 600", "Enter a whole number from 1 to 500", "Enter who delivers it",
        "Choose whether they do the work that is taught",
    ):  # fmt: skip
        assert expected in words, expected
    assert 'value="Hall"' in page.post(address, typed).content.decode()
    whole = typed | {
        "group": "Spring group", "minutes": "360", "clock": "9:30", "capacity": "12", "taught_by": "Lindiwe Dube",
        "taught_kind": "expert", "way": "face_to_face", "day_two_clock": "9.30", "key": str(uuid.uuid4()),
    }  # fmt: skip
    too_soon = said(page.post(address, whole | day("day_two_on", SOON + timedelta(days=30))))
    assert "5 to 7 months later" in too_soon
    assert page.post(address, whole | day("day_two_on", SOON + timedelta(days=184))).status_code == FOUND
    assert page.post(address, whole | day("day_two_on", SOON + timedelta(days=184))).status_code == FOUND
    assert Session.objects.using(B).count() == 2


def test_what_is_not_offered_is_not_planned(trainer):
    def retire(raw):
        next(one for one in raw["modules"] if one["id"] == "child_neglect")["retired"] = True

    page = browser(trainer)
    assert page.get(at("plan", "no_such_thing")).status_code == GONE
    EditionFactory(hub=trainer.hub, content="training", words=changed("training", retire))
    assert page.get(at("plan", "child_neglect")).status_code == GONE
    assert "It is not offered any more." in said(page.get(at("offer", "child_neglect")))


def test_a_new_version_says_what_changed_in_the_hub_whose_it_is(trainer):
    def law_changes(raw):
        module = next(one for one in raw["modules"] if one["id"] == "child_neglect")
        module |= {"version": 2, "because": "New guidance on neglect of teenagers", "again": True}

    EditionFactory(hub=trainer.hub, content="training", words=changed("training", law_changes))
    here, elsewhere = browser(trainer), browser(StaffFactory())
    assert "New guidance on neglect of teenagers. Whoever took an earlier version takes it anew." in said(
        here.get(at("offer", "child_neglect"))
    )
    assert "New guidance" not in said(elsewhere.get(at("offer", "child_neglect")))


def test_attendance_is_written_from_the_list(trainer):
    session = SessionFactory(by=trainer, starts_at=timezone.now() - timedelta(hours=1))
    booking = BookingFactory(session=session)
    page = browser(trainer)
    assert page.post(at("attendance", session), {str(booking.pk): "came"}).status_code == FOUND
    assert Attendance.objects.using(B).get().came == "came"
    assert page.post(at("attendance", session), {str(booking.pk): "perhaps"}).status_code == OK
    assert booking.learner.name in said(page.get(at("register", session)))


def test_somebody_says_where_they_stand_and_a_trainer_reads_no_name(trainer):
    post = StaffFactory(hub=trainer.hub)
    learner = learner_of(post, by=trainer)
    session = SessionFactory(by=trainer, starts_at=timezone.now() - timedelta(days=1))
    AttendanceFactory(booking=BookingFactory(session=session, learner=learner))
    for _ in range(4):
        SelfRatingFactory(session=session, moment="after", worth=4, words="Fine.")
    page = browser(post)
    address = at("say", session, "after")
    assert f'href="{address}"' in page.get(at("home")).content.decode()
    empty = said(page.post(address, {"words": "More time for the chronology"}))
    assert "Choose where you are: Build a chronology that shows a pattern" in empty
    assert "More time for the chronology" in empty
    whole = {"o_able_1": "4", "worth": "5", "words": "More time for the chronology"}
    assert page.post(address, whole).status_code == FOUND
    assert page.get(address).status_code == FOUND  # once
    found = said(browser(trainer).get(at("results", "child_neglect")))
    assert "More time for the chronology" in found
    assert learner.name not in found
    table = browser(trainer).get(at("results", "child_neglect") + "?as=csv").content.decode()
    assert "Subject expert,Found it worth their time (4 or 5 of 5),5,1.000" in table
    assert SelfRating.objects.using(B).filter(learner=learner).count() == 1


def test_a_trainer_writes_down_what_somebody_without_an_account_said_on_paper(trainer):
    session = SessionFactory(by=trainer, starts_at=SOON)
    learner = BookingFactory(session=session).learner
    address = at("say", session, "before")
    assert browser(trainer).get(address).status_code == GONE  # no record of their own
    assert browser(trainer).get(f"{address}?of=nonsense").status_code == GONE
    assert browser(trainer).post(f"{address}?of={learner.pk}", {"o_able_1": "2"}).status_code == FOUND
    assert browser(StaffFactory(hub=trainer.hub)).get(f"{address}?of={learner.pk}").status_code == GONE


def test_nobody_says_anything_of_a_session_on_which_they_have_no_place(trainer):
    post = StaffFactory(hub=trainer.hub)
    learner_of(post, by=trainer)
    session = SessionFactory(by=trainer, starts_at=SOON)
    assert browser(post).post(at("say", session, "before"), {"o_able_1": "2"}).status_code == GONE
    assert not SelfRating.objects.using(B).exists()


def test_the_calendar_file_names_nobody(told):
    page = browser(told["other"]).get(at("invitation", told["session"]))
    assert page["Content-Type"] == "text/calendar; charset=utf-8"
    assert Calendar.from_ical(page.content).walk("VEVENT")[0]["SUMMARY"] == "Child neglect"
    assert told["learner"].email not in page.content.decode()


def test_a_learner_is_added_changed_and_found(trainer):
    agency = MembershipFactory(hub=trainer.hub).agency
    guide = StaffFactory(hub=trainer.hub)
    page = browser(trainer)
    assert "Enter their name" in said(page.post(at("new_learner"), {"email": "nonsense"}))
    typed = {
        "name": "Ida Holm", "email": "ida@school.example", "agency": agency.pk, "unit": "Year 6", "roles": ["idva"],
        "mentor": guide.pk, "line_manager": guide.pk, **day("starts_on", timezone.localdate()),
    }  # fmt: skip
    assert "somebody else than the mentor" in said(page.post(at("new_learner"), typed))
    assert page.post(at("new_learner"), typed | {"line_manager": ""}).status_code == FOUND
    learner = Learner.objects.using(B).get()
    assert "Ida Holm" in said(page.get(at("learners") + "?name=year"))
    assert "Nobody of that name" in said(page.get(at("learners") + "?name=zzz"))
    typed["line_manager"] = ""
    left = day("ended_on", date(2020, 1, 1))
    assert "cannot end before they begin" in said(page.post(at("change_learner", learner), typed | left))
    assert page.post(at("change_learner", learner), typed | {"unit": "Year 5"}).status_code == FOUND
    assert "Year 5" in said(browser(guide).get(at("learner", learner)))


def test_somebody_is_booked_by_whoever_trains(trainer):
    session, learner = SessionFactory(by=trainer, starts_at=SOON), LearnerFactory(by=trainer)
    page = browser(trainer)
    assert "Choose who comes" in said(page.post(at("book_other", session), {}))
    assert page.post(at("book_other", session), {"to": str(learner.pk)}).status_code == FOUND
    assert learner.name in said(page.get(at("session", session)))


@pytest.mark.parametrize("address", ["sessions", "learners", "home"])
def test_lists_ask_the_same_number_of_questions_however_long(trainer, address):
    page = browser(trainer)

    def questions():
        with CaptureQueriesContext(connection) as asked:
            page.get(at(address))
        return len(asked)

    for _ in range(2):
        BookingFactory(session=SessionFactory(by=trainer, starts_at=SOON))
    page.get(at(address))
    few = questions()
    for _ in range(8):
        BookingFactory(session=SessionFactory(by=trainer, starts_at=SOON))
    assert questions() == few


# Records


def test_a_log_with_mistakes_is_shown_again_and_what_is_whole_is_kept(trainer):
    post, learner, _mentor, manager = on_a_path(trainer)
    page = browser(post)
    typed = {
        "what": "other",
        "minutes": "0",
        "different": "I will ask the fathers too",
        "key": str(uuid.uuid4()),
    }
    words = said(page.post(at("log", learner), typed))
    for expected in (
        "Say what it was about",
        "Enter the day",
        "Enter a whole number from 1 to 600",
        "Choose what shows it",
    ):
        assert expected in words, expected
    assert "I will ask the fathers too" in words
    ahead = typed | {"label": "Dads", "minutes": "90", "way": "online", "evidence": "attendance"}
    assert "or earlier" in said(page.post(at("log", learner), ahead | day("done_on", SOON.date())))
    assert page.post(at("log", learner), ahead | day("done_on", timezone.localdate())).status_code == FOUND
    assert "1.5 of 18 hours" in said(page.get(at("learner", learner)))
    done = Done.objects.using(B).get()
    assert page.post(at("see", done)).status_code == NO
    assert browser(StaffFactory(hub=trainer.hub)).post(at("see", done)).status_code == GONE
    assert "I have seen this : Dads" in said(browser(manager).get(at("learner", learner)))
    assert browser(manager).post(at("see", done)).status_code == FOUND
    assert "I have seen this" not in said(browser(manager).get(at("learner", learner)))
    assert "Seen by the line manager." in said(page.get(at("learner", learner)))


def test_a_path_is_signed_on_its_pages_by_the_mentor_and_then_the_line_manager(trainer):
    post, learner, mentor, manager = on_a_path(trainer)
    took(learner, *content.required_of(["business_support"]), on=timezone.localdate())
    first, last = (at("sign", learner, "business_support", step) for step in ("mentor", "line_manager"))
    assert browser(post).get(first).status_code == NO
    assert browser(mentor).get(last).status_code == NO
    assert browser(mentor).get(at("sign", learner, "idva", "mentor")).status_code == GONE
    assert browser(mentor).get(at("sign", learner, "business_support", "friend")).status_code == GONE
    assert "The mentor signs first" in said(browser(manager).post(last, {"answer": "yes"}))
    assert "Choose whether you sign" in said(browser(mentor).post(first, {}))
    assert "Say what is needed next" in said(browser(mentor).post(first, {"answer": "no"}))
    assert browser(mentor).post(first, {"answer": "no", "words": "Run one more panel"}).status_code == FOUND
    assert "Run one more panel" in said(browser(post).get(at("learner", learner)))
    assert browser(mentor).post(first, {"answer": "yes"}).status_code == FOUND
    assert "waits for you" in said(browser(manager).get(at("team")))
    assert browser(manager).post(last, {"answer": "yes"}).status_code == FOUND
    assert "They may work alone." in said(browser(post).get(at("learner", learner)))
    table = browser(trainer).get(at("coverage") + "?as=csv").content.decode()
    assert f"{learner.agency.name},,Business support and panel co-ordinator,1,1,1" in table


def test_certificate_and_record_say_what_was_written_down_and_are_a_file_where_the_machine_can(
    told, monkeypatch
):
    page, name = browser(told["post"]), told["learner"].name
    for address in (at("certificate", told["came"]), at("paper", told["learner"])):
        assert name in said(page.get(address))
        assert "As a PDF" in said(page.get(address)) or "lacks Pango" in said(page.get(address))
    assert page.get(at("certificate", told["booking"])).status_code == GONE  # a place is no proof
    monkeypatch.setattr("mash.training.views.records.can_make_pdf", lambda: False)
    assert "A PDF cannot be made on this machine" in said(page.get(at("certificate", told["came"])))
    for address in (at("certificate_pdf", told["came"]), at("record_pdf", told["learner"])):
        assert page.get(address).status_code == GONE
        assert browser(told["other"]).get(address).status_code == GONE


@needs_pango
def test_the_files_are_pdfs(told):
    page = browser(told["post"])
    for address in (at("certificate_pdf", told["came"]), at("record_pdf", told["learner"])):
        answer = page.get(address)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_a_spreadsheet_is_put_in_its_columns_chosen_and_taken_over(trainer):
    agency = MembershipFactory(hub=trainer.hub).agency
    page = browser(trainer)

    def put(body):
        return page.post(at("put_in"), {"file": SimpleUploadedFile("log.csv", body)})

    assert "Choose the file" in said(page.post(at("put_in"), {}))
    assert "save it as CSV" in said(put(b"PK\x03\x04"))
    assert "The file is empty" in said(put(b""))
    head = "Mail,Who,Employer,When,Course,Hrs\n"
    body = (
        f"{head}ida@school.example,Ida Holm,{agency.name},3/4/26,Fire,1\nida@school.example,,,4/4/26,=1,1\n"
    )
    sheet_page = put(body.encode())
    assert sheet_page.status_code == FOUND
    sheet = Sheet.objects.using(B).get()
    columns, look = at("columns", sheet), at("look", sheet)
    assert page.get(look)["Location"] == columns  # the name and the day are not guessed
    assert "Choose the column with: Date" in said(
        page.post(columns, {"email": "0", "label": "4", "hours": "5"})
    )
    chosen = {"email": "0", "name": "1", "agency": "2", "done_on": "3", "label": "4", "hours": "5"}
    assert "already chosen for" in said(page.post(columns, chosen | {"unit": "4"}))
    assert page.post(columns, chosen).status_code == FOUND
    words = said(page.get(look))
    for expected in (
        "New: 1",
        "People to be added: 1",
        "Line 3: “Course” begins like a formula",
        "Ida Holm (new)",
    ):
        assert expected in words, expected
    assert "Taken over: 1. There already: 0." in said(page.post(look, follow=True))
    assert "taken over already" in said(page.post(look, follow=True))
    assert "Its rows are not kept here." in said(page.get(look))


def test_who_sets_up_the_hub_reads_at_the_duties_which_path_is_lacking(trainer):
    def needed(raw):
        raw["duties"][0]["needed"] = True

    EditionFactory(hub=trainer.hub, content="training", words=changed("training", needed))
    administrator = StaffFactory(hub=trainer.hub, duties=["administer"])
    post = StaffFactory(hub=trainer.hub)
    typed = {"title": "Screener", "duties": ["screen"], "why": "Begins on Monday", "step": "look"}
    address = reverse("setup:post", args=[post.pk])
    page = browser(administrator)
    seen = re.search(r'name="seen" value="([^"]*)"', page.get(address).content.decode())[1]
    answer = said(page.post(address, typed | {"step": "save", "seen": seen}))
    assert "is given once the path “Contact or screening officer” is signed off" in answer
    assert Staff.objects.using(B).get(pk=post.pk).duties == []
