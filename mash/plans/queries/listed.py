"""Plans as lists show them: those in which a worker has a part, and those of a case or a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from mash.contact.models import Contact
from mash.decision.models import Decision, Outcome
from mash.partnership.models import Staff
from mash.people.joined import records_of
from mash.people.models import Person
from mash.plans import policy, rules
from mash.plans.content import numbers
from mash.plans.models import OPEN, Closure, FamilyMember, Lead, Plan, PlanAction, Review
from mash.plans.queries.finding import ended, seen

A_PAGE = 50
SHOWN = {
    "open": "Open",
    "mine": "With an action of my agency",
    "late": "With something overdue",
    "closing": "Waiting to close",
    "after": "To look at after closing",
    "ended": "Ended",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One plan in a list.  open, late: its actions; own, own_late: those of the worker's agency."""

    plan: Plan
    children: list[str]
    lead: str
    look_on: date
    look_is_late: bool
    open: int
    late: int
    own: int
    own_late: int
    has_ended: bool
    waits: bool


def _wanted(staff: Staff, show: str, today: date) -> Q:
    still = Q(planactions__status__in=OPEN)
    late = PlanAction.objects.filter(plan=OuterRef("pk"), status__in=OPEN, due_on__lt=today)
    waits = Closure.objects.filter(plan=OuterRef("pk"), passed_at=None, returned_at=None)
    after = Closure.objects.filter(
        plan=OuterRef("pk"), passed_at__isnull=False, check_on__lte=today, after_check=None
    )
    return {
        "mine": ~Q(ended()) & still & Q(planactions__agency=staff.agency_id),
        "late": ~Q(ended()) & Q(Exists(late)),
        "closing": Q(Exists(waits)),
        "after": Q(Exists(after)),
        "ended": Q(ended()),
    }.get(show, ~Q(ended()))


def counts(staff: Staff, today: date) -> list[tuple[str, str, int]]:
    """Return, for each list, its name, its title and how many plans of this worker stand in it."""
    return [
        (name, title, seen(staff).filter(_wanted(staff, name, today)).distinct().count())
        for name, title in SHOWN.items()
    ]


def listed(staff: Staff, show: str, at: datetime, page: str) -> "Page[Any]":
    """Return one page of the plans that this worker sees, what is overdue first; `object_list` holds rows."""
    today = localdate(at)
    found = seen(staff).filter(_wanted(staff, show, today)).distinct()
    keys = Plan.objects.filter(pk__in=found.values("pk"))
    held = Paginator(_counted(keys, staff, today).order_by("-late", "started_on", "pk"), A_PAGE).get_page(
        page
    )
    held.object_list = [_row(one, today) for one in held.object_list]
    return held


def _counted(plans: QuerySet[Plan], staff: Staff, today: date) -> Any:
    still, own = Q(planactions__status__in=OPEN), Q(planactions__agency=staff.agency_id)
    late = Q(planactions__due_on__lt=today)
    children = FamilyMember.objects.filter(is_child=True).order_by("born_on", "pk")
    return plans.annotate(
        open=Count("planactions", filter=still),
        late=Count("planactions", filter=still & late),
        own=Count("planactions", filter=still & own),
        own_late=Count("planactions", filter=still & own & late),
    ).prefetch_related(
        Prefetch("familymembers", children, to_attr="children"),
        Prefetch("leads", Lead.objects.select_related("agency").order_by("-number"), to_attr="led"),
        Prefetch("reviews", Review.objects.order_by("-number"), to_attr="looks"),
        Prefetch("closures", Closure.objects.filter(returned_at=None), to_attr="ends"),
    )


def _row(plan: Plan, today: date) -> Row:
    held = vars(plan)
    last, ends = next(iter(held["looks"]), None), next(iter(held["ends"]), None)
    lead = next(iter(held["led"]), None)
    if plan.look_on is not None:
        look_on = plan.look_on
    elif last is None:
        look_on = rules.first_look(plan.started_on, numbers())
    else:
        look_on = last.next_on or rules.next_look(last.held_on, numbers())
    has_ended = bool(ends and ends.passed_at)
    return Row(
        plan=plan,
        children=[one.name for one in held["children"]],
        lead=f"{lead.name}, {lead.agency}" if lead and lead.agency else "",
        look_on=look_on,
        look_is_late=look_on < today and not has_ended,
        open=held["open"],
        late=held["late"],
        own=held["own"],
        own_late=held["own_late"],
        has_ended=has_ended,
        waits=bool(ends and ends.waits),
    )


def of_case(staff: Staff, contact: Contact) -> QuerySet[Plan]:
    """Return the plans that began with a case, as far as this worker sees them."""
    return seen(staff).filter(contact=contact).order_by("-started_on", "pk")


def on_a_record(staff: Staff, person: Person, at: datetime) -> list[Row]:
    """Return the plans for a person under any of their records, as their page shows them."""
    found = seen(staff).filter(familymembers__person__in=records_of(person))
    keys = Plan.objects.filter(pk__in=found.values("pk"))
    today = localdate(at)
    return [_row(one, today) for one in _counted(keys, staff, today).order_by("-started_on", "pk")]


@dataclass(frozen=True, slots=True)
class After:
    """What a decision's page says of plans: those that began, and from whose outcome one may begin."""

    plans: list[Plan]
    begins: Outcome | None


def after(staff: Staff, decision: Decision) -> After:
    """Return which plans began after a decision, and the outcome from which this worker may begin one."""
    plans = list(seen(staff).filter(outcome__decision=decision).order_by("started_on", "pk"))
    return After(plans, next(iter(may_begin_for(staff, decision)), None))


def may_begin_for(staff: Staff, decision: Decision) -> Iterator[Outcome]:
    """Yield the outcomes of a decision from which this worker may begin a plan: of children who have no open one."""
    found = Outcome.objects.filter(decision=decision, alongside=False).order_by("about__ref")
    for one in found.select_related("decision__contact__hub", "about", "person"):
        if one.person is None or not policy.may_begin(staff, one):
            continue
        if not Plan.objects.filter(~Q(ended()), familymembers__person__in=records_of(one.person)).exists():
            yield one
