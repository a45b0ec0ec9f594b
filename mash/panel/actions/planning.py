"""What a panel agrees stands in the family's plan: its lead, its actions, when it is looked at, and what goes up."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from mash.common.jobs import order_from
from mash.common.references import new_reference
from mash.common.verdict import require
from mash.handover.actions import Held, Told, deliver, send_together, tell_line
from mash.handover.content import FROM_A_PANEL
from mash.ledger.actions import record
from mash.panel import policy
from mash.panel.actions.holding_meeting import in_meeting
from mash.panel.actions.refusals import NotWhole
from mash.panel.models import Action, Concluded, InPlan, Item, OnPlan, Panel, Seat, State, WentUp
from mash.panel.queries.meetings import needed_by, newest_conclusions
from mash.panel.queries.planning import items_of, open_plan_of, plans_for, up_key
from mash.panel.queries.tracking import tracked
from mash.partnership.models import Agency, Duty, Restriction, Staff
from mash.partnership.queries import working_colleagues
from mash.plans import actions as plans
from mash.plans import policy as plan_policy
from mash.plans.composing import AWARE, NOT_AWARE
from mash.plans.content import triggers
from mash.plans.models import FamilyMember, Kind, Need, Plan, PlanAction
from mash.plans.models import Seat as PlanSeat
from mash.plans.queries import due_on as plan_due_on
from mash.plans.queries import lead_of, not_covered

SITS = "Sits on the panel that talks about the family"
HAND_OVERS, TAKE_IN = "hand_overs", "mash.panel.jobs.take_in_step_up"


@dataclass(frozen=True, slots=True)
class GoesUp:
    """What a panel tells the hub when more is needed.  trigger: an id of plans.yaml.  voice: what the child says."""

    trigger: str
    product: str
    voice: str
    danger: bool
    family_aware: bool


# Which plan it is


def refuse_restricted(contact: uuid.UUID) -> None:
    """Raise NotWhole where a case is restricted: it is brought to no panel, and heard on no plan of it.

    Source: docs/rules.md, "What a panel talks about".
    """
    if Restriction.objects.filter(contact_id=contact, until_at=None).exists():
        raise NotWhole("This case is restricted. It is brought to no panel while it is.")


def join_plan(item: Item, *, by: Staff, at: datetime) -> None:
    """Let an item that is brought be on the plan that its family has already.  The caller may bring it.

    Raises NotWhole where the family has not agreed that a panel talks about their plan, or its case is restricted.

    Source: docs/rules.md, "The panel and the plan", "Agreement to a plan".
    """
    for plan in plans_for(by, item)[:1]:
        refuse_restricted(plan.contact_id)
        if plan.kind != Kind.PANEL:
            try:
                plans.take_to_panel(plan=plan, version=plan.version, by=by, at=at)
            except plans.NotWhole as why:
                raise NotWhole(f"This family has a plan, {plan.reference}. {why}") from why
        put_on_plan(item, plan, by=by, at=at)


def put_on_plan(item: Item, plan: Plan, *, by: Staff, at: datetime) -> None:
    """Write down that the family of an item has this plan, and open it to whom the item needs.  Once an item."""
    if OnPlan.objects.filter(item=item).exists():
        return
    OnPlan.objects.bulk_create([OnPlan(hub_id=item.hub_id, item=item, plan=plan, by=by, at=at)])
    record("panel.on_plan", about=item, at=at, hub_id=item.hub_id, detail={"plan": str(plan.pk)})
    open_to_needed(item, by=by, at=at)


def open_to_needed(item: Item, *, by: Staff, at: datetime) -> None:
    """Let those who sit on a panel for an agency that an item needs see its plan, and nobody else who sits there.

    Source: docs/rules.md, "The panel and the plan", "Who sees a plan".
    """
    plan = open_plan_of(by, item)
    if (
        plan is None
        or not OnPlan.objects.filter(item=item, plan=plan).exists()
        or not plan_policy.may_seat(by, plan)
    ):
        return
    others = Item.objects.filter(on_plan__plan=plan, panel=item.panel_id, taken_off_at=None)
    agencies = {agency.pk for one in others for agency in needed_by(one)}
    posts = {
        one.staff_id: one.staff
        for one in Seat.objects.filter(
            panel=item.panel_id, until_at=None, agency__in=agencies
        ).select_related("staff")
    }
    why = f"{SITS}: {item.panel.name}"[:160]
    there = list(PlanSeat.objects.filter(plan=plan, why=why, until_at=None).select_related("plan__hub"))
    for seat in there:
        if seat.staff_id not in posts:
            plans.end_seat(seat=seat, by=by, at=at)
    for key in set(posts) - {one.staff_id for one in there}:
        plans.give_seat(plan=plan, staff=posts[key], why=why, by=by, at=at)


def open_to_members(panel: Panel, *, by: Staff, at: datetime) -> None:
    """Let the plans of a panel's families follow who sits there now."""
    for item in Item.objects.filter(policy.heard_by(by), panel=panel, on_plan__isnull=False).select_related(
        "panel"
    ):
        open_to_needed(item, by=by, at=at)


