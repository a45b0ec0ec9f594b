"""Systems are called when there is something: signed, without content, to where two people let in, and never inside."""

import base64
import hashlib
import hmac
import json
import re
import socket
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import DatabaseError, connections
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from mash.common.patience import MOST_TRIES
from mash.ledger.models import Entry
from mash.partnership.models import Email
from mash.systems import actions
from mash.systems.calling import NotCalled, call, secret_of, signed, what_is_wrong_with
from mash.systems.models import Call, CallAgain, Hook, HookLetIn, News, Scope, System
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import EnquiryFactory
from tests.factories.contact import ReplyFactory, a_message
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.systems import CallFactory, HookFactory, KeyFactory, SystemFactory
from tests.loopback import serving
from tests.systems.asking import Asking
from tests.systems.test_client import openmash_client

MINUTE = timedelta(minutes=1)
A_CALL = {"key": "k", "body": b"{}", "secrets": ["whsec_AAAA"], "at": MONDAY_9AM}


def rows(model):
    return model.objects.using("builder")


class Listens(BaseHTTPRequestHandler):
    """Keeps what it was called with, and answers what a test says, in turn, at one path or at any; then 204."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))
        meant = self.server.only in {"", self.path}
        status = self.server.says.pop(0) if self.server.says and meant else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def ear():
    """A system that listens on this machine, which the installation allows."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listens)
    server.heard, server.says, server.only = [], [], ""
    server.address = f"http://127.0.0.1:{server.server_port}/hub"
    with serving(server), override_settings(MASH_CALLS_ALLOWED=["127.0.0.0/8"]):
        yield server


def a_round(at):
    with in_service("calls"):
        actions.note_news(at=at)
        return actions.make_calls(at=at)


def is_signed_with(secret, headers, body):
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mine = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return f"v1,{mine}" in headers["webhook-signature"].split(" ")


# How a call is made


def test_a_call_is_signed_as_the_specification_s_own_example_is():
    """Standard Webhooks, "Verifying webhooks manually": its secret, key, moment, body and signature."""
    said = signed(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        call="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body=b'{"test": 2432232314}',
    )
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "address",
    [
        "", "records.example", "http://records.example/", "ftp://records.example/", "file:///etc/passwd", "https://",
        "https://name:secret@records.example/", "https://records.example/#a", "https://records.example:99999/",
        "https://records.example/\r\nX: y", "https://r\u00e9cords.example/", "https://127.0.0.1/", "https://10.1.2.3/",
        "https://169.254.169.254/latest/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/", "https://0.0.0.0/", "https://224.0.0.1/", "https://[fd00::1]/", "https://[fe80::1]/",
        "http://127.0.0.1/", "https://[",
    ],
)  # fmt: skip
def test_what_is_no_public_address_by_https_is_never_called(address):
    assert what_is_wrong_with(address)
    with pytest.raises(NotCalled):
        call(address, **A_CALL)


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["10.0.0.5"],
        ["169.254.169.254"],
        ["::1"],
        ["fd12::5"],
        ["93.184.215.14", "192.168.0.9"],
    ],
)
def test_a_name_that_leads_inside_is_not_called(monkeypatch, found):
    def looked_up(*_, **__):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in found]

    def connected(*_, **__):
        raise AssertionError("it was connected to")

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(socket, "create_connection", connected)
    assert what_is_wrong_with("https://records.example/hub") == ""
    with pytest.raises(NotCalled, match="public"):
        call("https://records.example/hub", **A_CALL)


def test_a_name_is_looked_up_once_and_what_it_said_is_connected_to(monkeypatch):
    asked, went = [], []

    def looked_up(host, *_, **__):
        asked.append(host)
        place = "93.184.215.14" if len(asked) == 1 else "10.0.0.5"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, 443))]

    def connected(place, **__):
        went.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(socket, "create_connection", connected)
    with pytest.raises(NotCalled):
        call("https://records.example/hub", **A_CALL)
    assert (asked, went) == (["records.example"], [("93.184.215.14", 443)])


@pytest.mark.parametrize("status", [302, 400, 404, 410, 500])
def test_no_redirect_is_followed_and_only_a_success_is_taken(ear, status):
    ear.says = [status]
    with pytest.raises(NotCalled, match=str(status)):
        call(ear.address, **A_CALL)
    assert [path for path, _, _ in ear.heard] == ["/hub"]


# Who lets it in, and what is called


