"""Working out by night where each record stands: its class, and the day it falls due."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from mash.common.editions import content_of
from mash.ledger.actions import record
from mash.partnership.models import Hub
from mash.retention.facts import Whose, Worked, periods_by_id, read, records_in, worked_out
from mash.retention.models import Kind, Standing
from mash.retention.rules import Facts

MANY = 2000  # rows written at once
SAID = ("period", "own_due_on", "due_on", "waits", "carried", "facts")


@transaction.atomic
def look_over(*, hub: Hub, at: datetime) -> int:
    """Work out where every record of a hub stands; return how many stand otherwise than before.

    Only what changed is written, so a night on which nothing happened writes nothing but its line.

    Source: docs/rules.md, "How long records are kept".
    """
    with content_of(hub.pk):
        found = read(hub)
        worked = worked_out(found, periods_by_id(), records_in(found))
    before = {_whose(row): row for row in Standing.objects.filter(hub=hub).iterator(MANY)}
    new, changed = [], []
    for one in worked:
        row, said = before.pop(one.whose, None), _said(one)
        if row is None:
            new.append(Standing(hub=hub, at=at, **_of(one.whose), **said))
        elif any(getattr(row, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(row, name, value)
            row.at = at
            changed.append(row)
    for some in _parts([row.pk for row in before.values()]):
        Standing.objects.filter(pk__in=some).delete()
    for some in _parts(new):
        Standing.objects.bulk_create(some)
    for some in _parts(changed):
        Standing.objects.bulk_update(some, [*SAID, "at"])
    number = len(new) + len(changed) + len(before)
    detail = {"records": len(worked), "changed": number}
    record("retention.looked_over", about=hub, at=at, hub_id=hub.pk, detail=detail)
    return number


@transaction.atomic
def look_at(*, hub: Hub, whose: Whose, at: datetime) -> Worked | None:
    """Work out afresh where one record stands; None for one that there is not."""
    worked = work_out(hub, whose)
    if worked:
        said = _said(worked) | {"at": at}
        row = Standing.objects.filter(hub=hub, **_of(whose))
        if not row.update(**said):
            Standing.objects.bulk_create([Standing(hub=hub, **_of(whose), **said)])
    return worked


def work_out(hub: Hub, whose: Whose) -> Worked | None:
    """Return a record's class and day by what is kept now; None for one that there is not."""
    with content_of(hub.pk):
        found = read(hub, whose)
        if whose not in found.facts:
            return None
        return worked_out(found, periods_by_id(), [whose])[0]


def _whose(row: Standing) -> Whose:
    return Whose(row.kind, row.key)


def _of(whose: Whose) -> dict[str, uuid.UUID]:
    return {f"{Kind(whose.kind).value}_id": whose.key}


def _said(one: Worked) -> dict[str, Any]:
    return {
        "period": one.due.period,
        "own_due_on": one.own.on,
        "due_on": one.due.on,
        "waits": str(one.due.waits),
        "carried": one.facts.is_named_only,
        "facts": said_of(one.facts),
    }


def said_of(facts: Facts) -> dict[str, Any]:
    """Return facts as they are kept beside the day: codes and days, and only what is not empty."""
    rows = ((name, getattr(facts, name)) for name in Facts.__slots__)
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in rows
        if value not in (None, "", False)
    }


def _parts(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, MANY)):
        yield some
