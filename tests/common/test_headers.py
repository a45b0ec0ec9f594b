"""What every answer carries against being framed, cached, guessed at or sent elsewhere."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.base import browser
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
CSP = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
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
