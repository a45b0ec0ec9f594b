"""The pages of panels: who gets which, and that what was typed with a mistake is shown again."""

import uuid

import pytest
from django.urls import reverse
from icalendar import Calendar

from mash.ledger.models import Entry
from mash.panel import actions
from mash.panel.models import Action, Concluded, Item, Meeting, OwnCheck, Panel, Present, Seat
from tests.factories.base import browser
from tests.factories.check import doing
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.panel import story
from tests.panel.story import AT_NOON, fresh, kept
from tests.pango import needs_pango
from tests.pdf_ua import complaints, text_of

pytestmark = pytest.mark.usefixtures("transactional_db")
OK, FOUND, NO, GONE = 200, 302, 403, 404


@pytest.fixture
def board(told_once):
    return told_once(story.listed)


def addresses(board):
    """Return every page that is read, by name."""
    meeting, item, panel = board.meeting.pk, board.items[0].pk, board.panel.pk
    return {
        name: reverse(f"panel:{name}", args=args)
        for name, args in {
            "home": [], "new": [], "panel": [panel], "seats": [panel], "plan": [panel],
            "terms": [board.seat_of("education").pk], "bring": [board.people[0].pk], "item": [item], "check": [item],
            "needed": [item], "take_off": [item], "meeting": [meeting], "change": [meeting], "call_off": [meeting],
            "invitation": [meeting], "attendance": [meeting], "room": [meeting, item], "decide": [meeting, item],
            "action": [meeting, item], "pack": [meeting], "minutes": [meeting],
        }.items()
    }  # fmt: skip


KEEPS = {
    "new",
    "seats",
    "plan",
    "needed",
    "take_off",
    "change",
    "call_off",
    "attendance",
    "room",
    "decide",
    "action",
}
IN_THE_HUB = {"home", "panel", "meeting", "invitation"}
WHO = {  # what each opens; all else is refused or absent
    "chair": KEEPS | IN_THE_HUB | {"terms", "item", "pack", "minutes"},
    "education": IN_THE_HUB | {"terms", "item", "check", "pack", "minutes"},
    "police": IN_THE_HUB | {"pack", "minutes"},
    "worker": IN_THE_HUB | {"bring", "item"},
    "auditor": IN_THE_HUB,
    "elsewhere": {"home", "new"},
}


@pytest.mark.parametrize("who", WHO)
def test_who_opens_what(board, who):
    staff = {
        "chair": board.chair,
        "worker": board.worker,
        "auditor": StaffFactory(hub=board.hub, auditor=True),
        "elsewhere": StaffFactory(duties=["chair"]),
        **board.members,
    }[who]
    client = browser(staff)
    for name, address in addresses(board).items():
        answer = client.get(address)
        assert answer.status_code in ({OK} if name in WHO[who] else {NO, GONE}), (name, answer.status_code)
        if name not in WHO[who]:
            for words in ("OKAFOR", "Daniel", "D.O.", board.items[0].reference):
                assert words not in answer.content.decode(), name
    lines = kept(Entry, actor=f"staff:{staff.pk}", event="panel.seen")
    assert lines.filter(detail__page="home").exists()


def test_whoever_is_needed_for_one_family_sees_no_trace_of_the_other(board):
    client = browser(board.members["police"])
    for name in ("home", "panel", "meeting", "pack", "minutes"):
        said = client.get(addresses(board)[name]).content.decode()
        for words in ("OKAFOR", "D.O.", board.items[0].reference, str(board.items[0].pk)):
            assert words not in said, (name, words)
    assert board.items[1].reference in client.get(addresses(board)["meeting"]).content.decode()
    asked = client.get(
        addresses(board)["pack"] + f"?agency={board.agencies['education'].pk}"
    ).content.decode()
    assert "OKAFOR" not in asked
    pdf = reverse("panel:pack_pdf", args=[board.meeting.pk, board.agencies["education"].pk])
    assert client.get(pdf).status_code == GONE


def test_nothing_confidential_stands_on_the_screen_of_the_room(board):
    doing(
        board.members["education"], actions.check_own_records, item=board.items[0], searched="held", sharing="share",
        words="zqfound", follows=0, at=MONDAY_9AM,
    )  # fmt: skip
    said = browser(board.chair).get(addresses(board)["room"]).content.decode()
    for words in ("OKAFOR", "Okafor", "Daniel", "zqfound", "late most days", "his mother"):
        assert words not in said, words
    assert "Who helps D. to school?" in said


