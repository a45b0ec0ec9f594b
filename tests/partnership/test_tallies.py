"""Counting by every process together, and clearing what has ended."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from mash.ledger.models import Entry
from mash.partnership.actions.clearing import clear_what_has_ended
from mash.partnership.models import ReferrerCode, Tally
from mash.referral.views import beginning
from tests.factories.base import in_service
from tests.factories.partnership import AccountFactory, HubFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _counted_in_the_database(settings):
    settings.CACHES = {"default": {"BACKEND": "mash.partnership.tallies.Tallies"}}


def tallies():
    return Tally.objects.using("builder")


def test_a_value_stands_until_its_time_is_up():
    assert cache.get("a") is None
    cache.set("a", [1.5, "x"], 60)
    assert cache.get("a") == [1.5, "x"]
    assert not cache.add("a", 2, 60)
    tallies().update(until_at=NOW - timedelta(days=1))
    assert cache.get("a") is None
    assert not cache.touch("a", 60)
    assert cache.add("a", 2, 60)
    assert cache.incr("a") == 3
    assert cache.delete("a")
    assert not cache.delete("a")
    with pytest.raises(ValueError, match="a"):
        cache.incr("a")


def test_counting_on_does_not_begin_anew():
    cache.add("a", 0, 60)
    began = tallies().get().until_at
    cache.incr("a")
    assert tallies().get().until_at == began


def test_no_count_of_two_processes_is_lost():
    cache.add("a", 0, 60)
    ready, each = threading.Barrier(4), 25

    def counts():
        ready.wait()
        for _ in range(each):
            with transaction.atomic():
                cache.incr("a")
        connection.close()

    others = [threading.Thread(target=counts) for _ in range(4)]
    for one in others:
        one.start()
    for one in others:
        one.join()
    assert cache.get("a") == 4 * each


def test_a_count_goes_with_the_request_that_is_undone():
    with transaction.atomic():
        cache.add("a", 0, 60)
        transaction.set_rollback(True)
    assert cache.get("a") is None


def test_the_front_door_counts_for_every_process_and_keeps_no_address(monkeypatch):
    HubFactory(prefix="NF")
    monkeypatch.setattr(beginning, "BEGUN_AN_HOUR", 2)
    answers = [Client().post(reverse("referral:begin", args=["nf"])).status_code for _ in range(4)]
    assert answers == [302, 302, 429, 429]
    row = tallies().get()
    assert row.value == 2
    assert "127.0.0.1" not in row.key
    monkeypatch.setattr("django.utils.timezone.now", lambda: row.until_at)
    assert Client().post(reverse("referral:begin", args=["nf"])).status_code == 302


def test_signing_in_is_counted_there_too():
    account, client = AccountFactory(), Client()
    for _ in range(6):
        page = client.post(reverse("account_login"), {"login": account.email, "password": "wrong word here"})
    assert b"Too many failed login attempts" in page.content
    assert tallies().exists()
    assert account.email not in "".join(f"{one.key}{one.value}" for one in tallies())


@pytest.mark.parametrize("path", ["/", "/refer/", "/refer/nf/", "/referral/", "/accounts/login/"])
def test_a_reading_counts_nothing(path):
    HubFactory(prefix="NF")
    assert Client().get(path).status_code == 200
    assert not tallies().exists()


def test_what_has_ended_is_cleared_and_what_lives_is_kept():
    hub = HubFactory()
    for n, expires_at in enumerate([NOW - timedelta(days=1, seconds=1), NOW - timedelta(hours=2), NOW]):
        ReferrerCode.objects.using("builder").create(
            hub=hub, contact_id=hub.pk, code_hash=f"{n}", expires_at=expires_at
        )
        Session.objects.using("builder").create(session_key=f"{n}", session_data="", expire_date=expires_at)
        Tally.objects.using("builder").create(key=f"{n}", value=1, until_at=expires_at + timedelta(seconds=1))
    with in_service("caretaker"):
        assert clear_what_has_ended(at=NOW) == {"codes": 1, "tallies": 2, "sessions": 2}
    assert [one.code_hash for one in ReferrerCode.objects.using("builder").order_by("code_hash")] == [
        "1",
        "2",
    ]
    assert [one.session_key for one in Session.objects.using("builder").all()] == ["2"]
    assert [one.key for one in tallies()] == ["2"]
    assert Entry.objects.using("builder").get(event="ended.cleared").detail["codes"] == 1
    with in_service("caretaker"):
        clear_what_has_ended(at=NOW)
    assert Entry.objects.using("builder").filter(event="ended.cleared").count() == 1
