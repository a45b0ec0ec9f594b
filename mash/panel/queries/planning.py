"""The plan of a family that a panel hears: what of it the panel may see, and which plans wait to be looked at."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.decision.telling import initials
from mash.panel import policy
from mash.panel.models import Concluded, InPlan, Item, Meeting, OnPlan, WentUp
from mash.partnership.models import Agency, Staff
from mash.people.joined import as_one
from mash.plans import policy as plan_policy
from mash.plans import queries as plans
from mash.plans.content import Trigger, triggers
from mash.plans.models import Closure, FamilyMember, Kind, Lead, Need, Plan, PlanAction, StepUp
from mash.plans.queries import shown
from mash.plans.queries.finding import ended, open_plans_for, seen
from mash.plans.queries.stepping import Went, step_ups_of


def plan_of(staff: Staff, item: Item) -> Plan | None:
    """Return the plan of an item's family, as far as this worker sees it.

    That with which it was brought or which it has been given since; else one that a panel looks after and is open.

    Source: docs/rules.md, "The panel and the plan".
    """
    if item.person_id is None:
        return None
    beside = ("hub", "person", "outcome") if staff.works_at_the_desk else ("hub",)
    found = seen(staff).select_related(*beside)
    linked = OnPlan.objects.filter(item=item).first()
    if linked is not None:
        return found.filter(pk=linked.plan_id).first()
    open_now = found.filter(~Q(ended()), kind=Kind.PANEL, familymembers__person=item.person_id)
    return open_now.order_by("-started_on", "-pk").first()


def open_plan_of(staff: Staff, item: Item) -> Plan | None:
    """Return the plan into which a panel writes what it agrees; None where there is none, or it has ended."""
    plan = plan_of(staff, item)
    return None if plan is None or plan_policy.has_ended(plan) else plan


def plans_for(staff: Staff, item: Item) -> list[Plan]:
    """Return the open plans for an item's person, under any of their records, that a worker at the desk sees."""
    if item.person is None:
        return []
    return list(open_plans_for(item.person).filter(plan_policy.seen_by(staff)).select_related("hub"))


def items_of(staff: Staff, plan: Plan) -> list[Item]:
    """Return what panels have or had of the children of a plan and is on no plan yet, the first first."""
    children = FamilyMember.objects.filter(plan=plan, is_child=True, person__isnull=False)
    keys = set(children.values_list("person_id", flat=True))
    if staff.works_at_the_desk:
        keys = as_one(keys)
    heard = Item.objects.filter(policy.heard_by(staff), person__in=keys, taken_off_at=None)
    bare = heard.filter(~Exists(OnPlan.objects.filter(item=OuterRef("pk"))))
    return list(bare.select_related("panel", "meeting").order_by("at", "pk"))


@dataclass(frozen=True, slots=True)
class Planned:
    """What a panel has before it of a family's plan.

    unmet: its needs that are not met.  covered: what is agreed may stand in it.
    may_keep: this worker may write it.
    """

    plan: Plan
    lead: Lead | None
    look_on: date
    is_late: bool
    unmet: Sequence[Need]
    step_ups: Sequence[Went]
    triggers: Sequence[Trigger]
    closure: Closure | None
    covered: bool
    may_keep: bool

    @property
    def led_by(self) -> str:
        """Who leads it, in words; "" for nobody."""
        return f"{self.lead.name}, {self.lead.agency}" if self.lead and self.lead.agency else ""

    @property
    def has_ended(self) -> bool:
        """Tell whether it has ended."""
        return bool(self.closure and self.closure.passed_at)


def planned(staff: Staff, item: Item, today: date) -> Planned | None:
    """Return what of its plan a worker sees beside an item; None where there is none for them.

    Source: docs/rules.md, "The panel and the plan".
    """
    plan = plan_of(staff, item)
    if plan is None:
        return None
    known, look_on = triggers(), plans.due_on(plan)
    closure = plans.closing_of(plan)
    return Planned(
        plan=plan,
        lead=plans.lead_of(plan),
        look_on=look_on,
        is_late=look_on < today,
        unmet=[one for one in shown.needs_of(plan) if one.met_on is None],
        step_ups=step_ups_of(plan),
        triggers=[known[one] for one in plans.triggers_of(plan, today)],
        closure=closure,
        covered=not plans.not_covered(plan),
        may_keep=bool(plan_policy.may_keep(staff, plan)),
    )