def take_over_begun(plan: Plan, *, by: Staff, at: datetime) -> None:
    """Let what panels agreed for a family stand in the plan that it has now, as far as whoever wrote it hears of it.

    Called in the transaction in which a plan begins, its family agrees, or a panel takes it.

    Source: docs/rules.md, "The panel and the plan".
    """
    if plan.kind != Kind.PANEL or by.works_nights or not (by.has(*policy.RUNS) or by.has(*policy.BRINGS)):
        return
    for item in items_of(by, plan):
        put_on_plan(item, plan, by=by, at=at)
    if not not_covered(plan):
        for item in Item.objects.filter(policy.heard_by(by), on_plan__plan=plan).order_by("-at", "-pk"):
            _take_over(item, plan, by=by, at=at)


@transaction.atomic
def take_over(*, item: Item, by: Staff, at: datetime) -> int:
    """Take into a family's plan what its panel agreed before there was one; return how many actions that were.

    Raises PermissionDenied; NotWhole where there is no plan, or the family's agreement does not cover it.

    Source: docs/rules.md, "The panel and the plan".
    """
    require(policy.may_run(by, item.panel))
    require(policy.may_hear(by, item))
    plan = open_plan_of(by, item)
    if plan is None:
        raise NotWhole("This family has no plan yet.")
    put_on_plan(item, plan, by=by, at=at)
    try:
        same = Item.objects.filter(policy.heard_by(by), panel=item.panel_id, person=item.person_id)
        for one in items_of(by, plan):
            put_on_plan(one, plan, by=by, at=at)
        return sum(
            _take_over(one, plan, by=by, at=at)
            for one in same.filter(on_plan__plan=plan).order_by("-at", "-pk")
        )
    except plans.NotWhole as why:
        raise NotWhole(str(why)) from why


def _take_over(item: Item, plan: Plan, *, by: Staff, at: datetime) -> int:
    """Take the open actions of one item, its lead and its next day into a plan.  The plan keeps what it has.

    The newest item is asked first.  One transaction at a time.
    """
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    made = newest_conclusions([item]).get(item.pk)
    lead = lead_of(plan)
    if made and made.lead_agency and (lead is None or lead.agency is None):
        _name_lead(item, plan, made.lead_name, made.lead_agency, by=by, at=at)
    if made and made.review_on and made.review_on >= localdate(at) and plan.look_on is None:
        plans.set_next_look(plan=plan, version=plan.version, look_on=made.review_on, by=by, at=at)
    bare = Action.objects.filter(item=item).filter(~Exists(InPlan.objects.filter(of=OuterRef("pk"))))
    found = tracked(list(bare.select_related("agency", "item").order_by("due_on", "at", "pk")))
    still_open = [one for one in found if one.is_open]
    if not still_open:
        return 0
    outcome = "\n".join(dict.fromkeys(one.outcome for one in still_open))
    need = plans.add_need(plan=plan, whom=_whom(plan, item), words=item.asked, outcome=outcome, by=by, at=at)
    rows = []
    for one in still_open:
        action = plans.take_in_action(
            need=need,
            words=one.what,
            agency=one.agency,
            person_name=one.person,
            due_on=one.due_on,
            by=by,
            at=at,
        )
        rows.append(InPlan(hub_id=item.hub_id, item=item, action=action, of_id=one.key, by=by, at=at))
    InPlan.objects.bulk_create(rows)
    record("panel.taken_over", about=item, at=at, hub_id=item.hub_id, detail={"actions": len(rows)})
    return len(rows)


