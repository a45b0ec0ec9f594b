"""What is done about what a dip sample found: raised, owned, due, and done; and earlier figures beside its own."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Staff
from mash.quality import policy
from mash.quality.actions.refusals import NotWhole, WrongState
from mash.quality.models import Dip, DipCard, EarlierShare, Raised, RaisedReminder, ToDo
from mash.quality.queries import dips
from mash.quality.yearly import PastShare

SUBJECT = "Something is overdue"
BODY = "Sign in to see what is yours to do.  Open “Quality”, then “Actions”."


@transaction.atomic
def raise_action(
    *,
    key: uuid.UUID,
    kind: str,
    unit: str,
    words: str,
    owner: Staff,
    due_on: date,
    dip: Dip | None = None,
    card: DipCard | None = None,
    by: Staff,
    at: datetime,
) -> Raised:
    """Raise something to be done, from one incident, from a sample, or from the figures.  Twice keeps one.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "What is done about a dip sample".
    """
    require(policy.may_lead(by))
    made = Raised.objects.filter(key=key, hub=by.hub_id).first()
    if made:
        return made
    wrong = {}
    if kind not in ToDo.values:
        wrong["kind"] = "Choose what it is"
    if not words.strip():
        wrong["words"] = "Say what is to be done"
    if due_on < localdate(at):
        wrong["due_on"] = "The day is over already"
    if not dips.owners(by, at).filter(pk=owner.pk).exists():
        wrong["owner"] = "Choose somebody who opens the pages of quality"
    if wrong:
        raise NotWhole(wrong)
    raised = Raised(
        hub_id=by.hub_id,
        key=key,
        dip=card.dip if card else dip,
        card=card,
        kind=kind,
        unit=unit.strip(),
        words=words.strip(),
        owner=owner,
        due_on=due_on,
        by=by,
        at=at,
    )
    raised.save(force_insert=True)
    record("quality.action_raised", about=raised, at=at, hub_id=by.hub_id)
    return raised


@transaction.atomic
def finish_action(*, raised: Raised, words: str, by: Staff, at: datetime) -> None:
    """Write down what was done, once, by whoever owns it or leads.

    Raises PermissionDenied, NotWhole, or WrongState where it is done.
    """
    require(policy.may_see_raised(by, raised))
    now = Raised.objects.select_for_update(of=("self",)).get(pk=raised.pk, hub=by.hub_id)
    if now.done_at:
        raise WrongState("This is done already.")
    if not words.strip():
        raise NotWhole({"words": "Say what was done"})
    now.done_at, now.done_by, now.done_words = at, by, words.strip()
    now.save(update_fields=["done_at", "done_by", "done_words"])
    record("quality.action_done", about=now, at=at, hub_id=now.hub_id)


@transaction.atomic
def remind_of_action(*, raised: Raised, at: datetime) -> bool:
    """Remind whoever owns something that is overdue, once a week, by an e-mail that says nothing of it.

    Source: docs/rules.md, "What is done about a dip sample".
    """
    late = (localdate(at) - raised.due_on).days
    if raised.done_at or late < 1:
        return False
    step = f"week_{(late - 1) // 7}"
    Raised.objects.select_for_update(of=("self",)).get(pk=raised.pk)
    if RaisedReminder.objects.filter(raised=raised, step=step).exists():
        return False
    RaisedReminder(hub_id=raised.hub_id, raised=raised, step=step, at=at).save(force_insert=True)
    notify(
        hub_id=raised.hub_id,
        to=raised.owner.account.email,
        subject=SUBJECT,
        body=BODY,
        at=at,
        page=reverse("quality:task", args=[raised.pk]),
    )
    record("quality.action_reminded", about=raised, at=at, hub_id=raised.hub_id, detail={"step": step})
    return True


@transaction.atomic
def take_earlier_shares(*, shares: Sequence[PastShare], by: Staff, at: datetime) -> tuple[int, int]:
    """Take in yearly figures that were published; returns how many are new, and how many were here alike.

    Raises PermissionDenied, or NotWhole where one is here with another figure: neither is changed.

    Source: docs/rules.md, "Earlier figures without their numbers".
    """
    require(policy.may_lead(by))
    here = {one.label: one.percent for one in EarlierShare.objects.filter(hub=by.hub_id)}
    other = [one.label for one in shares if one.label in here and here[one.label] != Decimal(one.percent)]
    if other:
        words = f"Here already with another figure, and left as they are: {', '.join(other)}"
        raise NotWhole({"file": words})
    new = [one for one in shares if one.label not in here]
    EarlierShare.objects.bulk_create(
        EarlierShare(
            hub_id=by.hub_id, label=one.label, year=one.year, percent=Decimal(one.percent), by=by, at=at
        )
        for one in new
    )
    if new:
        record("quality.shares_taken", about=by.hub, at=at, hub_id=by.hub_id, detail={"years": len(new)})
    return len(new), len(shares) - len(new)
