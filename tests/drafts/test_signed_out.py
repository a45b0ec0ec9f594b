"""A session that ends while somebody types, or before they send, loses nothing; and nobody else gains by it."""

import html
from urllib.parse import parse_qs, urlparse

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mash.drafts.models import Draft
from mash.partnership.middleware import LAST_SEEN, SIGNED_IN
from tests.factories.base import browser
from tests.factories.contact import ContactFactory
from tests.factories.drafts import SAVE, kept_form, types
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
WORDS = "He said it happens every night."
PASSWORD = "correct horse battery"


@pytest.fixture
def worker():
    made = StaffFactory(social_worker=True)
    made.account.set_password(PASSWORD)
    made.account.save(using="builder")
    made.account._state.db = "default"
    return made


@pytest.fixture
def triage(worker):
    return reverse("triage:page", args=[ContactFactory(hub=worker.hub).pk])


def idle(client):
    session = client.session
    session[LAST_SEEN] = timezone.now().timestamp() - settings.MASH_IDLE_SECONDS - 5
    session.save()


def too_long(client):
    session = client.session
    session[SIGNED_IN] = timezone.now().timestamp() - settings.MASH_LONGEST_SESSION_SECONDS - 5
    session.save()


def deleted(client):
    Session.objects.all().delete()


def follows(client, answer, until):
    """Go where the answers lead; the same page may come twice, with the taking of a post between."""
    while answer.status_code == 302:
        where = answer.headers["Location"]
        answer = client.get(where)
    assert where == until
    return answer


def signs_in(client, where):
    answer = client.get(where)
    form = {"login": "", "password": PASSWORD, "next": parse_qs(urlparse(where).query)["next"][0]}
    assert answer.status_code == 200
    return form


@pytest.mark.parametrize("ended", [idle, too_long, deleted])
def test_what_is_sent_after_the_session_ended_is_kept_and_found_again(worker, triage, ended):
    client = browser(worker, enforce_csrf_checks=True)
    form = kept_form(client, triage)
    ended(client)
    answer = client.post(triage, form | {"why": WORDS, "colour": "amber"})
    assert answer.status_code == 302
    where = answer.headers["Location"]
    assert parse_qs(urlparse(where).query) == {"next": [triage], "kept": ["yes"]}
    assert "What you typed is kept" in client.get(where).content.decode()

    signed_in = signs_in(client, where) | {"login": worker.account.email}
    signed_in["csrfmiddlewaretoken"] = client.cookies[settings.CSRF_COOKIE_NAME].value
    back = client.post(reverse("account_login"), signed_in)
    page = html.unescape(follows(client, back, triage).content.decode())
    assert WORDS in page
    assert 'value="amber" checked' in page


@pytest.mark.parametrize("ended", [idle, deleted])
def test_the_script_goes_on_saving_after_the_session_ended(worker, triage, ended):
    client = browser(worker, enforce_csrf_checks=True)
    form = kept_form(client, triage)
    ended(client)
    answer = types(client, form, why=WORDS)
    assert "You are signed out" in answer.json()["words"]
    assert answer.json()["others"] == []
    assert Draft.objects.using("builder").get().staff_id == worker.pk
    assert WORDS in html.unescape(browser(worker).get(triage).content.decode())


def test_nothing_is_kept_without_the_forms_own_token_against_forgery(worker, triage):
    form = kept_form(browser(worker), triage)
    stranger = Client(enforce_csrf_checks=True)
    answer = stranger.post(SAVE, form | {"why": WORDS}, headers={"X-Autosave": "1"})
    assert answer.status_code in {302, 403}
    answer = stranger.post(triage, form | {"why": WORDS})
    assert "kept=yes" not in answer.headers.get("Location", "")
    assert not Draft.objects.using("builder").exists()


def test_a_post_that_has_ended_keeps_nothing(worker, triage):
    client = browser(worker, enforce_csrf_checks=True)
    form = kept_form(client, triage)
    deleted(client)
    worker.until_at = timezone.now()
    worker.save(using="builder")
    assert "kept=no" in client.post(triage, form | {"why": WORDS}).headers["Location"]
    assert not Draft.objects.using("builder").exists()


def test_a_page_opened_after_the_session_ended_is_opened_after_signing_in(worker, triage):
    client = browser(worker)
    idle(client)
    where = client.get(triage).headers["Location"]
    assert parse_qs(urlparse(where).query) == {"ended": ["idle"], "next": [triage]}


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "///evil.example",
    ],
)
def test_after_signing_in_nobody_is_led_elsewhere(worker, evil):
    client = Client()
    client.force_login(worker.account)
    answer = client.get(reverse("post"), {"next": evil})
    assert answer.headers["Location"] == "/"


def test_on_the_way_to_a_page_the_post_is_taken_and_the_page_opened(worker, triage):
    client = Client()
    client.force_login(worker.account)
    assert client.get(triage, follow=True).request["PATH_INFO"] == triage


def test_with_two_posts_the_way_is_kept_until_one_is_chosen(worker, triage):
    StaffFactory(account=worker.account)
    client = Client()
    client.force_login(worker.account)
    page = client.get(triage, follow=True)
    assert f'name="next" value="{triage}"' in page.content.decode()
    chosen = client.post(reverse("post"), {"post": str(worker.pk), "next": triage})
    assert chosen.headers["Location"] == triage


# How long it still lasts


def test_asking_how_long_it_lasts_does_not_make_it_last(worker):
    client = browser(worker)
    session = client.session
    session[LAST_SEEN] = timezone.now().timestamp() - 600
    session[SIGNED_IN] = timezone.now().timestamp() - 900
    session.save()
    first = client.get(reverse("drafts:session")).json()
    assert 290 <= first["idle"] <= 300
    assert first["session"] <= settings.MASH_LONGEST_SESSION_SECONDS - 899
    assert client.get(reverse("drafts:session")).json()["idle"] <= first["idle"]
    longer = client.post(reverse("drafts:session")).json()
    assert client.get(reverse("drafts:session")).json()["idle"] >= 898
    assert longer["session"] == pytest.approx(first["session"], abs=2)
