"""Ways of answering "is this person known?", ours and others', asked in the same way."""

import math
import time
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction

from bench.matching.figures import Answer
from bench.matching.telling import Query, Record
from mash.common.identity import acting_as, as_service
from mash.partnership.models import Hub, Staff
from mash.people import actions, identifiers, names, queries
from mash.people.details import Details
from mash.people.matching import Band
from mash.people.models import Person
from mash.people.weighing import shipped_for

CHUNK = 1000
Found = list[tuple[int, float, bool]]  # whose record, its score, shown as likely


class System(Protocol):
    """Something that can be asked who somebody is."""

    name: str

    def ask(self, said: Details) -> Found:
        """Return up to five people, likeliest first."""
        ...


class Ours:
    """The product, through its own query, as a worker of the hub, under row-level security."""

    name = "OpenMASH"

    def __init__(self, hub: Hub, worker: Staff) -> None:
        self.hub, self.worker = hub, worker
        self.whose: dict[uuid.UUID, int] = {}
        self.line = 0.0

    def load(self, records: Sequence[Record], at: datetime) -> None:
        """Take the register in as `mash people import` does; a record keeps its truth in its key."""
        from dataclasses import replace

        for start in range(0, len(records), CHUNK):
            part = [
                replace(one.details, source="bench", source_key=f"{start + place}-{one.human}")
                for place, one in enumerate(records[start : start + CHUNK])
            ]
            with as_service("imports"):
                actions.take_register(several=part, hub_id=self.hub.pk, at=at)
        with as_service("imports"), transaction.atomic():
            actions.count_register(hub=self.hub, at=at)

    def remember(self) -> None:
        """Read whose record is whose, and the line for so many."""
        with as_service("imports"), transaction.atomic():
            self.line = shipped_for(self.hub.pk).likely_from
            rows = Person.objects.filter(hub=self.hub.pk, source="bench").values_list("pk", "source_key")
            self.whose = {key: int(truth.split("-")[1]) for key, truth in rows.iterator()}

    def ask(self, said: Details) -> Found:
        """Ask the product."""
        found = queries.candidates(self.hub.pk, said)
        return [(self.whose[one.person_id], one.points, one.band == Band.LIKELY) for one in found]


class Floor(Ours):
    """One person read by key, as the same worker under the same walls: nothing that asks the database is faster."""

    name = "primary key alone"

    def ask(self, said: Details) -> Found:  # noqa: ARG002
        """Read one row."""
        self.keys = getattr(self, "keys", None) or list(self.whose)
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, given, family FROM people_person WHERE id = %s", [self.keys[0]])
            cursor.fetchall()
        self.keys.append(self.keys.pop(0)) if len(self.keys) < 2 else self.keys.pop(0)
        return []


class Exact:
    """The same NHS number, or the same name and date of birth."""

    name = "exact"

    def __init__(self, records: Sequence[Record]) -> None:
        self.rows: dict[Any, list[int]] = {}
        for one in records:
            for key in self._keys(one.details):
                self.rows.setdefault(key, []).append(one.human)

    def ask(self, said: Details) -> Found:
        """Look the keys up; the number counts for more."""
        found: dict[int, float] = {}
        for key in self._keys(said):
            for human in self.rows.get(key, ())[:20]:
                found[human] = found.get(human, 0) + (2 if key[0] == "nhs" else 1)
        return [
            (human, score, False) for human, score in sorted(found.items(), key=lambda pair: -pair[1])[:5]
        ]

    def _keys(self, said: Details) -> list[tuple[Any, ...]]:
        keys: list[tuple[Any, ...]] = []
        if said.nhs_number and identifiers.is_valid("nhs", said.nhs_number):
            keys.append(("nhs", said.nhs_number))
        given, family = names.fold(said.given), names.fold(said.family)
        if given and family and said.born_on:
            keys.append(("name", given, family, said.born_on))
        return keys


def asked(system: System, queries: Sequence[Query]) -> list[Answer]:
    """Ask a system every query, one after another."""
    return [_one(system, query) for query in queries]


def asked_as_worker(system: Ours, queries: Sequence[Query]) -> list[Answer]:
    """Ask the product every query as its worker reads: in one transaction that cannot write."""
    with acting_as(system.worker.identity, role="mash_reader"), transaction.atomic():
        return asked(system, queries)


def _one(system: System, query: Query) -> Answer:
    began = time.perf_counter()
    found = system.ask(query.details)
    took = time.perf_counter() - began
    return answer(query, found, took)


def answer(query: Query, found: Found, seconds: float) -> Answer:
    """Return what an answer is worth."""
    people = [human for human, _, _ in found]
    return Answer(
        known=query.kind == "known",
        origin=query.origin,
        right_among_five=query.human in people[:5],
        right_first=people[:1] == [query.human],
        score=found[0][1] if found else -math.inf,
        seconds=seconds,
        likely=bool(found) and found[0][2],
        likely_relative=any(is_likely and human in query.siblings for human, _, is_likely in found),
    )
