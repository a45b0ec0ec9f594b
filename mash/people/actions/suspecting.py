"""Looking over a hub's register for records that may be one person: what is found waits for a worker's word."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from mash.ledger.actions import record
from mash.partnership.models import Hub
from mash.people.details import Details
from mash.people.duplicates import records, splinking
from mash.people.held import known
from mash.people.matching import Band, rank
from mash.people.models import LookedOver, Person, Suspected
from mash.people.weighing import weights_of

AT_ONCE = 2000  # records read, or pairs weighed
One = TypeVar("One")


@transaction.atomic
def look_for_duplicates(*, hub: Hub, at: datetime, engine: str = "duckdb") -> LookedOver:
    """Find the records of a hub that may be one person; acts as a service.  Nothing is joined.

    What was found before and is not found any more is gone.  Records that count as one, or were told apart, are found
    too, and not shown.

    Raises splinking.NotInstalled.

    Source: docs/rules.md, "Duplicates of a register".
    """
    keys = list(Person.objects.filter(hub=hub.pk).order_by("pk").values_list("pk", flat=True))
    found = splinking.pairs(_plain(keys), engine=engine)
    rows = list(_weighed(hub.pk, [_ordered(*pair) for pair in found]))
    Suspected.objects.filter(hub=hub.pk).delete()
    Suspected.objects.bulk_create(rows, batch_size=AT_ONCE)
    said = LookedOver.objects.create(hub=hub, at=at, records=len(keys), found=len(rows))
    detail = {"records": len(keys), "found": len(rows), "engine": engine}
    record("people.looked_over", about=hub, at=at, hub_id=hub.pk, detail=detail)
    return said


def _plain(keys: Sequence[uuid.UUID]) -> Iterator[dict[str, str | None]]:
    for part in _parts(keys):
        for key, said in known(part).items():
            yield dict(records.plain(str(key), said))


def _weighed(hub_id: uuid.UUID, found: Sequence[tuple[uuid.UUID, uuid.UUID]]) -> Iterator[Suspected]:
    """Yield the pairs that the product's own rules would show, with how far each goes."""
    weights = weights_of(hub_id)
    for part in _parts(list(dict.fromkeys(found))):
        held = known({key for pair in part for key in pair})
        for first, second in part:
            if not _both(held, first, second):
                continue
            ranked = rank(held[first], [(second, held[second])], weights)
            if ranked and ranked[0].band != Band.NOT_FOUND:
                yield Suspected(
                    hub_id=hub_id,
                    first_id=first,
                    second_id=second,
                    likely=ranked[0].band == Band.LIKELY,
                    points=ranked[0].points,
                )


def _both(held: dict[uuid.UUID, Details], first: uuid.UUID, second: uuid.UUID) -> bool:
    return first in held and second in held


def _ordered(one: str, other: str) -> tuple[uuid.UUID, uuid.UUID]:
    first, second = sorted([uuid.UUID(one), uuid.UUID(other)])
    return first, second


def _parts(several: Sequence[One]) -> Iterator[Sequence[One]]:
    for start in range(0, len(several), AT_ONCE):
        yield several[start : start + AT_ONCE]
