"""Those around a plan tell the hub that more is needed: a step up, with the reason and what was tried."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.common.jobs import order_from
from mash.common.references import new_reference
from mash.common.verdict import require
from mash.handover.actions import Held, Told, deliver, send_together
from mash.handover.content import FROM_A_PLAN
from mash.handover.models import Step
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.plans import policy
from mash.plans.actions.holding import hold
from mash.plans.actions.refusals import NotWhole
from mash.plans.composing import AWARE, NOT_AWARE, Tried, product_of
from mash.plans.content import triggers
from mash.plans.models import OPEN, FamilyMember, Plan, PlanAction, Review, StepUp
from mash.plans.queries.finding import lead_of

HAND_OVERS, TAKE_IN = "hand_overs", "mash.plans.jobs.take_in_step_up"


@transaction.atomic
def step_up(
    *,
    key: uuid.UUID,
    plan: Plan,
    trigger: str,
    words: str,
    voice: str,
    danger: bool,
    family_aware: bool,
    product: str = "",
    by: Staff,
    at: datetime,
) -> StepUp:
    """Tell the hub that more is needed.  Agreement is not asked for: the duty to tell does not hang on it.

    key: of the form; sent twice it makes one.  trigger: an id of plans.yaml.  voice: what the child says.
    product: what was tried and where it stands, in the words of whoever tells.
    A program makes the step of it at once, whose contact is counted from now; whoever leads keeps the family until
    another service accepts them.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Step up from a plan", "Step up and step down".
    """
    require(policy.may_step_up(by, plan))
    held = hold(plan)
    made = StepUp.objects.filter(key=key).first()
    if made:
        return made
    if trigger not in triggers() or not words.strip():
        raise NotWhole("Say why it goes up, and what happened.")
    step = StepUp(
        hub_id=plan.hub_id, plan=held, key=key, trigger=trigger, words=words.strip(), product=product.strip(),
        voice=voice.strip(), danger=danger, family_aware=family_aware, reference=new_reference(by.hub.prefix), by=by,
        at=at,
    )  # fmt: skip
    step.save(force_insert=True)
    record(
        "plan.stepped_up",
        about=plan,
        at=at,
        hub_id=plan.hub_id,
        detail={"trigger": trigger, "danger": danger},
    )
    order_from(HAND_OVERS, TAKE_IN, step_id=str(step.pk))
    return step


@transaction.atomic
def take_in(*, step: StepUp, at: datetime) -> list[Step]:
    """Make a step for each child of what was told of a plan, and put it on the hub's line.  Safe to repeat.

    Acts as the service `hand_overs`.

    Source: docs/rules.md, "Step up from a plan", "Step up and step down".
    """
    row = StepUp.objects.select_related("plan__hub", "by__agency", "by__account").get(pk=step.pk)
    assert row.by  # noqa: S101 - only a worker tells
    plan, lead = hold(row.plan), lead_of(row.plan)
    agency = lead.agency if lead and lead.agency else row.by.agency
    members = list(FamilyMember.objects.filter(plan=plan).order_by("-is_child", "born_on", "pk"))
    told = Told(
        key=row.key,
        reason=f"{triggers()[row.trigger].label}.\n\n{row.words}",
        product=product_of(row.product, plan, _tried(plan)),
        agreement=AWARE if row.family_aware else NOT_AWARE,
        becomes=row.reference,
        voice=row.voice,
        danger=row.danger,
        family_aware=row.family_aware,
        adults=[{"given": one.given, "family": one.family} for one in members if not one.is_child],
    )
    held = [
        Held(plan.contact_id, one.person_id, agency, plan.reference, one.in_full, one.born_on)
        for one in members
        if one.person_id and one.is_child
    ]
    steps = send_together(told=told, route=FROM_A_PLAN, held=held, by=row.by, at=row.at)
    deliver(step_id=steps[0].pk, at=at)
    return steps


def _tried(plan: Plan) -> Tried:
    lead = lead_of(plan)
    looks = list(Review.objects.filter(plan=plan).order_by("number").values_list("held_on", flat=True))
    agencies = PlanAction.objects.filter(plan=plan, status__in=OPEN).values_list("agency__name", flat=True)
    named = f"{lead.name}, {lead.agency}" if lead and lead.agency else ""
    return Tried(named, len(looks), looks[-1] if looks else None, sorted(set(agencies)))
