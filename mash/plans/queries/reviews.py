"""When a plan is looked at, and which reasons to go up show by themselves."""

from datetime import date

from mash.common.clock import months_after
from mash.partnership.queries.rota import working_week
from mash.plans import rules
from mash.plans.content import numbers
from mash.plans.models import Agreement, Lead, Plan, Review, Said


def reviews_of(plan: Plan) -> list[Review]:
    """Return the looks at a plan, the first first."""
    found = Review.objects.filter(plan=plan).select_related("by__account")
    return list(found.prefetch_related("carried__action").order_by("number"))


def due_on(plan: Plan) -> date:
    """Return the day by which a plan is looked at next: as was said last, else so many weeks after it began.

    Source: docs/rules.md, "Looking at a plan together".
    """
    if plan.look_on is not None:
        return plan.look_on
    last = Review.objects.filter(plan=plan).order_by("-number").first()
    if last is None:
        return rules.first_look(plan.started_on, numbers())
    return last.next_on or rules.next_look(last.held_on, numbers())


def longest_on(plan: Plan) -> date:
    """Return the day until which a plan stays open without a reason."""
    return months_after(plan.started_on, numbers()["longest_months"])


def triggers_of(plan: Plan, today: date) -> list[str]:
    """Return the reasons to go up that facts show, by id.  Source: docs/rules.md, "Step up from a plan"."""
    looks = Review.objects.filter(plan=plan).order_by("number").values_list("different", flat=True)
    facts = rules.Facts(
        looks=list(looks), leaderless_since=_leaderless_since(plan), withdrawn=_is_withdrawn(plan)
    )
    return rules.triggers_shown(facts, working_week(plan.hub), today, numbers())


def leaderless_days(plan: Plan, today: date) -> int | None:
    """Return for how many working days nobody has led a plan; None while somebody does."""
    since = _leaderless_since(plan)
    return None if since is None else rules.working_days(working_week(plan.hub), since, today)


def _leaderless_since(plan: Plan) -> date | None:
    newest = Lead.objects.filter(plan=plan).order_by("-number").first()
    return newest.from_on if newest is not None and newest.agency_id is None else None


def _is_withdrawn(plan: Plan) -> bool:
    """Tell whether somebody agreed and took it back, and some child is covered by nothing else."""
    if not Agreement.objects.filter(plan=plan, withdrawn_on__isnull=False).exists():
        return False
    given = Agreement.objects.filter(plan=plan, said=Said.GIVEN, withdrawn_on=None)
    return plan.familymembers.filter(is_child=True).exclude(covered_by__agreement__in=given).exists()
