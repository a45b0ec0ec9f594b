"""Requests that nobody would make by a page: no server error, nothing slow, and nothing shown that was not before.

Every address, by any method, as any post, with the key of a system and as nobody, with hostile words in the address,
the query, the form, the headers and the body.  `make prove` makes MASH_REQUESTS of them; a sample runs with the other
tests.  The seed MASH_SEED repeats them: what is found is printed as the call that finds it again.
"""

import collections
import json
import os
import random
import time
import uuid

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mash.systems.models import Key
from tests.access import scene as telling
from tests.access.filling import forms
from tests.access.routes import ROUTES
from tests.access.test_oracle import OK, path_of
from tests.addresses import patterns
from tests.factories.contact import a_message
from tests.factories.systems import words_of
from tests.figures import figure

pytestmark = pytest.mark.exhaustive
REQUESTS = int(os.environ.get("MASH_REQUESTS") or 1500)
PARTS = 2 if REQUESTS >= 10_000 else 1  # each in a process of its own, with `-n 2 --dist load`
SEED = int(os.environ.get("MASH_SEED", "34"))
SLOW = float(
    os.environ.get("MASH_SLOW") or 2
)  # seconds; what is slow is asked once more, for the machine may be busy with others
METHODS = ("get", "post", "post", "post", "head", "put", "patch", "delete", "options", "trace")
NOT_SENT = {"account_logout", "health"}  # signing out would end the browser; the other asks the queue
HOSTILE = (
    "", " ", "\x00", "a\x00b", "'", "''; DROP TABLE people_person; --", "%s%s%n", "{{7*7}}", "${7*7}",
    "../../../etc/passwd", "<script>alert(1)</script>", "\u202eevil", "\ud7ff\ue000", "\U0001f600" * 50,
    "\ufdfa" * 200, "A" * 10_000, "-1", "0", "1e999", "NaN", "9" * 400, "2026-02-30", "0000-00-00",
    "9999-12-31T23:59:59.999999999Z", "null", "true", "[]", "{}", "on", "00000000-0000-0000-0000-000000000000",
    "not-a-uuid", "\r\nSet-Cookie: a=b", "//evil.example", "https://evil.example/", "javascript:alert(1)",
    "\u200f\u05e9\u05dc", "e\u0301" * 300, "\x1b[31m", "\ufeff", "\u2028", "NF-7K3M-2Q9", "12/13/2026", "31", "13",
    "99999999999999999999", "-99999999999999999999", "\uff11\uff12", "\u0663", "2026", "a,b,c", "%", "%00", "%ff", "\\",
    "|", "a=b&c=d",
)  # fmt: skip
HEADERS = (
    {}, {"HTTP_HX_REQUEST": "true"}, {"HTTP_ACCEPT": "application/json"}, {"HTTP_ACCEPT_LANGUAGE": "x" * 3000},
    {"HTTP_X_FORWARDED_FOR": "1.2.3.4, ::1, 'x"}, {"HTTP_X_FORWARDED_PROTO": "https"}, {"HTTP_REFERER": "javascript:1"},
    {"HTTP_IF_NONE_MATCH": '"x"'}, {"HTTP_IF_MODIFIED_SINCE": "never"}, {"HTTP_RANGE": "bytes=0-,5-1"},
    {"HTTP_COOKIE": "sessionid=" + "x" * 500}, {"HTTP_USER_AGENT": "\x7f" * 200}, {"HTTP_X_CSRFTOKEN": "x" * 64},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"}, {"HTTP_ACCEPT_ENCODING": "br;q=x, gzip;q=-1"},
)  # fmt: skip
TYPES = (
    "application/json",
    "text/plain",
    "application/xml",
    "application/octet-stream",
    "multipart/form-data",
    "",
)


