"""What is ordered is carried out by a program: hubs open and close, paper and referrals come, old records go."""

from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from procrastinate.contrib.django import app

from mash.contact.models import Contact
from mash.exercise import jobs
from mash.exercise.models import Given, Run
from mash.partnership.models import Hub, Staff
from tests.exercise.story import B, Room, of
from tests.factories.base import in_service

pytestmark = pytest.mark.usefixtures("transactional_db")


def carry_out():
    """Do what stands in the queue as the worker does, each order once; return the names of what was done."""
    done = []
    with connections["builder"].cursor() as cursor:
        while True:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs) "
                "RETURNING task_name, args->>'order'"
            )
            row = cursor.fetchone()
            if row is None:
                return done
            app.tasks[row[0]].func(order=row[1])
            done.append(row[0].rpartition(".")[2])


def test_from_the_seats_to_the_disposal_by_the_orders_alone(monkeypatch):
    room = Room(at=timezone.now() - timedelta(minutes=2), groups=1)
    room.begins()
    room.sits()
    assert carry_out() == ["open_places"]
    room.run = of(Run, pk=room.run.pk)
    assert room.run.opened_at
    room.turns("start")
    with in_service("exercises"):
        jobs.look_at_clocks()
    assert carry_out() == ["give_due", "put_in"]  # two minutes at five a minute: the first is due, a referral
    assert Given.objects.using(B).get().number == 1
    assert Contact.objects.using(B).get().hub.exercise_for_id == room.hub.pk
    with in_service("exercises"):
        jobs.look_at_clocks()
    assert carry_out() == ["give_due"]
    room.ends_by_order()
    assert "close_places" in carry_out()
    assert not Staff.objects.using(B).filter(hub__exercise_for=room.hub, until_at=None).exists()
    with in_service("exercises"):
        jobs.look_at_clocks()
    assert carry_out() == []
    monkeypatch.setattr(timezone, "localdate", lambda *_: (room.at + timedelta(days=400)).date())
    with in_service("disposal"):
        jobs.order_disposals()
    monkeypatch.setattr(timezone, "now", lambda: room.at + timedelta(days=400))
    assert carry_out() == ["dispose"]
    assert of(Run, pk=room.run.pk).disposed_at
    assert not Contact.objects.using(B).exists()
    assert Hub.objects.using(B).filter(exercise_for=room.hub).count() == 1


def test_an_order_for_a_run_that_ended_meanwhile_opens_nothing():
    room = Room(at=timezone.now(), groups=1)
    room.begins()
    room.sits()
    room.ends_by_order()
    assert set(carry_out()) == {"open_places", "close_places"}
    assert not Hub.objects.using(B).filter(exercise_for=room.hub).exists()
