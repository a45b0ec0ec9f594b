"""Work that goes on meanwhile, over HTTP: referrals that a system sends, returns asked for, cases that are read.

Whoever is not answered sends the same again until it is acknowledged, as the product asks of them.  What was
acknowledged is kept here, outside the product, to be compared with what it holds.
"""

import json
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import requests
from django.utils import timezone

from mash.partnership.models import Account, Duty
from tests.deploy.servers import until
from tests.deploy.test_on_one_machine import PASSWORD, Caller, hidden
from tests.factories.contact import a_message
from tests.factories.partnership import StaffFactory
from tests.factories.systems import KeyFactory, SystemFactory, words_of
from tests.faults.outages.installation import Installation

ORGANISATION, CHILD = "Fernbank Primary", "Featherstonehaugh"
PEOPLE = 2  # of each message
AT_ONCE = (1, 20)  # messages in one request
SECONDS_TO_BEGIN = 300
PATIENCE = 20  # seconds for one answer
NOT_TAKEN = 0.1  # seconds before the same is sent again
ORDERLY = frozenset({200, 201, 302, 503})  # what may be answered while parts of the product are away


@dataclass(frozen=True, slots=True)
class Cast:
    """Who works: a system that shows `key`, somebody who reads cases, and somebody who makes returns."""

    key: str
    reader: object
    maker: object


def cast() -> Cast:
    """Make a hub with everybody, in the database that will be copied."""
    now = timezone.now()
    reader = StaffFactory(whole_desk=True, from_at=now)
    maker = StaffFactory(hub=reader.hub, duties=[Duty.MANAGE], from_at=now)
    for one in (reader, maker):
        account = Account.objects.using("builder").get(pk=one.account_id)
        account.set_password(PASSWORD)
        account.save(using="builder")
        one.account.refresh_from_db(using="builder")
    lead = StaffFactory(hub=reader.hub, leads=True, from_at=now)
    system = SystemFactory(lead=lead, organisation=ORGANISATION)
    return Cast(words_of(KeyFactory(system=system, post=lead)), reader, maker)


def message(reference: str) -> dict:
    """Return a message about a child and their mother, who bear a name that is nowhere else."""
    people = [
        {"role": "child", "given": "Ama", "family": CHILD},
        {"role": "parent_or_carer", "given": "Esi", "family": CHILD},
    ]
    said = a_message(reference, people)
    said["source"] = {"kind": "school", "organisation": ORGANISATION}
    said["sent_at"] = "2026-11-02T09:00:00+00:00"
    return said


def _names(answer: requests.Response) -> bool:
    """Tell whether an answer says whom a message is about."""
    return CHILD.casefold() in answer.text.casefold()


