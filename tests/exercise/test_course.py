"""A run from its beginning to the disposal of what its groups recorded."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError

from mash.contact.models import Contact
from mash.exercise import actions, queries
from mash.exercise.models import Given, Group, Run, Seat
from mash.ledger.models import Entry
from mash.partnership.models import Email, Hub, Staff
from mash.training.models import Done, Learner
from tests.exercise.story import NINE, PAGE, B, Room, of
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import AccountFactory, HubFactory, StaffFactory
from tests.factories.training import LearnerFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def room(told_once):
    return told_once(Room)


def test_each_group_has_a_fresh_training_hub_with_a_post_for_each_seat(room):
    room.under_way()
    places = Hub.objects.using(B).filter(exercise_for=room.hub)
    assert places.count() == 2
    assert all(one.is_training and len(one.prefix) == 3 for one in places)
    police = room.post(1, "police")
    assert (police.hub_id, police.title) == (room.group(1).place_id, "Police")
    assert set(police.duties) == {"answer", "clear", "release"}
    assert police.account_id == room.people[1, "police"].pk
    assert room.post(2, "police").hub_id != police.hub_id


def test_opening_twice_opens_once(room):
    room.under_way()
    with in_service("exercises"):
        assert actions.open_places(run_id=room.run.pk, page=PAGE, at=NINE) == 0
    assert Hub.objects.using(B).filter(exercise_for=room.hub).count() == 2


def test_the_same_form_begins_one_run(room):
    key = uuid.uuid4()
    assert room.begins(key=key).pk == room.begins(key=key).pk
    assert Run.objects.using(B).count() == 1


def test_one_person_takes_two_seats_of_a_group_and_sits_in_no_other(room):
    room.begins()
    everybody = AccountFactory()
    with pytest.raises(actions.NotWhole, match="one person is in one group"):
        room.sits({(1, "police"): everybody, (2, "police"): everybody})
    room.sits({(1, "police"): everybody, (1, "health"): everybody, (2, "police"): AccountFactory()})
    room.opens()
    mine = Staff.objects.using(B).filter(account=everybody, hub__exercise_for=room.hub)
    assert set(mine.values_list("title", flat=True)) == {"Police", "Health"}


def test_a_group_without_anybody_is_not_opened(room):
    room.begins()
    with pytest.raises(actions.NotWhole, match="Nobody sits in group 2"):
        room.sits({(1, "police"): AccountFactory()})


def test_an_invited_learner_gets_an_account_and_a_code_from_the_hub_that_trains(room):
    learner = LearnerFactory(by=room.trainer, hub=room.hub)
    room.begins(groups=1)
    room.sits({(1, "police"): learner})
    room.opens()
    post = room.post(1, "police")
    assert post.account.email == learner.email
    code = Email.objects.using(B).get(to=learner.email)
    assert (code.hub_id, code.private) == (room.hub.pk, True)


def test_the_timetable_gives_out_what_is_due_and_each_thing_once(room):
    room.under_way()
    assert room.looks_at_the_clock(1) == 0  # the clock has not been started
    room.turns("start")
    assert room.looks_at_the_clock(0) == 0
    assert room.looks_at_the_clock(1) == 2  # 09:05 on the first day, to both groups
    assert room.looks_at_the_clock(1) == 0
    room.turns("pause", 2)
    assert room.looks_at_the_clock(60) == 0
    room.turns("resume", 60)
    assert room.looks_at_the_clock(63) == 0  # 09:25
    assert room.looks_at_the_clock(64) == 2  # 09:30
    room.turns("jump", 65, day=1, clock="12:45")
    assert room.looks_at_the_clock(65) == 10
    assert room.feed(1, "police") == [2]
    assert Given.objects.using(B).filter(by__isnull=False).count() == 0


def test_a_jump_keeps_a_paused_clock_paused_and_never_goes_back(room):
    room.under_way()
    with pytest.raises(actions.NotWhole, match="Start the clock first"):
        room.turns("jump", day=1, clock="10:00")
    room.turns("start")
    room.turns("pause", 2)
    assert not room.turns("jump", 3, day=2, clock="09:00").runs
    for said, why in (
        ({"day": 1, "clock": "10:00"}, "only goes forward"),
        ({"day": 3, "clock": "10:00"}, "no day 3"),
        ({"day": 2, "clock": "soon"}, "Enter a time"),
    ):
        with pytest.raises(actions.NotWhole, match=why):
            room.turns("jump", 4, **said)


def test_by_hand_to_one_group_or_all_and_never_twice(room):
    room.under_way()
    assert room.gives(4, groups=[2]) == 1
    assert room.gives(4) == 1
    assert room.gives(4) == 0
    with pytest.raises(actions.NotWhole, match="no inject 99"):
        room.gives(99)


def test_a_referral_becomes_a_real_contact_in_its_group_and_nowhere_else(room):
    room.under_way()
    room.gives(1)
    room.puts_in()
    room.puts_in()
    for number in (1, 2):
        contact = Contact.objects.using(B).get(hub=room.group(number).place_id)
        assert (contact.organisation, contact.subject) == ("Larkhill Primary", "child")
        assert room.board()[number - 1].given[1].made_reference == contact.reference
        assert {str(one) for one in contact.people.all()} == {
            "Kieran Malloy",
            "Skye Malloy",
            "Gemma Malloy",
        } or (contact.people.count() == 3)
    assert not Contact.objects.using(B).filter(hub=room.hub).exists()


def test_a_seat_sees_its_own_paper_and_never_what_is_hoped_for(room):
    room.under_way()
    room.gives(2)
    room.gives(9)
    room.gives(8, groups=[2])
    assert room.feed(1, "police") == [9, 2]
    assert room.feed(1, "hub_manager") == []
    assert room.feed(2, "hub_manager") == [8]


def test_what_was_before_a_seat_counts_as_read(room):
    room.under_way()
    room.gives(2)
    post = room.post(1, "police")
    with signed_in_as(post, role="mash_reader"):
        seat = queries.my_seat(post)
        (paper,) = queries.feed(seat)
        assert paper.is_new
        actions.mark_seen(seat=seat, given=[paper.given], at=NINE)
        actions.mark_seen(seat=seat, given=[paper.given], at=NINE)
        assert not queries.feed(seat)[0].is_new
    one, other = room.board()
    assert (one.read, other.read) == ({2: 1}, {})


def test_ended_every_post_ends_and_nothing_is_given_any_more(room):
    room.under_way()
    room.turns("start")
    post = room.post()
    room.ends()
    assert room.run.keep_until == NINE.date() + timedelta(days=90)
    assert not Staff.objects.using(B).filter(hub__exercise_for=room.hub, until_at=None).exists()
    with pytest.raises(PermissionDenied, match="has ended"):
        room.gives(2, after=301)
    assert room.looks_at_the_clock(400) == 0
    with signed_in_as(post):
        assert not Seat.objects.exists()
        assert not Given.objects.exists()


def test_begun_again_the_same_people_sit_in_fresh_hubs_and_the_old_run_is_archived(room):
    room.under_way()
    with signed_in_as(room.trainer):
        key = uuid.uuid4()
        made = actions.begin_again(run=room.run, key=key, page=PAGE, by=room.trainer, at=NINE)
        assert actions.begin_again(run=room.run, key=key, page=PAGE, by=room.trainer, at=NINE).pk == made.pk
    old = of(Run, pk=room.run.pk)
    assert old.ended_at == NINE
    with in_service("exercises"):
        actions.close_places(run_id=old.pk, at=NINE)
        actions.open_places(run_id=made.pk, page=PAGE, at=NINE)
    assert Seat.objects.using(B).filter(run=made).count() == Seat.objects.using(B).filter(run=old).count()
    assert Hub.objects.using(B).filter(exercise_for=room.hub).count() == 4
    assert Group.objects.using(B).filter(run=made).exclude(place=None).count() == 2


def test_who_was_there_stands_in_their_record_once(room):
    room.under_way()
    seats = list(Seat.objects.using(B).filter(run=room.run))
    with signed_in_as(room.trainer):
        came = {one.pk: one.seat != "police" for one in seats}
        assert actions.record_attendance(run=room.run, came=came, by=room.trainer, at=NINE) == 4
        actions.record_attendance(run=room.run, came=came, by=room.trainer, at=NINE)
    done = Done.objects.using(B).filter(hub=room.hub)
    assert done.count() == 4
    one = done.first()
    assert (one.label, one.minutes, one.kind) == ("Exercise: Two children at Larkspur House", 240, "cpd")
    assert Learner.objects.using(B).filter(hub=room.hub).count() == 4


def dispose(room, days):
    with in_service("disposal"):
        return actions.dispose(run_id=room.run.pk, at=NINE + timedelta(days=days))


def test_after_its_day_everything_the_groups_recorded_is_gone_and_scores_stay(room):
    room.under_way()
    room.gives(1)
    room.puts_in()
    with signed_in_as(room.trainer):
        actions.score(group=room.group(1), said={"S1": (2, "")}, by=room.trainer, at=NINE)
    assert dispose(room, 400) == 0  # it has not ended
    room.ends(kept_days=30)
    assert dispose(room, 30) == 0
    live = Contact.objects.using(B).exclude(hub__exercise_for=room.hub).count()
    assert dispose(room, 31) > 0
    assert dispose(room, 32) == 0
    assert not Contact.objects.using(B).filter(hub__exercise_for=room.hub).exists()
    assert Contact.objects.using(B).count() == live
    run = of(Run, pk=room.run.pk)
    assert run.disposed_at
    assert run.gone["contact_contact"] == 2
    room.run = run
    assert [one.doings for one in room.board()] == [[], []]
    with signed_in_as(room.trainer):
        assert queries.latest_scores([room.group(1)])
    assert Entry.objects.using(B).filter(event="exercise.disposed").count() == 1


def test_nobody_but_the_service_of_disposal_disposes(room):
    room.under_way()
    room.ends(kept_days=1)
    later = {"run_id": room.run.pk, "at": NINE + timedelta(days=99)}
    with pytest.raises(DatabaseError), in_service("exercises"):
        actions.dispose(**later)
    with pytest.raises(Run.DoesNotExist), in_service("setup"):
        actions.dispose(**later)
    with pytest.raises(DatabaseError), signed_in_as(room.trainer):
        actions.dispose(**later)


def test_the_programs_find_what_is_theirs(room):
    room.under_way()
    with in_service("exercises"):
        assert queries.whose_clock_goes() == []
    room.turns("start")
    with in_service("exercises"):
        assert queries.whose_clock_goes() == [room.run.pk]
    room.turns("pause", 1)
    with in_service("exercises"):
        assert queries.whose_clock_goes() == []
    room.ends(kept_days=1)
    with in_service("disposal"):
        assert queries.to_dispose_of(NINE.date()) == []
        assert queries.to_dispose_of(NINE.date() + timedelta(days=2)) == [room.run.pk]


def test_another_hubs_trainer_has_nothing_of_it(room):
    room.under_way()
    other = StaffFactory(hub=HubFactory(), duties=["train", "manage"])
    with signed_in_as(other):
        assert not Run.objects.exists()
        assert not Seat.objects.exists()
        assert queries.doings_of(of(Run, pk=room.run.pk)) == []