def test_two_people_let_an_address_in_and_then_it_is_called_once_without_content(transactional_db, ear):
    key = KeyFactory(post__duties=["answer"])
    system = key.system
    page = reverse("systems:calls", args=[system.pk])
    said = {"address": ear.address, "kinds": [News.ASKED]}
    shown = browser(key.post).post(page, said)
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown.content.decode())[0]
    (hook,) = rows(Hook)
    assert secret not in browser(key.post).get(page).content.decode()
    enquiry = EnquiryFactory(hub=system.hub, agency=system.agency, check_asked__hub=system.hub)
    assert a_round(MONDAY_9AM) == 0
    let_in = reverse("systems:let_in", args=[system.pk])
    assert browser(key.post).post(let_in, {"hook": str(hook.pk)}).status_code == 403
    administrator = StaffFactory(administrator=True, hub=system.hub)
    there = reverse("systems:system", args=[system.pk])
    assert ear.address in browser(administrator).get(there).content.decode()
    assert browser(administrator).post(let_in, {"hook": "x"}).status_code == 404
    for _ in range(2):
        assert browser(administrator).post(let_in, {"hook": str(hook.pk)}).status_code == 302
    assert rows(HookLetIn).get().by_id == administrator.pk
    rows(type(enquiry)).filter(pk=enquiry.pk).update(sent_at=(now := rows(HookLetIn).get().at + MINUTE))
    assert [a_round(now), a_round(now + MINUTE)] == [1, 0]
    ((path, headers, body),) = ear.heard
    one = rows(Call).get()
    assert (path, headers["webhook-id"]) == ("/hub", str(one.pk))
    assert is_signed_with(secret, headers, body)
    assert json.loads(body) == {
        "type": "enquiry.sent",
        "timestamp": one.at.isoformat(),
        "data": {"reference": enquiry.reference},
    }
    assert rows(Entry).filter(event="system.called", actor="service:calls").count() == 1
    said = openmash_client.called(secret, headers, body, now=int(headers["webhook-timestamp"]) + 60)
    assert said == openmash_client.Called(str(one.pk), "enquiry.sent", enquiry.reference)
    moment = int(headers["webhook-timestamp"])
    wrong = secret_of(hook.pk, 9)
    for other, sent, when in (
        (wrong, body, 0),
        (secret, body + b" ", 0),
        (secret, body, 301),
        ("x", body, 0),
    ):
        with pytest.raises(ValueError, match=r"signed|time|secret"):
            openmash_client.called(other, headers, sent, now=moment + when)
    log = browser(key.post).get(page).content.decode()
    assert enquiry.reference in log
    assert "(204)" in log


def test_each_kind_is_called_as_far_as_the_system_may_read_it(transactional_db, ear):
    key = KeyFactory()
    Asking(key).send(a_message("A-1"))
    system = key.system
    hook = HookFactory(system=system, address=ear.address)
    asked = EnquiryFactory(check_asked__hub=system.hub, agency=system.agency)
    EnquiryFactory(check_asked__hub=system.hub)  # asks another agency
    EnquiryFactory(agency=system.agency)  # in another hub
    gone = EnquiryFactory(
        check_asked__hub=system.hub, agency=system.agency, withdrawn_at=MONDAY_9AM, withdrawn_why="Twice"
    )
    contact = _contact_of(system)
    ReplyFactory(contact=contact, kind="decided", words="Secret words", at=MONDAY_9AM)
    a_round(MONDAY_9AM + MINUTE)
    heard = {(json.loads(body)["type"], json.loads(body)["data"]["reference"]) for *_, body in ear.heard}
    assert heard == {
        ("enquiry.sent", asked.reference),
        ("enquiry.sent", gone.reference),
        ("enquiry.taken_back", gone.reference),
        ("referral.told", contact.reference),
    }
    assert not [body for *_, body in ear.heard if b"Secret" in body]
    rows(System).filter(pk=system.pk).update(scopes=[Scope.SEND])
    ReplyFactory(contact=contact, kind="passed_on", words="More", at=MONDAY_9AM + MINUTE)
    assert a_round(MONDAY_9AM + 2 * MINUTE) == 0
    rows(System).filter(pk=system.pk).update(
        scopes=list(Scope.values), ended_at=MONDAY_9AM, ended_by=hook.asked_by_id
    )
    assert a_round(MONDAY_9AM + 3 * MINUTE) == 0


def _contact_of(system):
    from mash.contact.models import Contact

    contact = rows(Contact).select_related("hub").get(came_by_system__system=system)
    contact._state.db = contact.hub._state.db = "default"
    return contact


