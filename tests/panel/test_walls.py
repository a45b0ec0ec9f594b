"""Who hears of what: the rule, its filter and row-level security, each by itself; and hands that reach past them."""

import random
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError

from mash.panel import actions, policy
from mash.panel.models import (
    Action,
    Agreed,
    Concluded,
    Confirmed,
    Correction,
    Item,
    Meeting,
    MinutesPart,
    Needed,
    OwnCheck,
    Panel,
    Present,
    Seat,
)
from mash.panel.queries.minutes import cases_of
from mash.partnership.models import Restriction
from tests.factories.base import signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.panel import story
from tests.panel.story import AT_NOON, again, fresh, kept

pytestmark = pytest.mark.usefixtures("transactional_db")

WHO = {  # hears of the first family, of the second, of the part of the meeting that is about none
    "chair": (True, True, True),
    "manager": (True, True, True),
    "social worker": (True, True, True),
    "member who is needed for the first": (True, False, True),
    "member who is needed for the second": (False, True, True),
    "member who is needed for none": (False, False, True),
    "colleague of a member, without a seat": (False, False, False),
    "member whose seat ended": (False, False, False),
    "worker of the night": (False, False, False),
    "auditor": (False, False, False),
    "chair elsewhere": (False, False, False),
    "same agency elsewhere": (False, False, False),
    "kept from the first person": (False, True, True),
}


def post(who, board):
    hub, agencies = board.hub, board.agencies
    made = {
        "chair": lambda: board.chair,
        "manager": lambda: StaffFactory(hub=hub, manager=True),
        "social worker": lambda: board.worker,
        "member who is needed for the first": lambda: board.members["education"],
        "member who is needed for the second": lambda: board.members["police"],
        "member who is needed for none": lambda: board.members["housing"],
        "colleague of a member, without a seat": lambda: StaffFactory(
            hub=hub, agency=agencies["education"], answerer=True
        ),
        "member whose seat ended": lambda: board.members["education"],
        "worker of the night": lambda: StaffFactory(hub=hub, duties=["out_of_hours"]),
        "auditor": lambda: StaffFactory(hub=hub, auditor=True),
        "chair elsewhere": lambda: StaffFactory(duties=["chair"]),
        "same agency elsewhere": lambda: StaffFactory(agency=agencies["education"], answerer=True),
        "kept from the first person": lambda: StaffFactory(hub=hub, duties=["chair"]),
    }[who]()
    if who == "member whose seat ended":
        kept(Seat, staff=made).update(until_at=MONDAY_9AM)
    if who == "kept from the first person":
        AccessFactory(staff=made, person_id=board.people[0].pk, bars=True)
    return made


def with_a_part():
    found = story.listed()
    part = doing(
        found.chair,
        actions.add_part,
        meeting=found.meeting,
        key=uuid.uuid4(),
        kind="gaps",
        title="",
        at=MONDAY_9AM,
    )
    found.items.append(part)
    return found


@pytest.fixture
def board(told_once):
    return told_once(with_a_part)


@pytest.mark.parametrize(("who", "hears"), WHO.items())
def test_who_hears_of_what(board, who, hears):
    staff = post(who, board)
    expected = {item.pk for item, may in zip(board.items, hears, strict=True) if may}
    assert {one.pk for one in kept(Item).filter(policy.heard_by(staff))} == expected
    with signed_in_as(staff):  # row-level security without the filter
        assert {one.pk for one in Item.objects.all()} == expected
        assert {one.item_id for one in Needed.objects.all()} == expected - {board.items[2].pk}
        for item in board.items:
            assert bool(policy.may_hear(staff, item)) is (item.pk in expected)


def test_nothing_below_an_item_is_read_by_who_does_not_hear_of_it(board):
    story.came(board, "early_help", "education", "police", "childrens_social_care")
    one = board.items[0]
    doing(
        board.members["education"], actions.check_own_records, item=one, searched="nothing", sharing="", words="",
        follows=0, at=MONDAY_9AM,
    )  # fmt: skip
    made = story.concluded(board, one)
    doing(
        board.members["community_health"], actions.confirm, concluded=made, agrees=True, words="", at=AT_NOON
    )
    story.added(board, one)
    doing(board.chair, actions.write_minutes, meeting=board.meeting, at=AT_NOON)
    doing(
        board.members["education"],
        actions.correct,
        item=fresh(one),
        key=uuid.uuid4(),
        words="It was May.",
        at=AT_NOON,
    )
    below = (OwnCheck, Concluded, Confirmed, Action, MinutesPart, Correction)
    elsewhere = StaffFactory(duties=["chair"])
    for staff, sees in ((board.chair, True), (board.members["education"], True), (board.members["police"], False),
                        (elsewhere, False)):  # fmt: skip
        with signed_in_as(staff):
            for model in below:
                assert model.objects.filter(item=one).exists() is sees, (staff, model)
    with signed_in_as(elsewhere):
        for model in (Panel, Seat, Meeting, Present, *below):
            assert not model.objects.exists()


