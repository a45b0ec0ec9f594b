"""A return leaves the product: to whom, why, and which bytes."""

import hashlib
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.returns import policy
from mash.returns.actions.making import NotWhole
from mash.returns.models import File, Made, Purpose, Run, TakenOut

LONGEST_WHY = 240


class Gone(Exception):
    """There is no file to take out: none was made, it was removed after 90 days, or it is not what was checked."""


@transaction.atomic
def take_out(*, run: Run, purpose: str, why: str, by: Staff | None, at: datetime) -> tuple[Made, bytes]:
    """Hand a return over: write down to whom and why, and return its bytes, as they were when they were checked.

    by: None for a command.

    Raises PermissionDenied, NotWhole naming fields, and Gone where there is no file.

    Source: docs/rules.md, "Statutory returns".
    """
    if by is not None:
        require(policy.may_read(by, run))
    if purpose == Purpose.OTHER and not why.strip():
        raise NotWhole({"why": "Say what it is for"})
    made = Made.objects.filter(run=run, trouble="").first()
    file = File.objects.filter(run=run).first()
    if made is None or file is None:
        raise Gone("There is no file of this return any more. Make it again.")
    body = bytes(file.body)
    if hashlib.sha256(body).hexdigest() != made.sha256:
        raise Gone("The file is not the one that was checked, so it is not handed over. Make it again.")
    taken = TakenOut.objects.create(
        hub_id=run.hub_id,
        run=run,
        purpose=purpose,
        why=why.strip()[:LONGEST_WHY],
        sha256=made.sha256,
        by=by,
        at=at,
    )
    words = ": ".join(part for part in (str(Purpose(purpose).label), taken.why) if part)
    said = {"sha256": made.sha256, "size": made.size, "kind": run.kind}
    record("return.taken_out", about=run, at=at, hub_id=run.hub_id, why=words, detail=said)
    return made, body
