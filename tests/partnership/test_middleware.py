from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from mash.ledger.models import Entry
from mash.partnership.models import Account, Email, Staff
from tests.factories.base import browser
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = [pytest.mark.usefixtures("transactional_db"), pytest.mark.urls("tests.partnership.pages")]


def rows(model, **found):
    return model.objects.using("builder").filter(**found).count()


@pytest.fixture
def worker():
    return StaffFactory(screener=True)


@pytest.fixture
def page(worker):
    client = browser(worker)
    client.raise_request_exception = False
    return client


def test_a_page_that_goes_well_keeps_what_it_wrote(page):
    assert page.post("/t/writes/").status_code == 200
    assert rows(Email) == 1


@pytest.mark.parametrize(
    ("address", "status", "event"),
    [
        ("/t/crashes/", 500, "page.failed"),
        ("/t/refused/", 403, "page.refused"),
        ("/t/absent/", 404, "page.absent"),
        ("/t/unrendered/", 500, "page.failed"),
        ("/t/streams/", 500, "page.failed"),
    ],
)
def test_what_goes_wrong_after_a_write_leaves_no_row_and_one_ledger_line(
    page, worker, address, status, event
):
    answer = page.post(address)
    assert answer.status_code == status
    assert rows(Email) == 0
    (line,) = Entry.objects.using("builder").all()
    assert (line.event, line.actor, line.hub_id) == (event, f"staff:{worker.pk}", worker.hub_id)


def test_whoever_waits_too_long_for_the_database_is_told_to_send_it_again(page):
    answer = page.post("/t/waits/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert rows(Email) == 0


def test_a_refusal_says_why_on_the_page_and_in_the_ledger(page):
    answer = page.post("/t/refused/")
    assert b"Only the night shift may do this." in answer.content
    assert Entry.objects.using("builder").get().why == "Only the night shift may do this."


def test_a_status_of_400_and_above_undoes_the_write_too(page):
    assert page.post("/t/conflict/").status_code == 409
    assert rows(Email) == 0


def test_a_get_cannot_write(page):
    assert page.get("/t/writes/").status_code == 500
    assert rows(Email) == 0


def test_a_form_that_is_not_ours_is_refused_and_noted(worker):
    client = browser(worker, enforce_csrf_checks=True)
    assert client.post("/t/writes/").status_code == 403
    assert rows(Email) == 0
    assert rows(Entry, event="page.forged") == 1


def test_no_identity_stays_on_the_connection_after_a_page(page):
    page.post("/t/refused/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('mash.identity', true), current_user")
        assert cursor.fetchone() in {("", "mash_app"), (None, "mash_app")}


def test_whoever_is_not_signed_in_is_sent_to_sign_in():
    answer = Client().post("/t/writes/")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")
    assert rows(Email) == 0


def test_a_post_that_was_ended_stops_the_next_request(page, worker):
    Staff.objects.using("builder").filter(pk=worker.pk).update(until_at=datetime(2025, 1, 1, tzinfo=UTC))
    answer = page.post("/t/writes/")
    assert (answer.status_code, answer.url) == (302, "/post/")
    assert rows(Email) == 0


def test_an_account_switched_off_stops_the_next_request(page, worker):
    Account.objects.using("builder").filter(pk=worker.account_id).update(is_active=False)
    assert page.post("/t/writes/").status_code == 302
    assert rows(Email) == 0


def test_the_only_post_is_taken_by_itself(worker):
    client = Client()
    client.force_login(worker.account)
    assert client.get("/post/").status_code == 302
    assert client.session["post"] == str(worker.pk)


def test_two_posts_are_offered_and_none_is_taken_for_you(worker):
    second = StaffFactory(account=worker.account, hub=HubFactory(name="Eastmere"))
    client = Client()
    client.force_login(worker.account)
    answer = client.get("/post/")
    assert answer.status_code == 200
    assert b"Eastmere" in answer.content
    client.post("/post/", {"post": str(second.pk)})
    assert client.session["post"] == str(second.pk)


def test_the_post_of_somebody_else_is_not_there(worker):
    other = StaffFactory(hub=worker.hub)
    client = Client()
    client.force_login(worker.account)
    assert client.post("/post/", {"post": str(other.pk)}).status_code == 404
    assert "post" not in client.session


@pytest.mark.parametrize(
    ("key", "ago", "stays"),
    [
        ("seen_at", timedelta(minutes=14), True),
        ("seen_at", timedelta(minutes=16), False),
        ("signed_in_at", timedelta(hours=9, minutes=59), True),
        ("signed_in_at", timedelta(hours=10, minutes=1), False),
    ],
)
def test_a_session_ends_after_fifteen_idle_minutes_and_after_ten_hours(page, key, ago, stays):
    now = datetime.now(UTC)
    session = page.session
    session["seen_at"] = session["signed_in_at"] = now.timestamp()
    session[key] = (now - ago).timestamp()
    session.save()
    answer = page.post("/t/writes/")
    assert (answer.status_code == 200) is stays
    assert (rows(Email) == 1) is stays


def test_a_second_factor_is_asked_for_before_anything_else(worker, settings):
    settings.MASH_SECOND_FACTOR = True
    client = Client()
    client.force_login(worker.account)
    answer = client.get("/post/")
    assert answer.status_code == 302
    assert answer.url == "/accounts/2fa/totp/activate/"


@pytest.fixture
def _database_away():
    kept = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = "1"
    yield
    connection.settings_dict["PORT"] = kept
    connection.close()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_with_the_database_away_every_page_says_so(page, signed_in, method, request):
    client = page if signed_in else Client(raise_request_exception=False)
    request.getfixturevalue("_database_away")
    answer = getattr(client, method)("/t/writes/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers
    assert "call 999" in answer.text
    assert "go back to it" in answer.text
