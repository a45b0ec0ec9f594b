"""What runs on a timetable runs once at a time: a round that is slow is not overtaken by the next."""

import threading

import pytest
from django.db import connections
from procrastinate.contrib.django import app

from mash.desk import jobs

pytestmark = pytest.mark.usefixtures("transactional_db")
WATCH = "mash.desk.jobs.watch_clocks"
SECONDS = 60


def test_a_round_leaves_the_work_to_one_that_is_still_at_it(monkeypatch):
    rounds, at_it, go_on = [], threading.Event(), threading.Event()

    def slow(**_):
        rounds.append("slow")
        at_it.set()
        assert go_on.wait(SECONDS)

    monkeypatch.setattr(jobs.alerts, "tell_of_danger", slow)
    first = threading.Thread(target=in_a_thread_of_its_own)
    first.start()
    assert at_it.wait(SECONDS)
    monkeypatch.setattr(jobs.alerts, "tell_of_danger", lambda **_: rounds.append("next"))
    app.tasks[WATCH].func(timestamp=0)
    assert rounds == ["slow"]
    go_on.set()
    first.join(SECONDS)
    app.tasks[WATCH].func(timestamp=0)
    assert rounds == ["slow", "next"]


def in_a_thread_of_its_own():
    try:
        app.tasks[WATCH].func(timestamp=0)
    finally:
        connections.close_all()
