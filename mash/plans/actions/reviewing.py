"""A look at a plan together: four questions, what was not done, and the way on."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.plans import policy
from mash.plans.actions.holding import change, hold, must_be_agreed
from mash.plans.actions.refusals import ChangedMeanwhile, NotWhole
from mash.plans.models import OPEN, Carried, Change, Different, Onward, Plan, PlanAction, Review
from mash.plans.queries.reviews import due_on


@dataclass(frozen=True, slots=True)
class CarryOver:
    """One action that was not done: to which day it is carried over, and why."""

    action: PlanAction
    to_on: date
    why: str


@transaction.atomic
def hold_review(
    *,
    key: uuid.UUID,
    plan: Plan,
    follows: int,
    held_on: date,
    present: str,
    different: str,
    different_words: str,
    family_says: str,
    not_done: str,
    onward: str,
    why: str,
    next_on: date | None,
    carried: Sequence[CarryOver] = (),
    by: Staff,
    at: datetime,
) -> Review:
    """Write down a look at a plan together.  Every overdue action is carried over with a reason, or was ended before.

    key: of the form; sent twice it makes one.  follows: how many looks the page showed.
    next_on: when the next is; not asked where the plan is to close.  A way up or a closing is a step of its own.

    Raises PermissionDenied; ChangedMeanwhile where somebody wrote one meanwhile; NotWhole.

    Source: docs/rules.md, "Looking at a plan together".
    """
    require(policy.may_keep(by, plan))
    held = hold(plan)
    made = Review.objects.filter(key=key).first()
    if made:
        return made
    number = Review.objects.filter(plan=held).count()
    if number != follows:
        raise ChangedMeanwhile
    _whole(held, held_on=held_on, onward=onward, different=different, next_on=next_on, at=at)
    if not all(one.strip() for one in (present, different_words, family_says, why)):
        raise NotWhole("Answer each question, and say who was there and why this way on.")
    _all_carried(held, held_on, carried, not_done)
    if onward in {Onward.ON, Onward.DOWN}:
        must_be_agreed(held)
    review = Review(
        hub_id=plan.hub_id, plan=held, key=key, number=number + 1, due_on=due_on(held), held_on=held_on,
        present=present.strip(), different=different, different_words=different_words.strip(),
        family_says=family_says.strip(), not_done=not_done.strip(), onward=onward, why=why.strip(),
        next_on=None if onward == Onward.CLOSE else next_on, by=by, at=at,
    )  # fmt: skip
    review.save(force_insert=True)
    for one in carried:
        _carry(review, one, by, at)
    if held.look_on is not None:  # what this look says counts from now on
        change(held, held.version, {"look_on": None})
    record(
        "plan.reviewed",
        about=plan,
        at=at,
        hub_id=plan.hub_id,
        detail={"number": review.number, "onward": onward},
    )
    return review


@transaction.atomic
def set_next_look(*, plan: Plan, version: int, look_on: date, by: Staff, at: datetime) -> None:
    """Say on which day a plan is looked at next, between two looks: so a panel has it.

    version: of the plan as the page showed it.  Raises PermissionDenied, NotWhole, or ChangedMeanwhile.

    Source: docs/rules.md, "Looking at a plan together".
    """
    require(policy.may_keep(by, plan))
    held = hold(plan)
    if look_on < localdate(at):
        raise NotWhole("The next look is today or later.", place="look_on")
    if look_on == due_on(held):
        return
    before, after = change(held, version, {"look_on": look_on})
    if after:
        Change.objects.create(
            hub_id=plan.hub_id, plan=held, what="plan.next_look", before=before, after=after, by=by, at=at
        )
        record("plan.next_look", about=plan, at=at, hub_id=plan.hub_id)


def _whole(
    plan: Plan, *, held_on: date, onward: str, different: str, next_on: date | None, at: datetime
) -> None:
    last = Review.objects.filter(plan=plan).order_by("-number").first()
    earliest = last.held_on if last else plan.started_on
    if not earliest <= held_on <= localdate(at):
        raise NotWhole(
            "The day lies between the last look, or the plan’s first day, and today.", place="held_on"
        )
    if onward not in Onward.values or different not in Different.values:
        raise NotWhole(
            "Say whether anything is different for the child, and whether it goes up, down, on, or closes."
        )
    if onward != Onward.CLOSE and (next_on is None or next_on <= held_on):
        raise NotWhole("Say on which later day you look at the plan again.", place="next_on")


def _all_carried(plan: Plan, held_on: date, carried: Sequence[CarryOver], not_done: str) -> None:
    """Ask for a word on every action that should have been done by then."""
    late = PlanAction.objects.filter(plan=plan, status__in=OPEN, due_on__lt=held_on)
    named = {one.action.pk for one in carried}
    missing = [one.words for one in late if one.pk not in named]
    if missing:
        raise NotWhole(
            f"Not done, and not carried over: “{missing[0]}”. Say by when and why, or say first how it ended."
        )
    if (late or carried) and not not_done.strip():
        raise NotWhole("Say what has not been done, and why.", place="not_done")


def _carry(review: Review, one: CarryOver, by: Staff, at: datetime) -> None:
    if one.action.plan_id != review.plan_id or not one.action.is_open:
        raise NotWhole("Only what is still to be done on this plan is carried over.")
    if one.to_on <= review.held_on or not one.why.strip():
        raise NotWhole(f"Say by which later day “{one.action.words}” will be done, and why it was not.")
    Carried.objects.create(
        hub_id=review.hub_id, review=review, action=one.action, from_on=one.action.due_on, to_on=one.to_on,
        why=one.why.strip(),
    )  # fmt: skip
    before, after = change(one.action, one.action.version, {"due_on": one.to_on, "look_again_on": one.to_on})
    Change.objects.create(
        hub_id=review.hub_id, plan=review.plan, what="action.carried", action=one.action, before=before, after=after,
        by=by, at=at,
    )  # fmt: skip
