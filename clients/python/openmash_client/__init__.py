"""Speaks with an OpenMASH hub: sends referrals, follows them, and answers enquiries.  The standard library alone."""

import base64
import binascii
import hmac
import http.client
import json
import random
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import quote, urlencode, urlsplit

__all__ = [
    "Batch",
    "Called",
    "CasesKept",
    "Client",
    "Enquiry",
    "Feedback",
    "Place",
    "Problem",
    "Received",
    "Refused",
    "Result",
    "Status",
    "Told",
    "Unreachable",
    "Waiting",
    "called",
]
AGAIN = {429, 502, 503, 504}  # nothing was done, or doing it twice is harmless
LONGEST_WAIT = 60.0  # seconds
MOST_AT_ONCE = 500
OLDEST_CALL = 300.0  # seconds
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a message, and what is said about it.  path: from its root, such as $.people[0].role."""

    path: str
    reason: str


class Problem(Exception):
    """The hub did not do what was asked.  status: of HTTP.  places: what in the message is wrong."""

    def __init__(self, status: int, title: str, detail: str, places: Iterable[Place] = ()) -> None:
        self.status, self.title, self.detail, self.places = status, title, detail, tuple(places)
        said = "; ".join(f"{one.path}: {one.reason}" for one in self.places)
        super().__init__(f"{status} {title}: {detail}" + (f" ({said})" if said else ""))


class Refused(Problem):
    """A message is not taken: 422 for what is wrong in it, 409 for a reference in use with other content."""


class Unreachable(Exception):
    """The hub did not answer, after every try.  Sending again later is harmless."""


@dataclass(frozen=True, slots=True)
class Received:
    """A referral that the hub has.  is_new: False where it had it already.  warnings: what is odd about it."""

    reference: str
    sender_reference: str
    received_at: datetime
    is_new: bool
    warnings: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one message of a batch.

    result: "new", "already_here", "refused" or "other_content".  reference: the hub's, where it has the message.
    """

    line: int
    result: str
    sender_reference: str
    reference: str | None
    errors: tuple[Place, ...]
    warnings: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of each message of a batch, in its order."""

    new: int
    already_here: int
    refused: int
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """Where a referral is, in words its sender may have."""

    reference: str
    sender_reference: str
    received_at: datetime
    stage: str
    stage_words: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What the sender of a referral was told."""

    kind: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """Where a referral is, and everything its sender was told, the newest first."""

    status: Status
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the hub asks the agency and waits for.  part_sent: something came, and more was to follow."""

    id: uuid.UUID
    reference: str
    subject: str
    sent_at: datetime
    due_at: datetime
    part_sent: bool


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One enquiry, whole.  people, questions, reasons: as the hub's description says.  said: everything it sent."""

    waiting: Waiting
    people: tuple[Json, ...]
    questions: tuple[Json, ...]
    reasons: tuple[Json, ...]
    said: Json


@dataclass(frozen=True, slots=True)
class Called:
    """That there is something.  id: the same when the call comes again.  kind: such as "enquiry.sent"."""

    id: str
    kind: str
    reference: str


def called(secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> Called:
    """Return what the hub called about.  Raises ValueError unless it is signed with the secret, and of these minutes.

    headers: of the request, in any case.  body: as it came, byte by byte.  now: seconds since 1970, if not the clock's.
    """
    said = {name.lower(): value for name, value in headers.items()}
    key, moment = said.get("webhook-id", ""), said.get("webhook-timestamp", "")
    if not (moment.isascii() and moment.isdigit()):
        raise ValueError("no webhook-timestamp")
    if abs((time.time() if now is None else now) - int(moment)) > OLDEST_CALL:
        raise ValueError("the call is of another time")
    try:
        known = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as wrong:
        raise ValueError("this is no secret of a hub") from wrong
    mine = "v1," + base64.b64encode(hmac.digest(known, f"{key}.{moment}.".encode() + body, "sha256")).decode()
    theirs = said.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(mine.encode(), one.encode()) for one in theirs):
        raise ValueError("the call is not signed with this secret")
    found = json.loads(body)
    return Called(key, found["type"], found["data"]["reference"])


