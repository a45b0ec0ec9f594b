"""`python -m bench.exercise`: 24 participants in 6 groups at once, over HTTP against the product's own server.

A database of its own is made and seeded: a run of six groups whose referral came in and was rated, with agencies asked.
Then the web server and the worker are started as `mash run` starts them, and every participant opens and sends pages as
in an exercise, with moments of reading between them, while a facilitator looks on and gives paper out.  It stops by
itself.  No figure fails anything; an answer that is no page is counted beside them.
"""

import argparse
import http.client
import json
import os
import random
import resource
import statistics
import sys
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running

GROUPS, SEATS = 6, ("hub_manager", "social_care", "police", "health")
GOAL, PORT, ROUNDS = (
    500,
    8765,
    12,
)  # milliseconds at p95; of this machine; times that each looks through their pages
READS = (4.0, 12.0)  # seconds for which a participant reads or writes before the next page
BEGINS_WITHIN = 5.0  # seconds in which everybody sits down
WORDS = (
    "Seen on 12 November by the class teacher: asleep before break, no lunch, and he spoke of his sister. "
)
Took = dict[str, list[float]]


@dataclass
class Person:
    """Somebody with a session of their own.  pages: name to address; sends: name to the page whose form is sent."""

    name: str
    cookie: str
    pages: Mapping[str, str]
    sends: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def main() -> None:
    words = argparse.ArgumentParser(prog="bench.exercise")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    words.add_argument("--rounds", type=int, default=ROUNDS)
    words.add_argument(
        "--reads", type=float, nargs=2, default=READS, metavar=("LEAST", "MOST"), help="seconds"
    )
    words.add_argument("--port", type=int, default=PORT)
    asked = words.parse_args()
    home = embedded.home_for(PROJECT / "bench-exercise")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        running.must_be_free(asked.port)
        with embedded.server(home) as server:
            environment = settings_of(server)
            running.prepare(server, environment, afresh=True)
            with _settings(environment("mash_app")):
                people = _seed()
            before = _of_a_processor()
            with running.serving(asked.port, environment, {"MASH_BANNER": "A measure"}):
                took, wrong, seconds = _play(people, asked.port, asked.rounds, asked.reads)
            busy = _of_a_processor() - before  # web and worker, from their start to their end
    except (embedded.Unavailable, running.DidNotStart) as why:
        sys.exit(f"bench: {why}")
    many = sum(map(len, took.values()))
    about = {
        "participants": len(people) - 1,
        "groups": GROUPS,
        "rounds": asked.rounds,
        "reads": list(asked.reads),
        "cores": os.cpu_count(),
    }
    print(
        f"{about['participants']} participants in {GROUPS} groups and a facilitator, {os.cpu_count()} cores;"
    )
    print(
        f"{many} requests in {seconds:.0f} seconds, {many / seconds:.1f} a second, {wrong} that were no page"
    )
    print(
        f"web and worker: {1000 * busy / many:.0f} milliseconds of a processor a request, their start among it;"
    )
    print(
        f"{os.getloadavg()[0]:.1f} programs wanted one of {os.cpu_count()} cores, as a mean of the last minute"
    )
    print(f"{'page, milliseconds':<38}{'p50':>8}{'p95':>8}{'most':>8}{'n':>7}")
    figures = {name: _figures(times) for name, times in sorted(took.items())}
    for name, one in figures.items():
        late = "  above the goal" if one["p95"] > GOAL else ""
        print(f"{name:<38}{one['p50']:>8.0f}{one['p95']:>8.0f}{one['most']:>8.0f}{one['n']:>7.0f}{late}")
    print(f"goal: every page at most {GOAL} ms at p95")
    if asked.json:
        asked.json.write_text(
            json.dumps({"about": about, "wrong": wrong, "figures": figures}, indent=2) + "\n"
        )


@contextmanager
def _settings(environment: Mapping[str, str]) -> Iterator[None]:
    os.environ |= dict(environment) | {"DJANGO_SETTINGS_MODULE": "bench.settings"}
    import django
    from django.db import connections

    django.setup()
    try:
        yield
    finally:
        connections.close_all()