def _whom(plan: Plan, item: Item) -> FamilyMember | None:
    return FamilyMember.objects.filter(plan=plan, person=item.person_id).first() if item.person_id else None


# What is agreed in the meeting


def agree_in_plan(
    item: Item,
    plan: Plan,
    *,
    lead: tuple[str, Agency] | None,
    review_on: date | None,
    by: Staff,
    at: datetime,
) -> None:
    """Write into a family's plan who leads it and when it is looked at again, as the panel said.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "The panel and the plan".
    """
    try:
        put_on_plan(item, plan, by=by, at=at)
        if lead:
            _name_lead(item, plan, *lead, by=by, at=at)
        if review_on is not None:
            version = Plan.objects.get(pk=plan.pk).version
            plans.set_next_look(plan=plan, version=version, look_on=review_on, by=by, at=at)
    except plans.NotWhole as why:
        raise NotWhole(str(why), place={"look_on": "review_on"}.get(why.place, "")) from why


def _name_lead(item: Item, plan: Plan, name: str, agency: Agency, *, by: Staff, at: datetime) -> None:
    now = lead_of(plan)
    if now and (now.name.casefold(), now.agency_id) == (name.strip().casefold(), agency.pk):
        return
    posts = working_colleagues(by, Duty.ANSWER, Duty.ASSESS).filter(
        agency=agency, account__name__iexact=name.strip()
    )
    found = list(posts[:2])
    plans.name_lead(
        plan=plan,
        agency=agency,
        name=name.strip(),
        why=f"Named at the panel: {item.panel.name}"[:240],
        from_on=max(localdate(at), plan.started_on),
        follows=now.number if now else 0,
        staff=found[0] if len(found) == 1 else None,
        by=by,
        at=at,
    )


@transaction.atomic
def add_to_plan(
    *,
    item: Item,
    need: Need | None,
    need_words: str,
    outcome: str,
    what: str,
    agency: Agency,
    person: str,
    due_on: date,
    by: Staff,
    at: datetime,
) -> PlanAction:
    """Agree an action in the meeting, into the family's plan: for one of its needs, or for a new one.

    need: None for a new one, which need_words and outcome say.  The same again is the same action.

    Raises PermissionDenied; NotWhole as the plan itself says it; ChangedMeanwhile.

    Source: docs/rules.md, "The panel and the plan", "Actions of a plan".
    """
    item, _ = in_meeting(item, by)
    plan = open_plan_of(by, item)
    if plan is None:
        raise NotWhole("This family has no plan.")
    if need is not None and need.plan_id != plan.pk:
        raise NotWhole("Choose a need of this plan.", place="need")
    put_on_plan(item, plan, by=by, at=at)
    try:
        if need is None:
            need = plans.add_need(
                plan=plan, whom=_whom(plan, item), words=need_words, outcome=outcome, by=by, at=at
            )
        action = plans.add_action(
            need=need, words=what, agency=agency, person_name=person, due_on=due_on,
            look_again_on=max(plan_due_on(plan), due_on), by=by, at=at,
        )  # fmt: skip
    except plans.NotWhole as why:
        raise NotWhole(
            str(why), place={"words": "what", "person_name": "person"}.get(why.place, why.place)
        ) from why
    if not InPlan.objects.filter(action=action).exists():
        InPlan.objects.bulk_create([InPlan(hub_id=item.hub_id, item=item, action=action, by=by, at=at)])
        record("panel.action_added", about=item, at=at, hub_id=item.hub_id, detail={"agency": str(agency.pk)})
    return action


