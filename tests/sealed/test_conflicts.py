"""A cleared person with a conflict of interest in a case: its room is shut to them by the database itself."""

import uuid

import pytest
from django.db import connection

from mash.partnership.models import Duty
from mash.sealed.models import Member
from mash.sealed.queries import held_on, holds_anything, items_for, which_hold
from mash.sealed.room import room_of, sealed_room
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.releases import Cast

pytestmark = pytest.mark.usefixtures("transactional_db")
EVERYTHING = """
    SELECT id FROM sealed.sealed_item UNION ALL SELECT id FROM sealed.sealed_room
    UNION ALL SELECT id FROM sealed.sealed_member
"""
TRIES = (  # what SQL of one's own might ask in the room
    EVERYTHING,
    "SELECT item.id FROM sealed.sealed_item item, sealed.sealed_room room WHERE room.id = item.room_id",
    "SELECT 1 FROM sealed.sealed_item WHERE body IS NOT NULL ORDER BY length(body)",
    "SELECT 1 WHERE EXISTS (SELECT FROM sealed.sealed_item) OR EXISTS (SELECT FROM sealed.sealed_room)",
    "SELECT id FROM sealed.sealed_item TABLESAMPLE SYSTEM (100)",
)


@pytest.fixture
def cast():
    """A case with one sealed item on a person, and a member let into its room."""
    found = Cast()
    found.person = uuid.uuid4()
    found.item = found.seals(people=[found.person])
    room = room_of(found.case)
    Member(hub_id=found.hub.pk, room_id=room, staff=uuid.uuid4(), why="A reason", from_at=MONDAY_9AM).save(
        using="builder"
    )
    return found


def rows(staff, statement=EVERYTHING):
    """Return how many rows a worker's own SQL finds in the room, in a transaction of its own that commits."""
    with signed_in_as(staff), sealed_room(), connection.cursor() as cursor:
        cursor.execute(statement)
        return len(cursor.fetchall())


def kept_out(staff, case):
    return AccessFactory(staff=staff, bars=True, contact_id=case, until_at=None)


@pytest.mark.parametrize("duties", [[Duty.CLEAR], [Duty.CLEAR, Duty.RELEASE, Duty.MANAGE, Duty.SCREEN]])
def test_the_room_of_that_case_is_not_there_for_sql_of_their_own(cast, duties):
    cleared = StaffFactory(hub=cast.hub, duties=duties)
    assert rows(cleared) == 4
    kept_out(cleared, cast.case)
    for statement in TRIES:
        assert rows(cleared, statement) == 0, statement


def test_it_is_that_case_alone_and_the_next_transaction(cast):
    cleared = StaffFactory(hub=cast.hub, cleared=True)
    other = ContactFactory(hub=cast.hub).pk
    cast.seals(case=other)
    before = rows(cleared)
    bar = kept_out(cleared, cast.case)
    assert rows(cleared) == 2, "the item and the room of the other case"
    type(bar).objects.using("builder").filter(pk=bar.pk).update(until_at=MONDAY_9AM)
    assert rows(cleared) == before


def test_its_author_does_not_read_it_either_once_kept_out(cast):
    assert rows(cast.author) == len([cast.item, "the first"])
    kept_out(cast.author, cast.case)
    assert rows(cast.author) == 0


def test_it_still_seals_since_whoever_seals_learns_nothing(cast):
    kept_out(cast.author, cast.case)
    assert cast.seals()


def test_the_pages_find_what_the_wall_gives_and_no_more(cast):
    cleared, other = StaffFactory(hub=cast.hub, cleared=True), StaffFactory(hub=cast.hub, cleared=True)
    kept_out(cleared, cast.case)
    with signed_in_as(cleared):
        assert items_for(cleared, cast.case, at=MONDAY_9AM) == []
    with signed_in_as(other):
        assert len(items_for(other, cast.case, at=MONDAY_9AM)) == 2


# No false all-clear: they are told that another cleared person must read it


def asked(staff, case, people):
    with signed_in_as(staff):
        held = held_on(staff, cases=[case], people=people, at=MONDAY_9AM)
        anything = holds_anything(staff, people=people, at=MONDAY_9AM)
        which = which_hold(staff, {case: people}, at=MONDAY_9AM)
    return len(held.items), held.more, anything, which == {case}


def test_they_are_told_that_something_is_held_on_somebody_in_another_case(cast):
    cleared, screener = (
        StaffFactory(hub=cast.hub, cleared=True),
        StaffFactory(hub=cast.hub, duties=["screen"]),
    )
    here = ContactFactory(hub=cast.hub).pk
    assert asked(cleared, here, [cast.person]) == (1, False, True, True)
    assert asked(screener, here, [cast.person]) == (0, False, False, False)
    for one in (cleared, screener):
        kept_out(one, cast.case)
    assert asked(cleared, here, [cast.person]) == (0, True, True, True)
    assert asked(cleared, here, [uuid.uuid4()]) == (0, False, False, False)
    assert asked(screener, here, [cast.person]) == (0, False, False, False)


@pytest.mark.parametrize(
    ("same_hub", "duties"), [(True, []), (True, ["manage", "audit"]), (False, ["clear"])]
)
def test_the_question_behind_it_answers_nobody_else(cast, same_hub, duties):
    staff = StaffFactory(hub=cast.hub if same_hub else HubFactory(), duties=duties)
    kept_out(staff, cast.case)
    with signed_in_as(staff), connection.cursor() as cursor:
        cursor.execute("SELECT identity.held_behind(%s, %s::uuid[])", [cast.hub.pk, [cast.person, cast.case]])
        assert cursor.fetchone()[0] == []


def test_it_names_no_key_that_was_not_asked(cast):
    cleared = StaffFactory(hub=cast.hub, cleared=True)
    kept_out(cleared, cast.case)
    with signed_in_as(cleared), connection.cursor() as cursor:
        cursor.execute(
            "SELECT identity.held_behind(%s, %s::uuid[])", [cast.hub.pk, [cast.case, uuid.uuid4()]]
        )
        assert cursor.fetchone()[0] == [cast.case]
