"""A meeting is held: who came, what is decided of each family, who does what by when, and what became of that."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.panel import policy
from mash.panel.actions.holding_meeting import hold_meeting, hold_panel, in_meeting
from mash.panel.actions.planning import GoesUp, agree_in_plan, go_up
from mash.panel.actions.refusals import ChangedMeanwhile, NotWhole
from mash.panel.content import decisions, panel_content, rules
from mash.panel.models import (
    Action,
    Came,
    Concluded,
    Confirmed,
    Item,
    Meeting,
    Needed,
    Present,
    Progress,
    Seat,
    State,
)
from mash.panel.queries.meetings import attending, quorum_of, seated
from mash.panel.queries.panels import own_seat, seats_of
from mash.panel.queries.planning import open_plan_of
from mash.panel.quorum import who_confirms
from mash.partnership.actions import notify
from mash.partnership.models import Agency, Staff
from mash.plans.content import vague_words
from mash.plans.rules import VAGUE, what_is_vague
from mash.triage.queries import hub_time

ASKED = "{panel}: a decision waits for your agency"
ASKED_BODY = "Sign in to read it and to say whether it stands: {page}"


@transaction.atomic
def record_attendance(*, meeting: Meeting, came: dict[Seat, tuple[str, str]], by: Staff, at: datetime) -> int:
    """Record who came: by seat, how, and the name of a deputy; return how many of them were news.

    Raises PermissionDenied; NotWhole where a deputy has no name.

    Source: docs/rules.md, "Quorum of a panel".
    """
    now = hold_meeting(meeting, by)
    known = {one.seat.pk: one.present for one in attending(now, list(came))}
    rows = []
    for seat, (how, deputy) in came.items():
        before = known.get(seat.pk)
        if how == Came.DEPUTY and not deputy.strip():
            raise NotWhole(f"Enter who came for {seat.agency.name}.")
        named = deputy.strip() if how == Came.DEPUTY else ""
        if before and (before.came, before.deputy) == (how, named):
            continue
        number = before.number + 1 if before else 1
        rows.append(
            Present(
                hub_id=now.hub_id, meeting=now, seat=seat, number=number, came=how, deputy=named, by=by, at=at
            )
        )
    Present.objects.bulk_create(rows)
    if rows:
        record("panel.attendance", about=now, at=at, hub_id=now.hub_id, detail={"seats": len(rows)})
    return len(rows)


@transaction.atomic
def conclude(
    *,
    item: Item,
    decision: str,
    words: str,
    lead_name: str,
    lead_agency: Agency | None,
    review_on: date | None,
    follows: int,
    up: GoesUp | None = None,
    by: Staff,
    at: datetime,
) -> Concluded:
    """Record what the panel decided of a family.  Without a quorum, the agencies that are missing confirm it.

    Where the family has a plan, the lead professional and the next day stand in that, and not here.
    follows: how often something had been decided when the page was opened.
    up: what the hub is told, where more is needed: that waits for no quorum.

    Raises PermissionDenied; NotWhole; ChangedMeanwhile where something was decided since.

    Source: docs/rules.md, "Quorum of a panel", "In the meeting", "The panel and the plan".
    """
    item, now = in_meeting(item, by)
    chosen = decisions().get(decision)
    if chosen is None or not words.strip():
        raise NotWhole("Say what was decided, and why.")
    if chosen.lead and not (lead_name.strip() and lead_agency):
        raise NotWhole("Name the lead professional and their agency.", place="lead_name")
    if chosen.review and review_on is None:
        raise NotWhole("Say when it is looked at again.", place="review_on")
    if chosen.up and up is None:
        raise NotWhole("Say what the hub is told.", place="product")
    if Concluded.objects.filter(item=item).count() != follows:
        raise ChangedMeanwhile("Something was decided on it meanwhile. Look at it, then send.")
    plan = open_plan_of(by, item)
    if plan is not None:
        lead = (lead_name.strip(), lead_agency) if chosen.lead and lead_agency else None
        agree_in_plan(item, plan, lead=lead, review_on=review_on if chosen.review else None, by=by, at=at)
    here = quorum_of(attending(now, seats_of(now.panel)))
    within = hub_time(now.hub, localdate(at)).week.deadline_in_days(at, rules()["confirm_working_days"])
    made = Concluded(
        hub_id=item.hub_id,
        item=item,
        number=follows + 1,
        decision=decision,
        words=words.strip(),
        lead_name=lead_name.strip() if chosen.lead and plan is None else "",
        lead_agency=lead_agency if chosen.lead and plan is None else None,
        review_on=review_on if chosen.review and plan is None else None,
        missing=list(here.missing),
        confirm_by=within if here.missing else None,
        by=by,
        at=at,
    )
    Concluded.objects.bulk_create([made])
    if here.missing:
        _ask_the_missing(item, now, made, by=by, at=at)
    if chosen.up and up is not None:
        go_up(item, made, up, plan, by=by, at=at)
    detail: dict[str, Any] = {"decision": decision, "missing": list(here.missing)}
    record("panel.concluded", about=item, at=at, hub_id=item.hub_id, detail=detail)
    return made


def _ask_the_missing(item: Item, meeting: Meeting, made: Concluded, *, by: Staff, at: datetime) -> None:
    """Let the agencies that make good what the quorum lacked hear of the family, and ask them by e-mail."""
    from django.urls import reverse

    seats = seats_of(meeting.panel)
    here = [seated(one.seat) for one in attending(meeting, seats) if one.is_here]
    hears = set(Needed.objects.filter(item=item, left_at=None).values_list("agency_id", flat=True))
    asked = who_confirms(made.missing, [seated(one) for one in seats], here, hears, panel_content().quorum)
    rows = [
        Needed(hub_id=item.hub_id, item=item, agency_id=key, by=by, at=at)
        for key in asked
        if key not in hears
    ]
    Needed.objects.bulk_create(rows)
    subject = ASKED.format(panel=meeting.panel.name)
    body = ASKED_BODY.format(page=reverse("panel:confirm", args=[made.pk]))
    for seat in seats:
        if seat.agency_id in asked:
            notify(
                hub_id=item.hub_id,
                to=seat.staff.account.email,
                subject=subject,
                body=body,
                at=at,
                page=reverse("panel:confirm", args=[made.pk]),
            )


@transaction.atomic
def confirm(*, concluded: Concluded, agrees: bool, words: str, by: Staff, at: datetime) -> Confirmed:
    """Say for an agency that was missing whether what was decided without a quorum stands.  Once an agency.

    Raises PermissionDenied; NotWhole where it does not agree and says no reason.

    Source: docs/rules.md, "Quorum of a panel".
    """
    require(policy.may_confirm(by, concluded, own_seat(by, concluded.item.panel)))
    said = Confirmed.objects.filter(concluded=concluded, agency=by.agency_id).first()
    if said:
        return said
    if not agrees and not words.strip():
        raise NotWhole("Say why it is talked about again.")
    made = Confirmed(
        hub_id=concluded.hub_id,
        item=concluded.item,
        concluded=concluded,
        agency_id=by.agency_id,
        agrees=agrees,
        words=words.strip(),
        by=by,
        at=at,
    )
    Confirmed.objects.bulk_create([made])
    record("panel.confirmed", about=concluded.item, at=at, hub_id=made.hub_id, detail={"agrees": agrees})
    return made


@transaction.atomic
def add_action(
    *,
    item: Item,
    key: uuid.UUID,
    what: str,
    outcome: str,
    agency: Agency,
    person: str,
    due_on: date,
    by: Staff,
    at: datetime,
) -> Action:
    """Record what somebody does by a day for a family that has no plan yet, and how one can tell that it helped.

    Once the family has a plan it stands in that.

    Raises PermissionDenied; NotWhole where nobody owns it, its day lies before the meeting, or there is a plan.

    Source: docs/rules.md, "In the meeting", "The panel and the plan".
    """
    item, now = in_meeting(item, by)
    if open_plan_of(by, item) is not None:
        raise NotWhole("This family has a plan by now: open the page again, and add the action to that.")
    made = Action.objects.filter(key=key).first()
    if made:
        return made
    if not (what.strip() and outcome.strip() and person.strip()):
        raise NotWhole("Say what is done, what will be different, and who does it.")
    if due_on < localdate(now.starts_at):
        raise NotWhole("The day must not lie before the meeting.", place="due_on")
    for place, said in (("what", what), ("person", person)):
        vague = what_is_vague(said, vague_words())
        if vague:
            raise NotWhole(VAGUE.format(said=said.strip(), vague=vague), place=place)
    action = Action(
        hub_id=item.hub_id,
        item=item,
        key=key,
        what=what.strip(),
        outcome=outcome.strip(),
        agency=agency,
        person=person.strip(),
        due_on=due_on,
        by=by,
        at=at,
    )
    Action.objects.bulk_create([action])
    record("panel.action_added", about=item, at=at, hub_id=item.hub_id, detail={"agency": str(agency.pk)})
    return action


@transaction.atomic
def say_progress(
    *, action: Action, state: str, words: str, due_on: date | None, follows: int, by: Staff, at: datetime
) -> Progress:
    """Say where an action stands: done, carried over to another day, or no longer needed.

    follows: how often something had been said of it when the page was opened.

    Raises PermissionDenied; NotWhole where it is carried over and no day is given; ChangedMeanwhile.

    Source: docs/rules.md, "In the meeting".
    """
    require(policy.may_run(by, action.item.panel))
    require(policy.may_hear(by, action.item))
    hold_panel(action.item.panel)
    if state == State.CARRIED and due_on is None:
        raise NotWhole("Enter the day to which it is carried over.", place="due_on")
    newest = Progress.objects.filter(action=action).order_by("-number").first()
    if newest and newest.number == follows + 1 and newest.state == state and newest.by_id == by.pk:
        return newest  # pressed twice
    if (newest.number if newest else 0) != follows:
        raise ChangedMeanwhile("Somebody said where it stands meanwhile. Look at it again.")
    made = Progress(
        hub_id=action.hub_id,
        item=action.item,
        action=action,
        number=follows + 1,
        state=state,
        words=words.strip(),
        due_on=due_on if state == State.CARRIED else None,
        by=by,
        at=at,
    )
    Progress.objects.bulk_create([made])
    record("panel.action_said", about=action.item, at=at, hub_id=action.hub_id, detail={"state": state})
    return made
