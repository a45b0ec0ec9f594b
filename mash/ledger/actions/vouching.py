"""Vouching for rows outside the record: a line says what each said when it was written.

These lines belong to no hub, so that no auditor learns from them that something was sealed, or how much.
Source: docs/rules.md, "Evidence".
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Model

from mash.ledger.actions import record
from mash.ledger.rows import EVERYTHING, Row, named

WRITTEN, WRAPPED, REMOVED, TAKEN_OVER = (
    "rows.written",
    "rows.wrapped_anew",
    "rows.removed",
    "rows.taken_over",
)
WHO_WRAPS, WHO_REMOVES, WHO_TAKES_OVER = "service:seal_keys", "service:disposal", "service:row_checker"
ABOUT = "rows"
AT_ONCE = 200  # rows that one line vouches for


class TakenOver(Exception):
    """Rows from before were taken over already: whatever has no line since was put in by nobody's action."""


def vouch_for(rows: Iterable[Model], *, at: datetime) -> None:
    """Write down what these rows say, in the transaction that writes them and outside the sealed room."""
    said = [named(type(one)).row_of(one) for one in rows]
    for place in range(0, len(said), AT_ONCE):
        _write(WRITTEN, said[place : place + AT_ONCE], at)


def vouch_for_wrapped_anew(was: Row, now: Row, *, at: datetime) -> None:
    """Write down that a row lies under another ciphertext, and says what it said."""
    detail = {"was": {was.name: was.digests.locked}, "rows": {now.name: list(now.digests)}}
    record(WRAPPED, about=ABOUT, at=at, detail=detail)


def vouch_for_rows_removed(
    removed: Iterable[Sequence[str]], *, because: uuid.UUID | str, at: datetime
) -> None:
    """Write down which rows went with a record that was disposed of.

    removed: table and key of each; one that the record never vouched for says nothing.  because: the certificate.
    """
    names = {one.model._meta.db_table: one.name for one in EVERYTHING.values()}
    went = sorted(f"{names[table]}:{key}" for table, key in removed if table in names)
    for place in range(0, len(went), AT_ONCE):
        gone = went[place : place + AT_ONCE]
        record(REMOVED, about=f"retention.disposed:{because}", at=at, detail={"gone": gone})


def take_over(rows: Sequence[Row], *, at: datetime) -> None:
    """Vouch for rows from before there were such lines, as they stand now.  Once: the caller looks whether it was.

    A line is written where there are none too: from then on a row without one is a finding.
    """
    for place in range(0, max(len(rows), 1), AT_ONCE):
        _write(TAKEN_OVER, rows[place : place + AT_ONCE], at)


def _write(event: str, rows: Sequence[Row], at: datetime) -> None:
    record(event, about=ABOUT, at=at, detail={"rows": {one.name: list(one.digests) for one in rows}})
