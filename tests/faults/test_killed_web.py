"""The web process is killed without warning, again and again, while calls are being sent in."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest
from django.conf import settings
from django.db import connection

from mash.contact.models import Contact, ContactPerson, ContactRelationship, Reply
from mash.ledger.models import Entry
from tests.contact.test_telephone import CALL, PAGE, carried, opened
from tests.factories.base import browser
from tests.factories.partnership import StaffFactory

pytestmark = [pytest.mark.exhaustive, pytest.mark.usefixtures("transactional_db")]
SUBMISSIONS, AT_ONCE, KILLS = 200, 4, 8
CSRF = "k" * 32


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def _free_port():
    """Return a port below those that the system gives to callers: while the server is gone nobody else may take it.

    Drawn from the system's own chance: `random` begins alike in each of two processes that test side by side.
    """
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(20_000, 32_000)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


class Web:
    """A real web server on the tests' own database, that can be killed and comes back."""

    def __init__(self):
        self.port = _free_port()
        at = connection.settings_dict
        where = urllib.parse.urlencode({"host": at["HOST"], "port": at["PORT"]})
        self.environment = os.environ | {
            "DATABASE_URL": f"postgresql://{at['USER']}:{at['PASSWORD']}@/{at['NAME']}?{where}",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "MASH_SECRET_KEY": settings.SECRET_KEY,
            "MASH_IDENTITY_KEY": settings.MASH_IDENTITY_KEY,
            "MASH_SEAL_KEY": settings.MASH_SEAL_KEY,
            "MASH_HUBS_KEY": settings.MASH_HUBS_KEY,
            "MASH_SECOND_FACTOR": "false",
        }
        self.start()

    def start(self):
        words = ["-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        words += [
            "--blocking-threads",
            "4",
            "--backpressure",
            "16",
            "--log-level",
            "critical",
            "config.wsgi:application",
        ]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(
            [sys.executable, *words], env=self.environment, start_new_session=True, **quiet
        )

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def send(self, cookie, fields):
        """Send one form; the page it leads to, or None where no answer came."""
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": CSRF}, doseq=True).encode()
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}; csrftoken={CSRF}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{PAGE}", body, headers)
        try:
            urllib.request.build_opener(NoRedirect).open(request, timeout=10).close()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.headers["Location"] if answer.code == 302 else None
        except (OSError, urllib.error.URLError):
            return None


def test_no_half_contact_is_left_and_what_is_sent_twice_is_there_once():
    worker = StaffFactory(screener=True)
    client = browser(worker)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    form = carried(client.post(PAGE, opened(client) | CALL | {"step": "check"})) | {"step": "send"}
    forms = [form | opened(client) for _ in range(SUBMISSIONS)]
    acknowledged, done, web = {}, Event(), Web()

    def send_until_acknowledged(number):
        while number not in acknowledged:
            place = web.send(cookie, forms[number])
            if place:
                acknowledged[number] = place
            else:
                time.sleep(0.05)

    def kill_now_and_then():
        chance = random.Random(4711)
        for _ in range(KILLS):
            if done.wait(chance.uniform(1.0, 3.0)):
                return
            web.kill()
            web.start()

    with ThreadPoolExecutor(AT_ONCE + 1) as hands:
        killer = hands.submit(kill_now_and_then)
        list(hands.map(send_until_acknowledged, range(SUBMISSIONS)))
        done.set()
        killer.result()
    again = [web.send(cookie, forms[number]) for number in range(0, SUBMISSIONS, 20)]
    web.kill()

    assert again == [acknowledged[number] for number in range(0, SUBMISSIONS, 20)]
    contacts = Contact.objects.using("builder").filter(hub=worker.hub_id)
    assert contacts.count() == SUBMISSIONS == len(set(acknowledged.values()))
    assert ContactPerson.objects.using("builder").count() == 2 * SUBMISSIONS
    assert ContactRelationship.objects.using("builder").count() == SUBMISSIONS
    assert Reply.objects.using("builder").count() == SUBMISSIONS
    lines = Entry.objects.using("builder").filter(event="contact.received")
    assert sorted(lines.values_list("about", flat=True)) == sorted(
        f"contact.contact:{one.pk}" for one in contacts
    )
