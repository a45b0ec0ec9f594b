"""A plan begins after a decision, and may be taken to a panel."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.references import new_reference
from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import Contact
from mash.decision.models import Outcome
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff
from mash.people.models import Person
from mash.plans import begun, policy
from mash.plans.actions.holding import change, hold
from mash.plans.actions.leading import follow_the_lead, write_lead
from mash.plans.actions.naming import parted
from mash.plans.actions.refusals import NotWhole
from mash.plans.content import begins_from
from mash.plans.models import Agreement, Change, Covers, FamilyMember, Kind, Plan, Said
from mash.plans.queries.finding import open_plans_for
from mash.triage.models import Agreement as OfContact

REFERENCE_LETTER = "P"  # after the hub's letters, so that it is told from a contact's
SCOPES = {"early_help", "panel"}  # of lawful_bases.yaml: what an agreement must be for to cover a plan
NOBODY_YET = "Nobody is named yet"


@dataclass(frozen=True, slots=True)
class Named:
    """Who leads.  staff: their post, where they have one; name and agency are theirs then."""

    agency: Agency
    name: str
    telephone: str = ""
    staff: Staff | None = None


@transaction.atomic
def begin_plan(
    *,
    key: uuid.UUID,
    outcome: Outcome,
    children: Sequence[Outcome],
    adults: Sequence[str] = (),
    lead: Named | None,
    started_on: date,
    by: Staff,
    at: datetime,
) -> Plan:
    """Begin a plan after what was decided for a child, and for brothers and sisters by the same decision.

    key: of the form; sent twice it makes one.  children: what was decided for each.  adults: names of who shares in it.
    lead: None while nobody is named, which is shown.  What the family said on the case about this is taken over.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "A plan with a family".
    """
    for one in (outcome, *children):
        require(policy.may_begin(by, one))
    contact = outcome.decision.contact
    hold_still(contact)
    made = Plan.objects.filter(key=key).first()
    if made:
        return made
    ordered = [outcome, *(one for one in children if one != outcome)]
    people = _whole(ordered, children, started_on, at)
    known = begins_from().get(outcome.outcome)
    plan = Plan(
        hub_id=contact.hub_id,
        key=key,
        reference=new_reference(by.hub.prefix + REFERENCE_LETTER),
        contact=contact,
        outcome=outcome,
        person=people[0],
        came_by=None if known else policy.stepped_down(outcome),
        kind=known.kind if known else Kind.EARLY_HELP,
        started_on=started_on,
        by=by,
        at=at,
    )
    plan.save(force_insert=True)
    members = _members(plan, people, adults, by, at)
    _take_over(plan, contact, dict(zip((one.about_id for one in ordered), members, strict=False)), by, at)
    write_lead(
        plan,
        agency=lead.agency if lead else None,
        name=lead.name.strip() if lead else "",
        why="Named when the plan began" if lead else NOBODY_YET,
        from_on=started_on,
        number=1,
        staff=lead.staff if lead else None,
        telephone=lead.telephone.strip() if lead else "",
        by=by,
        at=at,
    )
    record(
        "plan.begun",
        about=plan,
        at=at,
        hub_id=plan.hub_id,
        detail={"contact": str(contact.pk), "kind": plan.kind},
    )
    follow_the_lead(plan=plan, by=by, at=at)
    begun.tell(plan, by=by, at=at)
    return plan


def _whole(
    ordered: Sequence[Outcome], chosen: Sequence[Outcome], started_on: date, at: datetime
) -> list[Person]:
    """Return the children on record, in order.  Raises NotWhole."""
    outcome = ordered[0]
    if outcome not in chosen:
        raise NotWhole("Choose for whom the plan is.", place="children")
    if any(one.decision_id != outcome.decision_id for one in ordered):
        raise NotWhole("A plan is for children about whom one decision was made.")
    decided_on = localdate(outcome.decision.made_at)
    if not decided_on <= started_on <= localdate(at):
        raise NotWhole("The plan began between the day of the decision and today.", place="started_on")
    people = [one.person for one in ordered if one.person is not None]
    for person in Person.objects.select_for_update().filter(pk__in=[one.pk for one in people]).order_by("pk"):
        already = open_plans_for(person).first()
        if already:
            raise NotWhole(f"{person} has a plan already: {already.reference}.")
    return people


def _members(
    plan: Plan, people: Sequence[Person], adults: Sequence[str], by: Staff, at: datetime
) -> list[FamilyMember]:
    own = {"hub_id": plan.hub_id, "plan": plan, "by": by, "at": at}
    rows = [
        FamilyMember(
            person=one,
            given=one.given or ("" if one.family else str(one)),
            family=one.family,
            born_on=one.born_on,
            is_child=True,
            **own,
        )
        for one in people
    ]
    rows += [FamilyMember(is_child=False, **parted(one), **own) for one in adults if one.strip()]
    return FamilyMember.objects.bulk_create(rows)


def _take_over(
    plan: Plan, contact: Contact, members: dict[uuid.UUID, FamilyMember], by: Staff, at: datetime
) -> None:
    """Take over what was said on the case about early help or a panel, by whom, when and covering whom."""
    said = OfContact.objects.filter(
        contact=contact, about__in=members, withdrawn_at=None, scopes__overlap=list(SCOPES)
    )
    for one in said.filter(sought__in=[Said.GIVEN, Said.REFUSED]).order_by("said_at", "pk"):
        if one.lapses_at is not None and one.lapses_at <= at:
            continue
        who = one.given_by_person or one.given_by.replace("_", " ")
        row = Agreement.objects.create(
            hub_id=plan.hub_id,
            plan=plan,
            said=one.sought,
            said_by=str(who or "The family")[:160],
            said_on=localdate(one.said_at),
            how=(one.how.replace("_", " ") or "recorded on the case").capitalize(),
            scopes=sorted(SCOPES & set(one.scopes)),
            words=one.words,
            by=by,
            at=at,
        )
        Covers.objects.create(hub_id=plan.hub_id, agreement=row, member=members[one.about_id])


@transaction.atomic
def take_to_panel(*, plan: Plan, version: int, by: Staff, at: datetime) -> None:
    """Let a multi-agency panel look after a plan too.  The family must have agreed to that.

    version: of the plan as the page showed it.

    Raises PermissionDenied, NotWhole, or ChangedMeanwhile.

    Source: docs/rules.md, "Agreement to a plan".
    """
    require(policy.may_keep(by, plan))
    held = hold(plan)
    agreed = Agreement.objects.filter(
        plan=held, said=Said.GIVEN, withdrawn_on=None, scopes__contains=["panel"]
    )
    if not agreed.exists():
        raise NotWhole("Record first that the family agreed to be talked about at the panel.")
    before, after = change(held, version, {"kind": Kind.PANEL})
    if after:
        Change.objects.create(
            hub_id=plan.hub_id, plan=held, what="plan.to_panel", before=before, after=after, by=by, at=at
        )
        record("plan.to_panel", about=plan, at=at, hub_id=plan.hub_id)
        begun.tell(held, by=by, at=at)
