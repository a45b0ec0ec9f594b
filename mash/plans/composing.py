"""What goes up to the hub from a plan: what was tried, in a few lines, and no copy.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mash.common.templates import day
from mash.plans.models import Plan

AWARE = "The family know that the hub is told."
NOT_AWARE = "The family do not know that the hub is told."


@dataclass(frozen=True, slots=True)
class Tried:
    """What the hub reads of the plan itself.  lead: who leads it, "" for nobody.  last_look: None before the first."""

    lead: str
    looks: int
    last_look: date | None
    agencies: Sequence[str]


def product_of(words: str, plan: Plan, tried: Tried) -> str:
    """Return what goes along with a step up: the words of whoever tells, and what the plan itself shows."""
    parts = [
        f"{plan.get_kind_display()} {plan.reference}, begun on {day(plan.started_on)}.",
        f"Led by {tried.lead}." if tried.lead else "Nobody leads it at present.",
        f"Agencies with a part in it: {', '.join(tried.agencies)}." if tried.agencies else "",
        f"Looked at together {tried.looks} times, last on {day(tried.last_look)}."
        if tried.last_look
        else "Not looked at together yet.",
    ]
    shown = " ".join(part for part in parts if part)
    return f"{words}\n\n{shown}" if words else shown
