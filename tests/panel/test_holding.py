"""A panel from its first seat to its agreed minutes, by the real actions with real commits."""

import uuid
from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from icalendar import Calendar

from mash.notifications.actions import send_queued
from mash.panel import actions, policy
from mash.panel.content import rules
from mash.panel.models import (
    Action,
    Concluded,
    Confirmed,
    Invited,
    Item,
    Meeting,
    Minutes,
    MinutesPart,
    Needed,
    OwnCheck,
    Panel,
    Present,
    Progress,
    Seat,
    Terms,
)
from mash.panel.queries import meetings, panels, tracking
from mash.panel.queries.minutes import cases_of, pack_for, written
from mash.partnership.models import Email, Restriction
from mash.sealed.grading import NotForThisSystem
from tests.factories.base import in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory
from tests.factories.decision import DecisionFactory
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.panel import story
from tests.panel.story import AT_NOON, FIRST, again, fresh, kept

pytestmark = pytest.mark.usefixtures("transactional_db")
ENOUGH = ("early_help", "education", "community_health", "childrens_social_care")


# Seats


def test_a_panel_has_one_chair_and_the_same_form_makes_it_once(told_once):
    board = told_once(story.opened)
    said = {"key": board.panel.key, "name": "Other", "area": "-", "place": "-", "at": MONDAY_9AM}
    assert doing(board.chair, actions.open_panel, **said) == board.panel
    with pytest.raises(actions.NotWhole, match="name already"):
        doing(board.chair, actions.open_panel, **(said | {"key": uuid.uuid4(), "name": "north PANEL"}))
    another = StaffFactory(hub=board.hub, agency=board.agencies["police"], answerer=True)
    give = {"panel": board.panel, "to": another, "at": MONDAY_9AM}
    with pytest.raises(actions.NotWhole, match="has a chair"):
        doing(board.chair, actions.give_seat, role="chair", stands_in=False, **give)
    first = doing(board.chair, actions.give_seat, role="member", stands_in=True, **give)
    assert doing(board.chair, actions.give_seat, role="member", stands_in=True, **give) == first
    assert kept(Panel).count() == 1
    with pytest.raises(actions.NotWhole, match="this hub"):
        doing(
            board.chair, actions.give_seat, panel=board.panel, to=StaffFactory(), role="member", stands_in=False,
            at=MONDAY_9AM,
        )  # fmt: skip


def test_terms_last_a_year_and_are_signed_by_whoever_sits_there_or_on_paper(told_once):
    board = told_once(story.opened)
    seat = board.seat_of("police")
    sign = {"seat": seat, "signed_on": date(2026, 11, 2), "at": MONDAY_9AM}
    made = doing(board.members["police"], actions.sign_terms, **sign)
    assert made.until_on == date(2027, 11, 2)
    assert doing(board.chair, actions.sign_terms, **sign) == made
    with pytest.raises(PermissionDenied):
        doing(board.members["education"], actions.sign_terms, **(sign | {"signed_on": date(2026, 11, 1)}))
    with pytest.raises(actions.NotWhole):
        doing(board.chair, actions.sign_terms, **(sign | {"signed_on": date(2026, 11, 3)}))
    with signed_in_as(board.chair):
        for on, signed in ((date(2027, 11, 2), True), (date(2027, 11, 3), False)):
            found = {one.seat.pk: one.signed for one in panels.sitting_on(board.panel, on)}
            assert found[seat.pk] is signed
    assert kept(Terms).count() == 1


# Meetings and invitations


def test_a_year_of_meetings_is_planned_once(told_once):
    board = told_once(story.planned, 13)
    assert kept(Meeting).count() == 13
    again_ = {
        "panel": board.panel,
        "first_on": FIRST,
        "starts": time(10),
        "number": 13,
        "place": "",
        "at": MONDAY_9AM,
    }
    assert doing(board.chair, actions.plan_meetings, **again_) == []
    gaps = {
        (later.starts_at.date() - earlier.starts_at.date()).days
        for earlier, later in zip(*[iter(kept(Meeting).order_by("starts_at"))] * 2, strict=False)
    }
    assert rules()["every_weeks"] * 7 in gaps
    assert board.meeting.papers_on == date(2026, 11, 9)
    with pytest.raises(actions.NotWhole, match="lie ahead"):
        doing(board.chair, actions.plan_meetings, **(again_ | {"first_on": date(2026, 10, 5)}))


