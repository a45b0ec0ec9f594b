"""Everything that a plan's own page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from mash.partnership.models import Agency, Duty, Staff
from mash.partnership.queries import agencies_in, working_colleagues
from mash.plans.content import Trigger, triggers
from mash.plans.models import (
    OPEN,
    Agreement,
    Change,
    Closure,
    FamilyMember,
    Lead,
    Need,
    Plan,
    PlanAction,
    Reminder,
    Review,
    Seat,
)
from mash.plans.queries.finding import closing_of, lead_of
from mash.plans.queries.reviews import due_on, leaderless_days, longest_on, reviews_of, triggers_of
from mash.plans.queries.stepping import Went, step_ups_of


@dataclass(frozen=True, slots=True)
class Whole:
    """A plan with everything in it.  not_covered: children whom no agreement that stands covers."""

    plan: Plan
    members: Sequence[FamilyMember]
    agreements: Sequence[Agreement]
    not_covered: Sequence[FamilyMember]
    lead: Lead | None
    leaderless: int | None
    needs: Sequence[Need]
    reviews: Sequence[Review]
    look_on: date
    longest_on: date
    closure: Closure | None
    returned: Closure | None
    step_ups: Sequence[Went]
    triggers: Sequence[Trigger]
    unreachable: Sequence[str]
    agencies: Sequence[str]
    copy: Change | None

    @property
    def children(self) -> list[FamilyMember]:
        """Return the children whom it is for."""
        return [one for one in self.members if one.is_child]

    @property
    def has_ended(self) -> bool:
        """Tell whether it has ended."""
        return bool(self.closure and self.closure.passed_at)

    @property
    def accepted(self) -> list[Any]:
        """What another service said that accepted a child after a step up, child by child."""
        steps = [step for one in self.step_ups for step in one.steps]
        return [step for step in steps if hasattr(step, "settled") and step.settled.accepted]

    @property
    def after_check(self) -> object:
        """Return the look after its end, if there was one."""
        return getattr(self.closure, "after_check", None)


def whole(plan: Plan, today: date) -> Whole:
    """Return a plan with everything in it, for whoever was let see it."""
    members = list(members_of(plan))
    agreements = list(agreements_of(plan))
    covered = {one.member_id for row in agreements if row.stands for one in row.covers.all()}
    known = triggers()
    return Whole(
        plan=plan,
        members=members,
        agreements=agreements,
        not_covered=[one for one in members if one.is_child and one.pk not in covered],
        lead=lead_of(plan),
        leaderless=leaderless_days(plan, today),
        needs=list(needs_of(plan)),
        reviews=reviews_of(plan),
        look_on=due_on(plan),
        longest_on=longest_on(plan),
        closure=closing_of(plan),
        returned=Closure.objects.filter(plan=plan, returned_at__isnull=False)
        .order_by("-returned_at")
        .first(),
        step_ups=step_ups_of(plan),
        triggers=[known[one] for one in triggers_of(plan, today)],
        unreachable=sorted(set(_unreachable(plan))),
        agencies=sorted(
            set(
                Seat.objects.filter(plan=plan, agency__isnull=False)
                .filter(_lasts())
                .values_list("agency__name", flat=True)
            )
        ),
        copy=Change.objects.filter(plan=plan, what="plan.copy_given").order_by("-at").first(),
    )


def _lasts() -> Q:
    return Q(until_at=None)


def _unreachable(plan: Plan) -> QuerySet[Reminder, str]:
    return Reminder.objects.filter(plan=plan, to="", action__status__in=OPEN).values_list(
        "action__agency__name", flat=True
    )


def members_of(plan: Plan) -> QuerySet[FamilyMember]:
    """Return whom a plan is for: the children first, the eldest first."""
    return FamilyMember.objects.filter(plan=plan).order_by("-is_child", "born_on", "family", "given", "pk")


def agreements_of(plan: Plan) -> QuerySet[Agreement]:
    """Return what was said about a plan, the last first."""
    found = Agreement.objects.filter(plan=plan).select_related("by__account", "withdrawn_told__account")
    return found.prefetch_related("covers__member").order_by("-said_on", "-at", "pk")


def needs_of(plan: Plan) -> QuerySet[Need]:
    """Return the needs of a plan with their actions: what is still to be met first."""
    doing = PlanAction.objects.select_related("agency").order_by("due_on", "pk")
    found = Need.objects.filter(plan=plan).select_related("whom")
    return found.prefetch_related(Prefetch("actions", doing)).order_by("met_on", "at", "pk")


def late_actions(plan: Plan, on: date) -> list[PlanAction]:
    """Return the actions that should be done by a day and are not."""
    found = PlanAction.objects.filter(plan=plan, status__in=OPEN, due_on__lt=on)
    return list(found.select_related("agency").order_by("due_on", "pk"))


def history_of(plan: Plan) -> QuerySet[Change]:
    """Return what was changed in a plan, the last first."""
    found = Change.objects.filter(plan=plan).select_related(
        "by__account", "by__agency", "need", "action", "member"
    )
    return found.order_by("-at", "pk")


def leads_of(plan: Plan) -> QuerySet[Lead]:
    """Return who led a plan, the last first."""
    return Lead.objects.filter(plan=plan).select_related("agency", "by__account").order_by("-number")


def agencies_of(staff: Staff) -> list[Agency]:
    """Return the agencies of a worker's hub, by name."""
    return list(agencies_in(staff.hub_id))


def may_lead(staff: Staff) -> list[Staff]:
    """Return the posts of a hub that may be named as a lead: who answers for an agency, and social workers."""
    return list(working_colleagues(staff, Duty.ANSWER, Duty.ASSESS))
