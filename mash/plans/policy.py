"""Who may do what with a plan.  To audit access to plans, read this file: no rule lives elsewhere.

Row-level security says underneath who sees a plan.
"""

from django.db.models import Q
from django.db.models.functions import Now

from mash.common.verdict import ALLOWED, Verdict
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision import policy as decisions
from mash.decision.models import Outcome, Reopening
from mash.handover.models import Direction, Step
from mash.partnership.models import Access, AgencyKind, Duty, Restriction, Staff
from mash.people.joined import records_of
from mash.plans.content import begins_from
from mash.plans.models import Agreement, Closure, FamilyMember, Kind, Lead, Plan, PlanAction, Seat

BEGINS = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.MANAGE)
KEEPS = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.MANAGE)
ASKS = (Duty.ANSWER, *KEEPS)
NOT_HERE = Verdict("This plan is not one in which you have a part.")
BY_DAY = Verdict("A plan is worked on by day: the emergency duty team acts and hands over.")
HAS_ENDED = Verdict("This plan has ended: nothing of it is changed any more.")


def may_see(staff: Staff, plan: Plan) -> Verdict:
    """Test whether a plan may be seen.

    At the hub's desk by whoever may read the case it came from; by its lead; by who answers for an agency with a part
    in it, or for early help; and a panel's plan by who chairs.  Never by who is kept from the case or from a child.

    Source: docs/rules.md, "Who sees a plan", "Access", "Restricted cases".
    """
    return ALLOWED if Plan.objects.filter(seen_by(staff), pk=plan.pk).exists() else NOT_HERE


def seen_by(staff: Staff) -> Q:
    """Return the rule of `may_see` as a filter on plans.  A test holds it to row-level security.

    Source: docs/rules.md, "Who sees a plan".
    """
    kept_out = Q(pk__in=_for_whom_kept_from(staff))
    at_desk = Q(contact__in=Contact.objects.filter(contacts.readable_by(staff)).values("pk"))
    elsewhere = Q(pk__in=_seats_of(staff))
    of_the_hub = Q()
    if is_early_help(staff):
        of_the_hub |= Q(pk__isnull=False)
    if staff.has(Duty.CHAIR):
        of_the_hub |= Q(kind=Kind.PANEL)
    if of_the_hub:
        elsewhere |= of_the_hub & ~Q(
            contact__in=Restriction.objects.filter(until_at=None).values("contact_id")
        )
    if staff.works_at_the_desk:
        elsewhere &= ~contacts.closed(staff, "contact_id")
        if staff.works_nights:
            elsewhere = Q(pk__in=[])
    else:
        elsewhere &= ~Q(contact__in=_conflicts(staff))
    return Q(hub=staff.hub_id) & (at_desk | elsewhere) & ~kept_out


def is_early_help(staff: Staff) -> bool:
    """Tell whether a post answers for early help, which looks after every plan of its hub."""
    return staff.has(Duty.ANSWER) and staff.agency.kind == AgencyKind.EARLY_HELP


def may_begin(staff: Staff, outcome: Outcome) -> Verdict:
    """Test whether a plan may begin with what was decided for a child: by day, at the desk, while the decision stands.

    It may too where social care has stepped the child down since, and a service accepted.

    Source: docs/rules.md, "A plan with a family", "Step up and step down".
    """
    may = decisions.may_work_on(staff, outcome.decision.contact)
    if not may:
        return may
    if staff.works_nights or not staff.has(*BEGINS):
        return Verdict("A plan is begun by the hub’s workers by day.")
    if outcome.person_id is None:
        return Verdict("Say first who this child is: a plan is for somebody on record.")
    if outcome.alongside or (outcome.outcome not in begins_from() and stepped_down(outcome) is None):
        return Verdict("This outcome is not one after which a plan begins.")
    reopened = Reopening.objects.filter(decision=outcome.decision).exists()
    if outcome.decision.made_at is None or outcome.decision.turned_down_at or reopened:
        return Verdict("This decision does not stand, so no plan begins from it.")
    return ALLOWED


def stepped_down(outcome: Outcome) -> Step | None:
    """Return the step down by which a service last accepted whom an outcome is about; None where there is none."""
    assert outcome.person is not None  # noqa: S101 - `may_begin` has looked
    moved = Step.objects.filter(
        contact=outcome.decision.contact_id, person__in=records_of(outcome.person), settled__accepted=True
    )
    newest = moved.order_by("-settled__at", "-at").first()
    return newest if newest is not None and newest.direction == Direction.DOWN else None


def may_ask(staff: Staff) -> Verdict:
    """Test whether a post may ask for a plan: who answers for an agency, and the hub's workers.

    Source: docs/rules.md, "A plan with a family".
    """
    return ALLOWED if staff.has(*ASKS) else Verdict("A plan is asked for by who answers for an agency.")