def test_members_are_invited_once_a_change_by_an_e_mail_that_names_no_family(told_once):
    board = told_once(story.listed)
    assert doing(board.chair, actions.invite, meeting=board.meeting, at=MONDAY_9AM) == 6
    assert doing(board.chair, actions.invite, meeting=board.meeting, at=MONDAY_9AM) == 0
    doing(
        board.chair, actions.change_meeting, meeting=board.meeting, on=FIRST, starts=time(11), minutes=90,
        place="Room 3", at=MONDAY_9AM,
    )  # fmt: skip
    assert doing(board.chair, actions.invite, meeting=board.meeting, at=MONDAY_9AM) == 6
    doing(board.chair, actions.call_off, meeting=board.meeting, why="The chair is ill", at=MONDAY_9AM)
    assert kept(Invited).count() == 18
    mail.outbox = []
    with in_service("post_room"):
        assert send_queued(at=MONDAY_9AM) == 18
    methods = []
    for message in mail.outbox:
        ((words, kind),) = [(one.content, one.mimetype) for one in message.alternatives]
        calendar = Calendar.from_ical(words)
        methods.append(str(calendar["method"]))
        assert kind == f"text/calendar; method={methods[-1]}"
        (event,) = calendar.walk("VEVENT")
        assert str(event["attendee"]) == f"mailto:{message.to[0]}"
        said = f"{message.subject} {message.body} {words}".lower()
        for family in ("okafor", "rowe", "daniel", "d.o.", *(one.reference.lower() for one in board.items)):
            assert family not in said
    assert sorted(methods) == ["CANCEL"] * 6 + ["REQUEST"] * 12
    uids = {
        str(Calendar.from_ical(one.alternatives[0].content).walk("VEVENT")[0]["uid"]) for one in mail.outbox
    }
    assert len(uids) == 1
    assert all(one.meeting_id is None for one in kept(Item))  # they wait for another


def test_only_whoever_keeps_the_panel_changes_its_calendar(told_once):
    board = told_once(story.planned)
    for stranger in (board.members["police"], board.worker, StaffFactory(duties=["chair"])):
        with pytest.raises(PermissionDenied):
            doing(stranger, actions.call_off, meeting=board.meeting, why="Because", at=MONDAY_9AM)
    assert kept(Email).count() == 0


# The agenda


def order(board):
    return [one.pk for one in kept(Item, meeting=board.meeting, taken_off_at=None).order_by("place")]


def test_a_family_is_brought_once_and_by_those_at_the_desk(told_once):
    board = told_once(story.opened)
    one = story.brought(board, "education")
    assert (one.title, one.name) == ("D.O.", "OKAFOR, Daniel")
    said = {
        "panel": board.panel, "person": board.people[0], "decision": None, "kind": "new_family", "household": "",
        "asked": "Help", "background": "", "agreement": "Yes", "agencies": [board.agencies["police"]],
        "at": MONDAY_9AM,
    }  # fmt: skip
    assert doing(board.worker, actions.bring, key=one.key, **said) == one
    with pytest.raises(actions.NotWhole, match="waits for this panel"):
        doing(board.worker, actions.bring, key=uuid.uuid4(), **said)
    with pytest.raises(PermissionDenied):
        doing(board.members["police"], actions.bring, key=uuid.uuid4(), **said)
    with pytest.raises(actions.NotWhole, match="agencies"):
        doing(board.worker, actions.bring, key=uuid.uuid4(), **(said | {"agencies": []}))


def test_a_restricted_case_is_brought_to_no_panel(told_once):
    board = told_once(story.opened)
    contact = ContactFactory(hub=board.hub)
    decision = DecisionFactory(contact=contact, by=board.worker)
    manager = StaffFactory(hub=board.hub, manager=True)
    closed = Restriction(hub=board.hub, contact_id=contact.pk, why="A reason", from_at=MONDAY_9AM, by=manager)
    Restriction.objects.using("builder").bulk_create([closed])
    board.worker = manager
    with pytest.raises(actions.NotWhole, match="restricted"):
        story.brought(board, "education", decision=decision)