def test_a_meeting_comes_as_a_file_for_a_calendar_that_names_nobody(board):
    answer = browser(board.members["housing"]).get(addresses(board)["invitation"])
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    assert str(calendar["method"]) == "PUBLISH"
    assert b"Okafor" not in answer.content


@needs_pango
def test_papers_come_as_a_pdf_with_own_families_alone(board):
    address = reverse("panel:pack_pdf", args=[board.meeting.pk, board.agencies["education"].pk])
    answer = browser(board.members["education"]).get(address)
    words = text_of(answer.content)
    assert "OKAFOR" in words
    assert "ROWE" not in words
    assert f"Made by {board.members['education'].account.name}" in words
    assert complaints(answer.content) == []


@needs_pango
def test_minutes_come_as_a_pdf_with_own_items_and_corrections_alone(board):
    story.came(board, "education", "police")
    for item in board.items:
        story.concluded(board, item)
    doing(board.chair, actions.write_minutes, meeting=board.meeting, at=AT_NOON)
    school = browser(board.members["education"])
    correct = reverse("panel:correct", args=[fresh(board.items[0]).pk])
    assert school.post(correct, {"key": str(uuid.uuid4()), "words": "It was May."}).status_code == FOUND
    address = reverse("panel:minutes_pdf", args=[board.meeting.pk])
    made = school.get(address).content
    assert "It was May." in text_of(made)
    assert "ROWE" not in text_of(made)
    assert "It was May." not in text_of(browser(board.members["police"]).get(address).content)
    assert complaints(made) == []


def test_an_agenda_is_ordered_by_plain_forms_and_a_second_click_changes_nothing(board):
    client, second = browser(board.chair), board.items[1]
    move = {"item": str(second.pk), "place": "2", "way": "up"}
    address = reverse("panel:move", args=[board.meeting.pk])
    assert client.post(address, move).status_code == FOUND
    said = client.post(address, move, follow=True).content.decode()
    assert "changed meanwhile" in said
    assert [one.pk for one in kept(Item).order_by("place")] == [second.pk, board.items[0].pk]
    for wrong in ({}, move | {"way": "left"}, move | {"item": "x"}, move | {"place": "-1"}):
        assert client.post(address, wrong).status_code == GONE
    time = reverse("panel:time", args=[board.meeting.pk])
    answer = client.post(time, {"item": str(second.pk), "minutes": "many"})
    assert "There is a problem" in answer.content.decode()
    assert 'value="many"' in answer.content.decode()
    assert client.post(time, {"item": str(second.pk), "minutes": "7"}).status_code == FOUND
    assert kept(Item, pk=second.pk).get().minutes == 7


def test_a_meeting_is_held_by_its_forms(board, settings):
    client, seat = browser(board.chair), board.seat_of("police")
    kept(Meeting, pk=board.meeting.pk).update(starts_at=MONDAY_9AM)
    here = addresses(board)
    came = {f"{seat.pk}-came": "deputy", f"{seat.pk}-deputy": " "}
    assert "Enter the name of the deputy" in client.post(here["attendance"], came).content.decode()
    assert client.post(here["attendance"], came | {f"{seat.pk}-deputy": "PC Whitlock"}).status_code == FOUND
    assert kept(Present).get().deputy == "PC Whitlock"
    said = {"decision": "accept_with_plan", "words": "zqkept", "follows": "0"}
    wrong = client.post(here["decide"], said).content.decode()
    assert "Enter who is the lead professional" in wrong
    assert "zqkept" in wrong
    whole = said | {
        "lead_name": "Ines", "lead_agency": str(board.agencies["education"].pk), "review_on_0": "4",
        "review_on-day": "4", "review_on-month": "1", "review_on-year": "2027",
    }  # fmt: skip
    assert client.post(here["decide"], whole).status_code == FOUND
    assert "Somebody" not in client.get(here["room"]).content.decode()
    again = client.post(here["decide"], whole).content.decode()
    assert "decided on it meanwhile" in again
    assert kept(Concluded).count() == 1
    act = {
        "key": str(uuid.uuid4()), "what": "Meet him", "outcome": "In by nine", "person": "Ines",
        "agency": str(board.agencies["education"].pk), "due_on-day": "4", "due_on-month": "1", "due_on-year": "2027",
    }  # fmt: skip
    for _ in range(2):
        assert client.post(here["action"], act).status_code == FOUND
    made = kept(Action).get()
    tick = reverse("panel:tick", args=[made.pk])
    assert (
        "Enter the day to which" in client.post(tick, {"follows": "0", "state": "carried"}).content.decode()
    )
    assert client.post(tick, {"follows": "0", "state": "done"}).status_code == FOUND
    assert client.post(reverse("panel:write_minutes", args=[board.meeting.pk])).status_code == FOUND
    assert kept(Meeting, pk=board.meeting.pk).get().ended_at
    assert client.get(here["decide"]).status_code == NO


