"""The spreadsheet that a record replaces is taken over: put in, its columns chosen, looked at, and confirmed."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.spreadsheets import Unreadable
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.training import content, policy, sheets
from mash.training.actions.learners import add_learner
from mash.training.actions.refusals import NotWhole
from mash.training.models import Done, Kind, Sheet
from mash.training.queries.importing import Found, look

WAY = "not_said"
KEPT = timedelta(days=14)


@transaction.atomic
def put_in(*, name: str, body: bytes, by: Staff, at: datetime) -> Sheet:
    """Keep a file that was put in, with a guess of which column is which.  Nothing of it counts yet.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Taking over a spreadsheet".
    """
    require(policy.may_train(by))
    try:
        table = sheets.read(body)
    except Unreadable as why:
        raise NotWhole(str(why), place="file") from None
    made = Sheet(
        hub_id=by.hub_id, name=name[:120], header=list(table.header),
        rows=[[line, list(cells)] for line, cells in table.rows], columns=sheets.guess(table.header), by=by, at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    record("training.sheet_put_in", about=made, at=at, hub_id=by.hub_id, detail={"rows": len(table.rows)})
    return made


@transaction.atomic
def choose_columns(*, sheet: Sheet, columns: Mapping[str, int], by: Staff, at: datetime) -> None:
    """Say which column is which.  Raises PermissionDenied, NotWhole."""
    now = _hold(sheet, by)
    wrong = sheets.columns_wrong(columns)
    if wrong:
        place, why = next(iter(wrong.items()))
        raise NotWhole(why, place=place)
    now.columns = dict(columns)
    now.save(update_fields=["columns"])
    record("training.sheet_columns", about=now, at=at, hub_id=now.hub_id)


@transaction.atomic
def take_over(*, sheet: Sheet, by: Staff, at: datetime) -> Found:
    """Take over every row that can be: what is there already stays as it is, so it is safe to repeat.

    Somebody unknown is added where the row names them and an agency of the hub.  The cells themselves are let go.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Taking over a spreadsheet".
    """
    now = _hold(sheet, by)
    if sheets.columns_wrong(now.columns):
        raise NotWhole("Choose the columns first")
    found = look(by, now, localdate(at))
    modules = content.modules()
    known = {one.label.casefold(): (one.id, one.label) for one in modules.values()}
    known |= {one.label.casefold(): (one.id, one.label) for one in content.topics().values()}
    learners = dict(found.learners)
    rows = []
    for row in found.new:
        if row.email not in learners:
            learners[row.email] = add_learner(
                name=row.name, email=row.email, agency=found.agencies[row.agency.casefold()], unit=row.unit,
                starts_on=row.done_on, by=by, at=at,
            )  # fmt: skip
        what, label = known.get(row.label.casefold(), ("", row.label))
        module = modules.get(what)
        rows.append(
            Done(
                hub_id=now.hub_id, learner=learners[row.email], key=uuid.uuid4(),
                kind=Kind.MODULE if module else Kind.CPD, what=what, label=label,
                version=1 if module else None, done_on=row.done_on,
                minutes=row.minutes, way=WAY, provider=row.provider, evidence_words=row.evidence_words,
                different=row.different, by=by, at=at,
            )
        )  # fmt: skip
    Done.objects.bulk_create(rows, batch_size=500)
    now.taken_at, now.rows = at, []
    now.save(update_fields=["taken_at", "rows"])
    detail = {"taken": len(rows), "there": found.there, "refused": len(found.refused)}
    record("training.sheet_taken", about=now, at=at, hub_id=now.hub_id, detail=detail)
    return found


@transaction.atomic
def let_go(*, at: datetime) -> int:
    """Let the rows of files go that nobody took over in time; return of how many files.  A program does it.

    Source: docs/rules.md, "Taking over a spreadsheet".
    """
    old = Sheet.objects.filter(taken_at=None, at__lte=at - KEPT).exclude(rows=[])
    gone = 0
    for one in old.order_by("pk"):
        one.rows = []
        one.save(update_fields=["rows"])
        record("training.sheet_let_go", about=one, at=at, hub_id=one.hub_id)
        gone += 1
    return gone


def _hold(sheet: Sheet, by: Staff) -> Sheet:
    require(policy.may_train(by))
    now = Sheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk, hub=by.hub_id)
    if now.taken_at:
        raise NotWhole("This file was taken over already: put it in again if there is more in it")
    if not now.rows:
        raise NotWhole("The rows of this file were let go after 14 days: put it in again")
    return now
