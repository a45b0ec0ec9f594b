"""What panels find missing comes first on the referral form."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact.models import Hint
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.quality import policy, queries
from mash.quality.actions.refusals import WrongState
from mash.referral.content import form_content

OFTEN = 1 / 3
"""From which share of graders' words below good a hint says that panels often find it missing."""
SAYS_SO = "Panels often find this missing: {}{}"
LONGEST = 240


@transaction.atomic
def order_hints(*, by: Staff, at: datetime) -> int:
    """Put what panels found missing in the last rounds first on the referral form; returns how many are often missing.

    The hints are the form's own, in their present words, which are taken over anew each time.  One that goes with no
    criterion of the panels stands after the others.

    Raises PermissionDenied, or WrongState where no round of the hub is closed.

    Source: docs/rules.md, "Hints".
    """
    require(policy.may_lead(by))
    missing = {name: share for name, _, share in queries.lowest(queries.series(by).rows)}
    if not missing:
        raise WrongState("No round of this hub is closed yet, so nothing is known to be missing.")
    shares = {name: share.value or 0.0 for name, share in missing.items()}
    hints = sorted(
        enumerate(form_content().hints), key=lambda one: (-shares.get(one[1].criterion, 0.0), one[0])
    )
    here = {one.criterion: one for one in Hint.objects.filter(hub=by.hub_id)}
    often = 0
    for place, (_, one) in enumerate(hints):
        is_often = shares.get(one.criterion, 0.0) >= OFTEN
        often += is_often
        hint = here.get(one.criterion) or Hint(hub_id=by.hub_id, criterion=one.criterion)
        hint.label, hint.page, hint.place = one.label, one.page, place
        hint.lacks = SAYS_SO.format(one.lacks[:1].lower(), one.lacks[1:])[:LONGEST] if is_often else one.lacks
        hint.needs = [list(line) for line in one.needs]
        hint.save()
    record("quality.hints_ordered", about=by.hub, at=at, hub_id=by.hub_id, detail={"often": often})
    return often
