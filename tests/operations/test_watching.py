"""What those who watch over the machine are told: whether it can work, and figures that name nobody."""

import re
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mash.common import replica
from mash.ledger.actions import rooting
from mash.ledger.fitness import QUIET
from mash.operations import readiness
from tests.addresses import patterns
from tests.factories.base import browser, in_service
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
POST = ("waiting", "failing", "given_up")
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? \S+$")
LABEL = re.compile(r'(\w+)="([^"]*)"')
WELL = "database well\nmigrations well\nworker well\nledger well\n"


@pytest.fixture
def worker_and_root(settings):
    """A worker was heard of a moment ago, and a root was made."""
    settings.MASH_LEDGER_KEY = "5a" * 32
    heard_of(timezone.now())
    with in_service("ledger_keeper"):
        rooting.make_root(at=timezone.now())


def heard_of(moment):
    with connections["builder"].cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [moment])


def asked(path="/ready", **more):
    answer = Client().get(path, **more)
    return answer.status_code, answer.content.decode()


def test_all_is_well(worker_and_root):
    assert asked() == (200, WELL)


def test_a_worker_that_is_silent_and_a_root_that_is_late_are_said_in_a_word(settings):
    settings.MASH_LEDGER_KEY = "5a" * 32
    assert asked() == (
        503,
        WELL.replace("worker well", "worker silent").replace("ledger well", "ledger late"),
    )
    heard_of(timezone.now() - readiness.SILENT_AFTER - timedelta(seconds=1))
    with in_service("ledger_keeper"):
        rooting.make_root(at=timezone.now() - QUIET - timedelta(seconds=1))
    assert asked() == (
        503,
        WELL.replace("worker well", "worker silent").replace("ledger well", "ledger late"),
    )


def test_a_migration_that_was_not_run_is_missing_and_one_of_a_newer_version_is_no_fault(
    worker_and_root, monkeypatch
):
    known = readiness._needed()
    monkeypatch.setattr(readiness, "_needed", lambda: known | {"panel.9999_next"})
    assert asked() == (503, WELL.replace("migrations well", "migrations missing"))
    monkeypatch.setattr(readiness, "_needed", lambda: known - {"partnership.0001_initial"})
    assert asked() == (200, WELL)


def test_with_the_database_away_it_says_so_and_no_more(monkeypatch):
    connections["default"].close()
    monkeypatch.setitem(connections["default"].settings_dict, "PORT", "1")
    assert asked() == (503, "database away\nmigrations unknown\nworker unknown\nledger unknown\n")


@pytest.mark.parametrize("path", ["/ready", "/metrics"])
@pytest.mark.parametrize(
    "more",
    [
        {"REMOTE_ADDR": "203.0.113.9"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_whoever_may_not_ask_is_answered_as_for_an_address_that_is_not_there(counting, path, more):
    def words(path):
        status, said = asked(path, **more)
        return status, re.sub(r'value="\w{20,}"|nonce="[^"]+"', "", said).replace(path, "")

    assert words(path) == words("/readx" if path == "/ready" else "/metricx")
    assert words(path)[0] == 404


def test_a_network_that_is_named_may_ask(settings, worker_and_root):
    from ipaddress import ip_network

    settings.MASH_WATCHED_FROM = [ip_network("10.1.0.0/16")]
    assert asked(REMOTE_ADDR="10.1.2.3")[0] == 200
    assert asked()[0] == 404


def test_without_a_folder_nothing_is_counted():
    assert asked("/metrics")[0] == 404


def test_figures_name_routes_and_nobody(counting, worker_and_root):
    contact = ContactFactory()
    person = PersonFactory(hub=contact.hub)
    post = StaffFactory(hub=contact.hub, whole_desk=True)
    worker = browser(post)
    worker.get(reverse("desk:worklist"))
    worker.get(reverse("desk:case", args=[contact.pk]))
    worker.get(f"/contacts/{contact.reference}/Agatha/")
    worker.get(f"/{person.family}/", {"q": person.family})
    worker.post(reverse("people:search"), {"words": person.family})
    worker.generic("AGATHA", "/health")
    status, said = asked("/metrics")
    assert status == 200
    labels = {}
    for line in said.splitlines():
        if not line.startswith("#"):
            name, inside = SAMPLE.match(line).groups()
            assert name.startswith("mash_"), name
            for label, value in LABEL.findall(inside or ""):
                labels.setdefault(label, set()).add(value)
    by = labels.pop("by", set())  # where a test of the replica came before
    assert by <= {str(one) for one in replica.By}
    assert labels.keys() == {"route", "method", "status", "le"}
    assert {"desk:worklist", "desk:case", "none", "health"} <= labels["route"]
    assert labels["route"] <= {name for name, _ in patterns()} | {"none", "sealed"}
    assert labels["method"] <= {"GET", "HEAD", "POST", "OTHER"}
    assert labels["status"] <= {"1xx", "2xx", "3xx", "4xx", "5xx", "todo", "doing", "failed", *POST}
    for word in (
        str(contact.pk), contact.reference, str(person.pk), person.family, person.given, "Agatha", "AGATHA",
        post.account.name, post.account.email, str(post.pk), str(contact.hub.pk), contact.hub.name,
    ):  # fmt: skip
        assert word not in said, word
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|@", said)


def test_queue_workers_and_ledger_are_among_the_figures(counting, worker_and_root):
    said = asked("/metrics")[1]
    assert "mash_workers 1.0" in said
    assert "mash_ledger_root_number 1.0" in said
    assert 'mash_jobs{status="failed"} 0.0' in said
    for how in POST:
        assert f'mash_emails{{status="{how}"}} 0.0' in said
    age = float(re.search(r"^mash_ledger_root_age_seconds (\S+)$", said, re.MULTILINE)[1])
    assert 0 <= age < 60


def test_which_page_of_the_sealed_unit_was_opened_is_not_counted_apart(counting):
    addresses = [name for name, _ in patterns() if name.startswith("sealed:")]
    assert addresses
    Client().get(reverse("sealed:people"))
    said = asked("/metrics")[1]
    assert 'route="sealed"' in said
    assert "sealed:" not in said
