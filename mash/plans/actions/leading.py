"""Who leads a plan, which agencies see it, and the open work that follows from both."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.decision.content import outcomes
from mash.decision.models import Accepted
from mash.handover.content import step_routes
from mash.handover.models import Carried as Followed
from mash.handover.models import Step
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff
from mash.partnership.queries import agencies_in
from mash.people.actions import end_involvement, open_involvement
from mash.plans import policy
from mash.plans.actions.holding import hold
from mash.plans.actions.refusals import ChangedMeanwhile, NotWhole
from mash.plans.models import Closure, FamilyMember, Lead, Plan, Seat, Work
from mash.plans.queries.finding import lead_of
from mash.plans.queries.stepping import gone_up

SERVICE, SOURCE = "plans", "plan"
FOLLOW = "mash.plans.jobs.follow_the_lead"
FOLLOW_STEP = "mash.plans.jobs.follow_a_step"
LEADS = "Leads the plan"
LOWEST_TIER = 2  # early help


@transaction.atomic
def name_lead(
    *,
    plan: Plan,
    agency: Agency | None,
    name: str,
    why: str,
    from_on: date,
    follows: int,
    staff: Staff | None = None,
    telephone: str = "",
    by: Staff,
    at: datetime,
) -> Lead:
    """Name who leads a plan from a day on; no agency says that nobody does.  Who led before stays in its history.

    staff: their post, where they have one: it opens the plan to them.  follows: how many had been named on the page.

    Raises PermissionDenied, NotWhole, or ChangedMeanwhile where somebody was named meanwhile.

    Source: docs/rules.md, "Who leads a plan".
    """
    require(policy.may_keep(by, plan))
    held = hold(plan)
    before = lead_of(held)
    number = before.number if before else 0
    if number != follows:
        if before and (before.staff, before.agency, before.name) == (staff, agency, name.strip()):
            return before
        raise ChangedMeanwhile
    _whole(held, agency=agency, name=name, why=why, from_on=from_on, staff=staff, at=at)
    made = write_lead(
        held, agency=agency, name=name.strip(), why=why.strip(), from_on=from_on, number=number + 1, staff=staff,
        telephone=telephone.strip(), by=by, at=at,
    )  # fmt: skip
    record(
        "plan.lead_named", about=plan, at=at, hub_id=plan.hub_id,
        detail={"agency": str(agency.pk) if agency else "", "staff": str(staff.pk) if staff else ""},
    )  # fmt: skip
    follow(held, by=by, at=at)
    return made


def write_lead(
    plan: Plan, *, agency: Agency | None, name: str, why: str, from_on: date, number: int, staff: Staff | None,
    telephone: str, by: Staff, at: datetime,
) -> Lead:  # fmt: skip
    """Write who leads, and open the plan to them; whoever led before leaves.  The caller holds the plan.

    While nobody leads, the agency of whoever did still sees the plan: it is the first to be asked for another.
    """
    made = Lead.objects.create(
        hub_id=plan.hub_id, plan=plan, number=number, staff=staff, agency=agency, name=name, telephone=telephone,
        from_on=from_on, why=why, by=by, at=at,
    )  # fmt: skip
    before = list(Seat.objects.filter(plan=plan, why=LEADS, until_at=None))
    stays = set()
    if agency is not None:
        stays.add(open_seat(plan, agency=agency, why=LEADS, by=by, at=at).pk)
    if staff is not None:
        stays.add(open_seat(plan, staff=staff, why=LEADS, by=by, at=at).pk)
    leaves = [one.pk for one in before if one.pk not in stays and (agency is not None or one.staff_id)]
    Seat.objects.filter(pk__in=leaves).update(until_at=at)
    return made


def _whole(
    plan: Plan,
    *,
    agency: Agency | None,
    name: str,
    why: str,
    from_on: date,
    staff: Staff | None,
    at: datetime,
) -> None:
    if not why.strip():
        raise NotWhole("Say why this person leads from now on, or why nobody does.", place="why")
    if agency is not None and not name.strip():
        raise NotWhole("Name the person: an agency alone does not lead a plan.")
    if agency is not None and not agencies_in(plan.hub_id).filter(pk=agency.pk).exists():
        raise NotWhole("Choose an agency of this hub.")
    if staff is not None and (staff.hub_id != plan.hub_id or agency is None or staff.agency_id != agency.pk):
        raise NotWhole("Choose a worker of that agency in this hub.", place="lead")
    if not plan.started_on <= from_on <= localdate(at):
        raise NotWhole("The day is between the plan’s first day and today.", place="from_on")


@transaction.atomic
def give_seat(
    *, plan: Plan, why: str, agency: Agency | None = None, staff: Staff | None = None, until_at: datetime | None = None,
    by: Staff, at: datetime,
) -> Seat:  # fmt: skip
    """Let an agency, or one post, see a plan: a panel's member, a service asked to help.  Twice is once.

    Raises PermissionDenied, and NotWhole where they are not of this hub, or the reason is missing.

    Source: docs/rules.md, "Who sees a plan".
    """
    require(policy.may_seat(by, plan))
    hold(plan)
    if agency is not None and not agencies_in(plan.hub_id).filter(pk=agency.pk).exists():
        raise NotWhole("Choose an agency of this hub.")
    if (agency is None) == (staff is None) or (staff is not None and staff.hub_id != plan.hub_id):
        raise NotWhole("Choose an agency or a worker of this hub.")
    if not why.strip():
        raise NotWhole("Say why they see the plan.")
    return open_seat(plan, agency=agency, staff=staff, why=why.strip(), until_at=until_at, by=by, at=at)


def open_seat(
    plan: Plan, *, why: str, by: Staff, at: datetime, agency: Agency | None = None, staff: Staff | None = None,
    until_at: datetime | None = None,
) -> Seat:  # fmt: skip
    """Open a plan to an agency or a post, once a reason.  The caller holds the plan."""
    same = Seat.objects.filter(plan=plan, agency=agency, staff=staff, why=why, until_at=until_at).first()
    if same:
        return same
    made = Seat.objects.create(
        hub_id=plan.hub_id, plan=plan, agency=agency, staff=staff, why=why, until_at=until_at, by=by, at=at
    )
    who = {"agency": str(agency.pk)} if agency else {"staff": str(staff.pk if staff else "")}
    record("plan.opened_to", about=plan, at=at, hub_id=plan.hub_id, why=why, detail=who)
    return made


@transaction.atomic
def end_seat(*, seat: Seat, by: Staff, at: datetime) -> None:
    """Close a plan to whom one reason opened it; other reasons stand by themselves.

    Raises PermissionDenied.
    """
    require(policy.may_seat(by, seat.plan))
    hold(seat.plan)
    Seat.objects.filter(pk=seat.pk, until_at=None).update(until_at=at)
    record("plan.closed_to", about=seat.plan, at=at, hub_id=seat.hub_id, why=seat.why)


def follow_step(step: Step) -> None:
    """Let open work follow where another service accepted whom a plan had sent up."""
    if step.together is not None:
        order_from(SERVICE, FOLLOW_STEP, step_id=str(step.pk))


def follow(plan: Plan, *, by: Staff, at: datetime) -> None:
    """Let the open work follow: at once from the hub's desk, which sees records of people; else by a service."""
    if by.works_at_the_desk:
        follow_the_lead(plan=plan, by=by, at=at)
    else:
        order_from(SERVICE, FOLLOW, plan_id=str(plan.pk))


