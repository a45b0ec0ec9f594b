"""What an auditor writes: their word on something unusual.  Whom it is about is told nothing."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.desk.auditing.unusual import Signal
from mash.desk.models import Conclusion
from mash.desk.policy import may_conclude
from mash.ledger.actions import record
from mash.partnership.models import Staff


@transaction.atomic
def conclude(*, signal: Signal, outcome: str, why: str, by: Staff, at: datetime) -> Conclusion:
    """Write an auditor's word on something unusual; earlier words stand beside it.

    outcome: one of `Concluded`.

    Raises PermissionDenied.

    Source: docs/rules.md, "Auditing".
    """
    require(may_conclude(by, signal.staff))
    made = Conclusion(
        hub_id=by.hub_id,
        signal=signal.key,
        rule=signal.rule,
        on=signal.on,
        facts=signal.facts[:300],
        outcome=outcome,
        why=why.strip(),
        staff=signal.staff,
        by=by,
        at=at,
    )
    Conclusion.objects.bulk_create([made])
    detail = {"rule": signal.rule, "outcome": outcome, "staff": str(signal.staff.pk), "on": str(signal.on)}
    record("audit.concluded", about=made, at=at, hub_id=by.hub_id, why=made.why, detail=detail)
    return made
