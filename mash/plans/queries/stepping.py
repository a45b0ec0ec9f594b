"""Where what went up from a plan stands, and whom another service has accepted."""

import uuid
from dataclasses import dataclass
from datetime import date

from mash.handover.models import Step
from mash.plans.models import Plan, StepUp


@dataclass(frozen=True, slots=True)
class Went:
    """What was told of a plan, and the steps that were made of it: none until it is taken in, within moments."""

    told: StepUp
    steps: list[Step]

    @property
    def contact_id(self) -> uuid.UUID | None:
        """The contact that it became, once it is on the hub's line."""
        went = getattr(self.steps[0], "went", None) if self.steps else None
        return went.became_id if went else None


def step_ups_of(plan: Plan) -> list[Went]:
    """Return what was told of a plan, the first first, with where each stands."""
    told = list(StepUp.objects.filter(plan=plan).select_related("by__account").order_by("at", "pk"))
    found = Step.objects.filter(together__in=[one.key for one in told])
    rows = list(
        found.select_related("from_agency", "to", "word", "went", "settled").order_by("born_on", "pk")
    )
    return [Went(one, [row for row in rows if row.together == one.key]) for one in told]


def gone_up(plan: Plan) -> dict[uuid.UUID | None, date | None]:
    """Return whom another service has accepted after a step up, by person, and since when they are theirs.

    Source: docs/rules.md, "Step up and step down".
    """
    keys = StepUp.objects.filter(plan=plan).values("key")
    rows = Step.objects.filter(together__in=keys, settled__accepted=True).order_by("settled__from_on")
    return {one.person_id: one.settled.from_on for one in rows.select_related("settled")}
