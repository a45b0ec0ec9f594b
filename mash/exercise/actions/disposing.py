"""What the groups of an ended run recorded is disposed of when its day has come.  Only these write."""

import json
import uuid
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from mash.exercise.models import Run
from mash.ledger.actions import record
from mash.ledger.actions.vouching import vouch_for_rows_removed


@transaction.atomic
def dispose(*, run_id: uuid.UUID, at: datetime) -> int:
    """Dispose of everything in the hubs of a run, for the service of disposal; return how many rows went.

    Everything or nothing; PostgreSQL refuses it for anybody else, before its day, and in any other hub.

    Source: docs/rules.md, "The end of a run".
    """
    run = Run.objects.get(pk=run_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity.exercise_dispose(%s, %s)", [run_id, at])
        (answer,) = cursor.fetchone()
    said: dict[str, Any] | None = json.loads(answer) if isinstance(answer, str) else answer
    if said is None:
        return 0
    rows: int = sum(said["counts"].values())
    record("exercise.disposed", about=run, at=at, hub_id=run.hub_id, detail={"rows": rows})
    vouch_for_rows_removed(said["sealed"], because=run.pk, at=at)
    return rows
