"""Giving a letter that waits to another worker.  Its words, what was recorded and who read it stay as they are."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.decision import policy, queries
from mash.decision.actions.lettering import CLOSED
from mash.decision.models import Letter, LetterPassed
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.partnership.policy import may_move_work


@transaction.atomic
def pass_letter(*, letter: Letter, frm: Staff, to: Staff, why: str, by: Staff, at: datetime) -> bool:
    """Give a letter of one worker to another; return whether it changed hands.

    One that was given or taken back meanwhile, or that waits for somebody else, is left.  Who cleared it and who
    read it second stay: whoever has it now clears again only if they change it.

    Raises PermissionDenied where `by` may not move this worker's work, or `to` may not write letters on the case.

    Source: docs/rules.md, "Moving work", "Families are told by a named worker".
    """
    require(may_move_work(by, frm))
    require(policy.may_read(by, letter))
    require(policy.may_write_letter(to, letter.contact))
    hold_still(letter.contact)
    held = Letter.objects.select_related("by__account").get(pk=letter.pk)
    if held.state in CLOSED or queries.holder_of(held).pk != frm.pk:
        return False
    passed = LetterPassed(hub_id=held.hub_id, letter=held, frm=frm, to=to, why=why.strip(), by=by, at=at)
    LetterPassed.objects.bulk_create([passed])
    detail = {"from": str(frm.pk), "to": str(to.pk)}
    record("letter.passed", about=held, at=at, hub_id=held.hub_id, why=passed.why, detail=detail)
    return True
