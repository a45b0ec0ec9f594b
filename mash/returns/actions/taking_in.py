"""A hub's past is taken in from earlier returns: matched by number alone, whole or not at all, and repeatable."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from mash.ledger.actions import record
from mash.partnership.models import Hub
from mash.people.identifiers import LA_CHILD_ID, UPN, is_valid
from mash.people.joined import counts
from mash.people.models import Identifier, Person
from mash.returns.history import Told, Wrong
from mash.returns.models import Past, TakenIn, What
from mash.returns.years import year

AT_ONCE = 1000
Key = tuple[uuid.UUID, str, date, str, int]


@dataclass(slots=True)
class Taken:
    """What became of a file.  here: rows that say what is known already."""

    new: int = 0
    changed: int = 0
    here: int = 0
    refused: int = 0
    latest: date | None = None
    seen: Counter[tuple[Any, ...]] = field(default_factory=Counter)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of rows."""
        return {"new": self.new, "changed": self.changed, "here": self.here, "refused": self.refused}


@transaction.atomic
def take_in(
    *,
    hub: Hub,
    kind: str,
    sha256: str,
    as_on: date,
    rows: Iterable[Told | Wrong],
    refuse: Callable[[Wrong], None],
    at: datetime,
) -> Taken:
    """Take in what an earlier return says of people on record; a row that cannot be is refused, with its reason.

    as_on: the day that the file is of: of two files the later counts where they differ.  The same file again changes
    nothing.  refuse: told of each row that is not taken.

    Source: docs/rules.md, "A hub's past".
    """
    Hub.objects.select_for_update(no_key=True).get(
        pk=hub.pk
    )  # two files at once would both make the same row
    taken, file_id = Taken(), uuid.uuid4()
    for some in _some(rows):
        good = [one for one in some if isinstance(one, Told)]
        for one in some:
            if isinstance(one, Wrong):
                taken.refused += 1
                refuse(one)
        _take(_known(hub.pk, good, taken, refuse), taken, hub, file_id, as_on)
    if taken.new or taken.changed:
        TakenIn.objects.create(
            id=file_id, hub=hub, kind=kind, sha256=sha256, as_on=as_on, counts=taken.counts, at=at
        )
    said = {"kind": kind, "sha256": sha256, **taken.counts}
    record("history.taken_in", about=hub, at=at, hub_id=hub.pk, detail=said)
    return taken


def _some(rows: Iterable[Told | Wrong]) -> Iterator[list[Told | Wrong]]:
    held: list[Told | Wrong] = []
    for one in rows:
        held.append(one)
        if len(held) == AT_ONCE:
            yield held
            held = []
    if held:
        yield held


def _known(
    hub_id: uuid.UUID, rows: list[Told], taken: Taken, refuse: Callable[[Wrong], None]
) -> list[tuple[uuid.UUID, Told]]:
    """Return each row with the record it is of; refuse those of nobody, of more than one, or born on another day."""
    people = _people(hub_id, rows)
    born = dict(
        Person.objects.filter(pk__in={one for several in people.values() for one in several}).values_list(
            "pk", "born_on"
        )
    )
    found = []
    for row in rows:
        meant = people.get((LA_CHILD_ID, row.number), set()) or people.get((UPN, row.upn), set())
        why = ""
        if not meant:
            why = "nobody on record has this number"
        elif len(meant) > 1:
            why = "more than one person on record has this number"
        elif row.born_on and (known := born[next(iter(meant))]) and known != row.born_on:
            why = "who has this number was born on another day"
        if why:
            taken.refused += 1
            refuse(Wrong(row.where, "number", why))
        else:
            found.append((next(iter(meant)), row))
    return found


def _people(hub_id: uuid.UUID, rows: list[Told]) -> dict[tuple[str, str], set[uuid.UUID]]:
    numbers = {row.number for row in rows if row.number}
    upns = {row.upn for row in rows if row.upn and is_valid(UPN, row.upn)}
    found: dict[tuple[str, str], set[uuid.UUID]] = {}
    held = Identifier.objects.filter(
        Q(scheme=LA_CHILD_ID, value__in=numbers) | Q(scheme=UPN, value__in=upns), hub=hub_id, valid=True
    )
    for scheme, value, person in held.order_by("pk").values_list("scheme", "value", counts()):
        found.setdefault((scheme, value), set()).add(person)
    return found


def _take(
    rows: list[tuple[uuid.UUID, Told]], taken: Taken, hub: Hub, file_id: uuid.UUID, as_on: date
) -> None:
    known = {
        (one.person_id, one.what, one.on, one.source, one.place): one
        for one in Past.objects.filter(hub=hub.pk, person__in={person for person, _ in rows}).select_related(
            "file"
        )
    }
    fresh: dict[Key, Past] = {}
    changed: dict[Key, Past] = {}
    for person, row in rows:
        source, said = _normal(row)
        which = (person, row.what, row.on, source)
        taken.seen[which] += 1
        key: Key = (*which, taken.seen[which])
        before = known.get(key)
        if before is None:
            fresh[key] = known[key] = Past(
                hub=hub, person_id=person, what=row.what, on=row.on, source=source, place=key[4],
                ended_on=row.ended_on, said=said, file_id=file_id,
            )  # fmt: skip
            taken.new += 1
        elif _adds(before, row.ended_on, said, later=before.file.as_on <= as_on):
            before.file_id = file_id
            changed[key] = before
            taken.changed += 1
        else:
            taken.here += 1
    Past.objects.bulk_create(fresh.values(), AT_ONCE)
    Past.objects.bulk_update(changed.values(), ["ended_on", "said", "file"], AT_ONCE)


def _normal(row: Told) -> tuple[str, dict[str, Any]]:
    """Return the source under which a row is known, and what else is said: early help of the authority goes with 5B."""
    if row.what == What.EARLY_HELP:
        return row.source, row.said
    shared = year().in_annex_a(row.source)
    return shared, row.said if shared == row.source else {**row.said, "code": row.source}


def _adds(before: Past, ended_on: date | None, said: dict[str, Any], *, later: bool) -> bool:
    """Put what a file says beside what is known; tell whether that changed anything.  The later file counts."""
    whole = {**before.said, **said} if later else {**said, **before.said}
    ends = (ended_on or before.ended_on) if later else (before.ended_on or ended_on)
    if (whole, ends) == (before.said, before.ended_on):
        return False
    before.said, before.ended_on = whole, ends
    return True
