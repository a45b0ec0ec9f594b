"""What groups did stands beside the model answer, from their own hubs; and two who give at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from mash.contact.models import Contact
from mash.desk.demo import exercises
from mash.desk.demo.places import NORTHFIELD
from mash.desk.demo.setting_up import open_borough
from mash.desk.demo.story import Stage
from mash.exercise import debrief, queries
from mash.exercise.models import Given, Run
from mash.partnership.models import Staff
from tests.exercise.story import B, Room, of
from tests.exercise.test_pages import said
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def tell():
    now = timezone.now().replace(microsecond=0)
    since = now - timedelta(days=400)
    posts = open_borough(NORTHFIELD, since, since.date())
    exercises.tell(Stage(posts["screener"].hub, posts, now, timedelta(0)))
    return posts


@pytest.fixture
def told(told_once):
    return told_once(tell)


def test_what_each_group_recorded_is_told_with_its_time_and_seat(told):
    run = of(Run, label="Autumn attachment day")
    with signed_in_as(told["trainer"], role="mash_reader"):
        one, other = queries.board(queries.find_run(told["trainer"], run.pk))
        kinds = [doing.what for doing in one.doings]
        assert kinds[:2] == ["contact", "rating"]
        assert set(kinds) >= {"contact", "rating", "check", "enquiry", "answer", "meeting", "decision"}
        assert one.many("answer") == 3
        assert "meeting" not in [doing.what for doing in other.doings]
        assert one.last("rating").seat == "Children’s social care"
        assert [doing.at for doing in one.doings] == sorted(doing.at for doing in one.doings)
        words = " ".join(
            f"{line.title} {line.words} {' '.join(line.lines)}" for line in debrief.lines_of(one)
        )
    assert "Kieran Malloy: Section 47 enquiry" in words
    assert "See Kieran alone at school" in words
    assert "Agency answered: Housing (exercise)" in words
    assert "Repair visit refused" not in words  # that it was given, and not what it says


def test_the_debrief_shows_real_times_beside_the_model_answer_to_who_trains_alone(told):
    run = of(Run, label="Autumn attachment day")
    address = reverse("exercise:debrief", args=[run.pk])
    shown = said(browser(told["trainer"]).get(address))
    for words in (
        "Section 47 enquiry", "closing until bloods come back", "meets with feedback", "Rang the ward at once",
        "Whether section 47 or assessment was picked Not scored",
    ):  # fmt: skip
        assert words in shown, words
    assert browser(told["screener"]).get(address).status_code == 403
    with signed_in_as(told["screener"]):
        assert queries.doings_of(run) == []
    with signed_in_as(StaffFactory(hub=HubFactory(), duties=["train", "manage"])):
        assert queries.doings_of(run) == []


def test_in_the_demo_nobody_can_act_in_the_run_that_ended_and_the_other_stands_still(told):
    held, going = of(Run, label="Autumn attachment day"), of(Run, label="Lunchtime exercise")
    assert not Staff.objects.using(B).filter(exercise_seat__run=held, until_at=None).exists()
    assert Staff.objects.using(B).filter(exercise_seat__run=going, until_at=None).count() == 7
    assert Contact.objects.using(B).filter(hub__exercise_group__run=going, subject="both").count() == 1
    with signed_in_as(told["trainer"]):
        run = queries.find_run(told["trainer"], going.pk)
        stands = queries.standing(run, queries.turns_of(run), timezone.now())
        assert (str(stands), stands.runs) == ("day 1, 12:30", False)


def test_two_who_give_at_one_moment_give_it_once():
    room = Room().under_way()
    other = StaffFactory(hub=room.hub, duties=["train"])
    gate, new, wrong = threading.Barrier(2), [], []

    def gives(by):
        try:
            gate.wait(10)
            new.append(room.gives(3, by=by))
        except Exception as why:  # noqa: BLE001 (it is looked at below)
            wrong.append(why)
        finally:
            connections["default"].close()

    hands = [threading.Thread(target=gives, args=[by]) for by in (room.trainer, other)]
    for one in hands:
        one.start()
    for one in hands:
        one.join(20)
    assert not wrong
    assert sorted(new) == [0, 2]
    assert Given.objects.using(B).filter(number=3).count() == 2