def may_keep(staff: Staff, plan: Plan) -> Verdict:
    """Test whether somebody writes a plan: its lead, early help, its panel's chair, and the hub's workers by day.

    Source: docs/rules.md, "Who sees a plan".
    """
    may = may_see(staff, plan)
    if not may:
        return may
    if staff.works_nights:
        return BY_DAY
    if has_ended(plan):
        return HAS_ENDED
    chairs = plan.kind == Kind.PANEL and staff.has(Duty.CHAIR)
    if staff.has(*KEEPS) or is_early_help(staff) or chairs or leads(staff, plan):
        return ALLOWED
    return Verdict("The plan is written by whoever leads it, early help, and the hub.")


def may_progress(staff: Staff, action: PlanAction) -> Verdict:
    """Test whether somebody says where an action stands: who keeps the plan, and the agency that owns the action.

    Source: docs/rules.md, "Actions of a plan".
    """
    may = may_see(staff, action.plan)
    if not may:
        return may
    if staff.works_nights:
        return BY_DAY
    if has_ended(action.plan):
        return HAS_ENDED
    if action.agency_id == staff.agency_id and staff.has(Duty.ANSWER):
        return ALLOWED
    return may_keep(staff, action.plan)


def may_step_up(staff: Staff, plan: Plan) -> Verdict:
    """Test whether somebody tells the hub that more is needed: whoever sees the plan, ended or not.

    Source: docs/rules.md, "Step up from a plan".
    """
    return may_see(staff, plan)


def may_pass_closing(staff: Staff, closure: Closure) -> Verdict:
    """Test whether somebody passes the closing of a plan, or returns it: a cleared person who did not propose it.

    Source: docs/rules.md, "Closing a plan", "No false all-clear".
    """
    may = may_see(staff, closure.plan)
    if not may:
        return may
    if closure.by is not None and closure.by.account_id == staff.account_id:
        return Verdict("You proposed to close this plan, so another cleared person passes it.")
    return ALLOWED if staff.has(Duty.CLEAR) else Verdict("A closing is passed by a cleared person.")


def closings_passed_by(staff: Staff) -> Q:
    """Return the rule of `may_pass_closing` as a filter on closings.  A test holds the two together."""
    if not staff.has(Duty.CLEAR):
        return Q(pk__in=[])
    return Q(plan__in=Plan.objects.filter(seen_by(staff))) & ~Q(by__account=staff.account_id)


def may_check_after(staff: Staff, closure: Closure) -> Verdict:
    """Test whether somebody records the look after closing: the hub's workers by day."""
    may = may_see(staff, closure.plan)
    if not may:
        return may
    if staff.works_nights or not staff.has(*KEEPS):
        return Verdict("Whether the family has come back is looked up at the hub’s own desk.")
    return ALLOWED


def may_seat(staff: Staff, plan: Plan) -> Verdict:
    """Test whether somebody lets an agency or a post see a plan: whoever keeps it."""
    return may_keep(staff, plan)


def leads(staff: Staff, plan: Plan) -> bool:
    """Tell whether a post leads a plan now."""
    newest = Lead.objects.filter(plan=plan).order_by("-number").first()
    return newest is not None and newest.staff_id == staff.pk


def has_ended(plan: Plan) -> bool:
    """Tell whether a plan has ended: a cleared person passed its closing."""
    return Closure.objects.filter(plan=plan, passed_at__isnull=False).exists()


def covers(plan: Plan, member: FamilyMember) -> bool:
    """Tell whether an agreement that stands covers somebody whom a plan is for."""
    given = Agreement.objects.filter(plan=plan, said="given", withdrawn_on=None)
    return given.filter(covers__member=member).exists()


def _seats_of(staff: Staff) -> "object":
    own = Q(staff=staff.pk)
    if staff.has(Duty.ANSWER):
        own |= Q(agency=staff.agency_id)
    lasting = Q(until_at=None) | Q(until_at__gt=Now())
    return Seat.objects.filter(own, lasting, hub=staff.hub_id).values("plan_id")


def _lasting() -> Q:
    return Q(from_at__lte=Now()) & (Q(until_at=None) | Q(until_at__gt=Now()))


def _conflicts(staff: Staff) -> "object":
    return Access.objects.filter(_lasting(), staff=staff.pk, bars=True, contact_id__isnull=False).values(
        "contact_id"
    )


def _for_whom_kept_from(staff: Staff) -> "object":
    barred = Access.objects.filter(_lasting(), staff=staff.pk, bars=True, person_id__isnull=False)
    return FamilyMember.objects.filter(person__in=barred.values("person_id")).values("plan_id")
