"""Taking incidents in from a file: put in, its columns chosen, read through, confirmed, and taken a step at a time.

A step is one transaction: it reads on from where the last one stopped, and orders the next.  One that was cut short
has changed nothing, so the same step is simply done again.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import IO, Any

from django.db import connection, transaction

from mash.common.jobs import order
from mash.common.spreadsheets import Unreadable
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.quality import incidents, policy, queries
from mash.quality.actions.refusals import NotWhole, WrongState
from mash.quality.incidents import Reading, Said, Tally, Wrong
from mash.quality.models import IncidentFile, IncidentPiece
from mash.quality.queries.incidents import PIECE
from mash.quality.rows import Record, records

LARGEST = 250 * 1024 * 1024  # bytes
AT_ONCE = 1024 * 1024  # bytes of a file that is read while somebody waits
STEP = 100_000  # rows of one step
BATCH = 5_000  # rows of one statement
MOST_TYPES = 200  # types of incident that are kept, to choose from
LOOKED_AT = 500  # rows that say whether days are in numbers
KEPT = timedelta(days=14)
LATEST = timedelta(days=1)  # a force's clock may be ahead by some hours
CHANGES = (
    "columns", "day_first", "position", "line", "found", "taken", "chosen_at", "looked_at", "confirmed_at",
    "taken_at", "moved_at",
)  # fmt: skip
GO_ON = "mash.quality.jobs.go_on"
KEEP = """
INSERT INTO quality_incidentpiece (id, hub_id, file_id, place, body)
VALUES (%(id)s, %(hub)s, %(file)s, %(place)s, %(body)s) RETURNING 1
"""
TAKE = """
WITH new AS (
  INSERT INTO quality_incident (id, hub_id, file_id, line, reference, occurred_at, kind, unit, officer,
    child_present, form_required, form_submitted, submitted_at)
  SELECT id, %(hub)s, %(file)s, line, reference, occurred_at, kind, unit, officer, child, required, submitted, sent
  FROM unnest(%(id)s::uuid[], %(line)s::int[], %(reference)s::text[], %(occurred_at)s::timestamptz[], %(kind)s::text[],
    %(unit)s::text[], %(officer)s::text[], %(child)s::boolean[], %(required)s::boolean[], %(submitted)s::boolean[],
    %(sent)s::timestamptz[])
    AS row (id, line, reference, occurred_at, kind, unit, officer, child, required, submitted, sent)
  ON CONFLICT (hub_id, reference, occurred_at) DO NOTHING
  RETURNING 1)
SELECT count(*) FROM new
"""
HERE = """
SELECT row.line, there.line, there.file_id = %(file)s,
  (there.kind, there.unit, there.officer, there.child_present, there.form_required, there.form_submitted,
   there.submitted_at) IS DISTINCT FROM (kind_said, unit_said, officer_said, child, required, submitted, sent)
FROM unnest(%(line)s::int[], %(reference)s::text[], %(occurred_at)s::timestamptz[], %(kind)s::text[],
    %(unit)s::text[], %(officer)s::text[], %(child)s::boolean[], %(required)s::boolean[], %(submitted)s::boolean[],
    %(sent)s::timestamptz[])
    AS row (line, reference, occurred_at, kind_said, unit_said, officer_said, child, required, submitted, sent)
CROSS JOIN LATERAL (
  SELECT * FROM quality_incident
  WHERE hub_id = %(hub)s AND reference = row.reference AND occurred_at = row.occurred_at
  LIMIT 1) there
