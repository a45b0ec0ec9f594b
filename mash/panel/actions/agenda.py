"""A family is brought to a panel; an agenda is put together, in an order, and each thing on it is given its time."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from mash.common.references import new_reference
from mash.common.templates import day
from mash.common.verdict import require
from mash.decision.models import Decision
from mash.decision.telling import initials
from mash.ledger.actions import record
from mash.panel import policy
from mash.panel.actions.holding_meeting import hold_meeting, hold_panel
from mash.panel.actions.planning import join_plan, open_to_needed, put_on_plan, refuse_restricted
from mash.panel.actions.refusals import ChangedMeanwhile, NotWhole
from mash.panel.content import kinds
from mash.panel.models import Concluded, Item, Meeting, Needed, Panel
from mash.panel.queries.meetings import listed
from mash.partnership.models import Agency, Staff
from mash.people.models import Person
from mash.plans import policy as plan_policy
from mash.plans.models import FamilyMember, Plan
from mash.plans.models import Kind as PlanKind
from mash.plans.queries.shown import agreements_of

REFERENCE_LETTER = "P"  # after the hub's letters, so that it is told from a contact's
NOTHING_AGREED = "No agreement to being talked about here stands: see the plan."
TWICE = "This family waits for this panel already."


@transaction.atomic
def bring(
    *,
    key: uuid.UUID,
    panel: Panel,
    person: Person,
    decision: Decision | None,
    kind: str,
    household: str,
    asked: str,
    background: str,
    agreement: str,
    agencies: Sequence[Agency],
    by: Staff,
    at: datetime,
) -> Item:
    """Write a family down for a panel, in words for the agencies that are needed, and put it on the panel's list.

    decision: what it comes from; None where somebody asked.  The same form sent twice makes one.

    Raises PermissionDenied; NotWhole where it waits already, the case is restricted, or something was not said.

    Source: docs/rules.md, "What a panel talks about".
    """
    require(policy.may_bring(by, person))
    made = Item.objects.filter(key=key).first()
    if made:
        return made
    if not agencies:
        raise NotWhole("Choose the agencies that are needed.")
    if not (asked.strip() and agreement.strip()):
        raise NotWhole("Say what the panel is asked, and what the family agreed to.")
    if decision:
        refuse_restricted(decision.contact_id)
    hold_panel(panel)
    if Item.objects.filter(panel=panel, person=person, meeting=None, taken_off_at=None).exists():
        raise NotWhole(TWICE)
    item = Item(
        hub_id=panel.hub_id,
        panel=panel,
        key=key,
        reference=new_reference(by.hub.prefix + REFERENCE_LETTER),
        kind=kind,
        of_a_family=True,
        minutes=kinds()[kind].minutes,
        title=initials(person.given, person.family),
        person=person,
        contact_id=decision.contact_id if decision else None,
        decision=decision,
        name=str(person),
        born_on=person.born_on,
        household=household.strip(),
        asked=asked.strip(),
        background=background.strip(),
        agreement=agreement.strip(),
        follows=Item.objects.filter(panel=panel, person=person).order_by("-at", "-pk").first(),
        by=by,
        at=at,
    )
    Item.objects.bulk_create([item])
    _need(item, agencies, by=by, at=at)
    record("panel.brought", about=item, at=at, hub_id=item.hub_id, detail={"person": str(person.pk)})
    join_plan(item, by=by, at=at)
    return item


@transaction.atomic
def bring_to_review(
    *,
    meeting: Meeting,
    key: uuid.UUID,
    plan: Plan,
    kind: str,
    asked: str,
    agencies: Sequence[Agency],
    by: Staff,
    at: datetime,
) -> Item:
    """Take a panel's plan onto the agenda of a meeting, to be looked at together.  The same form sent twice makes one.

    What the agencies that are needed read of the household is what was written for the panel last.

    Raises PermissionDenied; NotWhole where something was not said, or the family waits already.

    Source: docs/rules.md, "The panel and the plan".
    """
    now = hold_meeting(meeting, by)
    made = Item.objects.filter(key=key).first()
    if made:
        return made
    require(plan_policy.may_keep(by, plan))
    child = FamilyMember.objects.filter(plan=plan, person=plan.person_id).first()
    if plan.kind != PlanKind.PANEL or child is None:
        raise NotWhole("This plan is not one that a panel looks after.")
    refuse_restricted(plan.contact_id)
    if not agencies or not asked.strip() or kind not in kinds() or not kinds()[kind].is_of_a_family:
        raise NotWhole("Say what the panel is asked, and choose the agencies that are needed.")
    hold_panel(now.panel)
    coming = Item.objects.filter(panel=now.panel_id, person=plan.person_id, taken_off_at=None)
    if coming.filter(Q(meeting=None) | Q(meeting__ended_at=None)).exists():
        raise NotWhole(TWICE)
    before = Item.objects.filter(panel=now.panel_id, person=plan.person_id).order_by("-at", "-pk").first()
    item = Item(
        hub_id=now.hub_id,
        panel=now.panel,
        key=key,
        reference=new_reference(by.hub.prefix + REFERENCE_LETTER),
        kind=kind,
        of_a_family=True,
        minutes=kinds()[kind].minutes,
        title=initials(child.given, child.family),
        person_id=plan.person_id,
        contact_id=plan.contact_id,
        name=child.name,
        born_on=child.born_on,
        household=before.household if before else "",
        asked=asked.strip(),
        background="",
        agreement=_agreed(plan),
        follows=before,
        by=by,
        at=at,
    )
    Item.objects.bulk_create([item])
    _need(item, agencies, by=by, at=at)
    record("panel.brought", about=item, at=at, hub_id=item.hub_id, detail={"plan": str(plan.pk)})
    put_on_plan(item, plan, by=by, at=at)
    put_on(meeting=now, item=item, by=by, at=at)
    return item


def _agreed(plan: Plan) -> str:
    """Return what the family agreed to about a panel, as their plan has it."""
    rows = (one for one in agreements_of(plan) if one.stands and "panel" in one.scopes)
    return (
        "\n".join(f"{one.said_by}, {day(one.said_on)}: {one.words or 'agreed'}." for one in rows)
        or NOTHING_AGREED
    )


@transaction.atomic
def add_part(*, meeting: Meeting, key: uuid.UUID, kind: str, title: str, by: Staff, at: datetime) -> Item:
    """Put a part of the meeting that is about no family at the end of its agenda.

    Raises PermissionDenied; NotWhole for a kind that is about a family.

    Source: docs/rules.md, "What a panel talks about".
    """
    now = hold_meeting(meeting, by)
    made = Item.objects.filter(key=key).first()
    if made:
        return made
    if kind not in kinds() or kinds()[kind].is_of_a_family:
        raise NotWhole("Choose what it is.")
    item = Item(
        hub_id=now.hub_id,
        panel=now.panel,
        meeting=now,
        key=key,
        reference=new_reference(now.hub.prefix + REFERENCE_LETTER),
        kind=kind,
        of_a_family=False,
        place=listed(by, now).count() + 1,
        minutes=kinds()[kind].minutes,
        title=title.strip() or kinds()[kind].label,
        by=by,
        at=at,
    )
    Item.objects.bulk_create([item])
    _count_again(now, list(listed(by, now)))
    record("panel.part_added", about=now, at=at, hub_id=now.hub_id, detail={"kind": kind})
    return item


@transaction.atomic
def put_on(*, meeting: Meeting, item: Item, by: Staff, at: datetime) -> None:
    """Put a family that waits at the end of a meeting's agenda; once it is there, it stays.

    Raises PermissionDenied; ChangedMeanwhile where it is on another agenda, or was taken off the list.

    Source: docs/rules.md, "What a panel talks about".
    """
    now = hold_meeting(meeting, by)
    place = listed(by, now).count() + 1
    waits = Item.objects.filter(pk=item.pk, panel=now.panel_id, meeting=None, taken_off_at=None)
    if not waits.update(meeting=now, place=place):
        if Item.objects.filter(pk=item.pk, meeting=now).exists():
            return
        raise ChangedMeanwhile("It is on another agenda by now, or off the list. Nothing was changed.")
    _count_again(now, list(listed(by, now)))
    record("panel.put_on", about=item, at=at, hub_id=now.hub_id, detail={"meeting": str(now.pk)})


@transaction.atomic
def move(*, item: Item, way: str, seen_at: int, by: Staff, at: datetime) -> None:
    """Move a thing one place up or down an agenda.

    way: up or down.  seen_at: the place at which whoever moves it saw it; sent twice, it moves once.

    Raises PermissionDenied; ChangedMeanwhile where it stands elsewhere by now.

    Source: docs/rules.md, "What a panel talks about".
    """
    assert item.meeting is not None  # noqa: S101 (what stands on an agenda)  # nosec B101
    now = hold_meeting(item.meeting, by)
    order = list(listed(by, now))
    keys = [one.pk for one in order]
    if item.pk not in keys or seen_at != keys.index(item.pk) + 1:
        raise ChangedMeanwhile("The agenda was changed meanwhile. Look at it again.")
    other = seen_at - 1 + (-1 if way == "up" else 1)
    if not 0 <= other < len(order):
        return
    order[seen_at - 1], order[other] = order[other], order[seen_at - 1]
    _count_again(now, order)
    record("panel.moved", about=now, at=at, hub_id=now.hub_id, detail={"item": str(item.pk), "way": way})


@transaction.atomic
def give_minutes(*, item: Item, minutes: int, by: Staff, at: datetime) -> None:
    """Give a thing on an agenda more or less time.  Raises PermissionDenied.

    Source: docs/rules.md, "What a panel talks about".
    """
    assert item.meeting is not None  # noqa: S101 (what stands on an agenda)  # nosec B101
    now = hold_meeting(item.meeting, by)
    Item.objects.filter(pk=item.pk, meeting=now).update(minutes=minutes)
    _count_again(now, list(listed(by, now)))
    record(
        "panel.time_given",
        about=now,
        at=at,
        hub_id=now.hub_id,
        detail={"item": str(item.pk), "minutes": minutes},
    )


@transaction.atomic
def take_off(*, item: Item, why: str, by: Staff, at: datetime) -> None:
    """Take a thing off: a family waits again for a meeting, and one that waits is off the list for good.

    Raises PermissionDenied; NotWhole without a reason where it is for good, or where it was talked about already.

    Source: docs/rules.md, "What a panel talks about".
    """
    if item.meeting is None:
        require(policy.may_run(by, item.panel))
        if not why.strip():
            raise NotWhole("Say why it is taken off the list.")
        ended = {"taken_off_at": at, "taken_off_why": why.strip()}
        Item.objects.filter(pk=item.pk, meeting=None, taken_off_at=None).update(**ended)
        record("panel.taken_off", about=item, at=at, hub_id=item.hub_id, why=why.strip())
        return
    now = hold_meeting(item.meeting, by)
    row = Item.objects.filter(pk=item.pk, meeting=now)
    if item.of_a_family:
        if Concluded.objects.filter(item=item).exists():
            raise NotWhole("Something was decided on it in this meeting: it stays on the agenda.")
        row.update(meeting=None, place=None, begins_after=None)
    else:
        row.update(taken_off_at=at, taken_off_why=why.strip() or "Not at this meeting")
    _count_again(now, list(listed(by, now)))
    record("panel.off_the_agenda", about=now, at=at, hub_id=now.hub_id, detail={"item": str(item.pk)})


@transaction.atomic
def need(*, item: Item, agencies: Iterable[Agency], by: Staff, at: datetime) -> None:
    """Say which agencies are needed for a family: only they hear of it.  What others gave before stays theirs.

    Raises PermissionDenied; NotWhole where none is left.

    Source: docs/rules.md, "Who hears of a family".
    """
    wanted = {one.pk: one for one in agencies}
    if item.meeting:
        hold_meeting(item.meeting, by)
    require(policy.may_run(by, item.panel))
    if not wanted:
        raise NotWhole("Choose the agencies that are needed.")
    rows = Needed.objects.filter(item=item, left_at=None)
    there = set(rows.values_list("agency_id", flat=True))
    rows.exclude(agency__in=wanted).update(left_at=at)
    _need(item, [one for key, one in wanted.items() if key not in there], by=by, at=at)
    detail = {"agencies": sorted(map(str, wanted))}
    record("panel.needed", about=item, at=at, hub_id=item.hub_id, detail=detail)
    open_to_needed(item, by=by, at=at)


def _need(item: Item, agencies: Iterable[Agency], *, by: Staff, at: datetime) -> None:
    rows = [Needed(hub_id=item.hub_id, item=item, agency=one, by=by, at=at) for one in agencies]
    Needed.objects.bulk_create(rows)


def _count_again(meeting: Meeting, order: Sequence[Item]) -> None:
    """Number an agenda, and work out when each thing begins."""
    begins = 0
    for place, one in enumerate(order, 1):
        Item.objects.filter(pk=one.pk, meeting=meeting).update(place=place, begins_after=begins)
        begins += one.minutes
