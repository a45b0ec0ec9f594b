"""The pages of exercises: who gets which, what is shown with a mistake, and what a seat never reads."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mash.exercise import queries
from mash.exercise.content import carried
from mash.exercise.models import Given, Note, Run, Score, Seat, Version
from mash.ledger.models import Entry
from tests.exercise.story import LARKSPUR, TIDEWELL, B, Room, of
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
OK, FOUND, NO, GONE = 200, 302, 403, 404
HOPED = "Keep sealed. Say to the meeting that confidential information is held"


def at(name, *args):
    return reverse(f"exercise:{name}", args=[getattr(one, "pk", one) for one in args])


def said(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@pytest.fixture
def room():
    return Room(at=timezone.now() - timedelta(minutes=5)).under_way()


def pages(room):
    version, run = room.version, room.run
    return {
        "home": at("home"), "put_in": at("put_in"),
        "version": at("version", version), "download": at("download", version),
        "text": at("text", version), "new_inject": at("new_inject", version), "inject": at("inject", version, 3),
        "remove": at("remove", version, 3), "begin": at("begin", version), "heading": at("part", version, "heading"),
        "meeting_part": at("part", version, "meeting"), "answer": at("part", version, "answer"),
        "points": at("part", version, "points"), "run": at("run", run), "board_part": at("board_part", run),
        "group": at("group", run, 1), "score": at("score", run, 1), "debrief": at("debrief", run),
        "came": at("came", run),
        "end": at("end", run),
    }  # fmt: skip


SEAT = {"feed": at("feed"), "feed_part": at("feed_part"), "meeting": at("meeting")}


@pytest.mark.parametrize(
    ("who", "status"),
    [("train", OK), ("manage", OK), ("screen", NO), ("administer", NO), ("audit", NO), ("", NO)],
)
def test_who_opens_the_pages_of_a_trainer(room, who, status):
    page = browser(StaffFactory(hub=room.hub, duties=[who] if who else []))
    for name, address in pages(room).items():
        assert page.get(address).status_code == status, name
    for address in SEAT.values():
        assert page.get(address).status_code == GONE


@pytest.mark.parametrize("seat", ["hub_manager", "police"])
def test_a_seat_opens_its_own_pages_and_no_trainers(room, seat):
    page = browser(room.post(1, seat))
    for name, address in pages(room).items():
        assert page.get(address).status_code in {NO, GONE}, name
    for name, address in SEAT.items():
        assert page.get(address).status_code == OK, name


def test_in_another_hub_nothing_of_it_is_there(room):
    page = browser(StaffFactory(hub=HubFactory(), duties=["train", "manage"]))
    for name, address in pages(room).items():
        assert page.get(address).status_code == (OK if name in {"home", "put_in"} else GONE), name
    for name, thing in (("clock", room.run), ("give", room.run), ("again", room.run)):
        assert (
            page.post(at(name, thing), {"what": "start", "number": 1, "key": uuid.uuid4()}).status_code
            == GONE
        )


def test_whoever_may_not_train_sends_nothing(room):
    page = browser(StaffFactory(hub=room.hub, duties=["screen"]))
    for name, thing in (("clock", room.run), ("give", room.run), ("again", room.run), ("take", TIDEWELL)):
        assert (
            page.post(at(name, thing), {"what": "start", "number": 1, "key": uuid.uuid4()}).status_code == NO
        )
    assert not Given.objects.using(B).exists()
    assert Run.objects.using(B).count() == 1


def test_every_page_leaves_a_line(room):
    page = browser(room.trainer)
    shown = {name: one for name, one in pages(room).items() if name != "board_part"}
    before = Entry.objects.using(B).filter(event="exercise.seen").count()
    for address in shown.values():
        page.get(address)
    assert Entry.objects.using(B).filter(event="exercise.seen").count() - before == len(shown)


def test_an_exercise_is_taken_over_from_the_product_once():
    trainer = StaffFactory(duties=["train"])
    page = browser(trainer)
    assert "The flat at Tidewell Court" in said(page.get(at("home")))
    assert page.post(at("take", TIDEWELL)).status_code == FOUND
    assert page.post(at("take", TIDEWELL)).status_code == FOUND
    assert page.post(at("take", "nothing")).status_code == GONE
    version = Version.objects.using(B).get()
    assert (version.number, version.hub_id) == (1, trainer.hub_id)


def file_of(words):
    return SimpleUploadedFile("exercise.yaml", words.encode() if isinstance(words, str) else words)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "The file is empty"),
        ("a: [", "line 1: this is not YAML"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        ("title: x\n" * 2, "line 2: title is given twice"),
        ("a: &x [1]\nb: *x", "anchors"),
        ("x: !!python/object:os.system {}", "tags (!) are not taken"),
        ("[" * 40 + "]" * 40, "too deep"),
        ("a: " + "x" * 200_001, "larger than 200 kilobytes"),
        ("seats: [police]", "injects: it is missing"),
        (
            carried()[LARKSPUR][1].replace('"2018-06-14"', "2018-13-45"),
            "family, number 1, born_on: not a day",
        ),
    ],
)
def test_a_file_that_is_none_says_where_it_is_wrong(words, why):
    page = browser(StaffFactory(duties=["train"]))
    shown = said(page.post(at("put_in"), {"file": file_of(words)}))
    assert "There is a problem" in shown
    assert why in shown
    assert not Version.objects.using(B).exists()


def test_a_file_is_put_in_and_put_in_again_becomes_the_next_version():
    page = browser(StaffFactory(duties=["train"]))
    text = carried()[LARKSPUR][1]
    assert page.post(at("put_in"), {"file": file_of(text)}).status_code == FOUND
    assert "here already" in said(page.post(at("put_in"), {"file": file_of(text)}, follow=True))
    page.post(at("put_in"), {"file": file_of(text.replace("Two children", "Two young children"))})
    assert list(Version.objects.using(B).order_by("number").values_list("number", "title")) == [
        (1, "Two children at Larkspur House"), (2, "Two young children at Larkspur House"),
    ]  # fmt: skip


def test_a_text_is_looked_at_first_and_its_mistakes_are_named_with_their_place(room):
    page, address = browser(room.trainer), at("text", room.version)
    text = room.version.text
    wrong = text.replace('at: "10:40"', "at: 10:40").replace("out_of: 24", "out_of: 22")
    shown = page.post(address, {"text": wrong, "builds_on": 1, "what": "", "look": "yes"})
    assert "injects, number 4, at: not a time" in said(shown)
    assert "scoring, out_of" not in said(shown)  # what depends on the parts is said once they are right
    shown = page.post(
        address, {"text": wrong.replace("at: 10:40", 'at: "10:40"'), "builds_on": 1, "look": "yes"}
    )
    assert "12 points of 2 make 24" in said(shown)
    better = text.replace("Two children", "Two young children")
    assert "How it would look: Two young children" in said(
        page.post(address, {"text": better, "builds_on": 1, "look": "yes"})
    )
    assert "Say what is different" in said(page.post(address, {"text": better, "builds_on": 1, "what": ""}))
    assert page.post(address, {"text": better, "builds_on": 1, "what": "A title"}).status_code == FOUND
    assert "Version 2 was saved while you were writing" in said(
        page.post(address, {"text": text, "builds_on": 1, "what": "Mine"})
    )
    assert Version.objects.using(B).count() == 2


def test_another_code_in_the_text_is_another_exercise(room):
    text = room.version.text.replace("EX-LARKSPUR", "EX-OTHER")
    shown = browser(room.trainer).post(at("text", room.version), {"text": text, "builds_on": 1, "what": "x"})
    assert "The code of this exercise is EX-LARKSPUR" in said(shown)


def test_each_part_is_written_in_a_form_and_a_run_keeps_its_version(room):
    page = browser(room.trainer)
    inject = {
        "builds_on": 1, "day": 1, "at": "11:00", "kind": "record", "to": ["health"], "text": "New words", "expects": "",
        "what": "Inject 3 is later",
    }  # fmt: skip
    assert "not a time" in said(page.post(at("inject", room.version, 3), inject | {"at": "soon"}))
    assert page.post(at("inject", room.version, 3), inject).status_code == FOUND
    second = of(Version, number=2)
    with signed_in_as(room.trainer):
        changed = queries.read(second).inject_by_n[3]
        assert (changed.at, changed.text, changed.expects) == ("11:00", "New words", None)
        assert queries.read(second).inject_by_n[1].referral
        assert second.text.startswith("format: openmash.exercise/1\nexercise: EX-LARKSPUR\ntitle: ")
    page.post(at("new_inject", second), inject | {"builds_on": 2, "what": "One more"})
    third = of(Version, number=3)
    assert page.post(at("remove", third, 2), {"builds_on": 3, "what": "Without"}).status_code == FOUND
    fourth = of(Version, number=4)
    with signed_in_as(room.trainer):
        assert set(queries.read(fourth).inject_by_n) == {1, *range(3, 17)}
    for part, change in (
        ("heading", {"title": "T", "purpose": "P", "length_minutes": 60, "pace": "2.5"}),
        ("answer", {"decision_reasonable_range": "a\nb", "must_show": "c"}),
        ("points", {"points": "A1 | all | Sees\nA2 | police | Seals"}),
        ("meeting", {"title": "M", "chair": "police", "attendees": ["health"], "agenda": "One", "q-health": "Why?"}),
    ):  # fmt: skip
        latest = Version.objects.using(B).order_by("-number").first()
        answer = page.post(at("part", latest, part), change | {"builds_on": latest.number, "what": part})
        assert answer.status_code == FOUND, (part, said(answer))
    latest = Version.objects.using(B).order_by("-number").first()
    latest._state.db = "default"
    exercise = queries.read(latest)
    assert (exercise.file.title, exercise.pace, exercise.file.scoring.out_of) == ("T", 2.5, 4)
    assert [one.low for one in exercise.bands] == [0, 2, 4]
    assert exercise.file.meeting.questions_each_agency_should_raise == {"health": ("Why?",)}
    assert of(Run, pk=room.run.pk).version_id == room.version.pk
    assert page.get(at("part", latest, "nothing")).status_code == GONE
    assert page.get(at("inject", latest, 99)).status_code == GONE


def test_a_line_of_points_without_its_parts_is_named(room):
    shown = browser(room.trainer).post(
        at("part", room.version, "points"), {"points": "S1 | all | Sees\nS2 all", "builds_on": 1, "what": "x"}
    )
    assert "Line 2: write a code, a seat and what is seen" in said(shown)


def test_a_run_is_begun_seated_and_steered_from_the_pages():
    room = Room(groups=1, at=timezone.now())
    page = browser(room.trainer)
    form = {"key": uuid.uuid4(), "label": "", "groups": "99", "pace": "fast"}
    shown = said(page.post(at("begin", room.version), form))
    for words in (
        "Enter what the run is called",
        "Enter a whole number from 1 to 12",
        "Enter a number from 0.1 to 240",
    ):
        assert words in shown
    page.post(at("begin", room.version), form | {"label": "Spring", "groups": "1", "pace": "5"})
    room.run = of(Run, label="Spring")
    assert page.get(at("run", room.run)).status_code == FOUND
    assert "Nobody sits in group 1" in said(page.post(at("seats", room.run), {}))
    chosen = {f"g1-{seat}": f"a:{who.pk}" for (_, seat), who in room.people.items()}
    assert page.post(at("seats", room.run), chosen).status_code == FOUND
    assert "are being opened" in said(page.get(at("run", room.run)))
    room.opens()
    assert "Start the clock" in said(page.get(at("run", room.run)))
    assert "Clock: started." in said(page.post(at("clock", room.run), {"what": "start"}, follow=True))
    assert "started already" in said(page.post(at("clock", room.run), {"what": "start"}, follow=True))
    assert "enter a day and a time" in said(
        page.post(at("clock", room.run), {"what": "jump", "day": "1", "clock": ""}, follow=True)
    )
    assert "Clock: moved to." in said(
        page.post(at("clock", room.run), {"what": "jump", "day": "2", "clock": "09:00"}, follow=True)
    )
    assert page.post(at("clock", room.run), {"what": "explode"}).status_code == GONE
    assert "was given to 1 group." in said(page.post(at("give", room.run), {"number": 2}, follow=True))
    assert "had been given already" in said(
        page.post(at("give", room.run), {"number": 2, "group": 1}, follow=True)
    )
    assert "There is no inject 77" in said(page.post(at("give", room.run), {"number": 77}, follow=True))
    assert page.post(at("give", room.run), {"number": "x"}).status_code == GONE


def test_a_seats_page_has_its_paper_its_questions_and_nothing_else(room):
    room.gives(9)
    room.gives(2, after=1)
    page = browser(room.post(1, "police"))
    shown = said(page.get(at("feed")))
    assert "leaves wraps in a nappy bag" in shown
    assert "New" in shown
    assert HOPED not in shown
    assert "New" not in said(page.get(at("feed_part"))).replace("0 new", "")
    other = browser(room.post(1, "social_care"))
    assert "nappy bag" not in said(other.get(at("feed")))
    assert "What may be said of the sealed item?" in said(page.get(at("meeting")))
    assert "What may be said of the sealed item?" not in said(other.get(at("meeting")))
    assert "expects" not in page.get(at("feed")).content.decode()


def test_every_page_in_the_hub_of_an_exercise_says_what_it_is(room):
    page = browser(room.post(1, "hub_manager"))
    for address in (at("feed"), at("meeting"), reverse("desk:worklist"), reverse("people:search")):
        assert "An exercise: everybody in it is made up, and nothing leaves it" in said(page.get(address)), (
            address
        )


def test_notes_and_scores_of_two_observers_stand_in_the_debrief_with_the_model_answer(room):
    first, second = browser(room.trainer), StaffFactory(hub=room.hub, duties=["manage"])
    key = uuid.uuid4()
    assert "Write what you noticed" in said(first.post(at("group", room.run, 1), {"key": key, "words": ""}))
    for _ in range(2):
        first.post(at("group", room.run, 1), {"key": key, "words": "They asked for Kieran first."})
    assert Note.objects.using(B).count() == 1
    points = [one.id for one in carried()[LARKSPUR][0].file.scoring.points]
    assert "Choose 0, 1 or 2 beside the note" in said(first.post(at("score", room.run, 1), {"w-S1": "Hm"}))
    first.post(at("score", room.run, 1), {f"p-{one}": "2" for one in points} | {"w-S1": "At once"})
    first.post(at("score", room.run, 1), {f"p-{one}": "2" for one in points} | {"w-S1": "At once"})
    assert Score.objects.using(B).count() == 12
    browser(second).post(at("score", room.run, 1), {"p-S1": "1"})
    shown = said(first.get(at("debrief", room.run)))
    assert "Observers differ" in shown
    assert "23.5 , ready to shadow" in shown
    assert "0 so far: 0 of 12 points observed, so it has no band" in shown
    assert "Whether section 47 or assessment was picked Not scored" in shown
    for words in (
        "enquiries under section 47 begin",
        "closing until bloods come back",
        "They asked for Kieran first.",
    ):
        assert words in shown
    table = first.get(at("debrief", room.run) + "?as=csv")
    assert table["Content-Type"].startswith("text/csv")
    assert "S1 Names both children" in table.content.decode()


def test_who_was_there_and_the_end_from_the_pages(room):
    page = browser(room.trainer)
    seats = Seat.objects.using(B).filter(run=room.run)
    words = page.post(at("came", room.run), {str(one.pk): "came" for one in seats}, follow=True)
    assert "It stands in the record of 6." in said(words)
    assert "Enter a whole number from 1 to 730" in said(page.post(at("end", room.run), {"kept_days": "0"}))
    assert page.post(at("end", room.run), {"kept_days": "30", "why": "Fire drill"}).status_code == FOUND
    assert "This run has ended" in said(page.get(at("run", room.run)))
    assert page.get(at("end", room.run)).status_code == NO
    assert page.post(at("give", room.run), {"number": 2}).status_code == NO
    assert page.get(at("score", room.run, 1)).status_code == OK
    key = uuid.uuid4()
    for _ in range(2):
        assert page.post(at("again", room.run), {"key": key}).status_code == FOUND
    assert Run.objects.using(B).count() == 2
    assert page.post(at("again", room.run), {"key": "x"}).status_code == GONE


def test_the_board_and_the_lists_ask_as_often_for_many_groups_as_for_one():
    def asked(groups):
        room = Room(groups=groups, at=timezone.now()).under_way()
        room.gives(1, groups=range(1, groups + 1))
        room.gives(2, groups=range(1, groups + 1))
        page = browser(room.trainer)
        counts = []
        for address in (at("run", room.run), at("debrief", room.run), at("home"), at("came", room.run)):
            page.get(address)
            with CaptureQueriesContext(connection) as seen:
                page.get(address)
            counts.append(len(seen))
        return counts

    assert asked(1) == asked(4)


def test_a_closed_seat_opens_nothing(room):
    page = browser(room.post(1, "police"))
    assert page.get(at("feed")).status_code == OK
    room.ends(after=5)
    assert page.get(at("feed")).status_code == FOUND  # to choose a post
    assert page.get(reverse("desk:worklist")).status_code == FOUND
