"""Who sees and writes which row of an exercise: row-level security asked without the pages, with forgers among them."""

import uuid

import pytest
from django.db import DatabaseError, connections

from mash.exercise import policy
from mash.exercise.models import Exercise, Given, Group, Note, Run, Score, Seat, Seen, Turn, Version
from mash.partnership.models import Hub
from tests.exercise.story import NINE, B, Room, of
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
ALL = (Exercise, Version, Run, Turn, Group, Seat, Given, Seen, Note, Score)
MINE = {Run: 1, Turn: 1, Group: 1, Seat: 1, Given: 1, Seen: 1}  # of one seat


@pytest.fixture
def room():
    room = Room().under_way()
    room.turns("start")
    room.gives(2)  # to the police
    room.gives(8, groups=[1])  # to the hub manager
    seat, given = room.seat(1, "police"), of(Given, group=room.group(1), number=2)
    with signed_in_as(room.post(1, "police")):
        Seen(hub_id=room.hub.pk, given=given, seat=seat, at=NINE).save(force_insert=True)
    at = {"hub_id": room.hub.pk, "group": room.group(1), "by": room.trainer, "at": NINE}
    with signed_in_as(room.trainer):
        Note(key=uuid.uuid4(), words="Seen", **at).save(force_insert=True)
        Score(point="S1", score=1, **at).save(force_insert=True)
    return room


def counted(reader):
    with signed_in_as(reader):
        return {model: model.objects.count() for model in ALL}


@pytest.mark.parametrize("duty", ["train", "manage"])
def test_who_trains_sees_every_row_of_their_hub(room, duty):
    found = counted(StaffFactory(hub=room.hub, duties=[duty]))
    assert found == {model: model.objects.using(B).count() for model in ALL}
    assert all(found.values())


@pytest.mark.parametrize("duties", [["screen", "decide", "clear"], ["administer"], ["audit"], ["answer"], []])
def test_nobody_else_of_the_hub_sees_any(room, duties):
    assert not any(counted(StaffFactory(hub=room.hub, duties=duties)).values())


def test_another_hubs_trainer_sees_none(room):
    assert not any(counted(StaffFactory(hub=HubFactory(), duties=["train", "manage"])).values())


def test_a_seat_sees_its_own_paper_and_no_other_seat(room):
    police, manager, other = (room.post(*who) for who in ((1, "police"), (1, "hub_manager"), (2, "police")))
    assert {model: many for model, many in counted(police).items() if many} == MINE
    assert counted(manager)[Given] == 1
    assert counted(manager)[Seen] == 0
    assert counted(other)[Seen] == 0
    with signed_in_as(police):
        assert Given.objects.get().number == 2
        assert Seat.objects.get().seat == "police"
    with signed_in_as(manager):  # who has the duty to manage, in that hub
        assert Given.objects.get().number == 8
        assert not Version.objects.exists()


def test_a_post_by_another_account_in_the_same_hub_sees_none(room):
    stranger = StaffFactory(
        hub=of(Hub, pk=room.post(1, "police").hub_id), duties=["train", "manage", "screen"]
    )
    assert not any(counted(stranger).values())
    assert not policy.may_train(stranger)


def test_no_row_is_forged(room):
    police, screener = room.post(1, "police"), StaffFactory(hub=room.hub, duties=["screen"])
    other = StaffFactory(hub=HubFactory(), duties=["train"])
    version, run, group = room.version, room.run, room.group(1)
    hub = {"hub_id": room.hub.pk}
    new = {
        "exercise": version.exercise,
        "number": 9,
        "title": "X",
        "text": "x",
        "raw": {},
        "what": "x",
        "at": NINE,
    } | hub
    paper = {
        "run": run,
        "group": group,
        "number": 9,
        "seats": ["police"],
        "kind": "record",
        "text": "x",
        "day": 1,
    }
    paper |= {"clock": "09:00", "position": 0, "at": NINE} | hub
    sees = {"given": of(Given, group=group, number=2), "at": NINE} | hub
    forged = [
        (screener, Exercise(code="X", by=screener, at=NINE, **hub)),
        (room.trainer, Exercise(code="X", by=screener, at=NINE, **hub)),  # in another's name
        (other, Version(by=other, **new)),
        (police, Version(by=police, **new)),
        (room.trainer, Version(by=screener, **new)),
        (police, Given(by=police, **paper)),
        (police, Given(**paper)),
        (room.trainer, Given(**paper)),  # in the name of the timetable
        (room.trainer, Given(by=screener, **paper)),
        (room.trainer, Given(by=room.trainer, made=uuid.uuid4(), **paper)),
        (other, Given(by=other, **(paper | {"hub_id": other.hub_id}))),  # to another hub's group
        (police, Seen(seat=room.seat(1, "hub_manager"), **sees)),
        (room.trainer, Seen(seat=room.seat(1, "police"), **sees)),
        (police, Turn(run=run, number=9, what="pause", position=1, runs=False, by=police, at=NINE, **hub)),
        (police, Note(group=group, key=uuid.uuid4(), words="x", by=police, at=NINE, **hub)),
        (police, Score(group=group, point="S1", score=2, by=police, at=NINE, **hub)),
        (room.trainer, Score(group=group, point="S1", score=2, by=screener, at=NINE, **hub)),
        (
            room.trainer,
            Seat(
                run=run,
                group=group,
                seat="x",
                label="x",
                place=9,
                account=police.account,
                name="x",
                post=police,
                **hub,
            ),
        ),
    ]
    for by, row in forged:
        with pytest.raises(DatabaseError), signed_in_as(by):
            row.save(force_insert=True)


