"""Incidents that were taken in, and the files they came from."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.partnership.models import Staff
from mash.quality import policy
from mash.quality.incidents import ODD, WRONG, Reading, Said, Tally, Wrong
from mash.quality.models import Dipped, Incident, IncidentFile, IncidentPiece
from mash.quality.rows import records

PREVIEWED = 10
PIECE = 1024 * 1024
TWICE = """
SELECT reference, min(line) FILTER (WHERE file_id = %(file)s), count(*), count(*) OVER ()
FROM quality_incident WHERE hub_id = %(hub)s
GROUP BY reference HAVING count(*) > 1 AND bool_or(file_id = %(file)s)
ORDER BY reference LIMIT %(most)s
"""


def incident_files(staff: Staff) -> QuerySet[IncidentFile]:
    """Return the files of incidents that were put in, newest first, for who leads."""
    found = IncidentFile.objects.filter(policy.files_of(staff)).select_related("by__account")
    return found.order_by("-at", "pk")


def find_incident_file(staff: Staff, file_id: uuid.UUID) -> IncidentFile:
    """Return a file of incidents of one's hub.  Raises Http404."""
    return get_object_or_404(incident_files(staff), pk=file_id)


def pieces_of(file: IncidentFile, position: int) -> Iterator[bytes]:
    """Yield a file from a byte on, a piece at a time."""
    place, skipped = divmod(position, PIECE)
    while True:
        found = IncidentPiece.objects.filter(hub=file.hub_id, file=file, place=place)
        body = found.values_list("body", flat=True).first()
        if body is None:
            return
        yield bytes(body[skipped:])
        place, skipped = place + 1, 0


def references_twice(file: IncidentFile, most: int) -> list[tuple[str, int, int, int]]:
    """Return references that more than one incident bears, of which this file brought one.

    Each with its first line in the file, how many bear it, and of how many references that is so.
    """
    with connection.cursor() as cursor:
        cursor.execute(TWICE, {"hub": file.hub_id, "file": file.pk, "most": most})
        return list(cursor.fetchall())


def first_rows(file: IncidentFile, until: datetime) -> list[Said | tuple[int, str]]:
    """Return the first rows as they will be read: each what it says, or its line and why it cannot be taken."""
    if not file.pieces_kept:
        return []
    reading = Reading(file.header, file.columns, day_first=file.day_first, until=until)
    found: list[Said | tuple[int, str]] = []
    rows = records(pieces_of(file, 0), encoding=file.encoding, delimiter=file.delimiter)
    next(rows, None)  # the line that names the columns
    for row, _ in zip(rows, range(PREVIEWED), strict=False):
        try:
            found.append(reading.say(row))
        except Wrong as why:
            found.append((row.line, str(why)))
    return found


@dataclass(frozen=True, slots=True)
class Of:
    """One kind of what was found: what it is, how many rows, and the first of them by line, with words."""

    label: str
    count: int
    first: list[tuple[int, str]]

    @property
    def more(self) -> int:
        """Return how many are not named."""
        return self.count - len(self.first)


@dataclass(frozen=True, slots=True)
class Report:
    """What a reading found."""

    rows: int
    wrong: list[Of]
    odd: list[Of]
    here_otherwise: Of | None
    same: Of | None
    taken: int
    here: int

    @property
    def good(self) -> int:
        """Return how many rows can be taken."""
        return self.rows - sum(one.count for one in self.wrong)


def report_of(kept: dict[str, Any]) -> Report:
    """Return what a reading found, as it was kept."""
    tally = Tally(kept)

    def of(kind: str, label: str) -> Of:
        entry = tally.kinds[kind]
        return Of(label, entry.count, [(line, words) for line, words in entry.first])

    def one(kind: str, label: str) -> Of | None:
        return of(kind, label) if tally.count(kind) else None

    return Report(
        tally.rows,
        [of(kind, label) for kind, label in WRONG.items() if tally.count(kind)],
        [of(kind, label) for kind, label in ODD.items() if tally.count(kind)],
        one("here_otherwise", "Here already, with other values"),
        one("same", "The same incident again, within the file"),
        tally.count("taken"),
        tally.count("here"),
    )


def count_incidents(staff: Staff) -> int:
    """Return how many incidents the hub has."""
    return Incident.objects.filter(policy.incidents_of(staff)).count()


def hubs_with_incidents() -> list[uuid.UUID]:
    """Return the keys of the hubs that have any, for a program."""
    return list(Incident.objects.order_by("hub_id").values_list("hub_id", flat=True).distinct())


def incidents_to_forget(hub_id: uuid.UUID, before: datetime, most: int) -> list[uuid.UUID]:
    """Return the keys of some incidents of a hub that happened before a moment and were never drawn, for a program."""
    drawn = Dipped.objects.filter(incident=OuterRef("pk"))
    old = Incident.objects.filter(~Exists(drawn), hub=hub_id, occurred_at__lt=before)
    return list(old.order_by("occurred_at", "pk").values_list("pk", flat=True)[:most])


def incidents_by_key(hub_id: uuid.UUID, keys: Sequence[uuid.UUID]) -> QuerySet[Incident]:
    """Return incidents of a hub by their keys, for a program."""
    return Incident.objects.filter(hub=hub_id, pk__in=keys)


def officers_to_forget(hub_id: uuid.UUID, before: datetime) -> QuerySet[Incident]:
    """Return a hub's incidents from before a moment that still name an officer, of closed samples, for a program."""
    waits = Dipped.objects.filter(incident=OuterRef("pk"), dip__closed_at=None)
    return Incident.objects.filter(~Exists(waits), ~Q(officer=""), hub=hub_id, occurred_at__lt=before)