@transaction.atomic
def follow_the_lead(*, plan: Plan, by: Staff | None, at: datetime) -> None:
    """Let each child's open work say that the plan is open and who leads it; once it ended, that it ended.

    So it does for a child whom another service accepted after a step up, while the plan itself is still open.
    Safe to repeat.  The tier is that of the outcome after which the plan began, or of the step down.

    Source: docs/rules.md, "Open work of a plan", "Step up and step down".
    """
    held = hold(plan)
    ends = Closure.objects.filter(plan=held, passed_at__isnull=False).first()
    lead, gone = lead_of(held), gone_up(held)
    for member in (
        FamilyMember.objects.filter(plan=held, is_child=True).select_related("person").order_by("pk")
    ):
        works = list(Work.objects.filter(member=member).select_related("involvement__person"))
        moved = gone.get(member.person_id)
        over = moved is not None or ends is not None
        for work in works:
            if over or work.lead_id != (lead.pk if lead else None):
                last = moved or (ends.closed_on if ends else localdate(at))
                until = max(last, work.involvement.from_on)
                end_involvement(involvement=work.involvement, until_on=until, by=by, at=at)
        if lead is not None and not over and all(work.lead_id != lead.pk for work in works):
            _open(member, lead, by, at)
    if ends is not None:
        _end_what_the_decision_opened(held, ends, by, at)


def _open(member: FamilyMember, lead: Lead, by: Staff | None, at: datetime) -> None:
    plan, known = lead.plan, outcomes().get(lead.plan.outcome.outcome)
    tier = step_routes()[plan.came_by.route].tier if plan.came_by else known.tier if known else None
    assert member.person is not None  # noqa: S101 - a child of a plan is on record
    work = open_involvement(
        person=member.person,
        source=SOURCE,
        source_key=f"{lead.pk}:{member.pk}",
        agency=str(lead.agency) if lead.agency else plan.get_kind_display(),
        plan=f"{plan.get_kind_display()} {plan.reference}",
        tier=tier or LOWEST_TIER,
        from_on=max(lead.from_on, plan.started_on),
        worker_name=lead.name[:120],
        worker_email=lead.staff.account.email if lead.staff else "",
        by=by,
        at=at,
    )
    Work.objects.create(hub_id=plan.hub_id, member=member, involvement=work, lead=lead)


def _end_what_the_decision_opened(plan: Plan, ends: Closure, by: Staff | None, at: datetime) -> None:
    people = FamilyMember.objects.filter(plan=plan, is_child=True).values("person")
    accepted = Accepted.objects.filter(outcome__decision=plan.outcome.decision, outcome__person__in=people)
    works = [one.involvement for one in accepted.select_related("involvement__person")]
    came = Followed.objects.filter(pack__came_by__step__direction="down", pack__contact=plan.contact_id)
    came = came.filter(pack__person__in=people, involvement__isnull=False)
    works += [one.involvement for one in came.select_related("involvement__person") if one.involvement]
    for work in works:
        until = max(ends.closed_on, work.from_on)
        end_involvement(involvement=work, until_on=until, by=by, at=at)
