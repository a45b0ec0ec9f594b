"""The plans that are for a person, whole: what is said of the family is said of them."""

import uuid
from collections.abc import Iterator
from typing import Any

from mash.people.joined import as_one
from mash.people.models import Person
from mash.plans.models import (
    AfterCheck,
    Agreement,
    Carried,
    Change,
    Closure,
    FamilyMember,
    Lead,
    Need,
    Plan,
    PlanAction,
    Review,
    StepUp,
)
from mash.subject_access.queries.gathering.text import Text, day_of, said_of, written_words

OF_A_PLAN: tuple[tuple[type[Any], str], ...] = (
    (FamilyMember, "Whom the plan is for, and what they want"),
    (Agreement, "What was said about the plan"),
    (Lead, "Who leads the plan"),
    (Need, "What is needed"),
    (PlanAction, "What is done"),
    (Review, "A look at the plan together"),
    (StepUp, "What the hub was told from the plan"),
    (Closure, "Why the plan ends"),
    (AfterCheck, "How it went after the plan"),
)


def plans_of(person: Person) -> list[Plan]:
    """Return the plans that are for a person, under any of their records, oldest first."""
    found = Plan.objects.filter(familymembers__person__in=as_one([person.pk])).distinct()
    return list(found.order_by("started_on", "pk"))


def in_plans(person: Person) -> Iterator[Text]:
    """Yield everything that stands in the plans for a person, with whose information an agency's action is."""
    for plan in plans_of(person):
        here, words = plan.contact_id, said_of(written_words(plan))
        yield Text(
            f"plans.plan:{plan.pk}", "decision", "A plan with the family", words, here, plan.started_on
        )
        for model, heading in OF_A_PLAN:
            for row in model.objects.filter(plan=plan).order_by("at", "pk"):
                yield _row(row, heading, here)
        for over in (
            Carried.objects.filter(review__plan=plan).select_related("review").order_by("review__at", "pk")
        ):
            on = day_of(over.review.at)
            yield Text(
                f"plans.carried:{over.pk}", "decision", "Why something was done later", over.why, here, on
            )
        for change in Change.objects.filter(plan=plan).order_by("at", "pk"):
            facts = {f"{name}, before".capitalize(): said for name, said in change.before.items()}
            facts |= {f"{name}, after".capitalize(): said for name, said in change.after.items()}
            heading, on = "What was changed in the plan", day_of(change.at)
            yield Text(f"plans.change:{change.pk}", "decision", heading, said_of(facts), here, on)


def _row(row: Any, heading: str, contact_id: uuid.UUID) -> Text:
    agency = row.agency_id if isinstance(row, PlanAction) else None
    place = f"{row._meta.label_lower}:{row.pk}"
    return Text(place, "decision", heading, said_of(written_words(row)), contact_id, day_of(row.at), agency)


def named_in_plans(person: Person, contact_id: uuid.UUID) -> list[FamilyMember]:
    """Return who else stands in the plans that began with a case."""
    found = FamilyMember.objects.filter(plan__contact=contact_id).exclude(person__in=as_one([person.pk]))
    return list(found.order_by("family", "given", "pk"))
