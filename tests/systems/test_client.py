"""The client that senders are given, against the running server."""

import http.server
import sys
import threading
import uuid
from pathlib import Path

import pytest
from django.utils import timezone

from mash.contact.models import Contact
from mash.systems.models import Scope
from tests.factories.check import EnquiryFactory
from tests.factories.contact import ReplyFactory, a_message
from tests.factories.partnership import StaffFactory
from tests.factories.systems import KeyFactory, SystemFactory, words_of

FOLDER = Path(__file__).parents[2] / "clients" / "python"
sys.path.insert(0, str(FOLDER))
import openmash_client  # noqa: E402 (it lies beside the product, and is installed by whoever uses it)
from openmash_client import Client, Problem, Refused, Unreachable  # noqa: E402


@pytest.fixture
def key(transactional_db):
    return KeyFactory()


@pytest.fixture
def client(key, live_server):
    return Client(live_server.url, words_of(key))


def test_what_is_sent_is_new_once(client):
    first, again = client.send(a_message("A-1")), client.send(a_message("A-1"))
    assert (first.is_new, again.is_new) == (True, False)
    assert first.reference == again.reference
    assert first.sender_reference == "A-1"
    assert first.received_at.tzinfo


def test_a_refusal_names_every_place(client):
    with pytest.raises(Refused) as refused:
        client.send(a_message("A-1", type="party", colour="red"))
    assert refused.value.status == 422
    assert {one.path for one in refused.value.places} == {"$.type", "$.colour"}
    client.send(a_message("A-1"))
    with pytest.raises(Refused) as refused:
        client.send(a_message("A-1", subject="both"))
    assert (refused.value.status, refused.value.places[0].path) == (409, "$.reference")


def test_many_are_sent_and_followed(client):
    batch = client.send_many([a_message("A-1"), a_message("A-2", type="party"), a_message("A-3")])
    assert [one.result for one in batch.results] == ["new", "refused", "new"]
    assert (batch.new, batch.already_here, batch.refused) == (2, 0, 1)
    assert batch.results[1].errors[0].path == "$.type"
    assert sorted(one.sender_reference for one in client.sent()) == [
        "A-1",
        "A-3",
    ]  # of one moment, so in no order
    (one,) = client.sent(sender_reference="A-3")
    contact = Contact.objects.using("builder").select_related("hub").get(reference=one.reference)
    contact._state.db = contact.hub._state.db = "default"
    ReplyFactory(contact=contact, kind="decided", words="A social worker visits.", at=contact.received_at)
    told = client.follow(one.reference).told
    assert "A social worker visits." in {each.words for each in told}


def test_every_page_of_what_was_sent_is_read(client):
    client.send_many([a_message(f"A-{number:03}") for number in range(60)])
    found = [one.sender_reference for one in client.sent()]
    assert sorted(found) == [f"A-{number:03}" for number in range(60)]


def test_what_the_hub_does_not_allow_is_said(live_server, transactional_db):
    key = KeyFactory(system=SystemFactory(scopes=[Scope.FOLLOW]))
    with pytest.raises(Problem, match="403"):
        Client(live_server.url, words_of(key)).send(a_message("A-1"))
    with pytest.raises(Problem, match="401"):
        Client(live_server.url, "no key").send(a_message("A-1"))
    with pytest.raises(Problem, match="404"):
        Client(live_server.url, words_of(key)).follow("NF-7K3M-2Q9")


@pytest.mark.parametrize(
    "address", ["http://hub.example", "ftp://hub.example", "file:///etc/passwd", "", "hub.example"]
)
def test_a_key_goes_nowhere_but_by_https(address):
    with pytest.raises(ValueError, match="https"):
        Client(address, "key")


class Answers(http.server.BaseHTTPRequestHandler):
    """Says in turn what a test lists: a status, and a header with its value."""

    def do_GET(self):
        self.server.asked.append(self.path)
        status, *headers = self.server.says.pop(0)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        body = (
            b'{"referrals": [], "next": null}' if status == 200 else b'{"title": "Busy", "detail": "Later"}'
        )
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub(monkeypatch):
    """A hub that says what it is told to; nobody waits in earnest."""
    waited = []
    monkeypatch.setattr(openmash_client.time, "sleep", waited.append)
    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        server.says, server.asked, server.waited = [], [], waited
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def asks(hub):
    return list(Client(f"http://127.0.0.1:{hub.server_port}", "key").sent())


def test_a_busy_hub_is_asked_again_when_it_says(hub):
    hub.says = [(429, ("Retry-After", "7")), (503,), (200,)]
    assert asks(hub) == []
    assert len(hub.asked) == 3
    assert hub.waited[0] == 7
    assert 1 <= hub.waited[1] <= 2


def test_what_is_refused_is_not_asked_again(hub):
    hub.says = [(403,)]
    with pytest.raises(Problem):
        asks(hub)
    assert len(hub.asked) == 1


def test_a_hub_that_stays_busy_ends_in_its_own_words(hub):
    hub.says = [(503,)] * 4
    with pytest.raises(Problem, match="Later"):
        asks(hub)
    assert len(hub.asked) == 4


def test_no_redirect_is_followed_with_the_key(hub):
    hub.says = [(302, ("Location", f"http://127.0.0.1:{hub.server_port}/elsewhere")), (200,)]
    with pytest.raises(Problem):
        asks(hub)
    assert hub.asked == ["/api/v1/referrals"]


def test_nobody_there_is_said_after_every_try(monkeypatch):
    monkeypatch.setattr(openmash_client.time, "sleep", lambda _: None)
    with pytest.raises(Unreachable):
        list(Client("http://127.0.0.1:9", "key", timeout=1).sent())


def test_an_enquiry_is_read_and_answered(live_server, transactional_db):
    asked = EnquiryFactory()
    post = StaffFactory(hub=asked.hub, agency=asked.agency, answerer=True, leads=True)
    hub = Client(
        live_server.url, words_of(KeyFactory(system=SystemFactory(lead=post, name="Records"), post=post))
    )
    (waiting,) = hub.enquiries()
    enquiry = hub.enquiry(waiting.id)
    assert enquiry.waiting == waiting
    hub.acknowledge(waiting.id)
    people = [uuid.UUID(one["id"]) for one in enquiry.people]
    reason = enquiry.reasons[0]["id"]
    assert hub.withhold(waiting.id, reason=reason, explanation="x", approved_by="x", person=people[0])
    searches = [
        {"person": str(one), "result": "something_held_see_answers", "how": "By name"} for one in people
    ]
    answers = [{"person": str(people[0]), "question": "item", "words": "Calm.", "sharing": "share"}]
    key = uuid.uuid4()
    said = [hub.answer(waiting.id, searches=searches, answers=answers, key=key) for _ in range(2)]
    assert said == [True, False]
    assert hub.enquiries() == ()
    with pytest.raises(Refused):
        hub.answer(waiting.id, searches=searches[:1], key=key)


def test_open_cases_are_said(live_server, key):
    hub = Client(live_server.url, words_of(key))
    case = {"id": "C-1", "opened_on": "2026-09-01", "person": {"given": "Ama", "family": "Osei"}}
    now = timezone.now()
    assert hub.say_open_cases([case], as_at=now, whole=True).opened == 1
    assert hub.say_open_cases([case], as_at=now, whole=True).renewed == 1
    assert hub.say_open_cases([], as_at=now, whole=True).closed == 1
    with pytest.raises(Refused):
        hub.say_open_cases([case | {"worker": "x" * 10_000}], as_at=now, whole=True)