@dataclass
class Load:
    """What was sent, acknowledged, asked for and shown.

    acknowledged: a sender's reference to ours.  received: a sender's reference to when we said that it came.
    returns: the key of a form to whether it was acknowledged.  shown: how often a case was, by its key.
    untidy: answers that no fault excuses.  orderly: the statuses that are answered while parts are away.
    """

    installed: Installation
    cast: Cast
    orderly: frozenset[int] = ORDERLY
    sent: set[str] = field(default_factory=set)
    acknowledged: dict[str, str] = field(default_factory=dict)
    received: dict[str, datetime] = field(default_factory=dict)
    returns: dict[str, bool] = field(default_factory=dict)
    shown: Counter = field(default_factory=Counter)
    pages: list[tuple[float, float, int]] = field(default_factory=list)
    answers: Counter = field(default_factory=Counter)
    untidy: Counter = field(default_factory=Counter)
    newest: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)
    cases: list[str] = field(default_factory=list)

    def run(self, senders: int = 3) -> None:
        """Begin, in threads, until `stop`."""
        work = [(self._send, number) for number in range(senders)]
        work += [(self._read, 0), (self._make_returns, 0), (self._look_for_cases, 0)]
        self.threads = [threading.Thread(target=one, args=(number,), daemon=True) for one, number in work]
        for one in self.threads:
            one.start()

    def wait_until_all_work(self) -> None:
        """Wait until something was acknowledged, read and made."""
        until(
            lambda: self.acknowledged and self.shown and any(self.returns.values()), "work", SECONDS_TO_BEGIN
        )

    def stop(self) -> None:
        """Let each sender have what it sent acknowledged, and end."""
        self.over.set()
        for one in self.threads:
            one.join(SECONDS_TO_BEGIN)
            assert not one.is_alive(), "the product did not come back: what was sent is not acknowledged yet"

    def note(self, answer: requests.Response) -> int:
        self.answers[answer.status_code] += 1
        if answer.status_code not in self.orderly:
            self.untidy[
                f"{answer.status_code} at {answer.request.method} {answer.request.path_url.split('?')[0][:40]}"
            ] += 1
        if answer.status_code >= 400 and _names(answer):
            self.untidy["an answer that refuses names the child"] += 1
        return answer.status_code

    def _send(self, number: int) -> None:
        session, turn = requests.Session(), number
        while not self.over.is_set():
            turn += 1
            many = AT_ONCE[turn % len(AT_ONCE)]
            references = [uuid.uuid4().hex for _ in range(many)]
            self.sent.update(references)
            bodies = [json.dumps(message(one)).encode() for one in references]
            path, kind = ("", "application/json") if many == 1 else ("/batch", "application/x-ndjson")
            while True:
                turn += 1
                place = self.installed.places[turn % len(self.installed.places)]
                headers = {"Authorization": f"Bearer {self.cast.key}", "Content-Type": kind}
                began = time.monotonic()
                said = None
                with suppress(requests.RequestException):
                    answer = session.post(
                        f"{place}/api/v1/referrals{path}",
                        b"\n".join(bodies),
                        headers=headers,
                        timeout=PATIENCE,
                    )
                    if self.note(answer) in {200, 201}:
                        said = answer.json()
                if said:
                    self._acknowledge(said, began)
                    break
                time.sleep(NOT_TAKEN)

    def _acknowledge(self, said: dict, began: float) -> None:
        for one in said.get("results", [said]):
            self.acknowledged[one["sender_reference"]] = one["reference"]
            if "received_at" in one:
                self.received[one["sender_reference"]] = datetime.fromisoformat(one["received_at"])
        self.newest = max(self.newest, began)

    def _in(self, post: object) -> Caller:
        """Sign in, through whichever place answers."""
        while True:
            caller = Caller(*self.installed.places)
            with suppress(requests.RequestException, KeyError):
                caller.opens("/accounts/login/")
                answer = caller.sends("/accounts/login/", {"login": post.account.email, "password": PASSWORD})
                if answer.status_code == 302:
                    caller.opens("/post/")
                    return caller
            if self.over.is_set():
                return caller
            caller.places.reverse()
            time.sleep(0.5)

    def _look_for_cases(self, _: int) -> None:
        """Learn the keys of some cases: who reads opens them by their address."""
        while not self.over.wait(1):
            with suppress(Exception):  # the database may be away, and is asked again
                found = self.installed.ask(
                    "SELECT id::text FROM contact_contact ORDER BY received_at DESC LIMIT 40"
                )
                self.cases = [one for (one,) in found]

    def _read(self, _: int) -> None:
        caller, turn = self._in(self.cast.reader), 0
        while not self.over.wait(0.05):
            cases, turn = self.cases, turn + 1
            if not cases:
                continue
            case, began = cases[turn % len(cases)], time.monotonic()
            with suppress(requests.RequestException):
                answer = caller.opens(f"/cases/{case}/", turn % len(caller.places))
                if answer.history:
                    caller = self._in(self.cast.reader)
                    continue
                self.pages.append((began, time.monotonic(), self.note(answer)))
                if answer.status_code == 200:
                    self.shown[case] += 1
                    if not _names(answer):
                        self.untidy["a case that names nobody"] += 1

    def _make_returns(self, _: int) -> None:
        caller = self._in(self.cast.maker)
        day = timezone.localdate() - timedelta(days=3)
        on = {"day": day.day, "month": day.month, "year": day.year}
        days = {f"{name}-{part}": value for name in ("from_on", "until_on") for part, value in on.items()}
        while not self.over.wait(0.5):
            key = str(uuid.uuid4())
            self.returns[key] = False
            while not self.returns[key]:
                with suppress(requests.RequestException, KeyError):
                    page = caller.opens("/returns/new/annex_a/")
                    if page.history or page.status_code != 200:
                        caller = self._in(self.cast.maker)
                    form = hidden(page) | days | {"key": key, "why": "Asked for while parts are away"}
                    answer = caller.sends("/returns/new/annex_a/", form)
                    self.returns[key] = self.note(answer) == 302 and "/returns/" in answer.headers["Location"]
                if not self.returns[key]:
                    time.sleep(NOT_TAKEN * 5)
