"""A worker's word on somebody who may be known to another hub."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.region import policy
from mash.region.models import Met, Word


@transaction.atomic
def say(*, met: Met, kind: str, why: str, by: Staff, at: datetime) -> None:
    """Say what became of it: that hub was asked, or need not be.  It is not shown again.  Safe to repeat.

    Raises PermissionDenied.

    Source: docs/rules.md, "Registers of a region".
    """
    require(policy.may_work_through(by))
    said = Word(
        hub_id=met.hub_id,
        person=met.person,
        elsewhere=met.elsewhere,
        kind=kind,
        why=why.strip(),
        by=by,
        at=at,
    )
    Word.objects.bulk_create([said], ignore_conflicts=True)
    detail = {"elsewhere": str(met.elsewhere_id), "kind": kind}
    record("region.said", about=met.person, at=at, hub_id=met.hub_id, why=why.strip(), detail=detail)
