"""What every answer carries against being framed, cached, guessed at or sent elsewhere."""

import json
import os
import subprocess
import sys

import pytest
from allauth.account.adapter import get_adapter
from django.test import Client
from django.urls import reverse

from tests.factories.base import browser
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
CSP = {
    "default-src 'none'", "object-src 'none'",
    "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "manifest-src 'self'",
}  # fmt: skip


def pages():
    """Yield an answer of each sort: signed in, not signed in, refused, absent, sent elsewhere."""
    contact = ContactFactory()
    worker = browser(StaffFactory(hub=contact.hub, whole_desk=True))
    yield "a case", worker.get(reverse("desk:case", args=[contact.pk]))
    yield "absent", worker.get("/no/such/page/")
    yield "refused", browser(StaffFactory(hub=contact.hub, answerer=True)).get(reverse("desk:worklist"))
    yield "signing in", Client().get(reverse("account_login"))
    yield "sent to sign in", Client().get(reverse("desk:worklist"))
    yield "a referrer's page", Client().get(reverse("desk:referral"))


def test_every_answer_is_kept_by_nobody_framed_by_nobody_and_loads_nothing_from_elsewhere():
    for what, answer in pages():
        said = answer.headers
        assert set(said["Content-Security-Policy"].split("; ")) == CSP, what
        assert "no-store" in said["Cache-Control"], what
        assert said["Content-Type"] == "text/html; charset=utf-8", what
        assert said["X-Frame-Options"] == "DENY", what
        assert said["X-Content-Type-Options"] == "nosniff", what
        assert said["Referrer-Policy"] == "same-origin", (
            what
        )  # a form's own check needs it; nobody else is told
        assert said["Cross-Origin-Opener-Policy"] == "same-origin", what
        assert "Access-Control-Allow-Origin" not in said, what


def test_behind_https_the_browser_is_held_to_it(settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT = 31_536_000, True
    plain = Client().get(reverse("account_login"))
    assert (plain.status_code, plain.url[:8]) == (301, "https://")
    safe = Client().get(reverse("account_login"), secure=True)
    assert safe.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "includeSubDomains" in safe.headers["Strict-Transport-Security"]


def test_whoever_is_sent_to_https_is_told_the_same_of_frames(settings):
    settings.SECURE_SSL_REDIRECT = True
    assert (
        "frame-ancestors 'none'" in Client().get(reverse("account_login")).headers["Content-Security-Policy"]
    )


SAYS = """
import django, json
django.setup()
from django.conf import settings
names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN",
         "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH", "SECURE_PROXY_SSL_HEADER", "ALLAUTH_TRUSTED_PROXY_COUNT")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def settings_with(**environment):
    """Return the product's settings as another process reads them from its environment."""
    said = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | environment
    return json.loads(
        subprocess.run([sys.executable, "-c", SAYS], env=said, check=True, capture_output=True).stdout
    )


def test_behind_https_a_cookie_is_of_this_host_alone_and_no_script_reads_it():
    said = settings_with(MASH_HTTPS="1", MASH_PROXIES="1")
    for which in ("SESSION", "CSRF"):
        assert said[f"{which}_COOKIE_NAME"].startswith("__Host-")
        assert said[f"{which}_COOKIE_SECURE"]
        assert said[f"{which}_COOKIE_HTTPONLY"]
        assert (said[f"{which}_COOKIE_DOMAIN"], said[f"{which}_COOKIE_PATH"]) == (None, "/")
    assert said["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert said["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


def test_without_proxies_of_ones_own_what_anybody_can_send_counts_for_nothing(rf, settings):
    said = settings_with(MASH_HTTPS="1", MASH_PROXIES="0")
    assert (said["SECURE_PROXY_SSL_HEADER"], said["ALLAUTH_TRUSTED_PROXY_COUNT"]) == (None, 0)
    request = rf.get("/", headers={"x-forwarded-for": "192.0.2.9, 198.51.100.7"})
    assert get_adapter().get_client_ip(request) == "127.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert (
        get_adapter().get_client_ip(request) == "198.51.100.7"
    )  # what our own proxy saw, not what was sent to it


def test_a_cookie_is_not_sent_along_from_elsewhere():
    cookies = Client().get(reverse("account_login")).cookies
    assert {one["samesite"] for one in cookies.values()} == {"Lax"}
    assert all(one["httponly"] for one in cookies.values())


def test_a_trace_gives_nothing_back():
    answer = Client().trace(reverse("account_login"), headers={"x-mark": "9d1c"})
    assert answer.status_code == 405
    assert b"9d1c" not in answer.content


def test_what_a_program_asks_for_is_answered_where_it_is_and_said_in_its_own_letters(settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/health")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
