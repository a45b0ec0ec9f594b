"""Views against a decision, each kept in its own words."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.decision import policy
from mash.decision.actions.refusals import NotWhole
from mash.decision.models import Decision, Dissent
from mash.ledger.actions import record
from mash.partnership.models import Staff


@transaction.atomic
def record_dissent(
    *, key: uuid.UUID, decision: Decision, who: str, words: str, by: Staff, at: datetime
) -> Dissent:
    """Keep that somebody does not agree with a decision, in their words.

    key: of the form; the same form again returns what it made.  who: whose view it is; `by` writes it down.

    Raises PermissionDenied, and NotWhole when it says too little.

    Source: docs/rules.md, "Disagreement".
    """
    require(policy.may_read(by, decision))
    made = Dissent.objects.filter(key=key, decision=decision).first()
    if made:
        return made
    if not (who.strip() and words.strip()):
        raise NotWhole("Say who disagrees, and what they say.")
    dissent = Dissent(
        hub_id=decision.hub_id,
        decision=decision,
        key=key,
        who=who.strip(),
        words=words.strip(),
        by=by,
        at=at,
    )
    dissent.save(force_insert=True)
    record("decision.disagreed_with", about=decision, at=at, hub_id=by.hub_id)
    return dissent