WHERE NOT (there.file_id = %(file)s AND there.line = row.line)
ORDER BY row.line
"""


@transaction.atomic
def put_in_incidents(*, name: str, file: IO[bytes], size: int, by: Staff, at: datetime) -> IncidentFile:
    """Keep a file of incidents, piece by piece, with a guess of which column is which.  Nothing of it counts yet.

    Raises PermissionDenied, or NotWhole where it cannot be read at all.

    Source: docs/rules.md, "Incidents of a force".
    """
    require(policy.may_lead(by))
    if size > LARGEST:
        raise NotWhole({"file": f"The file is larger than {LARGEST // PIECE} MB: split it"})
    encoding = incidents.encoding_of(_read(file))
    file.seek(0)
    beginning = file.read(PIECE)
    try:
        head = incidents.head_of(beginning, encoding)
    except Unreadable as why:
        raise NotWhole({"file": str(why)}) from None
    columns = incidents.guessed(head.header)
    first = records([beginning[head.begin :]], encoding=encoding, delimiter=head.delimiter)
    looked_at = [row for row, _ in zip(first, range(LOOKED_AT), strict=False)]
    made = IncidentFile(
        hub_id=by.hub_id,
        name=name[:120],
        size=size,
        encoding=encoding,
        delimiter=head.delimiter,
        header=head.header,
        columns=columns,
        slashed=incidents.has_slashed(looked_at, columns),
        position=head.begin,
        line=incidents.lines_of_head(beginning, head),
        moved_at=at,
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    file.seek(0)
    for place, body in enumerate(_read(file)):
        _run(KEEP, {"id": uuid.uuid4(), "hub": by.hub_id, "file": made.pk, "place": place, "body": body})
    detail = {"bytes": size, "encoding": encoding}
    record("quality.incidents_put_in", about=made, at=at, hub_id=by.hub_id, detail=detail)
    return made


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


@transaction.atomic
def choose_incident_columns(
    *, file: IncidentFile, columns: Mapping[str, int], day_first: bool, by: Staff, at: datetime
) -> None:
    """Say which column is which, and how days in numbers are read; the file is read through from its beginning.

    Raises PermissionDenied, NotWhole, or WrongState where it is taken already, or being taken.
    """
    now = _hold(file, by)
    if now.confirmed_at:
        raise WrongState("This file is being taken already.")
    wrong = incidents.columns_wrong(columns)
    if wrong:
        raise NotWhole(wrong)
    now.columns, now.day_first = dict(columns), day_first
    now.found, now.looked_at, now.chosen_at, now.moved_at = {}, None, at, at
    _begin_again(now)
    record("quality.incidents_columns", about=now, at=at, hub_id=now.hub_id)
    _begin(now, at)


@transaction.atomic
def take_incidents(*, file: IncidentFile, by: Staff, at: datetime) -> None:
    """Take every row that can be.  What is here already stays as it is, so it is safe to repeat.

    Raises PermissionDenied, or WrongState where it was not read through yet, or is being taken.

    Source: docs/rules.md, "Incidents of a force".
    """
    now = _hold(file, by)
    if now.confirmed_at:
        raise WrongState("This file is being taken already.")
    if now.looked_at is None:
        raise WrongState("This file is still being read through.")
    now.confirmed_at = now.moved_at = at
    now.taken = {}
    _begin_again(now)
    record("quality.incidents_confirmed", about=now, at=at, hub_id=now.hub_id)
    _begin(now, at)


@transaction.atomic
def leave_incidents(*, file: IncidentFile, by: Staff, at: datetime) -> None:
    """Leave a file that is not wanted: its pieces go, and what was taken of it stays.  Twice leaves it once.

    Raises PermissionDenied, or WrongState where it is taken.
    """
    require(policy.may_lead(by))
    now = IncidentFile.objects.select_for_update(of=("self",)).get(pk=file.pk, hub=by.hub_id)
    if now.left_at:
        return
    if now.taken_at:
        raise WrongState("This file was taken already.")
    _let_go(now, at)
    record("quality.incidents_left", about=now, at=at, hub_id=now.hub_id)


@transaction.atomic
def go_on_reading(*, file: IncidentFile, position: int | None = None, by: Staff, at: datetime) -> None:
    """Do one step of the reading that goes on, and order the next.

    position: from where it was ordered; None for whoever starts an interrupted one again.  A step that was done
    meanwhile is not done twice.

    Raises PermissionDenied.
    """
    require(policy.may_lead(by))
    now = IncidentFile.objects.select_for_update(of=("self",)).get(pk=file.pk, hub=by.hub_id)
    if not now.is_being_read or (position is not None and now.position != position):
        return
    if position is None:
        order(GO_ON, file_id=str(now.pk), position=str(now.position))
        now.moved_at = at
        now.save(update_fields=["moved_at"])
        return
    _step(now, at)
    if now.is_being_read:
        order(GO_ON, file_id=str(now.pk), position=str(now.position))


@transaction.atomic
def let_files_go(*, at: datetime) -> int:
    """Let the pieces of files go that nobody took in time; return of how many files.  A program does it.

    Source: docs/rules.md, "Incidents of a force".
    """
    old = IncidentFile.objects.filter(pieces_kept=True, at__lte=at - KEPT)
    gone = 0
    for one in old.order_by("pk"):
        _let_go(one, at)
        record("quality.incidents_let_go", about=one, at=at, hub_id=one.hub_id)
        gone += 1
    return gone


def _let_go(file: IncidentFile, at: datetime) -> None:
    IncidentPiece.objects.filter(file=file, hub=file.hub_id).delete()
    file.pieces_kept = False
    if file.taken_at is None:
        file.left_at = at
    file.save(update_fields=["pieces_kept", "left_at"])


def _hold(file: IncidentFile, by: Staff) -> IncidentFile:
    require(policy.may_lead(by))
    now = IncidentFile.objects.select_for_update(of=("self",)).get(pk=file.pk, hub=by.hub_id)
    if now.taken_at:
        raise WrongState("This file was taken already: put it in again if there is more in it.")
    if not now.pieces_kept:
        raise WrongState("This file is not kept any more: put it in again.")
    return now


def _begin_again(file: IncidentFile) -> None:
    beginning = next(queries.pieces_of(file, 0))
    head = incidents.head_of(beginning, file.encoding)
    file.position, file.line = head.begin, incidents.lines_of_head(beginning, head)
    file.save(update_fields=CHANGES)


def _begin(file: IncidentFile, at: datetime) -> None:
    """Read a small file at once, as far as a step goes; order the next step where it is not at its end."""
    if file.size <= AT_ONCE:
        _step(file, at)
    if file.is_being_read:
        order(GO_ON, file_id=str(file.pk), position=str(file.position))


def _step(file: IncidentFile, at: datetime) -> None:
    taking = file.confirmed_at is not None
    tally = Tally(file.taken if taking else file.found)
    reading = Reading(file.header, file.columns, day_first=file.day_first, until=file.at + LATEST)
    rows = records(
        queries.pieces_of(file, file.position),
        encoding=file.encoding,
        delimiter=file.delimiter,
        at=file.position,
        lines=file.line,
    )
    last = _take(file, reading, rows, tally) if taking else _look(reading, rows, tally)
    ended = last is None
    if last is not None:
        file.position, file.line = last.end, last.lines
    else:
        file.position = file.size
    file.moved_at = at
    if taking:
        file.taken = tally.as_kept()
        if ended:
            file.taken_at = at
            _name_twice(file, tally)
            file.taken = tally.as_kept()
    else:
        file.found = tally.as_kept()
        if ended:
            file.looked_at = at
    file.save(update_fields=CHANGES)
    if ended and taking:
        _let_go(file, at)
        detail = {"taken": tally.count("taken"), "here": tally.count("here"), "rows": tally.rows}
        record("quality.incidents_taken", about=file, at=at, hub_id=file.hub_id, detail=detail)


def _look(reading: Reading, rows: Iterator[Record], tally: Tally) -> Record | None:
    """Read some rows through; return the last of them, None where the file is at its end."""
    there: dict[str, tuple[int, datetime]] = {}
    for count, row in enumerate(rows, 1):
        tally.rows += 1
        said = _say(reading, row, tally)
        if said is not None:
            before = there.setdefault(said.reference, (said.line, said.occurred_at))
            if before[0] != said.line:
                kind = "same" if before[1] == said.occurred_at else "twice"
                tally.add(kind, said.line, f"“{said.reference}”, also on line {before[0]}")
        if count == STEP:
            return row
    return None


def _say(reading: Reading, row: Record, tally: Tally) -> Said | None:
    try:
        said = reading.say(row)
    except Wrong as why:
        tally.add(why.kind, row.line, str(why))
        return None
    for kind in said.odd:
        tally.add(kind, row.line)
    return said


def _take(file: IncidentFile, reading: Reading, rows: Iterator[Record], tally: Tally) -> Record | None:
    """Take some rows; return the last of them, None where the file is at its end."""
    batch: list[Said] = []
    for count, row in enumerate(rows, 1):
        tally.rows += 1
        said = _say(reading, row, tally)
        if said is not None:
            batch.append(said)
        if len(batch) == BATCH:
            _keep(file, batch, tally)
            batch = []
        if count == STEP:
            _keep(file, batch, tally)
            return row
    _keep(file, batch, tally)
    return None


def _keep(file: IncidentFile, batch: Sequence[Said], tally: Tally) -> None:
    if not batch:
        return
    kinds = {*tally.types, *(one.kind for one in batch)}
    tally.types = sorted(kinds)[:MOST_TYPES]
    values: dict[str, Any] = {
        "hub": file.hub_id,
        "file": file.pk,
        "id": [uuid.uuid4() for _ in batch],
        "line": [one.line for one in batch],
        "reference": [one.reference for one in batch],
        "occurred_at": [one.occurred_at for one in batch],
        "kind": [one.kind for one in batch],
        "unit": [one.unit for one in batch],
        "officer": [one.officer for one in batch],
        "child": [one.child_present for one in batch],
        "required": [one.form_required for one in batch],
        "submitted": [one.form_submitted for one in batch],
        "sent": [one.submitted_at for one in batch],
    }
    ((new,),) = _run(TAKE, values)
    tally.count_in("taken", new)
    if new == len(batch):
        return
    for line, line_there, is_ours, differs in _run(HERE, values):
        if is_ours:
            tally.add("same", line, f"says the same incident as line {line_there}")
        elif differs:
            tally.add("here_otherwise", line, "is here already with other values, which stay")
        else:
            tally.count_in("here", 1)


def _run(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _name_twice(file: IncidentFile, tally: Tally) -> None:
    """Name the references that more than one incident bears, of which this file brought one."""
    tally.kinds.pop("twice", None)
    found = queries.references_twice(file, incidents.NAMED)
    for reference, line, bear_it, _ in found:
        tally.add("twice", line, f"“{reference}”, borne by {bear_it} incidents")
    if found:
        tally.kinds["twice"].count = found[0][-1]
