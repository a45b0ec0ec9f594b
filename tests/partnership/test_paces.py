"""How much one worker looks at: nobody who works meets the limits, and whoever looks in masses is slowed, then told."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from mash.ledger.models import Entry
from mash.partnership import paces
from mash.partnership.models import Tally
from mash.partnership.tallies import count_on
from tests.factories.base import browser
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
in_the_database = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def naps(monkeypatch):
    """Return for how long whoever was slowed would have waited."""
    found = []
    monkeypatch.setattr(paces.time, "sleep", found.append)
    return found


@pytest.fixture
def narrow(settings, naps):
    """Limits of a fiftieth: three pages of cases before it slows, six at most in ten minutes, fifty a day."""
    settings.MASH_LIMITS_TIMES = 0.02
    return naps


def lines(event):
    return list(Entry.objects.using("builder").filter(event=event).order_by("at"))


# The figures


def test_a_worker_with_forty_contacts_a_day_is_never_slowed():
    """Each contact opened to the end: thirty pages, two searches, a sheet; and the list after each of them."""
    contacts, hours = 40, 8
    busiest = contacts / hours * 3  # three times as many in one hour as on average
    in_ten_minutes = busiest / 6
    for kind, pages in (("records", 30), ("searches", 2), ("lists", 10), ("given_out", 1)):
        pace = paces.PACES[kind]
        assert in_ten_minutes * pages < pace.slowed, kind
        assert contacts * pages * 2 < pace.a_day, kind


def test_reading_as_fast_as_one_can_is_not_slowed():
    assert paces.PACES["records"].slowed >= 600 / 4  # a page of a case every four seconds, for ten minutes


def test_printing_the_whole_line_before_an_outage_is_not_stopped():
    assert paces.PACES["given_out"].most >= 2 * 40


@pytest.mark.parametrize("pace", paces.PACES.values(), ids=lambda one: one.kind)
def test_whoever_looks_in_masses_is_slowed_before_being_stopped_and_reaches_little_in_a_day(pace):
    assert pace.slowed < pace.most < pace.a_day
    assert pace.a_day <= 4000


def routes(patterns=None, space=""):
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(one, "url_patterns"):
            yield from routes(one.url_patterns, f"{one.namespace}:" if one.namespace else space)
        else:
            yield f"{space}{one.name}", one.pattern.converters


ON_THE_SCREEN = {
    "quality:sheet",
    "quality:incident_file",
    "desk:long_paper",
}  # shown and read there, in spite of their names


def test_every_page_of_a_case_or_a_person_counts_as_one():
    import uuid

    found = {}
    for name, converters in routes():
        kwargs = {
            key: uuid.uuid4() if type(how).__name__ == "UUIDConverter" else "x"
            for key, how in converters.items()
        }
        found[name] = paces.kind_of(name, kwargs, asks=True)
    assert (
        found["desk:case"]
        == found["triage:page"]
        == found["people:page"]
        == found["check:board"]
        == "records"
    )
    assert found["desk:worklist"] == found["home"] == found["check:inbox"] == "lists"
    for name, kind in found.items():
        space = name.partition(":")[0]
        assert bool(kind) == (space in paces.WORK or name == "home"), name
        if "search" in name:
            assert kind == "searches" or name == "desk:search", name
        leaves = {"print", "sheet", "file", "paper", "pdf"} & {*re.split("[:_]", name)} and kind
        if leaves and name not in ON_THE_SCREEN:
            assert kind == "given_out", name


def test_whatever_is_named_is_there():
    names = {name for name, _ in routes()}
    assert names >= paces.SEARCHES | paces.GIVEN_OUT


# By HTTP


@in_the_database
def test_a_worker_is_slowed_then_stopped_and_told_when_to_go_on(narrow):
    worker = StaffFactory(screener=True)
    contact = ContactFactory(hub=worker.hub)
    client, page = browser(worker), reverse("desk:case", args=[contact.pk])
    before = timezone.now()
    answers = [client.get(page) for _ in range(4)]
    assert narrow == [paces.SLOWED_BY]
    (line,) = lines("page.slowed")
    assert (line.actor, line.hub_id) == (f"staff:{worker.pk}", worker.hub_id)
    assert (line.about, line.detail) == ("page:desk:case", {"kind": "records"})
    Tally.objects.using("builder").update(value=6)
    answers.append(client.get(page))
    assert [one.status_code for one in answers] == [200] * 4 + [429]
    words = answers[-1].content.decode()
    assert "You have opened a lot in a short time" in words
    assert "Nothing is lost." in words
    assert contact.reference not in words
    until = Tally.objects.using("builder").order_by("until_at").first().until_at
    assert timedelta(minutes=9) < until - before < timedelta(minutes=11)
    assert 530 < int(answers[-1]["Retry-After"]) <= 600
    (line,) = lines("page.too_often")
    assert line.detail == {"method": "GET", "kind": "records"}
    assert line.hub_id == worker.hub_id


@in_the_database
def test_a_page_that_was_not_shown_has_no_line_of_having_been_seen(narrow):
    worker = StaffFactory(screener=True)
    contact = ContactFactory(hub=worker.hub)
    client, page = browser(worker), reverse("desk:case", args=[contact.pk])
    client.get(page)
    Tally.objects.using("builder").update(value=50)
    seen = len(lines("contact.seen"))
    assert client.get(page).status_code == 429
    assert len(lines("contact.seen")) == seen


@in_the_database
def test_when_the_time_is_up_the_worker_goes_on(narrow):
    worker = StaffFactory(screener=True)
    client, page = browser(worker), reverse("desk:worklist")
    client.get(page)
    Tally.objects.using("builder").update(value=5000)
    assert client.get(page).status_code == 429
    Tally.objects.using("builder").update(until_at=timezone.now() - timedelta(seconds=1))
    assert client.get(page).status_code == 200


@in_the_database
def test_a_worker_who_is_stopped_still_sends_their_forms(narrow):
    worker = StaffFactory(screener=True)
    contact = ContactFactory(hub=worker.hub)
    client = browser(worker)
    client.get(reverse("triage:page", args=[contact.pk]))
    Tally.objects.using("builder").update(value=5000)
    assert client.get(reverse("triage:page", args=[contact.pk])).status_code == 429
    assert client.post(reverse("triage:take", args=[contact.pk])).status_code == 302
    assert client.get(reverse("drafts:session")).status_code == 200


@in_the_database
def test_nobody_else_is_slowed_and_another_post_of_the_same_person_does_not_begin_anew(narrow):
    worker = StaffFactory(screener=True)
    second = StaffFactory(screener=True, account=worker.account, title="Second")
    page = reverse("desk:worklist")
    browser(worker).get(page)
    Tally.objects.using("builder").update(value=5000)
    assert browser(worker).get(page).status_code == 429
    assert browser(second).get(page).status_code == 429
    assert browser(StaffFactory(screener=True, hub=worker.hub)).get(page).status_code == 200


@in_the_database
def test_asking_for_what_is_not_there_counts_as_well(narrow):
    import uuid

    client = browser(StaffFactory(screener=True))
    pages = [reverse("desk:case", args=[uuid.uuid4()]) for _ in range(8)]
    assert [client.get(page).status_code for page in pages] == [404] * 6 + [429] * 2


@in_the_database
@pytest.mark.parametrize(("kind", "most"), [("searches", 1), ("given_out", 1), ("lists", 8)])
def test_each_kind_of_looking_has_its_own_count(narrow, kind, most):
    worker = StaffFactory(screener=True)
    contact = ContactFactory(hub=worker.hub)
    page = {
        "searches": reverse("people:search") + "?s=x",
        "given_out": reverse("desk:print", args=[contact.pk]),
        "lists": reverse("desk:worklist"),
    }[kind]
    client = browser(worker)
    answers = [client.get(page).status_code for _ in range(most + 1)]
    assert answers[-1] == 429
    assert 429 not in answers[:-1]
    assert client.get(reverse("desk:case", args=[contact.pk])).status_code == 200


@in_the_database
def test_the_form_of_the_search_is_not_counted_and_the_search_is_once(narrow):
    client = browser(StaffFactory(screener=True))
    for _ in range(9):
        assert client.get(reverse("people:search")).status_code == 200
    led = client.post(reverse("people:search"), {"q": "Ama Larkspur"})
    assert client.get(led.url).status_code == 200
    assert client.get(led.url).status_code == 429


@in_the_database
def test_whoever_is_not_signed_in_is_not_counted(narrow):
    assert Client().get(reverse("desk:worklist")).status_code == 302
    assert not Tally.objects.using("builder").exists()


@in_the_database
def test_of_a_crowd_of_requests_one_waits_and_the_rest_are_sent_away(settings, monkeypatch):
    settings.MASH_LIMITS_TIMES = 0.02
    worker = StaffFactory(screener=True)
    client, page, meanwhile = browser(worker), reverse("desk:worklist"), []
    monkeypatch.setattr(paces.time, "sleep", lambda _: meanwhile.append(client.get(page)))
    assert [client.get(page).status_code for _ in range(6)] == [200] * 6
    assert {one.status_code for one in meanwhile} == {429}
    assert "in a few seconds" in meanwhile[0].content.decode()
    assert meanwhile[0]["Retry-After"] == "1"


@in_the_database
def test_an_installation_may_allow_more(settings, naps):
    settings.MASH_LIMITS_TIMES = 0.04
    client, page = browser(StaffFactory(screener=True)), reverse("desk:worklist")
    assert {client.get(page).status_code for _ in range(8)} == {200}
    assert naps == []


# Counting


@in_the_database
def test_four_at_once_are_all_counted():
    def count():
        for _ in range(10):
            count_on([("b", 600), ("a", 600)], at=NOW)
        connection.close()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [number for number, _ in count_on([("a", 600), ("b", 600)], at=NOW)] == [41, 41]


@in_the_database
def test_a_count_begins_anew_when_its_time_is_up_and_keeps_its_end_until_then():
    assert count_on([("a", 600)], at=NOW) == [(1, NOW + timedelta(seconds=600))]
    later = NOW + timedelta(seconds=599)
    assert count_on([("a", 600)], at=later) == [(2, NOW + timedelta(seconds=600))]
    later += timedelta(seconds=1)
    assert count_on([("a", 600)], at=later) == [(1, later + timedelta(seconds=600))]


@in_the_database
def test_a_count_begun_by_a_clock_that_was_ahead_holds_nobody_back_until_that_day():
    count_on([("a", 600)], at=NOW + timedelta(days=400))
    assert count_on([("a", 600)], at=NOW) == [(1, NOW + timedelta(seconds=600))]
    assert count_on([("a", 600)], at=NOW - timedelta(seconds=30)) == [(2, NOW + timedelta(seconds=600))]


@in_the_database
def test_what_waits_for_the_disk_is_not_the_count():
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")
        count_on([("a", 600)], at=NOW)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone()[0] == "on"
        cursor.execute("RESET synchronous_commit")