class Drawn:
    """Draws one request after another; the same seed draws the same."""

    def __init__(self, told, seed):
        self.told, self.draw = told, random.Random(seed)
        self.addresses = [
            (name, path_of(told, name, wanted)[0])
            for name, wanted in patterns()
            if name not in NOT_SENT and known(told, wanted)
        ]
        self.keys = [str(one) for one in told.scene.told.values()]
        self.names = self._names()
        self.posts = sorted(told.posts)
        self.systems = [words_of(one) for one in Key.objects.using("builder").order_by("pk")]

    def _names(self):
        """Return, by path, the names of the fields that its forms have, with what they would send."""
        found = {}
        for name, path in self.addresses:
            page = ROUTES.get(name)
            for who in ("decision.maker", "manager") if page and page.get and page.post else ():
                shown = self.told.browser(who, self.told.scene.posts[who]).get(path)
                if shown.status_code == OK and (seen := forms(shown.content, path)):
                    found[path] = seen
                    break
        return found

    def word(self):
        """Return something to say: mostly hostile, sometimes the key of something that is there."""
        return self.draw.choice(self.keys) if self.draw.random() < 0.2 else self.draw.choice(HOSTILE)

    def form(self, path):
        """Return a form: as the page would send it, with some fields spoilt, missing, doubled or new."""
        said = dict(self.draw.choice(self.names[path])) if path in self.names else {}
        for name in list(said):
            chance = self.draw.random()
            if chance < 0.25:
                said[name] = self.word()
            elif chance < 0.32:
                said[name] = [self.word(), self.word()]
            elif chance < 0.4:
                del said[name]
        for _ in range(self.draw.randrange(3)):
            said[self.draw.choice((*EXTRA, self.word() or "x"))] = self.word()
        if self.draw.random() < 0.05:
            said["file"] = SimpleUploadedFile(
                "../" + self.draw.choice(("a.pdf", "b.docx", "c\x00.exe")), self.draw.randbytes(64)
            )
        return said

    def message(self, name):
        """Return what a system would send, spoilt in a few places."""
        said = json.loads(json.dumps(MESSAGES.get(name, MESSAGES["api:answer"])))
        for _ in range(self.draw.randrange(4)):
            self.spoil(said)
        body, many = json.dumps(said), name == "api:batch"
        if self.draw.random() < 0.1:
            body = body[: self.draw.randrange(len(body))]
        return {"data": body, "content_type": f"application/{'x-ndjson' if many else 'json'}"}

    def spoil(self, said):
        """Put something else at one place of a message: another word, another kind of thing, or nothing."""
        while True:
            key = self.draw.choice(list(said) if isinstance(said, dict) else range(len(said)))
            if isinstance(said[key], dict | list) and said[key] and self.draw.random() < 0.7:
                said = said[key]
            else:
                break
        word = self.word().encode("utf-8", "replace").decode()
        said[key] = self.draw.choice((word, [word], {word: word}, None, 5, True, [[]], word))

    def one(self):
        """Return who asks, the method, the address, and what comes with it."""
        name, path = self.draw.choice(self.addresses)
        if self.draw.random() < 0.15:
            parts = path.split("/")
            parts[self.draw.randrange(1, len(parts))] = self.draw.choice(
                (self.draw.choice(self.keys), str(uuid.UUID(int=1)), "x", "é", "%2e%2e")
            )
            path = "/".join(parts) or "/"
        method, more = (
            self.draw.choice(METHODS),
            dict(self.draw.choice(HEADERS) if self.draw.random() < 0.3 else {}),
        )
        who = None if self.draw.random() < 0.1 else self.draw.choice(self.posts)
        if name.startswith("api:") and self.draw.random() < 0.8:
            more["HTTP_AUTHORIZATION"] = f"Bearer {self.draw.choice(self.systems)}"
            if method == "post" and self.draw.random() < 0.8:
                return who, method, name, path, more | self.message(name)
        if method in {"get", "head"}:
            more["data"] = {self.draw.choice(QUERY): self.word() for _ in range(self.draw.randrange(4))}
        elif method == "post" and self.draw.random() < 0.85:
            more["data"] = self.form(path)
        elif method not in {"options", "trace"}:
            body = self.draw.choice(
                (json.dumps({"q": self.word()}), self.word() * 3, "{", "[" * 2000, '{"a":' * 500)
            )
            more |= {"data": body, "content_type": self.draw.choice(TYPES)}
        return who, method, name, path, more


