"""Who works in a filled city, what they open, and what that takes without a server between."""

import random
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench import measuring
from bench.city.filling import OPEN, ORGANISATION, SEED
from bench.city.playing import Feed, Player
from bench.city.spending import spent_on, without_walls
from mash.common.identity import as_service
from mash.contact.models import Contact
from mash.desk.demo.setting_up import as_worker
from mash.partnership.models import Staff
from mash.people.models import Person
from mash.systems import actions as systems
from mash.systems.models import Scope, System

CASES, SEARCHES, UNSETTLED = 40, 12, 20  # of each worker
SESSIONS: dict[str, Staff] = {}


def players(many: int) -> list[Player]:
    """Sign so many workers in, of every hub in turn."""
    with as_service("setup"), transaction.atomic():
        desks = list(
            Staff.objects.select_related("hub", "agency", "account")
            .filter(title__startswith="Desk")
            .order_by("title", "hub__name")[:many]
        )
    found, hubs = [], {}
    for number, worker in enumerate(desks):
        if worker.hub_id not in hubs:
            hubs[worker.hub_id] = _work_of(worker)
        found.append(_player(worker, hubs[worker.hub_id], random.Random(SEED + number)))
    return found


def _work_of(worker: Staff) -> dict[str, list[Any]]:
    """Return the open cases of a hub, some past ones, and names that people are looked for by."""
    with as_service("imports"), transaction.atomic():
        contacts = Contact.objects.filter(hub=worker.hub_id)
        newest = list(contacts.order_by("-received_at").values_list("pk", flat=True)[:OPEN])
        past = list(contacts.order_by("received_at").values_list("pk", flat=True)[:OPEN])
        people = list(Person.objects.filter(hub=worker.hub_id).order_by("pk")[:200])
    return {"open": newest, "past": past, "names": [f"{one.given} {one.family}" for one in people]}


def _player(worker: Staff, work: dict[str, list[Any]], chance: random.Random) -> Player:
    cookie = measuring.signed_in(worker).cookies["sessionid"].value
    SESSIONS[cookie] = worker
    open_ = chance.sample(work["open"], min(UNSETTLED, len(work["open"])))
    cases = open_ + chance.sample(work["past"], min(CASES - len(open_), len(work["past"])))
    names = chance.sample(work["names"], min(SEARCHES, len(work["names"])))
    return Player(
        cookie,
        {
            "worklist": [reverse("desk:worklist")],
            "case page": [reverse("desk:case", args=[one]) for one in cases],
            "person search": [measuring.address_of(one, worker) for one in names],
            "match on intake": [reverse("contact:settle", args=[one]) for one in open_],
            "dashboard": [reverse("insight:now")],
            "take a contact": [reverse("triage:take", args=[one]) for one in open_],
        },
    )


def feeds() -> list[Feed]:
    """Let a system of each hub send, with a new key in the place of its last."""
    with as_service("setup"), transaction.atomic():
        posts = Staff.objects.select_related("hub", "agency", "account").order_by("hub__name")
        administrators = {one.hub_id: one for one in posts.filter(title="Administrator")}
        leads = list(posts.filter(title="Lead"))
    return [_feed(one, administrators[one.hub_id]) for one in leads]


def _feed(lead: Staff, administrator: Staff) -> Feed:
    at = timezone.now() - timedelta(seconds=5)
    with as_worker(administrator):
        for before in System.objects.filter(hub=lead.hub_id, ended_at=None):
            systems.end_system(system=before, why="Measured anew", by=administrator, at=at)
        system = systems.let_speak(
            agency=lead.agency,
            name="Feed",
            organisation=ORGANISATION,
            scopes=Scope.values,
            by=administrator,
            at=at,
        )
    with as_worker(lead):
        _, shown = systems.give_key(system=system, label="Measured", days=30, by=lead, at=at)
    return Feed(shown, ORGANISATION)


def beside(found: list[Player], administrator: str, sample: int) -> dict[str, dict[str, Any]]:
    """Return of each page its floor at the 95th percentile, with and without walls, and where its time goes."""
    said: dict[str, dict[str, Any]] = {}
    for name in [one for one in found[0].pages if one != "take a contact"]:
        floors, bare = [], []
        for number in range(sample):
            player = found[number % len(found)]
            client, worker = _client(player), SESSIONS[player.cookie]
            address = player.pages[name][number // len(found) % len(player.pages[name])]
            floors.append(measuring.sql_alone(client, worker, address))
            bare.append(without_walls(client, address, administrator))
        player = found[0]
        addresses = (player.pages[name] * sample)[:sample]
        said[name] = {
            "floor": _high(floors),
            "without walls": _high(bare),
            "goes": spent_on(_client(player), addresses),
        }
    return said


def _client(player: Player) -> Client:
    client = Client()
    client.cookies["sessionid"] = player.cookie
    return client


def _high(seconds: list[float]) -> float:
    ordered = sorted(seconds[1:])
    return round(ordered[int(len(ordered) * 0.95)] * 1000, 1)
