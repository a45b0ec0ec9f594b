"""Workers and a sender at their work, over HTTP: each opens pages one after another with moments of reading between."""

import http.client
import itertools
import json
import random
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from mash.__main__ import PROJECT

SHARES = {
    "worklist": 5,
    "case page": 5,
    "person search": 2,
    "match on intake": 2,
    "dashboard": 1,
    "take a contact": 1,
}
SENDS = "referral by night"
BETWEEN_SENDS = 5  # seconds: 720 in an hour; two million in five years are 1,100 in a day
PATIENCE = 60  # seconds for one answer
CSRF = "k" * 32
MESSAGES = PROJECT / "mash" / "desk" / "demo" / "northfield_referrals.jsonl"


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody with a session.  pages: name to the addresses that they open."""

    cookie: str
    pages: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Feed:
    """A system that sends, with what it shows and under which name."""

    key: str
    organisation: str


@dataclass(slots=True)
class Played:
    """How long each answer took, in seconds, by page; and what was answered that is no page."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def many(self) -> int:
        return sum(map(len, self.took.values()))


def play(
    players: Sequence[Player],
    feeds: Sequence[Feed],
    *,
    port: int,
    seconds: float,
    reads: tuple[float, float],
    seed: int,
) -> Played:
    """Let everybody work for so long.  reads: the least and most seconds between two pages of one worker."""
    played, until = Played(), time.monotonic() + seconds
    threads = [
        threading.Thread(
            target=_works, args=(player, port, until, reads, random.Random(seed + number), played)
        )
        for number, player in enumerate(players)
    ]
    threads.append(threading.Thread(target=_sends, args=(feeds, port, until, played)))
    began = time.monotonic()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    played.seconds = time.monotonic() - began
    return played


def _works(  # noqa: PLR0917 - what a thread is given
    player: Player, port: int, until: float, reads: tuple[float, float], chance: random.Random, played: Played
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    headers = {"Cookie": f"sessionid={player.cookie}; csrftoken={CSRF}"}
    names = [name for name in SHARES if player.pages.get(name)]
    time.sleep(chance.uniform(0, reads[1]))
    while time.monotonic() < until:
        name = chance.choices(names, [SHARES[one] for one in names])[0]
        address = chance.choice(player.pages[name])
        if name == "take a contact":
            form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
            body = f"csrfmiddlewaretoken={CSRF}".encode()
            _ask(connection, "POST", address, body, form, name=name, fine={302}, played=played)
        else:
            _ask(connection, "GET", address, None, headers, name=name, fine={200}, played=played)
        connection.close()  # while somebody reads, a server ends a connection that is silent
        time.sleep(chance.uniform(*reads))


def _sends(feeds: Sequence[Feed], port: int, until: float, played: Played) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    for feed, message in zip(itertools.cycle(feeds), _messages(), strict=False):
        if time.monotonic() >= until:
            return
        message["source"] |= {"kind": "police", "organisation": feed.organisation}
        headers = {"Authorization": f"Bearer {feed.key}", "Content-Type": "application/json"}
        body = json.dumps(message).encode()
        _ask(connection, "POST", "/api/v1/referrals", body, headers, name=SENDS, fine={201}, played=played)
        time.sleep(BETWEEN_SENDS)


def _messages() -> Iterator[dict[str, Any]]:
    lines = [line for line in MESSAGES.read_text().splitlines() if line.strip()]
    for line in itertools.cycle(lines):
        yield json.loads(line) | {"reference": str(uuid.uuid4())}


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    address: str,
    body: bytes | None,
    headers: dict[str, str],
    *,
    name: str,
    fine: set[int],
    played: Played,
) -> None:
    began = time.perf_counter()
    try:
        connection.request(method, address, body, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as why:
        connection.close()
        played.wrong[f"{name}: {type(why).__name__}"] += 1
        return
    played.took[name].append(time.perf_counter() - began)
    if answer.status not in fine:
        played.wrong[f"{name}: {answer.status}"] += 1
