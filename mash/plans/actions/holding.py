"""Letting one transaction at a time decide about a plan."""

from collections.abc import Mapping
from typing import Any

from mash.plans.actions.refusals import ChangedMeanwhile, NotWhole
from mash.plans.models import FamilyMember, Need, Plan, PlanAction
from mash.plans.queries.finding import not_covered

Versioned = Plan | FamilyMember | Need | PlanAction


def hold(plan: Plan) -> Plan:
    """Let one transaction at a time decide from what stands under a plan, until it ends."""
    return Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)


def change(row: Versioned, version: int, said: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Change fields of a row whose plan is held; return what they said before and what they say now, as words.

    version: of the row as the page showed it.  What says the same already changes nothing.

    Raises ChangedMeanwhile.
    """
    row.refresh_from_db()
    news = {name: value for name, value in said.items() if getattr(row, name) != value}
    if not news:
        return {}, {}
    if row.version != version:
        raise ChangedMeanwhile
    before = {name: str(getattr(row, name) or "") for name in news}
    for name, value in news.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*news, "version"])
    return before, {name: str(value or "") for name, value in news.items()}


def must_be_agreed(plan: Plan) -> None:
    """Ask for an agreement that stands and covers every child.

    Raises NotWhole naming who is not covered.

    Source: docs/rules.md, "Agreement to a plan".
    """
    missing = not_covered(plan)
    if missing:
        names = ", ".join(one.name for one in missing)
        raise NotWhole(
            f"No agreement that stands covers {names}. Below the threshold nothing is planned without it: record "
            "what the family said first, or tell the hub if the worry is greater than that."
        )