def test_what_was_written_is_not_changed_and_nothing_is_deleted(room):
    fixed = (
        (Exercise, {"code": "X"}), (Version, {"text": "x"}), (Turn, {"position": 9}), (Given, {"text": "x"}),
        (Note, {"words": "x"}), (Score, {"score": 0}), (Seen, {"at": NINE}), (Run, {"version": room.version.pk}),
        (Run, {"disposed_at": NINE}), (Seat, {"seat": "x"}), (Group, {"number": 9}),
    )  # fmt: skip
    for model, change in fixed:
        with pytest.raises(DatabaseError), signed_in_as(room.trainer):
            model.objects.update(**change)
    for model in ALL:
        with pytest.raises(DatabaseError), signed_in_as(room.trainer):
            model.objects.all().delete()
    with signed_in_as(room.trainer):
        assert Given.objects.update(made=uuid.uuid4()) == 0  # a program says what a referral became
    police = room.post(1, "police")
    for model, change in ((Seat, {"came": True}), (Run, {"ended_why": "x"}), (Group, {"place": None})):
        with signed_in_as(police):
            assert model.objects.update(**change) == 0


@pytest.mark.parametrize(
    ("name", "sees"), [("exercises", True), ("disposal", True), ("reminders", False), ("intake", False)]
)
def test_which_programs_see_them(room, name, sees):
    with in_service(name):
        assert Run.objects.exists() is sees
        assert Seat.objects.exists() is sees


def ask_as_the_app(staff, words, *said):
    with signed_in_as(staff), connections["default"].cursor() as cursor:
        cursor.execute(words, said)
        return cursor.fetchall()


def test_the_function_that_crosses_hubs_answers_who_trains_in_the_hub_that_runs_it_alone(room):
    room.gives(1)
    room.puts_in()
    question = "SELECT what, reference, group_id FROM identity.exercise_doings(%s)"
    assert {row[0] for row in ask_as_the_app(room.trainer, question, room.run.pk)} == {"contact"}
    assert len(ask_as_the_app(room.trainer, question, room.run.pk)) == 2
    assert ask_as_the_app(room.trainer, question, uuid.uuid4()) == []
    for stranger in (
        StaffFactory(hub=HubFactory(), duties=["train", "manage"]),
        StaffFactory(hub=room.hub, duties=["screen", "decide"]),
        room.post(1, "hub_manager"),
    ):
        assert ask_as_the_app(stranger, question, room.run.pk) == []
    hub = of(Group, pk=room.group(1).pk).place_id
    with connections[
        "builder"
    ].cursor() as cursor:  # a hub that is no exercise of this one is never looked into
        cursor.execute(
            "UPDATE partnership_hub SET exercise_for_id = %s WHERE id = %s", [HubFactory().pk, hub]
        )
    assert len(ask_as_the_app(room.trainer, question, room.run.pk)) == 1


def test_saying_that_one_crosses_opens_nothing_to_the_app(room):
    room.gives(1)
    room.puts_in()
    found = ask_as_the_app(
        room.trainer, "SELECT set_config('mash.exercise', 'on', true), (SELECT count(*) FROM contact_contact)"
    )
    assert found == [("on", 0)]


def test_every_table_of_a_hub_can_be_disposed_of_with_an_exercise(room):
    """A table with the key of a hub, whose owner does not see it whole, says that it goes with an exercise."""
    with connections["builder"].cursor() as cursor:
        cursor.execute("""
            SELECT c.relname FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'hub_id' AND NOT a.attisdropped
            WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'sealed'::regnamespace)
              AND c.relname NOT LIKE 'exercise\\_%' AND NOT EXISTS (
                SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polroles = ARRAY['mash_owner'::regrole::oid]
                  AND (pg_get_expr(p.polqual, p.polrelid) = 'true' OR p.polname LIKE '%\\_exercise\\_goes'))
        """)
        left = {row[0] for row in cursor.fetchall()}
    assert not left, (
        f"{', '.join(sorted(left))}: what an exercise recorded there would stay. Let the migration that "
        "makes the table say goes_with_an_exercise(table) of mash/common/rls.py"
    )