def test_the_agenda_is_ordered_by_buttons_pressed_once_or_twice_and_its_time_adds_up(told_once):
    board = told_once(story.listed)
    part = doing(
        board.chair, actions.add_part, meeting=board.meeting, key=uuid.uuid4(), kind="apologies_and_quorum", title="",
        at=MONDAY_9AM,
    )  # fmt: skip
    first, second = (one.pk for one in board.items)
    assert order(board) == [first, second, part.pk]
    doing(board.chair, actions.move, item=fresh(part), way="up", seen_at=3, at=MONDAY_9AM)
    with pytest.raises(actions.ChangedMeanwhile):  # the second click
        doing(board.chair, actions.move, item=fresh(part), way="up", seen_at=3, at=MONDAY_9AM)
    assert order(board) == [first, part.pk, second]
    doing(board.chair, actions.move, item=fresh(part), way="up", seen_at=2, at=MONDAY_9AM)
    doing(
        board.chair, actions.move, item=fresh(part), way="up", seen_at=1, at=MONDAY_9AM
    )  # it is the first already
    doing(board.chair, actions.give_minutes, item=fresh(board.items[0]), minutes=35, at=MONDAY_9AM)
    found = kept(Item, meeting=board.meeting).order_by("place")
    assert [(one.pk, one.begins_after, one.minutes) for one in found] == [
        (part.pk, 0, 5), (first, 5, 35), (second, 40, 20),
    ]  # fmt: skip
    doing(board.chair, actions.take_off, item=fresh(board.items[0]), why="Later", at=MONDAY_9AM)
    assert order(board) == [part.pk, second]
    assert kept(Item, pk=first).get().meeting_id is None
    doing(board.chair, actions.put_on, meeting=board.meeting, item=fresh(board.items[0]), at=MONDAY_9AM)
    doing(board.chair, actions.put_on, meeting=board.meeting, item=fresh(board.items[0]), at=MONDAY_9AM)
    assert order(board) == [part.pk, second, first]


def test_what_is_taken_off_the_list_for_good_says_why(told_once):
    board = told_once(story.opened)
    one = story.brought(board, "education")
    with pytest.raises(actions.NotWhole):
        doing(board.chair, actions.take_off, item=fresh(one), why=" ", at=MONDAY_9AM)
    doing(board.chair, actions.take_off, item=fresh(one), why="They moved away", at=MONDAY_9AM)
    with pytest.raises(actions.ChangedMeanwhile):
        meeting = doing(
            board.chair, actions.plan_meetings, panel=board.panel, first_on=FIRST, starts=time(10), number=1, place="",
            at=MONDAY_9AM,
        )[0]  # fmt: skip
        doing(board.chair, actions.put_on, meeting=meeting, item=fresh(one), at=MONDAY_9AM)


# Looking beforehand


def checked(board, kind, **changed):
    said = {
        "item": board.items[0],
        "searched": "held",
        "sharing": "share",
        "words": "On time in May.",
        "follows": 0,
    }
    return doing(board.members[kind], actions.check_own_records, at=MONDAY_9AM, **(said | changed))


def test_an_agency_that_is_needed_says_what_it_found_and_a_colleague_is_told(told_once):
    board = told_once(story.listed)
    checked(board, "education")
    with pytest.raises(actions.ChangedMeanwhile):
        checked(board, "education", words="Late in May.")
    checked(board, "education", words="Late in May.", follows=1)
    assert [one.words for one in kept(OwnCheck).order_by("number")] == ["On time in May.", "Late in May."]
    with pytest.raises(PermissionDenied):
        checked(board, "police")
    with pytest.raises(PermissionDenied):
        checked(board, "early_help")


@pytest.mark.parametrize(
    "said",
    [
        {"sharing": ""},
        {"words": " "},
        {"searched": "could_not", "sharing": "", "words": ""},
    ],
)
def test_a_check_is_whole(told_once, said):
    board = told_once(story.listed)
    with pytest.raises(actions.NotWhole):
        checked(board, "education", **said)