def _of_a_processor() -> float:
    """Return the seconds of a processor that ended children used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _figures(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50": statistics.median(ordered),
        "p95": ordered[max(0, -(-95 * len(ordered) // 100) - 1)],
        "most": ordered[-1],
        "n": float(len(ordered)),
    }


# What is there before


def _seed() -> list[Person]:
    """Make a hub, a run of six groups with work in each, and a session for everybody."""
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from mash.desk.demo.setting_up import as_program, as_worker
    from mash.exercise import actions
    from mash.exercise.content import carried
    from mash.exercise.models import Given, Group, Seat
    from mash.partnership import actions as partnership
    from mash.partnership.models import AgencyKind, Duty
    from mash.triage import actions as triage

    at = timezone.now() - timedelta(hours=1)
    hashed = make_password(uuid.uuid4().hex)
    with as_program("setup"):
        hub = partnership.open_hub(name="Measured MASH", prefix="MM", at=at, is_training=True)
        agency = partnership.join_hub(
            hub=hub, name="Measured Children's Services", kind=AgencyKind.CHILDRENS_SOCIAL_CARE, at=at
        )
        triage.load_targets(hub, on=at.date(), at=at)

        def person(number: int, duties: list[str]) -> Any:
            account = partnership.make_account(
                email=f"person{number}@measured.example", name=f"Person {number}", hashed=hashed
            )
            return partnership.give_post(
                account=account, hub=hub, agency=agency, title="Worker", duties=duties, at=at
            )

        trainer = person(0, [Duty.TRAIN])
        others = [person(number, []) for number in range(1, GROUPS * len(SEATS) + 1)]
    code, (_, text) = next(iter(carried().items()))
    with as_worker(trainer):
        version, _ = actions.take_in(text=text, what=code, by=trainer, at=at)
        run = actions.begin(
            key=uuid.uuid4(), version=version, label="Measured", groups=GROUPS, pace=5.0, by=trainer, at=at
        )
        places = [(group, seat) for group in range(1, GROUPS + 1) for seat in SEATS]
        chosen = {place: who.account for place, who in zip(places, others, strict=True)}
        actions.seat(run=run, chosen=chosen, page="https://hub.example/", by=trainer, at=at)
    with as_program("exercises"):
        actions.open_places(run_id=run.pk, page="https://hub.example/", at=at)
    with as_worker(trainer):
        actions.turn(run=run, what="start", by=trainer, at=at)
        actions.turn(run=run, what="pause", by=trainer, at=at)
        for number in (1, 2, 3):
            actions.give(run=run, number=number, groups=range(1, GROUPS + 1), by=trainer, at=at)
        referrals = list(Given.objects.filter(run=run, kind="referral").values_list("pk", flat=True))
    for one in referrals:
        with as_program("exercises"):
            actions.put_in(given_id=one, at=at)
    with as_program("exercises"):
        groups = list(Group.objects.filter(run=run).select_related("place").order_by("number"))
        seats = list(
            Seat.objects.filter(run=run).select_related("post__hub", "post__account", "post__agency")
        )
    people = [_facilitator(trainer, run)]
    for group in groups:
        posts = {one.seat: one.post for one in seats if one.group_id == group.pk}
        people += _worked_on(group, posts, at + timedelta(minutes=5))
    return people


def _worked_on(group: Any, posts: dict[str, Any], at: Any) -> list[Person]:
    """Have a group rate its referral and ask its agencies; return who sits in it, with their pages."""
    from django.urls import reverse

    from mash.check.models import Enquiry, EnquiryPerson
    from mash.contact.models import Contact
    from mash.desk.demo import story
    from mash.desk.demo.setting_up import as_worker

    worker, manager = posts["social_care"], posts["hub_manager"]
    named = {"screener": worker, "social.worker": worker, "decision.maker": manager}
    stage = story.Stage(group.place, posts | named, at + timedelta(minutes=50), timedelta(0))
    with as_worker(worker):
        contact = Contact.objects.select_related("hub").get(hub=group.place_id)
    story.settle_all(story.Stage(group.place, posts | named, at, timedelta(0)), contact)
    story.rate(stage, contact, "amber", after=timedelta(minutes=6))
    story.adopt(stage, contact, at + timedelta(minutes=12))
    opened = story.open_check(stage, contact, at + timedelta(minutes=14))
    story.ask(stage, opened, ["police", "community_health"], at + timedelta(minutes=16))
    seat = {"paper feed": reverse("exercise:feed"), "paper feed, its part": reverse("exercise:feed_part")}
    seat |= {"meeting": reverse("exercise:meeting"), "floor: a page without anybody": reverse("health")}
    found = []
    for name, post in posts.items():
        if name in {"police", "health"}:
            with as_worker(post):
                enquiry = Enquiry.objects.get(agency=post.agency_id)
                who = EnquiryPerson.objects.filter(enquiry=enquiry).order_by("pk")[0]
            asked = reverse("check:enquiry", args=[enquiry.pk])
            answer = reverse("check:answer", args=[enquiry.pk, who.pk])
            pages = seat | {"enquiries": reverse("check:inbox"), "one enquiry": asked, "answer": answer}
            sends = {"answer, sent": (answer, answer), "what is typed, kept": (answer, "keeps")}
        else:
            case = reverse("desk:case", args=[contact.pk])
            strategy = reverse("decision:strategy", args=[contact.pk])
            pages = seat | {
                "worklist": reverse("desk:worklist"),
                "case": case,
                "referral": reverse("triage:page", args=[contact.pk]),
                "check": reverse("check:board", args=[opened.pk]),
                "strategy discussion": strategy,
            }
            sends = {
                "what is typed, kept": (strategy, "keeps"),
                "search for people": (reverse("people:search"), reverse("people:search")),
            }
        found.append(Person(f"group {group.number}, {name}", _cookie(post), pages, sends))
    return found


def _facilitator(trainer: Any, run: Any) -> Person:
    from django.urls import reverse

    pages = {
        "facilitator": reverse("exercise:run", args=[run.pk]),
        "facilitator, its part": reverse("exercise:board_part", args=[run.pk]),
        "one group": reverse("exercise:group", args=[run.pk, 1]),
        "debrief": reverse("exercise:debrief", args=[run.pk]),
        "scores": reverse("exercise:score", args=[run.pk, 1]),
    }
    sends = {"paper given by hand": (pages["facilitator"], reverse("exercise:give", args=[run.pk]))}
    return Person("facilitator", _cookie(trainer), pages, sends)


def _cookie(post: Any) -> str:
    """Begin a session as signing in and choosing a post do."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(post.account_id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = post.account.get_session_auth_hash()
    session["post"] = str(post.pk)
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