@dataclass(frozen=True, slots=True)
class CasesKept:
    """What became of a statement of open cases.  older: of these the hub had a newer word, and they are left alone."""

    opened: int
    renewed: int
    closed: int
    older: int


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: a key goes to the hub's own address and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Client:
    """Asks one hub with one key.

    address: of the hub, https; http only for this machine itself.  tries: of a request that the hub could not answer.
    """

    def __init__(self, address: str, key: str, *, timeout: float = 30.0, tries: int = 4) -> None:
        parts = urlsplit(address)
        own = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and own)):
            raise ValueError("the hub's address must begin with https://")
        if not key.strip():
            raise ValueError("a key is needed")
        self._address, self._key = address.rstrip("/"), key.strip()
        self._timeout, self._tries = timeout, max(1, tries)
        self._opener = urllib.request.build_opener(_NoRedirect)

    def send(self, message: Json) -> Received:
        """Send one referral.  The same again is harmless.

        Raises Refused where it is not taken, Problem for anything else that the hub says, Unreachable.
        """
        status, said = self._ask("POST", "/referrals", _bytes(message), "application/json")
        return Received(
            said["reference"],
            said["sender_reference"],
            datetime.fromisoformat(said["received_at"]),
            status == 201,
            _places(said["warnings"]),
        )

    def send_many(self, messages: Iterable[Json]) -> Batch:
        """Send at most 500 referrals at once; each is taken whole or refused by itself, as its result says.

        Raises Problem and Unreachable.
        """
        lines = [_bytes(one) for one in messages]
        if not 1 <= len(lines) <= MOST_AT_ONCE:
            raise ValueError(f"a batch holds 1 to {MOST_AT_ONCE} referrals")
        _, said = self._ask("POST", "/referrals/batch", b"\n".join(lines), "application/x-ndjson")
        results = tuple(
            Result(
                one["line"],
                one["result"],
                one["sender_reference"],
                one["reference"],
                _places(one["errors"]),
                _places(one["warnings"]),
            )
            for one in said["results"]
        )
        return Batch(said["new"], said["already_here"], said["refused"], results)

    def follow(self, reference: str) -> Feedback:
        """Read what became of one referral, by the hub's reference.  The hub records that it was read."""
        _, said = self._ask("GET", f"/referrals/{quote(reference, safe='')}")
        told = tuple(
            Told(one["kind"], one["words"], datetime.fromisoformat(one["at"])) for one in said["told"]
        )
        return Feedback(_status(said), told)

    def sent(self, *, sender_reference: str = "") -> Iterator[Status]:
        """Yield what this system sent, the first first, page by page; or the one with a reference of yours."""
        query = {"sender_reference": sender_reference} if sender_reference else {}
        while True:
            _, said = self._ask("GET", f"/referrals?{urlencode(query)}" if query else "/referrals")
            yield from map(_status, said["referrals"])
            if not said["next"]:
                return
            query["after"] = said["next"]

    def enquiries(self) -> tuple[Waiting, ...]:
        """Return what the hub waits for from the agency, least time left first."""
        _, said = self._ask("GET", "/enquiries")
        return tuple(_waiting(one) for one in said["enquiries"])

    def enquiry(self, one: uuid.UUID) -> Enquiry:
        """Read one enquiry, whole.  The hub records that it was read."""
        _, said = self._ask("GET", f"/enquiries/{one}")
        parts = (tuple(said[name]) for name in ("people", "questions", "reasons"))
        return Enquiry(_waiting(said), *parts, said)

    def acknowledge(self, one: uuid.UUID) -> None:
        """Say that a person of the agency opened an enquiry."""
        self._ask("POST", f"/enquiries/{one}/acknowledge", b"{}", "application/json")

    def answer(
        self,
        one: uuid.UUID,
        *,
        searches: Iterable[Json],
        answers: Iterable[Json] = (),
        part: bool = False,
        late_reason: str = "",
        view: str = "",
        key: uuid.UUID | None = None,
    ) -> bool:
        """Answer an enquiry; tell whether the hub had not this answer yet.

        key: yours, of this answer; keep it, and give it again when you send the same again.

        Raises Refused where it is not taken, Problem, Unreachable.
        """
        message = {
            "key": str(key or uuid.uuid4()),
            "searches": list(searches),
            "answers": list(answers),
            "part": part,
            "late_reason": late_reason,
            "view": view,
        }
        return self._ask("POST", f"/enquiries/{one}/answer", _bytes(message), "application/json")[0] == 201

    def withhold(
        self,
        one: uuid.UUID,
        *,
        reason: str,
        explanation: str = "",
        approved_by: str = "",
        person: uuid.UUID | None = None,
        late_reason: str = "",
        key: uuid.UUID | None = None,
    ) -> bool:
        """Say that something is held and not shared, and why: about one person, or of the whole enquiry.

        Returns and raises as `answer`.
        """
        message = {
            "key": str(key or uuid.uuid4()),
            "reason": reason,
            "explanation": explanation,
            "approved_by": approved_by,
            "person": str(person) if person else None,
            "late_reason": late_reason,
        }
        return self._ask("POST", f"/enquiries/{one}/withhold", _bytes(message), "application/json")[0] == 201

    def say_open_cases(
        self, cases: Iterable[Json], *, as_at: datetime, whole: bool, even_if_shorter: bool = False
    ) -> CasesKept:
        """Say with whom the agency works now; at most 2,000 cases.  The same again is harmless.

        as_at: aware, when your system made this.  whole: what is not named is closed.
        even_if_shorter: a whole statement really closes more than half of what is open.

        Raises Refused where it is not taken, Problem, Unreachable.
        """
        message = {
            "as_at": as_at.isoformat(),
            "whole": whole,
            "even_if_shorter": even_if_shorter,
            "cases": list(cases),
        }
        _, said = self._ask("PUT", "/open-cases", _bytes(message), "application/json")
        return CasesKept(said["opened"], said["renewed"], said["closed"], said["older"])

    def services(self, *, search: str = "", modified_after: datetime | None = None) -> Iterator[Json]:
        """Yield services of the hub's directory, by name, page by page, each as Open Referral UK 3.0 describes it.

        search: words that all stand in them.  modified_after: aware; only what changed since.
        """
        query = {"search": search} if search else {}
        query |= {"modified_after": modified_after.isoformat()} if modified_after else {}
        page: int | None = 1
        while page:
            _, said = self._ask("GET", f"/services?{urlencode(query | {'page': str(page)})}")
            yield from said["services"]
            page = said["next"]

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        headers |= {"Content-Type": kind} if kind else {}
        asked = urllib.request.Request(  # noqa: S310 (the scheme was looked at)
            f"{self._address}/api/v1{path}", data=body, headers=headers, method=method
        )
        for left in reversed(range(self._tries)):
            wait = 2.0 ** (self._tries - 1 - left) * random.uniform(0.5, 1.0)  # noqa: S311 (spreads tries out)
            try:
                with self._opener.open(asked, timeout=self._timeout) as answer:
                    return answer.status, json.load(answer)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in AGAIN or not left:
                        _raise(error)
                    wait = _wait_of(error, wait)
            except (urllib.error.URLError, TimeoutError, http.client.HTTPException, ConnectionError) as error:
                if not left:
                    raise Unreachable(str(error)) from error
            time.sleep(min(wait, LONGEST_WAIT))
        raise AssertionError("every try ends in an answer or an error")