def test_what_is_not_shared_leaves_no_words_and_what_is_too_secret_is_refused(told_once):
    board = told_once(story.listed)
    made = checked(board, "education", sharing="not_shared", words="zqsecret")
    assert made.words == ""
    assert not kept(OwnCheck).filter(words__contains="zqsecret")
    with pytest.raises(NotForThisSystem):
        checked(board, "community_health", words="TOP SECRET\nOn time in May.")


# The meeting


def test_with_a_quorum_what_is_decided_stands(told_once):
    board = told_once(story.listed)
    assert story.came(board, *ENOUGH) == 4
    assert story.came(board, *ENOUGH) == 0
    made = story.concluded(board, board.items[0])
    assert made.missing == []
    with pytest.raises(actions.ChangedMeanwhile):
        story.concluded(board, board.items[0])
    with signed_in_as(board.chair):
        assert meetings.stands(made)
    assert kept(Present).count() == 4


def test_without_one_it_is_a_discussion_until_those_who_are_missing_confirm_it(told_once):
    board = told_once(story.listed)
    story.came(board, "early_help", "education", "childrens_social_care", "police")
    made = story.concluded(board, board.items[1])
    assert made.missing == ["health"]
    assert made.confirm_by.date() == date(2026, 11, 18)
    health = board.members["community_health"]
    assert kept(Needed, item=board.items[1], agency=health.agency, left_at=None).exists()
    assert kept(Email, subject__contains="waits for your agency").get().to == health.account.email
    with signed_in_as(health):
        assert panels.to_do(health, FIRST).confirms == [made]
        assert not meetings.stands(made)
    word = {"concluded": made, "agrees": True, "words": "", "at": AT_NOON}
    with pytest.raises(PermissionDenied):
        doing(board.members["housing"], actions.confirm, **word)
    said = doing(health, actions.confirm, **word)
    assert doing(health, actions.confirm, **word) == said
    with signed_in_as(health):
        assert meetings.stands(made)
        assert not panels.to_do(health, FIRST).confirms
    assert kept(Confirmed).count() == 1


def test_only_a_member_confirms_and_only_what_waits_for_it(told_once):
    board = told_once(story.listed)
    story.came(board, "early_help", "education", "childrens_social_care", "police")
    waits, health = story.concluded(board, board.items[1]), board.seat_of("community_health")
    with signed_in_as(health.staff):
        assert policy.may_confirm(health.staff, waits, health)
        assert not policy.may_confirm(health.staff, waits, None)
        waits.missing = []
        assert not policy.may_confirm(health.staff, waits, health)


def test_who_does_not_confirm_says_why_and_it_does_not_stand(told_once):
    board = told_once(story.listed)
    story.came(board, "early_help", "education", "childrens_social_care", "police")
    made = story.concluded(board, board.items[0])
    health = board.members["community_health"]
    with pytest.raises(actions.NotWhole):
        doing(health, actions.confirm, concluded=made, agrees=False, words="", at=AT_NOON)
    doing(
        health, actions.confirm, concluded=made, agrees=False, words="He needs a plan of health.", at=AT_NOON
    )
    with signed_in_as(board.chair):
        assert not meetings.stands(made)


@pytest.mark.parametrize(
    "changed",
    [{"words": ""}, {"lead_name": ""}, {"lead_agency": None}, {"review_on": None}, {"decision": "unknown"}],
)
def test_a_decision_is_whole(told_once, changed):
    board = told_once(story.listed)
    with pytest.raises(actions.NotWhole):
        story.concluded(board, board.items[0], **changed)
    assert not kept(Concluded)


