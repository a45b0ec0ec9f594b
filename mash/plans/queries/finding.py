"""Finding plans.  Every function starts from the worker."""

import uuid

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.partnership.models import Staff
from mash.people.joined import records_of
from mash.people.models import Person
from mash.plans import policy
from mash.plans.models import Agreement, Closure, FamilyMember, Lead, Need, Plan, PlanAction

BESIDE = ("hub", "contact", "outcome__decision", "person", "by__account")


def ended() -> Exists:
    """Return "this plan has ended", of plans."""
    return Exists(Closure.objects.filter(plan=OuterRef("pk"), passed_at__isnull=False))


def seen(staff: Staff) -> QuerySet[Plan]:
    """Return the plans that this worker may see."""
    return Plan.objects.filter(policy.seen_by(staff))


def find(staff: Staff, plan_id: uuid.UUID) -> Plan:
    """Return a plan that this worker may see.  Raises Http404, never 403, for any other."""
    return get_object_or_404(_whole(staff), pk=plan_id)


def _whole(staff: Staff) -> QuerySet[Plan]:
    beside = BESIDE if staff.works_at_the_desk else ("hub",)
    return seen(staff).select_related(*beside)


def find_need(staff: Staff, need_id: uuid.UUID) -> Need:
    """Return a need of a plan that this worker may see.  Raises Http404."""
    return get_object_or_404(
        Need.objects.filter(plan__in=seen(staff)).select_related("plan__hub", "whom"), pk=need_id
    )


def find_action(staff: Staff, action_id: uuid.UUID) -> PlanAction:
    """Return an action of a plan that this worker may see.  Raises Http404."""
    found = PlanAction.objects.filter(plan__in=seen(staff))
    return get_object_or_404(found.select_related("plan__hub", "need__whom", "agency"), pk=action_id)


def find_member(staff: Staff, member_id: uuid.UUID) -> FamilyMember:
    """Return somebody whom a plan is for that this worker may see.  Raises Http404."""
    return get_object_or_404(
        FamilyMember.objects.filter(plan__in=seen(staff)).select_related("plan__hub"), pk=member_id
    )


def find_agreement(staff: Staff, agreement_id: uuid.UUID) -> Agreement:
    """Return what was said about a plan that this worker may see.  Raises Http404."""
    return get_object_or_404(
        Agreement.objects.filter(plan__in=seen(staff)).select_related("plan__hub"), pk=agreement_id
    )


def find_closure(staff: Staff, closure_id: uuid.UUID) -> Closure:
    """Return the closing of a plan that this worker may see.  Raises Http404."""
    found = Closure.objects.filter(plan__in=seen(staff)).select_related("plan__hub", "by__account")
    return get_object_or_404(found, pk=closure_id)


def open_plans_for(person: Person) -> QuerySet[Plan]:
    """Return the plans that are open for a person, under any of their records."""
    return Plan.objects.filter(~Q(ended()), familymembers__person__in=records_of(person)).distinct()


def lead_of(plan: Plan) -> Lead | None:
    """Return who leads a plan now, or the row that says that nobody does."""
    return (
        Lead.objects.filter(plan=plan).select_related("agency", "staff__account").order_by("-number").first()
    )


def closing_of(plan: Plan) -> Closure | None:
    """Return the closing of a plan that waits or was passed; None where none was proposed, or it was returned."""
    found = Closure.objects.filter(plan=plan, returned_at=None)
    return found.select_related("by__account", "passed_by__account").first()


def not_covered(plan: Plan) -> list[FamilyMember]:
    """Return the children of a plan whom no agreement that stands covers."""
    given = Agreement.objects.filter(plan=plan, said="given", withdrawn_on=None)
    children = FamilyMember.objects.filter(plan=plan, is_child=True)
    return list(children.exclude(covered_by__agreement__in=given).order_by("born_on", "pk"))