def test_a_restricted_case_is_heard_of_by_the_cleared_and_the_manager_alone(board):
    contact = ContactFactory(hub=board.hub)
    kept(Item, pk=board.items[0].pk).update(contact=contact)
    manager = StaffFactory(hub=board.hub, manager=True)
    closed = Restriction(hub=board.hub, contact_id=contact.pk, why="A reason", from_at=MONDAY_9AM, by=manager)
    Restriction.objects.using("builder").bulk_create([closed])
    let_in = StaffFactory(hub=board.hub, duties=["chair"])
    AccessFactory(staff=let_in, contact_id=contact.pk)
    for staff, hears in (
        (board.chair, False), (board.worker, False), (board.members["education"], False), (manager, True),
        (StaffFactory(hub=board.hub, cleared=True), True), (let_in, True),
    ):  # fmt: skip
        assert kept(Item).filter(policy.heard_by(staff), pk=board.items[0].pk).exists() is hears
        with signed_in_as(staff):
            assert Item.objects.filter(pk=board.items[0].pk).exists() is hears


def refused(staff, write):
    with pytest.raises(DatabaseError), signed_in_as(staff):
        write()


def test_no_hand_writes_in_another_s_name_or_for_another_agency(board):
    school, police = board.members["education"], board.members["police"]
    one, at = board.items[0], {"hub": board.hub, "at": AT_NOON}
    check = {"item": one, "number": 1, "searched": "nothing", "sharing": "", "words": ""}
    for agency, by in ((police.agency, school), (school.agency, police)):
        row = OwnCheck(agency=agency, by=by, **check, **at)
        refused(school, lambda row=row: OwnCheck.objects.bulk_create([row]))
    not_needed = OwnCheck(agency=police.agency, by=police, **check, **at)
    refused(police, lambda: OwnCheck.objects.bulk_create([not_needed]))
    for model, words in (
        (Concluded, {"item": one, "number": 1, "decision": "plan_goes_on", "words": "-"}),
        (Needed, {"item": one, "agency": police.agency}),
        (Seat, {"panel": board.panel, "agency": school.agency, "staff": school, "role": "member"}),
        (Present, {"meeting": board.meeting, "seat": board.seat_of("police"), "number": 1, "came": "here"}),
    ):
        row = model(by=school, **words, **at)
        refused(school, lambda model=model, row=row: model.objects.bulk_create([row]))
    theirs = Concluded(item=one, number=1, decision="plan_goes_on", words="-", by=school, **at)
    refused(board.chair, lambda: Concluded.objects.bulk_create([theirs]))
    refused(board.chair, lambda: Item.objects.filter(pk=one.pk).update(asked="Other words"))
    with signed_in_as(school):
        assert Item.objects.filter(pk=one.pk).update(minutes=1) == 0
    with signed_in_as(school):
        assert Seat.objects.filter(staff=police).update(until_at=AT_NOON) == 0


def test_an_agency_is_said_to_be_needed_and_only_then_not_any_more(board):
    words = {"item": board.items[0], "agency": board.agencies["housing"], "by": board.worker}
    needed = {"hub": board.hub, "at": AT_NOON} | words
    refused(board.worker, lambda: Needed.objects.create(left_at=AT_NOON, **needed))
    with signed_in_as(board.worker):
        Needed.objects.create(**needed)


def test_no_hand_agrees_minutes_for_another_agency(board):
    story.came(board, "early_help", "education", "police", "childrens_social_care")
    made = doing(board.chair, actions.write_minutes, meeting=board.meeting, at=AT_NOON)
    school, police = board.members["education"], board.members["police"]
    theirs = Agreed(hub=board.hub, minutes=made, agency=police.agency, by=school, at=AT_NOON)
    refused(school, lambda: Agreed.objects.bulk_create([theirs]))
    stranger = StaffFactory(hub=board.hub, agency=school.agency, answerer=True)
    no_seat = Agreed(hub=board.hub, minutes=made, agency=school.agency, by=stranger, at=AT_NOON)
    refused(stranger, lambda: Agreed.objects.bulk_create([no_seat]))


def test_papers_read_from_the_database_hold_own_families_alone():
    """A sample of random panels, read by members themselves: the pure composition is asked over many more."""
    chance = random.Random(34)
    board = story.planned()
    kinds = [kind for kind in story.KINDS if kind != "early_help"]
    marks = {}
    for number in range(12):
        needed = chance.sample(kinds, chance.randint(1, 3))
        mark = f"zq{chance.randrange(16**10):010x}"
        one = story.brought(
            board, *needed, family=f"{mark}f", asked=f"{mark}a", household=f"{mark}h", background=f"{mark}b",
            agreement=f"{mark}g",
        )  # fmt: skip
        doing(
            board.chair,
            actions.put_on,
            meeting=board.meeting,
            item=one,
            at=MONDAY_9AM + timedelta(minutes=number),
        )
        marks[mark] = needed
    for kind in kinds:
        member = board.members[kind]
        with signed_in_as(member):
            said = str(cases_of(member, again(board.meeting)))
        assert {mark for mark in marks if mark in said} == {
            mark for mark, needed in marks.items() if kind in needed
        }
