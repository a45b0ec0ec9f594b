"""Comparing the registers of hubs that let each other: each is told whom another may know, and to ask it."""

import uuid
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

from django.db import transaction

from mash.common.turns import take_turn
from mash.ledger.actions import record
from mash.people.duplicates import splinking
from mash.people.duplicates.reading import Register
from mash.people.duplicates.records import Line
from mash.people.duplicates.splinking import Pair
from mash.people.duplicates.weighing import Several, weigh_several, weights_among
from mash.people.held import rows_of
from mash.people.matching import Band
from mash.people.matching.weights import shipped
from mash.region import queries
from mash.region.models import LookedOver, Met

AT_ONCE = 2000  # pairs weighed at once
Told = dict[tuple[uuid.UUID, uuid.UUID, uuid.UUID], bool]
"""By hub, its person and the other hub: whether they are likely known there, or to be checked."""


class Run(NamedTuple):
    """One run.  hubs: compared.  records: read, of all of them.  found: rows told."""

    hubs: int
    records: int
    found: int


def look_over(*, at: datetime, engine: str = "duckdb") -> Run:
    """Compare the registers of all hubs that let each other now; acts as the service `region`.  Nobody is joined.

    Three transactions.  Each hub's line of the ledger is committed before anything of it is read; the list changes as
    a whole; and between reading and telling, what is granted is asked anew.  A run that breaks off leaves the list as
    it was, but for what no grant carries any more, which nobody sees.

    Raises splinking.NotInstalled.

    Source: docs/rules.md, "Registers of a region".
    """
    with transaction.atomic():
        granted = queries.running()
        for hub_id in sorted({one for one, _ in granted}):
            beside = sorted(str(other) for one, other in granted if one == hub_id)
            record(
                "region.read",
                about=_hub(hub_id),
                at=at,
                hub_id=hub_id,
                detail={"beside": beside, "engine": engine},
            )
    with transaction.atomic():
        granted &= queries.running()
        several = _Registers(sorted({one for one, _ in granted}))
        told = _told(several, granted, engine) if granted else {}
    with transaction.atomic():
        return _tell(told, several, granted & queries.running(), at)


def _hub(hub_id: uuid.UUID) -> str:
    return f"partnership.hub:{hub_id}"


class _Registers:
    """The registers of several hubs as one.  keys: of the records in the order of the lines.  whose: their hubs."""

    def __init__(self, hubs: Sequence[uuid.UUID]) -> None:
        self.each = [Register(one) for one in hubs]
        self.keys: list[uuid.UUID] = []
        self.whose: list[uuid.UUID] = []

    def lines(self) -> Generator[Line]:
        """Yield each record of each hub as a line.  Row-level security leaves out whoever must not be met."""
        for register in self.each:
            with closing(register.lines()) as lines:
                for place, one in enumerate(lines):
                    self.keys.append(register.keys[place])
                    self.whose.append(register.hub_id)
                    yield one._replace(id=len(self.keys) - 1)


def _told(several: _Registers, granted: set[queries.Pair], engine: str) -> Told:
    """Return what is to be told, by the product's own weights: no hub's decisions speak for another's people."""
    with closing(several.lines()) as lines:
        pairs = splinking.pairs(lines, engine=engine)
        first = next(pairs, [])  # by now all is read, and Splink has answered
        weights = weights_among(shipped(), len(several.keys))
        across = (
            one for one in chain(first, chain.from_iterable(pairs))
            if (several.whose[one.one], several.whose[one.other]) in granted
        )  # fmt: skip
        told: Told = {}
        for part in _parts(across):
            rows = rows_of({several.keys[place] for one in part for place in one[:2]})
            there = [one for one in part if {several.keys[one.one], several.keys[one.other]} <= rows.keys()]
            keys = [(several.keys[one.one], several.keys[one.other]) for one in there]
            for one, said in zip(there, weigh_several(Several(keys, rows, weights)), strict=True):
                if said.band != Band.NOT_FOUND:
                    _note(told, several, one, likely=said.band == Band.LIKELY)
    return told


def _note(told: Told, several: _Registers, pair: Pair, *, likely: bool) -> None:
    for here, there in ((pair.one, pair.other), (pair.other, pair.one)):
        key = several.whose[here], several.keys[here], several.whose[there]
        told[key] = told.get(key, False) or likely


def _tell(told: Told, several: _Registers, granted: set[queries.Pair], at: datetime) -> Run:
    take_turn("region")
    Met.objects.all().delete()
    counts = queries.who_counts({person for _, person, _ in told})
    rows: Told = {}
    for (hub, person, elsewhere), likely in told.items():
        if (hub, elsewhere) in granted and person in counts:
            key = hub, counts[person], elsewhere
            rows[key] = rows.get(key, False) or likely
    Met.objects.bulk_create(
        [
            Met(hub_id=hub, person_id=person, elsewhere_id=elsewhere, likely=likely, at=at)
            for (hub, person, elsewhere), likely in rows.items()
        ],
        batch_size=AT_ONCE,
    )
    hubs = {one for one, _ in granted}
    for register in several.each:
        if register.hub_id in hubs:
            found = sum(hub == register.hub_id for hub, _, _ in rows)
            LookedOver.objects.bulk_create(
                [LookedOver(hub_id=register.hub_id, at=at, records=len(register.keys), found=found)]
            )
            detail = {"records": len(register.keys), "found": found}
            record(
                "region.compared", about=_hub(register.hub_id), at=at, hub_id=register.hub_id, detail=detail
            )
    return Run(len(hubs), len(several.keys), len(rows))


def _parts(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    rest = iter(pairs)
    while part := list(islice(rest, AT_ONCE)):
        yield part