def went_up(concluded: Concluded) -> str:
    """Return the reference of what a panel told the hub as it decided; "" where nothing."""
    told = (
        WentUp.objects.filter(concluded=concluded).first()
        or StepUp.objects.filter(key=up_key(concluded)).first()
    )
    return told.reference if told else ""


def up_key(concluded: Concluded) -> uuid.UUID:
    """Return the key under which a plan's step up follows from a decision of a panel."""
    return uuid.uuid5(concluded.item_id, f"up {concluded.number}")


def agreed_at(item: Item) -> set[uuid.UUID]:
    """Return the actions of a plan that were agreed when the panel heard an item."""
    return set(InPlan.objects.filter(item=item, of=None).values_list("action_id", flat=True))


def find_plan_action(staff: Staff, item: Item, action_id: uuid.UUID) -> PlanAction:
    """Return an action of the plan of an item's family.  Raises Http404 for any other."""
    plan = open_plan_of(staff, item)
    found = PlanAction.objects.filter(plan=plan) if plan else PlanAction.objects.none()
    return get_object_or_404(found.select_related("plan__hub", "agency", "need"), pk=action_id)


# Plans that are due


@dataclass(frozen=True, slots=True)
class Due:
    """A plan that is to be looked at by the day of a meeting.  children: initials of whom it is for."""

    plan: Plan
    look_on: date
    children: str


def due_by(staff: Staff, meeting: Meeting, on: date) -> list[Due]:
    """Return the panel's plans that are due to be looked at by a day and stand on no agenda to come, oldest first.

    A plan belongs to the panel that heard its family last; one that none has heard, to every panel of the hub.

    Source: docs/rules.md, "The panel and the plan".
    """
    coming = Item.objects.filter(
        Q(meeting=None) | Q(meeting__ended_at=None, meeting__called_off_at=None), taken_off_at=None
    )
    waits = OnPlan.objects.filter(plan=OuterRef("pk"), item__in=coming)
    elsewhere = OnPlan.objects.filter(plan=OuterRef("pk")).exclude(item__panel=meeting.panel_id)
    here = OnPlan.objects.filter(plan=OuterRef("pk"), item__panel=meeting.panel_id)
    found = (
        seen(staff)
        .filter(~Q(ended()), ~Exists(waits), kind=Kind.PANEL)
        .filter(~Exists(elsewhere) | Exists(here))
    )
    rows = [Due(one, plans.due_on(one), _initials(one)) for one in found.select_related("hub")]
    return sorted(
        (one for one in rows if one.look_on <= on), key=lambda one: (one.look_on, one.plan.reference)
    )


def _initials(plan: Plan) -> str:
    children = shown.members_of(plan).filter(is_child=True)
    return ", ".join(initials(one.given, one.family) for one in children)


def find_due(staff: Staff, meeting: Meeting, plan_id: uuid.UUID, on: date) -> Plan:
    """Return a plan that may be taken onto a meeting's agenda to be looked at.  Raises Http404 for any other."""
    found = {one.plan.pk: one.plan for one in due_by(staff, meeting, on)}
    if plan_id not in found:
        raise Http404
    return found[plan_id]


def agencies_in_plan(plan: Plan) -> list[Agency]:
    """Return the agencies with something to do in a plan, and that of its lead, by name."""
    lead = plans.lead_of(plan)
    own = PlanAction.objects.filter(plan=plan, status__in=("not_started", "under_way")).values("agency")
    keys = Q(pk__in=own) | Q(pk=lead.agency_id if lead else None)
    return list(Agency.objects.filter(keys).order_by("name"))