def test_a_member_looks_beforehand_and_agrees_by_their_forms(board):
    school = browser(board.members["education"])
    check = addresses(board)["check"]
    wrong = school.post(check, {"follows": "0", "searched": "held", "words": "zqtyped"}).content.decode()
    assert "Choose what becomes of what you hold" in wrong
    assert "zqtyped" in wrong
    assert school.post(check, {"follows": "0", "searched": "nothing"}).status_code == FOUND
    assert "meanwhile" in school.post(check, {"follows": "0", "searched": "nothing"}).content.decode()
    assert kept(OwnCheck).count() == 1
    story.came(board, "education", "police")
    made = story.concluded(board, board.items[1])
    assert made.missing
    doing(board.chair, actions.write_minutes, meeting=board.meeting, at=AT_NOON)
    confirm = reverse("panel:confirm", args=[made.pk])
    health = browser(board.members["community_health"])
    assert "Enter why" in health.post(confirm, {"agrees": "no"}).content.decode()
    assert health.post(confirm, {"agrees": "yes"}).status_code == FOUND
    correct = reverse("panel:correct", args=[fresh(board.items[0]).pk])
    assert school.post(correct, {"key": str(uuid.uuid4()), "words": "It was May."}).status_code == FOUND
    assert browser(board.members["police"]).get(correct).status_code == GONE
    assert school.post(reverse("panel:agree", args=[board.meeting.pk])).status_code == FOUND
    said = school.get(addresses(board)["minutes"]).content.decode()
    assert "It was May." in said
    assert "Agree the minutes" not in said


def test_a_panel_is_opened_and_a_family_brought_by_their_forms():
    board = story.opened()
    client = browser(board.chair)
    said = {"key": str(uuid.uuid4()), "name": "South panel", "area": "The south", "place": "Room 1"}
    for _ in range(2):
        assert client.post(reverse("panel:new"), said).status_code == FOUND
    panel = kept(Panel, name="South panel").get()
    post = StaffFactory(hub=board.hub, agency=board.agencies["police"], answerer=True)
    seats = reverse("panel:seats", args=[panel.pk])
    assert client.post(seats, {"post": str(post.pk), "role": "stands_in"}).status_code == FOUND
    seat = kept(Seat, panel=panel).get()
    assert (seat.role, seat.stands_in) == ("member", True)
    assert client.post(reverse("panel:end_seat", args=[seat.pk])).status_code == FOUND
    plan = reverse("panel:plan", args=[panel.pk])
    first = {
        "first_on-day": "3",
        "first_on-month": "1",
        "first_on-year": "2050",
        "number": "3",
        "place": "Room 1",
    }
    assert "Enter a time such as" in client.post(plan, first | {"starts": "ten"}).content.decode()
    assert client.post(plan, first | {"starts": "9.30"}).status_code == FOUND
    assert kept(Meeting, panel=panel).count() == 3
    from tests.factories.people import PersonFactory

    person = PersonFactory(hub=board.hub)
    bring = reverse("panel:bring", args=[person.pk])
    worker = browser(board.worker)
    family = {"key": str(uuid.uuid4()), "panel": str(panel.pk), "kind": "new_family", "asked": "zqtyped"}
    wrong = worker.post(bring, family).content.decode()
    assert "Choose the agencies that are needed" in wrong
    assert "zqtyped" in wrong
    whole = family | {"agreement": "She agreed.", "agencies": [str(board.agencies["police"].pk)]}
    assert worker.post(bring, whole).status_code == FOUND
    assert kept(Item, person=person).count() == 1
    assert "waits for this panel" in worker.post(bring, whole | {"key": str(uuid.uuid4())}).content.decode()
    assert board.panel.pk != panel.pk