def test_an_action_is_somebody_s_by_a_day_and_is_ticked_or_carried_over_at_the_next_meeting(told_once):
    board = told_once(story.listed, 2)
    story.came(board, *ENOUGH)
    with pytest.raises(actions.NotWhole):
        story.added(board, board.items[0], person=" ")
    with pytest.raises(actions.NotWhole):
        story.added(board, board.items[0], due_on=FIRST - timedelta(days=1))
    key = uuid.uuid4()
    made = story.added(board, board.items[0], key=key)
    assert story.added(board, board.items[0], key=key) == made
    later = kept(Meeting).order_by("-starts_at").first()
    follow_up = story.brought(board, "education", kind="review", family="Okafor")
    kept(Item, pk=follow_up.pk).update(person=board.people[0])
    doing(board.chair, actions.put_on, meeting=again(later), item=fresh(follow_up), at=AT_NOON)
    with signed_in_as(board.chair):
        earlier, now = tracking.actions_on(board.chair, fresh(follow_up))
        assert ([one.key for one in earlier], now) == ([made.pk], [])
        assert [one.key for one in tracking.open_actions(board.chair, again(later))] == [made.pk]
    say = {"action": made, "words": "", "at": AT_NOON}
    with pytest.raises(actions.NotWhole):
        ticked(board, state="carried", due_on=None, follows=0, **say)
    first = ticked(board, state="carried", due_on=date(2027, 1, 4), follows=0, **say)
    twice = ticked(board, state="carried", due_on=date(2027, 1, 4), follows=0, **say)
    assert first == twice
    with pytest.raises(actions.ChangedMeanwhile):
        ticked(board, state="done", due_on=None, follows=0, **say)
    with signed_in_as(board.chair):
        (tracked,) = tracking.tracked([made])
        assert (tracked.is_open, tracked.due_on) == (True, date(2027, 1, 4))
    ticked(board, state="done", due_on=None, follows=1, **say)
    assert kept(Progress).count() == 2


def ticked(board, **said):
    with signed_in_as(board.chair):
        return actions.say_progress(by=board.chair, **said)


# Papers and minutes


def test_each_agency_gets_papers_of_its_own_families_alone(told_once):
    board = told_once(story.listed)
    checked(board, "education", words="zqcheck")
    with signed_in_as(board.chair):
        cases = cases_of(board.chair, again(board.meeting))
        names = {
            kind: [one.name for one in pack_for(board.chair, again(board.meeting), agency, cases).cases]
            for kind, agency in board.agencies.items()
        }
    assert names["education"] == names["community_health"] == ["OKAFOR, Daniel"]
    assert names["police"] == ["ROWE, Daniel"]
    assert names["housing"] == names["early_help"] == []
    for kind, seen in (("education", ["OKAFOR, Daniel"]), ("police", ["ROWE, Daniel"]), ("housing", [])):
        member = board.members[kind]
        with signed_in_as(member):
            assert [one.name for one in cases_of(member, again(board.meeting))] == seen


def held(board):
    """Hold the meeting and write its minutes."""
    story.came(board, *ENOUGH, "police")
    story.concluded(board, board.items[0])
    story.added(board, board.items[0])
    return doing(board.chair, actions.write_minutes, meeting=board.meeting, at=AT_NOON)


def test_minutes_write_themselves_and_are_read_by_who_heard_of_each_item(told_once):
    board = told_once(story.listed)
    with pytest.raises(actions.NotWhole, match="has not begun"):
        doing(board.chair, actions.write_minutes, meeting=board.meeting, at=MONDAY_9AM)
    with pytest.raises(actions.NotWhole, match="who came"):
        doing(board.chair, actions.write_minutes, meeting=board.meeting, at=AT_NOON)
    made = held(board)
    assert doing(board.chair, actions.write_minutes, meeting=board.meeting, at=AT_NOON) == made
    said = {one.item_id: " ".join(one.lines) for one in kept(MinutesPart)}
    assert "Decided: Accepted: a plan is agreed." in said[board.items[0].pk]
    assert "Meet him at the gate." in said[board.items[0].pk]
    assert "Nothing was decided." in said[board.items[1].pk]
    assert "Okafor" not in str(kept(Minutes).get().head)
    for kind, mine in (("education", board.items[0]), ("police", board.items[1])):
        member, meeting = board.members[kind], again(board.meeting)
        with signed_in_as(member):
            came = meetings.attending(meeting, panels.seats_of(board.panel))
            assert [one.item for one in written(member, meeting, came).parts] == [mine]