@transaction.atomic
def tick_in_plan(
    *,
    item: Item,
    action: PlanAction,
    version: int,
    state: str,
    words: str,
    said_by: str,
    due_on: date | None,
    by: Staff,
    at: datetime,
) -> None:
    """Say in a meeting where an action of the family's plan stands, or carry it over to another day.

    state: a status of the plan's actions, or carried.  version: of the action as the page showed it.

    Raises PermissionDenied, NotWhole, or ChangedMeanwhile.

    Source: docs/rules.md, "The panel and the plan", "Actions of a plan".
    """
    require(policy.may_run(by, item.panel))
    require(policy.may_hear(by, item))
    try:
        if state == State.CARRIED:
            if due_on is None:
                raise NotWhole("Enter the day to which it is carried over.", place="due_on")
            plans.carry_over(action=action, version=version, to_on=due_on, why=words, by=by, at=at)
        else:
            plans.say_progress(
                action=action,
                version=version,
                status=state,
                difference=words,
                difference_by=said_by,
                by=by,
                at=at,
            )
    except plans.NotWhole as why:
        raise NotWhole(str(why), place=why.place) from why
    record("panel.action_said", about=item, at=at, hub_id=item.hub_id, detail={"state": state})


# Up to the hub


def go_up(item: Item, made: Concluded, up: GoesUp, plan: Plan | None, *, by: Staff, at: datetime) -> None:
    """Tell the hub that more is needed, as the panel decided: from the plan, where the family has one.

    Raises NotWhole.

    Source: docs/rules.md, "The panel and the plan", "Step up and step down".
    """
    if up.trigger not in triggers():
        raise NotWhole("Choose why it goes up.", place="trigger")
    if plan is not None:
        plans.step_up(
            key=up_key(made), plan=plan, trigger=up.trigger, words=made.words, product=up.product, voice=up.voice,
            danger=up.danger, family_aware=up.family_aware, by=by, at=at,
        )  # fmt: skip
        return
    if not up.product.strip():
        raise NotWhole("Enter what was tried, and where it stands.", place="product")
    row = WentUp(
        hub_id=item.hub_id, item=item, concluded=made, key=up_key(made), trigger=up.trigger, product=up.product.strip(),
        voice=up.voice.strip(), danger=up.danger, family_aware=up.family_aware,
        reference=new_reference(by.hub.prefix), by=by, at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    record("panel.went_up", about=item, at=at, hub_id=item.hub_id, detail={"danger": up.danger})
    order_from(HAND_OVERS, TAKE_IN, key=str(row.pk))


@transaction.atomic
def take_in(*, row: WentUp, at: datetime) -> None:
    """Put on the hub's line what a panel told of a family without a plan.  Safe to repeat.

    As a step from the case that the family was brought from; where there is none, the worry is new to the hub, and so a
    contact like any other.  Acts as the service `hand_overs`.

    Source: docs/rules.md, "The panel and the plan", "Step up and step down".
    """
    rows = WentUp.objects.select_related("item__person", "concluded", "by__agency", "by__account", "hub")
    told_of = rows.get(pk=row.pk)
    item, by = told_of.item, told_of.by
    assert item.person is not None  # noqa: S101 - of a family
    told = Told(
        key=told_of.key,
        reason=f"{triggers()[told_of.trigger].label}.\n\n{told_of.concluded.words}",
        product=told_of.product,
        agreement=AWARE if told_of.family_aware else NOT_AWARE,
        becomes=told_of.reference,
        voice=told_of.voice,
        danger=told_of.danger,
        family_aware=told_of.family_aware,
        adults=(),
    )
    if item.contact_id is None:
        tell_line(told=told, route=FROM_A_PANEL, person=item.person, hub=told_of.hub, by=by, at=told_of.at)
        return
    held = Held(item.contact_id, item.person.pk, by.agency, item.reference, item.name[:250], item.born_on)
    (step,) = send_together(told=told, route=FROM_A_PANEL, held=[held], by=by, at=told_of.at)
    deliver(step_id=step.pk, at=at)
