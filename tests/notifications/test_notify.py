"""GOV.UK Notify, played by a server of the tests' own on this machine."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from django.core.checks import run_checks
from django.core.mail import EmailMultiAlternatives, send_mail

from mash.common.fitness import FIT
from mash.notifications.notify import NO_CALENDAR, NotSent, keys_of
from tests.loopback import serving

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
BACKEND = "mash.notifications.notify.EmailBackend"


@contextmanager
def notify(settings, *, status=201, body=None):
    asked = []

    class Asked(BaseHTTPRequestHandler):
        def do_POST(self):
            said = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["Authorization"], json.loads(said)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body or {"id": "x"}).encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    settings.EMAIL_BACKEND = BACKEND
    settings.MASH_NOTIFY_KEY = f"openmash-{SERVICE}-{SECRET}"
    settings.MASH_NOTIFY_TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
    settings.MASH_NOTIFY_URL = f"http://127.0.0.1:{server.server_address[1]}"
    with serving(server):
        yield asked


def test_an_email_is_one_signed_request(settings):
    with notify(settings) as asked:
        assert send_mail("There is something", "Sign in.", None, ["ines@hub.example"]) == 1
    ((path, signed, said),) = asked
    assert path == "/v2/notifications/email"
    claims = jwt.decode(signed.removeprefix("Bearer "), SECRET, algorithms=["HS256"])
    assert claims["iss"] == SERVICE
    assert set(claims) == {"iss", "iat"}
    assert said == {
        "email_address": "ines@hub.example",
        "template_id": settings.MASH_NOTIFY_TEMPLATE,
        "personalisation": {"subject": "There is something", "body": "Sign in."},
    }


def test_an_invitation_says_that_its_calendar_entry_does_not_come_with_it(settings):
    with notify(settings) as asked:
        message = EmailMultiAlternatives("Panel", "Sign in.", None, ["ines@hub.example"])
        message.attach_alternative("BEGIN:VCALENDAR", "text/calendar; method=REQUEST")
        message.send()
    assert asked[0][2]["personalisation"]["body"] == "Sign in." + NO_CALENDAR


@pytest.mark.parametrize("status", [400, 403, 429, 500, 301])
def test_a_refusal_is_an_error_that_names_nobody(settings, status):
    body = {
        "status_code": status,
        "errors": [{"error": "BadRequestError", "message": "ines@hub.example is wrong"}],
    }
    with (
        notify(settings, status=status, body=body),
        pytest.raises(OSError, match=f"{status} BadRequestError") as why,
    ):
        send_mail("S", "B", None, ["ines@hub.example"])
    assert "ines" not in str(why.value)


def test_nobody_who_answers_is_an_error_that_the_outbox_knows(settings):
    with notify(settings):
        pass
    with pytest.raises(OSError, match="refused"):
        send_mail("S", "B", None, ["ines@hub.example"])


def test_a_key_that_is_none_is_refused():
    assert keys_of(f"any-name-{SERVICE}-{SECRET}") == (SERVICE, SECRET)
    for wrong in ("", SECRET, "short"):
        with pytest.raises(NotSent, match="no API key"):
            keys_of(wrong)


def found(settings, **values):
    for name, value in values.items():
        setattr(settings, name, value)
    return {one.id for one in run_checks(tags=[FIT], include_deployment_checks=True)}


def test_the_doctor_says_what_is_unsafe_about_how_emails_leave(settings):
    smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "mail.example.org"}
    assert "mash.E080" in found(settings, **smtp, EMAIL_USE_TLS=False)
    assert "mash.W081" in found(settings, **smtp, MASH_ADDRESS="hub.example.org")
    safe = found(settings, **smtp, EMAIL_USE_TLS=True, MASH_ADDRESS="https://hub.example.org")
    assert not safe & {"mash.E080", "mash.W081"}
    wrong = found(
        settings,
        EMAIL_BACKEND=BACKEND,
        MASH_NOTIFY_KEY="x",
        MASH_NOTIFY_TEMPLATE="",
        MASH_NOTIFY_URL="http://x",
    )
    assert {"mash.E082", "mash.E083", "mash.E084"} <= wrong
    right = found(
        settings,
        MASH_NOTIFY_KEY=f"a-{SERVICE}-{SECRET}",
        MASH_NOTIFY_TEMPLATE=SERVICE,
        MASH_NOTIFY_URL="https://api.example.org",
    )
    assert not right & {"mash.E082", "mash.E083", "mash.E084"}