def test_once_written_nothing_of_the_meeting_is_changed_any_more(told_once):
    board = told_once(story.listed)
    action = story.added(board, board.items[1])
    held(board)
    ended = again(board.meeting)
    for act, words in (
        (actions.change_meeting, {"on": FIRST, "starts": time(9), "minutes": 60, "place": "-"}),
        (actions.call_off, {"why": "Because"}),
        (actions.invite, {}),
        (actions.record_attendance, {"came": {}}),
    ):
        with pytest.raises(PermissionDenied):
            doing(board.chair, act, meeting=ended, at=AT_NOON, **words)
    with pytest.raises(PermissionDenied):
        story.concluded(board, board.items[1])
    with pytest.raises(PermissionDenied):
        story.added(board, board.items[1])
    with pytest.raises(PermissionDenied):
        doing(
            board.members["police"], actions.check_own_records, item=board.items[1], searched="nothing", sharing="",
            words="", follows=0, at=AT_NOON,
        )  # fmt: skip
    ticked(
        board,
        action=action,
        state="done",
        words="",
        due_on=None,
        follows=0,
        at=AT_NOON,
    )
    late = Concluded(
        hub=board.hub,
        item=board.items[1],
        number=1,
        decision="plan_goes_on",
        words="-",
        by=board.chair,
        at=AT_NOON,
    )
    for write in (
        lambda: Concluded.objects.bulk_create([late]),
        lambda: MinutesPart.objects.update(lines=[]),
        lambda: Minutes.objects.update(head=[]),
        lambda: Action.objects.update(what="-"),
    ):
        with pytest.raises(DatabaseError), signed_in_as(board.chair):
            write()
    with signed_in_as(board.chair):
        assert Meeting.objects.filter(pk=ended.pk).update(place="Elsewhere") == 0


def test_each_agency_agrees_for_itself_and_corrections_stand_beside(told_once):
    board = told_once(story.listed)
    held(board)
    school, police = board.members["education"], board.members["police"]
    say = {"item": fresh(board.items[0]), "key": uuid.uuid4(), "words": "It was May.", "at": AT_NOON}
    made = doing(school, actions.correct, **say)
    assert doing(school, actions.correct, **say) == made
    with pytest.raises(PermissionDenied):
        doing(police, actions.correct, **(say | {"key": uuid.uuid4()}))
    with signed_in_as(school):
        assert [one.pk for one in panels.to_do(school, FIRST).minutes] == [board.meeting.pk]
    agreed = doing(school, actions.agree, meeting=again(board.meeting), at=AT_NOON)
    assert doing(school, actions.agree, meeting=again(board.meeting), at=AT_NOON) == agreed
    with pytest.raises(actions.NotWhole, match="has agreed"):
        doing(school, actions.correct, **(say | {"key": uuid.uuid4()}))
    with pytest.raises(PermissionDenied):
        doing(
            StaffFactory(hub=board.hub, manager=True), actions.agree, meeting=again(board.meeting), at=AT_NOON
        )
    with signed_in_as(board.chair):
        meeting = again(board.meeting)
        found = written(board.chair, meeting, meetings.attending(meeting, panels.seats_of(board.panel)))
        assert [one.words for one in found.parts[0].corrections] == ["It was May."]
        assert not found.is_agreed
        assert board.agencies["police"].name in found.waits
        assert board.agencies["education"].name not in found.waits
    for kind in ("police", "early_help", "community_health", "childrens_social_care"):
        doing(board.members[kind], actions.agree, meeting=again(board.meeting), at=AT_NOON)
    with signed_in_as(board.chair):
        meeting = again(board.meeting)
        found = written(board.chair, meeting, meetings.attending(meeting, panels.seats_of(board.panel)))
        assert found.is_agreed


def test_a_seat_that_ended_hears_of_nothing_and_the_member_before_stays_on_record(told_once):
    board = told_once(story.listed)
    school = board.members["education"]
    held(board)
    seat = board.seat_of("education")
    doing(board.chair, actions.end_seat, seat=seat, at=AT_NOON)
    doing(board.chair, actions.end_seat, seat=seat, at=AT_NOON)
    with signed_in_as(school):
        assert not Item.objects.exists()
        assert not MinutesPart.objects.exists()
    with signed_in_as(board.chair):
        meeting = again(board.meeting)
        came = meetings.attending(meeting, panels.seats_of(board.panel))
        assert school.account.name in {one.seat.staff.account.name for one in came}
    assert kept(Seat).exclude(until_at=None).count() == 1
