"""Carrying out what two people agreed: one record, with everything that hangs from it, in one transaction."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate

from mash.common.editions import content_of
from mash.ledger.actions import record
from mash.ledger.actions.removing import vouch_for_words_removed
from mash.ledger.actions.vouching import vouch_for_rows_removed
from mash.retention import queries
from mash.retention.actions.looking import work_out
from mash.retention.facts import Whose, periods_by_id
from mash.retention.models import Proposal, What

OVERTAKEN = "overtaken"
"""Why a proposal ended by itself: what came in meanwhile keeps the record longer."""


class Came(StrEnum):
    """What came of one try."""

    DISPOSED = "disposed"
    HELD = "held"  # it waits until the hold is lifted, or whoever asked for what it holds is answered
    OVERTAKEN = "overtaken"  # it is not due any more, and the proposal has ended
    NOTHING = "nothing"  # another worker has it, or it is done


@dataclass(frozen=True, slots=True)
class Gone:
    """What was disposed of: the key of its certificate, and how many people's and contacts' records."""

    came: Came
    certificate: uuid.UUID | None = None
    people: int = 0
    contacts: int = 0


@transaction.atomic
def dispose(*, proposal_id: uuid.UUID, at: datetime) -> Gone:
    """Dispose of one record, for the service of disposal alone; everything or nothing of it goes.

    Two workers at once are safe: the second finds nothing to do.  PostgreSQL refuses it too while a hold stands, where
    no other person agreed, and for anybody but that service.

    Source: docs/rules.md, "Disposal".
    """
    found = queries.running().filter(pk=proposal_id, what=What.DISPOSE, word__agreed=True)
    said = found.select_related("hub").select_for_update(skip_locked=True, of=("self",)).first()
    if said is None:
        return Gone(Came.NOTHING)
    worked = work_out(said.hub, Whose(said.kind, said.key))
    if worked is None or worked.due.on is None or worked.due.on > localdate(at):
        _end(said, at)
        return Gone(Came.OVERTAKEN)
    with content_of(said.hub_id):
        known = periods_by_id().get(said.period)
    about = f"{'people.person' if said.person_id else 'contact.' + said.kind}:{said.key}"
    answer = _carried_out(said, known.label if known else said.period, at)
    if answer is None or "refused" in answer:
        return Gone(Came.HELD if answer and answer["refused"] == "held" else Came.NOTHING)
    detail = {name: answer[name] for name in ("certificate", "people", "contacts")}
    record("record.disposed", about=about, at=at, hub_id=said.hub_id, detail=detail)
    vouch_for_words_removed(answer["lines"], hub_id=said.hub_id, because=answer["certificate"], at=at)
    vouch_for_rows_removed(answer["sealed"], because=answer["certificate"], at=at)
    return Gone(
        Came.DISPOSED, uuid.UUID(answer["certificate"]), len(answer["people"]), len(answer["contacts"])
    )


def _carried_out(said: Proposal, label: str, at: datetime) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention_dispose(%s, %s, %s)", [said.pk, label, at])
        (answer,) = cursor.fetchone()
    told: dict[str, Any] | None = json.loads(answer) if isinstance(answer, str) else answer
    return told


def _end(said: Proposal, at: datetime) -> None:
    Proposal.objects.filter(pk=said.pk, ended_at=None).update(ended_at=at, ended_why=OVERTAKEN)
    record("retention.overtaken", about=said, at=at, hub_id=said.hub_id)