def _raise(error: urllib.error.HTTPError) -> NoReturn:
    try:
        said = json.load(error)
        places = _places(said.get("errors") or ())
        words = str(said.get("title", error.reason)), str(said.get("detail", ""))
    except (ValueError, AttributeError, KeyError, TypeError):
        places, words = (), (str(error.reason), "")
    kind = Refused if error.code in {409, 422} else Problem
    raise kind(error.code, *words, places) from None


def _wait_of(error: urllib.error.HTTPError, usual: float) -> float:
    said = error.headers.get("Retry-After", "")
    return float(said) if said.isdigit() else usual


def _bytes(message: Json) -> bytes:
    return json.dumps(message, ensure_ascii=False, allow_nan=False).encode()


def _places(said: Iterable[Mapping[str, str]]) -> tuple[Place, ...]:
    return tuple(Place(one["path"], one["reason"]) for one in said)


def _status(said: Mapping[str, Any]) -> Status:
    return Status(
        said["reference"],
        said["sender_reference"],
        datetime.fromisoformat(said["received_at"]),
        said["stage"],
        said["stage_words"],
        datetime.fromisoformat(said["changed_at"]),
    )


def _waiting(said: Mapping[str, Any]) -> Waiting:
    return Waiting(
        uuid.UUID(said["id"]),
        said["reference"],
        said["subject"],
        datetime.fromisoformat(said["sent_at"]),
        datetime.fromisoformat(said["due_at"]),
        said["part_sent"],
    )
