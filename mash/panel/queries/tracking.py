"""What is done for a family: the actions of its plan, and what a panel agreed while there was none.

One list, whichever of both an action stands in.

Source: docs/rules.md, "The panel and the plan".
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mash.panel import policy
from mash.panel.models import Action, Item, Meeting, OnPlan, Progress, State
from mash.panel.queries.meetings import family_of
from mash.panel.queries.planning import agreed_at, plan_of
from mash.partnership.models import Agency, Staff
from mash.plans.models import OPEN, Change, Plan, PlanAction, Status

BETTER = (State.DONE, Status.DONE)


@dataclass(frozen=True, slots=True)
class Tracked:
    """One action, and where it stands.

    key: of the action.  state: in words, "" while nobody has said; is_done: it is done, and helped.
    words: what difference it made, or why it was carried over.  item: the thing on an agenda with which it is shown.
    in_plan: it stands in the family's plan; else it is the panel's, agreed while there was none.
    follows: what a page shows, so that of two who say something the later is told.
    """

    key: uuid.UUID
    what: str
    outcome: str
    person: str
    agency: Agency
    due_on: date
    state: str
    words: str
    is_open: bool
    is_done: bool
    in_plan: bool
    item: Item
    follows: int


def tracked(actions: Sequence[Action]) -> list[Tracked]:
    """Return what a panel agreed while there was no plan, with the newest word on each."""
    rows = Progress.objects.filter(action__in=[one.pk for one in actions]).order_by("number")
    newest = {one.action_id: one for one in rows}
    return [_of_panel(one, newest.get(one.pk)) for one in actions]


def _of_panel(one: Action, said: Progress | None) -> Tracked:
    return Tracked(
        key=one.pk,
        what=one.what,
        outcome=one.outcome,
        person=one.person,
        agency=one.agency,
        due_on=said.due_on if said and said.due_on else one.due_on,
        state=State(said.state).label if said else "",
        words=said.words if said else "",
        is_open=said is None or said.state == State.CARRIED,
        is_done=said is not None and said.state in BETTER,
        in_plan=False,
        item=one.item,
        follows=said.number if said else 0,
    )


def _of_plan(one: PlanAction, item: Item) -> Tracked:
    return Tracked(
        key=one.pk,
        what=one.words,
        outcome=one.need.outcome,
        person=one.person_name,
        agency=one.agency,
        due_on=one.due_on,
        state="" if one.status == Status.NOT_STARTED else one.get_status_display(),
        words=one.difference,
        is_open=one.is_open,
        is_done=one.status in BETTER,
        in_plan=True,
        item=item,
        follows=one.version,
    )


def actions_on(staff: Staff, item: Item) -> tuple[list[Tracked], list[Tracked]]:
    """Return the actions from before for an item's family, and those that were agreed when it was heard.

    From before: what earlier meetings left, and what stands in the plan and is open, or ended since the meeting before.
    """
    heard = Item.objects.filter(policy.heard_by(staff)).filter(family_of(item))
    rows = Action.objects.filter(item__in=heard, in_plan=None).select_related("agency", "item__meeting")
    every = list(rows.order_by("due_on", "at", "pk"))
    own = tracked([one for one in every if one.item_id == item.pk])
    before = tracked([one for one in every if one.item_id != item.pk and _is_before(one.item, item)])
    plan = plan_of(staff, item)
    if plan is None:
        return before, own
    agreed = agreed_at(item)
    found = PlanAction.objects.filter(plan=plan).select_related("agency", "need").order_by("due_on", "pk")
    ended = _ended_since(plan, _last_heard(item))
    added = [_of_plan(one, item) for one in found if one.pk in agreed]
    left = [
        _of_plan(one, item)
        for one in found
        if one.pk not in agreed and (one.status in OPEN or one.pk in ended)
    ]
    return before + left, own + added


def _is_before(one: Item, item: Item) -> bool:
    return bool(one.meeting and item.meeting and one.meeting.starts_at < item.meeting.starts_at)


def _last_heard(item: Item) -> datetime | None:
    earlier = Item.objects.filter(panel=item.panel_id, person=item.person_id, meeting__ended_at__isnull=False)
    held = (
        earlier.exclude(pk=item.pk)
        .order_by("-meeting__starts_at")
        .values_list("meeting__starts_at", flat=True)
    )
    return held.first()


def _ended_since(plan: Plan, moment: datetime | None) -> set[uuid.UUID | None]:
    if moment is None:
        return set()
    said = Change.objects.filter(plan=plan, what="action.progress", at__gte=moment)
    return set(said.values_list("action_id", flat=True))


def open_actions(staff: Staff, meeting: Meeting) -> list[Tracked]:
    """Return the open actions of whom earlier meetings of a panel heard, the soonest due first."""
    heard = Item.objects.filter(
        policy.heard_by(staff), panel=meeting.panel_id, meeting__starts_at__lt=meeting.starts_at
    )
    rows = Action.objects.filter(item__in=heard, in_plan=None).select_related("agency", "item")
    own = [one for one in tracked(list(rows.order_by("due_on", "pk"))) if one.is_open]
    last = {
        one.plan_id: one.item
        for one in OnPlan.objects.filter(item__in=heard).select_related("item").order_by("at")
    }
    return sorted([*own, *_open_in_plans(last)], key=lambda one: (one.due_on, str(one.key)))


def _open_in_plans(last: dict[uuid.UUID, Item]) -> Iterable[Tracked]:
    found = PlanAction.objects.filter(plan__in=list(last), status__in=OPEN).select_related("agency", "need")
    return [_of_plan(one, last[one.plan_id]) for one in found]
