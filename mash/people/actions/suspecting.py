"""Looking over a hub's register for records that may be one person: what is found waits for a worker's word."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from itertools import chain, islice

from django.db import connection, transaction

from mash.ledger.actions import record
from mash.partnership.models import Hub, new_key
from mash.people.duplicates import splinking
from mash.people.duplicates.reading import Register
from mash.people.duplicates.splinking import Pair
from mash.people.duplicates.spreading import cores, in_order
from mash.people.duplicates.weighing import Several, Weighed, weigh_several, weights_among
from mash.people.held import rows_of
from mash.people.matching import Band
from mash.people.matching.weights import Weights
from mash.people.models import LookedOver, Suspected
from mash.people.weighing import weights_of

AT_ONCE = 2000  # pairs weighed and written
WRITE = """
    INSERT INTO people_suspected (hub_id, id, first_id, second_id, likely, points)
    SELECT %s, * FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::boolean[], %s::float8[])
"""
MANY = 100_000  # records from which on it is worth starting processes


@transaction.atomic
def look_for_duplicates(*, hub: Hub, at: datetime, engine: str = "duckdb") -> LookedOver:
    """Find the records of a hub that may be one person; acts as a service.  Nothing is joined.

    What was found before and is not found any more is gone.  Records that count as one, or were told apart, are found
    too, and not shown.  Until all is written the list stays as it was; a run that breaks off leaves it so.

    Raises splinking.NotInstalled.

    Source: docs/rules.md, "Duplicates of a register".
    """
    with connection.cursor() as cursor:  # looked over twice at once, they do it one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"duplicates:{hub.pk}"])
    register, found = Register(hub.pk), 0
    with closing(register.lines()) as lines:  # or what fails would leave a cursor open
        pairs = splinking.pairs(lines, engine=engine)
        first = next(pairs, [])  # by now all is read, and Splink has answered
        weights = weights_among(weights_of(hub.pk), len(register.keys))
        Suspected.objects.filter(hub=hub.pk).delete()
        several = _read(register.keys, _parts(chain(first, chain.from_iterable(pairs))), weights)
        processes = cores() if len(register.keys) >= MANY else 1
        with closing(in_order(weigh_several, several, processes=processes)) as weighed:
            for part, said_of in weighed:
                found += _write(hub.pk, part, said_of)
    said = LookedOver.objects.create(hub=hub, at=at, records=len(register.keys), found=found)
    detail = {"records": said.records, "found": found, "engine": engine}
    record("people.looked_over", about=hub, at=at, hub_id=hub.pk, detail=detail)
    return said


def _read(
    keys: Sequence[uuid.UUID], several: Iterable[Sequence[Pair]], weights: Weights
) -> Iterator[Several]:
    """Yield pairs with what is held on both; not of whom nothing is held any more."""
    for pairs in several:
        both = [(keys[one], keys[other]) for one, other, _ in pairs]
        rows = rows_of({key for pair in both for key in pair})
        yield Several([pair for pair in both if rows.keys() >= set(pair)], rows, weights)


def _write(hub_id: uuid.UUID, part: Several, said: Iterable[Weighed]) -> int:
    """Write the pairs that the product's own rules would show, with how far each goes; returns how many they are.

    In one statement of five arrays: a model for each takes longer than all the rest of writing it.
    """
    shown = [
        (new_key(), first, second, one.band == Band.LIKELY, one.points)
        for (first, second), one in zip(part.pairs, said, strict=True)
        if one.band != Band.NOT_FOUND
    ]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [hub_id, *([row[place] for row in shown] for place in range(5))])
    return len(shown)


def _parts(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    rest = iter(pairs)
    while part := list(islice(rest, AT_ONCE)):
        yield part