def test_what_is_not_taken_is_tried_later_holds_nobody_else_up_and_is_given_up_with_a_word(
    transactional_db, ear
):
    system = SystemFactory()
    hook = HookFactory(system=system, address=ear.address + "/broken")
    other = HookFactory(system=SystemFactory(hub=system.hub), address=ear.address)
    for one in (hook, hook, other):
        EnquiryFactory(check_asked__hub=system.hub, agency=one.system.agency)
    ear.says, ear.only = [503], "/hub/broken"
    assert a_round(MONDAY_9AM) == 1
    tried = rows(Call).get(tries=1, taken_at=None)
    assert (tried.answered, tried.why_not, tried.next_at) == (503, "It answered 503.", MONDAY_9AM + MINUTE)
    assert rows(Call).filter(hook=hook, tries=0).count() == 1  # not asked in the same round
    assert a_round(MONDAY_9AM + MINUTE) == 2
    assert [headers["webhook-id"] for _, headers, _ in ear.heard].count(str(tried.pk)) == 2
    assert not rows(Call).filter(taken_at=None).exists()
    rows(Call).filter(pk=tried.pk).update(taken_at=None, next_at=MONDAY_9AM, tries=MOST_TRIES - 1)
    ear.says = [500]
    assert a_round(MONDAY_9AM + 2 * MINUTE) == 0
    tried.refresh_from_db(using="builder")
    assert (tried.given_up_at, tried.next_at) == (MONDAY_9AM + 2 * MINUTE, None)
    told = rows(Email).get(to=hook.asked_by.account.email)
    assert tried.reference not in told.subject + told.body
    assert rows(Entry).filter(event="system.given_up").count() == 1
    assert a_round(MONDAY_9AM + timedelta(days=30)) == 0
    with in_service("calls"):
        assert actions.forget_calls(at=MONDAY_9AM + timedelta(days=91)) == 3


def test_a_new_secret_signs_beside_the_one_before_for_a_day(transactional_db, ear):
    hook = HookFactory(address=ear.address)
    old = secret_of(hook.pk, 1)
    lead = hook.asked_by
    with signed_in_as(lead):
        new = actions.renew_secret(hook=hook, by=lead, at=MONDAY_9AM)
    assert new != old
    for after, both in ((MINUTE, True), (timedelta(days=1), False)):
        EnquiryFactory(check_asked__hub=hook.hub, agency=hook.system.agency, sent_at=MONDAY_9AM + after)
        assert a_round(MONDAY_9AM + after) == 1
        _, headers, body = ear.heard[-1]
        assert is_signed_with(new, headers, body)
        assert is_signed_with(old, headers, body) is both
    answer = browser(lead).post(reverse("systems:renew", args=[hook.system_id]), {"hook": str(hook.pk)})
    assert secret_of(hook.pk, 3) in answer.content.decode()


def given_up(ear):
    hook = HookFactory(address=ear.address)
    return CallFactory(hook=hook, tries=MOST_TRIES, why_not="x", given_up_at=MONDAY_9AM, next_at=None)


def again(who, call):
    path = reverse("systems:again", args=[call.hook.system_id])
    return browser(who).post(path, {"call": str(call.pk)}).status_code


def test_a_call_that_was_given_up_is_sent_again_once_by_who_leads_the_agency(transactional_db, ear):
    call = given_up(ear)
    lead, page = call.hook.asked_by, reverse("systems:calls", args=[call.hook.system_id])
    assert b"Send it again" in browser(lead).get(page).content
    assert [again(lead, call) for _ in range(2)] == [302, 403]
    assert b"Send it again<" not in browser(lead).get(page).content
    assert rows(CallAgain).get().by_id == lead.pk
    assert rows(Entry).get(event="system_call.again").actor == f"staff:{lead.pk}"
    later = timezone.now() + MINUTE
    with in_service("calls"):
        assert actions.take_up_again(at=later) == 1
        assert actions.take_up_again(at=later) == 0
        assert actions.make_calls(at=later) == 1
    ((_, headers, _),) = ear.heard
    assert headers["webhook-id"] == str(call.pk)
    assert rows(Call).get().taken_at == later
    with in_service("calls"):
        assert actions.forget_calls(at=later + timedelta(days=91)) == 1
    assert not rows(CallAgain).exists()


def test_what_is_given_up_a_second_time_stays_so(transactional_db, ear):
    call = given_up(ear)
    assert again(call.hook.asked_by, call) == 302
    later = timezone.now() + MINUTE
    with in_service("calls"):
        actions.take_up_again(at=later)
    rows(Call).update(given_up_at=later + MINUTE, next_at=None, tries=MOST_TRIES)
    with in_service("calls"):
        assert actions.take_up_again(at=later + 2 * MINUTE) == 0
    assert again(call.hook.asked_by, call) == 403


