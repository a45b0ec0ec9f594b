"""What somebody who decides again does: says what they would have decided, or steps aside."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.quality.actions.refusals import NotWhole, WrongState
from mash.quality.content import own_decisions as content
from mash.quality.own import policy, queries
from mash.quality.own.models import Copy, Ended, Redecided, Reviewer

SERVICE, LOOK = "own_decisions", "mash.quality.jobs.look_at_one"
GONE = "This is not yours to decide again any more: both have answered, or it was closed. What you had said stands."


@transaction.atomic
def decide_again(
    *,
    copy: Copy,
    outcome: str,
    level: int,
    reasons: str,
    sure: str,
    missing: str,
    at_risk: bool,
    at_risk_words: str,
    by: Staff,
    at: datetime,
) -> Redecided:
    """Keep what somebody would have decided on a copy.  Said again, it takes the place of what they said before.

    Until both have answered; then it stands.  Whether it was wrong is looked at at once, by a program: whoever decides
    again may see neither the other's word nor what was decided.

    Raises PermissionDenied, NotWhole, or WrongState where it is closed to them meanwhile.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    require(policy.may_decide_again(by, copy))
    reviewer = _held(copy, by)
    said = {
        "outcome": outcome,
        "level": level,
        "reasons": reasons.strip(),
        "sure": sure,
        "missing": missing.strip(),
        "at_risk": at_risk,
        "at_risk_words": at_risk_words.strip() if at_risk else "",
    }
    _refuse_half_said(copy, said)
    before = Redecided.objects.filter(reviewer=reviewer).first()
    if before and all(getattr(before, name) == value for name, value in said.items()):
        return before
    if before:
        for name, value in said.items():
            setattr(before, name, value)
        before.changed_at = at
        before.save(update_fields=[*said, "changed_at"])
    kept = before or Redecided(hub_id=copy.hub_id, reviewer=reviewer, copy=copy, by=by, at=at, **said)
    if not before:
        kept.save(force_insert=True)
    record("quality.decided_again", about=copy, at=at, hub_id=copy.hub_id, detail={"changed": bool(before)})
    order_from(SERVICE, LOOK, again_id=str(copy.again_id))
    return kept


@transaction.atomic
def step_aside(*, copy: Copy, why: str, by: Staff, at: datetime) -> None:
    """Step aside from a case: somebody else is asked at once.  Twice changes nothing.

    Raises PermissionDenied, NotWhole, or WrongState where they have answered.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    require(policy.may_decide_again(by, copy))
    reviewer = _held(copy, by)
    if Redecided.objects.filter(reviewer=reviewer).exists():
        raise WrongState("You have decided this again already. Change what you said, if you must.")
    if not why.strip():
        raise NotWhole({"why": "Say why, in few words and without a name"})
    reviewer.ended_at, reviewer.ended, reviewer.why = at, Ended.REFUSED, why.strip()
    reviewer.save(update_fields=["ended_at", "ended", "why"])
    record("quality.stepped_aside", about=copy, at=at, hub_id=copy.hub_id)
    order_from(SERVICE, LOOK, again_id=str(copy.again_id))


def _held(copy: Copy, by: Staff) -> Reviewer:
    """Read afresh whether a copy is still theirs, and let nobody end it meanwhile."""
    found = Reviewer.objects.select_for_update().filter(copy=copy, staff=by.pk, ended_at=None).first()
    if found is None:
        raise WrongState(GONE)
    return found


def _refuse_half_said(copy: Copy, said: Mapping[str, object]) -> None:
    wrong = {}
    if said["outcome"] not in dict(queries.chosen_outcomes(copy.subject)):
        wrong["outcome"] = "Choose what you would have decided"
    if said["level"] not in {1, 2, 3, 4}:
        wrong["level"] = "Choose the level of need"
    if not said["reasons"]:
        wrong["reasons"] = "Give your reasons"
    if said["sure"] not in {one.id for one in content.own_content().sure}:
        wrong["sure"] = "Say how sure you are"
    if said["at_risk"] and not said["at_risk_words"]:
        wrong["at_risk_words"] = "Say who may be at risk, and of what"
    if wrong:
        raise NotWhole(wrong)
