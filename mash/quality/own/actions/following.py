"""What the lead does with a month: follows what was found wrong, takes a case off, and closes it."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.quality.actions.refusals import NotWhole, WrongState
from mash.quality.content import own_decisions as content
from mash.quality.own import policy, queries
from mash.quality.own.actions import looking
from mash.quality.own.actions.seating import end
from mash.quality.own.models import Again, Ended, Followed, Found, Month

DECIDER_TOLD = "decider_told"


@transaction.atomic
def follow(*, again: Again, step: str, by: Staff, at: datetime) -> Followed:
    """Write down that something was done once a decision was found wrong.  Twice keeps one.

    Whoever decided is told by somebody else, who says so.

    Raises PermissionDenied, NotWhole, or WrongState where it was not found wrong.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    require(policy.may_follow(by, again))
    if step not in {one.id for one in content.own_content().follow_up}:
        raise NotWhole({"step": "Choose from the list"})
    if not Again.objects.filter(pk=again.pk, found__in=(Found.RISK, Found.HIGHER)).exists():
        raise WrongState("This decision was not found wrong.")
    if step == DECIDER_TOLD and by.account_id == again.decided_by.account_id:
        raise WrongState("You decided this yourself: whoever tells you says so.")
    made = Followed(hub_id=again.hub_id, again=again, step=step, by=by, at=at)
    Followed.objects.bulk_create([made], ignore_conflicts=True)
    stands = Followed.objects.get(again=again, step=step)
    if stands.pk == made.pk:
        record("quality.followed", about=again, at=at, hub_id=again.hub_id, detail={"step": step})
    return stands


@transaction.atomic
def take_off(*, again: Again, why: str, by: Staff, at: datetime) -> None:
    """Take a case off its month, with a reason: nobody decides it again, and it stands in no figure.

    Raises PermissionDenied, NotWhole, or WrongState where it was found wrong, or the month is closed.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    require(policy.may_follow(by, again))
    if not why.strip():
        raise NotWhole({"why": "Say why nobody decides it again"})
    held = queries.held(again.pk)
    if held is None:
        raise WrongState("It is off already, or the month is closed.")
    if held.is_wrong:
        raise WrongState("It was found wrong, and stays in the month.")
    reviewers = list(held.copy.reviewers.select_for_update().order_by("pk"))
    looking.take_off(held, reviewers, why.strip()[:160], at=at)


@transaction.atomic
def close_month(*, month: Month, left_out: str, by: Staff, at: datetime) -> Month:
    """Close a month: work out what it came to, and end whoever has not answered.  Twice closes once.

    left_out: why some were not decided again by two, where there are such: they stand in no figure of agreement.

    Raises PermissionDenied, NotWhole, or WrongState where nothing was decided again by two.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    require(policy.may_see(by, month))
    require(policy.may_lead(by))
    held = Month.objects.select_for_update().get(pk=month.pk)
    if held.closed_at:
        return held
    stand = queries.standing(by, held)
    whole = [one for one in stand if one.is_whole]
    if not whole:
        raise WrongState("No decision of this month was decided again by two people yet.")
    if len(whole) < len(held.drawn) and not left_out.strip():
        raise NotWhole({"left_out": "Some were not decided again by two. Say why they are left out"})
    for one in stand:
        for reviewer in one.again.copy.reviewers.select_for_update().filter(ended_at=None).order_by("pk"):
            end(reviewer, Ended.CLOSED, at=at)
    held.closed_at, held.closed_by, held.left_out = at, by, left_out.strip()
    held.results = queries.results_of(held, stand)
    held.save(update_fields=["closed_at", "closed_by", "left_out", "results"])
    record("quality.month_closed", about=held, at=at, hub_id=held.hub_id)
    return held