def test_two_who_press_at_once_send_it_again_once(transactional_db, ear):
    call, found = given_up(ear), []
    gate = threading.Barrier(3)

    def go():
        try:
            gate.wait()
            found.append(again(call.hook.asked_by, call))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == [302, 403, 403]
    assert rows(CallAgain).count() == 1


def test_nobody_else_has_a_call_sent_again_and_none_that_was_not_given_up(transactional_db, ear):
    call = given_up(ear)
    system, lead = call.hook.system, call.hook.asked_by
    waits = CallFactory(hook=call.hook)
    assert again(lead, waits) == 403
    others = [
        StaffFactory(leads=True, hub=system.hub),
        StaffFactory(leads=True),
        StaffFactory(hub=system.hub, agency=system.agency),
        StaffFactory(administrator=True, hub=system.hub),
    ]
    for one in others:
        assert again(one, call) in {403, 404}
        with pytest.raises(DatabaseError), signed_in_as(one):
            CallAgain.objects.bulk_create([CallAgain(hub=system.hub, call=call, by=one, at=MONDAY_9AM)])
    for by, of_it in ((StaffFactory(hub=system.hub), call), (lead, waits)):
        with pytest.raises(DatabaseError), signed_in_as(lead):
            CallAgain.objects.bulk_create([CallAgain(hub=system.hub, call=of_it, by=by, at=MONDAY_9AM)])
    other = CallFactory(hook=HookFactory(), given_up_at=MONDAY_9AM, next_at=None)
    path = reverse("systems:again", args=[system.pk])
    for said in (str(other.pk), "", "x", "\x00"):
        assert browser(lead).post(path, {"call": said}).status_code == 404
    rows(Hook).filter(pk=call.hook_id).update(ended_at=MONDAY_9AM, ended_by=lead)
    assert again(lead, call) == 403
    assert not rows(CallAgain).exists()


def test_what_cannot_be_called_is_said_beside_its_field_and_not_kept(transactional_db):
    lead = StaffFactory(leads=True)
    system = SystemFactory(lead=lead, scopes=[Scope.FOLLOW])
    page = reverse("systems:calls", args=[system.pk])
    for said, words in (
        ({"address": "http://records.example", "kinds": [News.TOLD]}, "must begin with https"),
        ({"address": "https://127.0.0.1/", "kinds": [News.TOLD]}, "public server"),
        ({"address": "https://records.example/", "kinds": [News.ASKED]}, "may not read"),
        ({"address": "https://records.example/"}, "Select what it is called about"),
    ):
        answer = browser(lead).post(page, said)
        assert words in answer.content.decode()
    assert not rows(Hook).exists()


def test_nobody_else_sees_asks_for_lets_in_or_ends_an_address(transactional_db):
    hook = HookFactory(waits=True)
    system = hook.system
    strangers = [
        StaffFactory(leads=True, hub=system.hub),
        StaffFactory(leads=True),
        StaffFactory(hub=system.hub, agency=system.agency),
        StaffFactory(administrator=True),
    ]
    for one in strangers:
        assert browser(one).get(reverse("systems:calls", args=[system.pk])).status_code in {403, 404}
        for name in ("calls", "renew", "let_in", "end_calls"):
            answer = browser(one).post(reverse(f"systems:{name}", args=[system.pk]), {"hook": str(hook.pk)})
            assert answer.status_code in {403, 404}, name
        with pytest.raises(DatabaseError), signed_in_as(one):
            HookLetIn.objects.bulk_create([HookLetIn(hub_id=hook.hub_id, hook=hook, by=one, at=MONDAY_9AM)])
        with signed_in_as(one):
            assert not Call.objects.exists()
    assert rows(Hook).get().ended_at is None
    assert not rows(HookLetIn).exists()
    with pytest.raises(DatabaseError), signed_in_as(hook.asked_by):
        Hook.objects.filter(pk=hook.pk).update(address="https://elsewhere.example/")
    both = StaffFactory(leads=True, administrator=True, hub=system.hub, agency=system.agency)
    own = HookFactory(system=system, asked_by=both, waits=True)
    with pytest.raises(DatabaseError), signed_in_as(both):
        HookLetIn.objects.bulk_create([HookLetIn(hub_id=own.hub_id, hook=own, by=both, at=MONDAY_9AM)])
    assert (
        browser(both).post(reverse("systems:let_in", args=[system.pk]), {"hook": str(own.pk)}).status_code
        == 403
    )
    administrator = StaffFactory(administrator=True, hub=system.hub)
    for one, by in ((hook, hook.asked_by), (own, administrator)):
        answer = browser(by).post(reverse("systems:end_calls", args=[system.pk]), {"hook": str(one.pk)})
        assert answer.status_code == 302
    assert not rows(Hook).filter(ended_at=None).exists()
