"""What the family said about a plan, and that they took it back."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.plans import begun, policy
from mash.plans.actions.holding import hold
from mash.plans.actions.refusals import NotWhole
from mash.plans.models import Agreement, Covers, FamilyMember, Plan, Said


@transaction.atomic
def record_agreement(
    *,
    plan: Plan,
    said: str,
    said_by: str,
    said_on: date,
    how: str,
    covers: Sequence[FamilyMember],
    scopes: Sequence[str],
    words: str = "",
    by: Staff,
    at: datetime,
) -> Agreement:
    """Write down what somebody said about working on a plan together.  It ends nothing that was said before.

    said: given or refused.  covers: of whom they said it.  scopes: ids of lawful_bases.yaml.  The same again is once.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Agreement to a plan".
    """
    require(policy.may_keep(by, plan))
    hold(plan)
    if not (said_by.strip() and how.strip() and covers and scopes and said in Said.values):
        raise NotWhole("Say what was said, by whom, how you heard it, of whom and for what.")
    if any(one.plan_id != plan.pk for one in covers):
        raise NotWhole("Choose people whom this plan is for.", place="covers")
    if said_on > localdate(at):
        raise NotWhole("It was said today or earlier.", place="said_on")
    facts = {
        "said": said,
        "said_by": said_by.strip(),
        "said_on": said_on,
        "how": how.strip(),
        "words": words.strip(),
    }
    for same in Agreement.objects.filter(plan=plan, by=by, withdrawn_on=None, **facts):
        if {one.member_id for one in same.covers.all()} == {one.pk for one in covers}:
            return same
    made = Agreement.objects.create(
        hub_id=plan.hub_id, plan=plan, scopes=sorted(scopes), by=by, at=at, **facts
    )
    Covers.objects.bulk_create(Covers(hub_id=plan.hub_id, agreement=made, member=one) for one in covers)
    record(
        "plan.agreement", about=plan, at=at, hub_id=plan.hub_id, detail={"said": said, "covers": len(covers)}
    )
    begun.tell(plan, by=by, at=at)
    return made


@transaction.atomic
def withdraw_agreement(
    *, agreement: Agreement, withdrawn_on: date, withdrawn_by: str, words: str, by: Staff, at: datetime
) -> None:
    """Write down that somebody took their agreement back.  Others stand by themselves; twice changes nothing.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Agreement to a plan".
    """
    require(policy.may_keep(by, agreement.plan))
    hold(agreement.plan)
    row = Agreement.objects.get(pk=agreement.pk)
    if row.withdrawn_on is not None:
        return
    if row.said != Said.GIVEN:
        raise NotWhole("Only what was agreed can be taken back.")
    if not withdrawn_by.strip():
        raise NotWhole("Say who took it back.", place="withdrawn_by")
    if not row.said_on <= withdrawn_on <= localdate(at):
        raise NotWhole("The day is between the day they agreed and today.", place="withdrawn_on")
    row.withdrawn_on, row.withdrawn_by, row.withdrawn_words = (
        withdrawn_on,
        withdrawn_by.strip(),
        words.strip(),
    )
    row.withdrawn_told, row.withdrawn_at = by, at
    row.save(
        update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_words", "withdrawn_told", "withdrawn_at"]
    )
    record("plan.agreement_withdrawn", about=row.plan, at=at, hub_id=row.hub_id)