NOBODY_S = str(uuid.UUID(int=2))
MESSAGES = {
    "api:referrals": a_message("H-1"),
    "api:batch": a_message("H-1"),
    "api:export": {"why": "Lost on the way"},
    "api:number": {"number": "4410927", "same_case_because": "One family"},
    "api:withhold": {
        "key": NOBODY_S,
        "reason": "belongs_to_another",
        "explanation": "The court's",
        "approved_by": "Ines",
        "person": NOBODY_S,
        "late_reason": "Shut",
    },
    "api:answer": {
        "key": NOBODY_S,
        "part": True,
        "view": "red",
        "late_reason": "Shut",
        "searches": [
            {"person": NOBODY_S, "result": "could_not_search", "how": "By name", "again_on": "2026-12-08"}
        ],
        "answers": [
            {
                "person": NOBODY_S,
                "question": "item",
                "value": "yes",
                "words": "Calm.",
                "sharing": "summary",
                "summary": "Calm.",
                "on": "2026-03",
                "source_grade": "1",
                "information_grade": "A",
                "handling": "C",
                "conditions": "None",
                "classification": "OFFICIAL",
            }
        ],
    },
}
EXTRA = (
    "key",
    "version",
    "q",
    "do",
    "step",
    "next",
    "page",
    "search",
    "kept_for",
    "csrfmiddlewaretoken",
    "which",
    "seen",
    "0-0",
)
QUERY = (
    "q",
    "page",
    "next",
    "order",
    "view",
    "colour",
    "from",
    "until",
    "agency",
    "on",
    "filter",
    "who",
    "x",
    "at",
    "week",
)


def known(told, wanted):
    return all(one in told.scene.told | told.more for one in wanted)


def timed(client, method, path, more):
    """Return the status of a request, or what it raised; whether it was asked to sign in; and how long it took."""
    began = time.monotonic()
    try:
        answer = getattr(client, method)(path, **more)
    except Exception as error:  # noqa: BLE001 (nothing may come through)
        return f"{type(error).__name__}: {error}"[:200], False, time.monotonic() - began
    turned_away = answer.headers.get("Location", "").startswith("/accounts/login/")
    return answer.status_code, turned_away, time.monotonic() - began


def ask(told, nobody, who, *request):
    """Return what `timed` does, asked by this post signed in; a session that something ended is begun anew."""
    if who is None:
        return timed(nobody, *request)
    for _ in range(2):
        client = told.browser(who, told.posts[who])
        client.raise_request_exception = False
        status, turned_away, took = timed(client, *request)
        if not turned_away:
            break
        del told.browsers[who]
    return status, turned_away, took


@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_breaks_anything_or_takes_long(told, part):
    wrong, statuses, slowest, asked = [], collections.Counter(), (0.0, ""), REQUESTS // PARTS
    with telling.undone():
        drawn, nobody = Drawn(told, SEED + part), Client(raise_request_exception=False)
        for number in range(asked):
            who, method, name, path, more = drawn.one()
            cache.clear()
            request = (method, path, more)
            status, away, took = ask(told, nobody, who, *request)
            if took > SLOW:
                status, away, took = ask(told, nobody, who, *request)
            statuses["to sign in" if away else status if isinstance(status, int) else "raised"] += 1
            slowest = max(slowest, (took, f"{method} {name}"))
            if not isinstance(status, int) or status >= 500 or took > SLOW:
                wrong.append(
                    f"{number}: {status} in {took:.1f} s: {method} {name} {path} as {who}: {str(more)[:600]}"
                )
    errors = statuses["raised"] + sum(
        many for one, many in statuses.items() if isinstance(one, int) and one >= 500
    )
    said = f"part {part + 1} of {PARTS}: {asked} requests, "
    said += f"{errors} server errors, slowest {slowest[0]:.2f} s ({slowest[1]}): {dict(statuses)}"
    figure("S6 hostile requests", said, "200,000 requests, 0 errors, 0 over 2 s")
    assert not wrong, "\n".join([said, *wrong])