# Everybody at once


class Hands:
    """One participant's browser: one connection, one session."""

    def __init__(self, person: Person, port: int, took: Took, wrong: list[str]) -> None:
        self.person, self.port, self.took, self.wrong = person, port, took, wrong
        self.cookies = dict([person.cookie.split("=", 1)])
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def asks(self, name: str, method: str, address: str, body: str = "", **headers: str) -> bytes:
        """Ask for a page and keep how long it took until its last byte."""
        headers |= {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        try:
            self.line.request(method, address, body or None, headers)
            answer = self.line.getresponse()
            page = answer.read()
        except (OSError, http.client.HTTPException):
            self.line.close()
            self.wrong.append(f"{name}: no answer")
            return b""
        self.took[name].append(1000 * (time.perf_counter() - began))
        for said in answer.headers.get_all("Set-Cookie") or []:
            key, _, value = said.partition(";")[0].partition("=")
            self.cookies[key] = value
        signed_out = answer.status in {301, 302} and "login" in (answer.headers.get("Location") or "")
        if answer.status >= 400 or signed_out:
            self.wrong.append(f"{name}: {answer.status}")
        return page

    def sends(self, name: str, page: str, to: str, number: int) -> None:
        """Open a page and send its form: keep what is typed, or send it."""
        import lxml.html

        shown = self.asks(f"{name}: its page", "GET", page)
        if not shown:
            return
        forms = [one for one in lxml.html.fromstring(shown).forms if one.method == "POST"]
        keeps = [one for one in forms if one.get("data-autosave")]
        form = (
            keeps[0]
            if to == "keeps" and keeps
            else next((one for one in forms if _leads(one, page, to)), None)
        )
        if form is None:
            return
        address = form.get("data-autosave") if to == "keeps" else to
        filled = [(key, value) for key, value in form.form_values() if not key.startswith("look")]
        typed = {one.name for one in form.inputs if one.name and (one.tag == "textarea")}
        filled = [(key, f"{WORDS}{number}" if key in typed else value) for key, value in filled]
        if name == "search for people":
            filled = [(key, "Malloy" if key == "family" else value) for key, value in filled]
        extra = {"X-Autosave": "1"} if to == "keeps" else {}
        self.asks(
            name, "POST", address, urlencode(filled), Referer=f"http://127.0.0.1:{self.port}{page}", **extra
        )


def _leads(form: Any, page: str, to: str) -> bool:
    return (form.get("action") or page).partition("?")[0] == to


def _play(people: list[Person], port: int, rounds: int, reads: Sequence[float]) -> tuple[Took, int, float]:
    """Let everybody work at once; return how long each page took, how many were none, and how long it lasted."""
    took: Took = defaultdict(list)
    wrong: list[str] = []
    gate = threading.Barrier(len(people))

    def works(person: Person, place: int) -> None:
        chance = random.Random(place)
        hands = Hands(person, port, took, wrong)
        gate.wait()
        time.sleep(chance.uniform(0, BEGINS_WITHIN))
        for number in range(rounds):
            doing: list[Callable[[], object]] = [
                partial(hands.asks, name, "GET", address) for name, address in person.pages.items()
            ]
            doing += [
                partial(hands.sends, name, page, to, number) for name, (page, to) in person.sends.items()
            ]
            chance.shuffle(doing)
            for one in doing:
                one()
                time.sleep(chance.uniform(*reads))

    threads = [threading.Thread(target=works, args=[one, place]) for place, one in enumerate(people)]
    began = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for said in sorted(set(wrong)):
        print(f"no page: {said}, {wrong.count(said)} times", file=sys.stderr)
    return took, len(wrong), time.perf_counter() - began


if __name__ == "__main__":
    main()
