"""What minutes are made from, packs, and how far the minutes are agreed."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mash.panel import policy
from mash.panel.composing import Case, Entry, Pack, Task, pack_of
from mash.panel.content import decisions, panel_content
from mash.panel.models import Agreed, Concluded, Correction, Item, Meeting, Minutes, MinutesPart
from mash.panel.queries.meetings import (
    Attending,
    check_words,
    label_of,
    listed,
    needed_names,
    newest_checks,
    newest_conclusions,
)
from mash.panel.queries.planning import plan_of, went_up
from mash.panel.queries.tracking import Tracked, actions_on
from mash.panel.quorum import in_words
from mash.partnership.models import Agency, Staff
from mash.plans.queries import due_on, lead_of


def head_of(came: Iterable[Attending]) -> list[tuple[str, str, str]]:
    """Return of whom something was recorded, as name, agency and how they came."""
    said = (one for one in came if one.present)
    return [(one.seat.staff.account.name, one.seat.agency.name, one.words) for one in said]


def heading_of(item: Item) -> str:
    """Return how the minutes head an item: without a name."""
    return f"{label_of(item.kind)}: {item.title}, {item.reference}" if item.of_a_family else item.title


def task_of(one: Tracked) -> Task:
    """Return an action as papers say it."""
    return Task(one.what, one.outcome, one.agency.name, one.person, one.due_on, one.state)


def entries(staff: Staff, meeting: Meeting) -> list[tuple[Item, Entry]]:
    """Return what was recorded of each thing on an agenda, in order, as far as this worker hears of it.

    Source: docs/rules.md, "Minutes of a panel".
    """
    items = list(listed(staff, meeting))
    concluded = newest_conclusions(items)
    return [(one, _entry(staff, one, concluded.get(one.pk))) for one in items if one.of_a_family]


def _entry(staff: Staff, item: Item, made: Concluded | None) -> Entry:
    earlier, added = actions_on(staff, item)
    done = [task_of(one) for one in earlier]
    new = [task_of(one) for one in added]
    if made is None:
        return Entry(earlier=done, added=new)
    known = decisions().get(made.decision)
    lead = f"{made.lead_name}, {made.lead_agency.name}" if made.lead_agency else ""
    review_on, told = made.review_on, went_up(made)
    plan = plan_of(staff, item)
    if plan is not None:
        now = lead_of(plan)
        lead = f"{now.name}, {now.agency}" if now and now.agency else ""
        review_on = due_on(plan)
    return Entry(
        decision=known.label if known else made.decision,
        words=made.words,
        lead=lead,
        review_on=review_on,
        plan=plan.reference if plan else "",
        told=told,
        missing=[in_words(one) for one in made.missing],
        confirm_by=made.confirm_by,
        earlier=done,
        added=new,
    )


# Packs


def cases_of(staff: Staff, meeting: Meeting) -> list[Case]:
    """Return the families on an agenda as papers have them, in order, as far as this worker hears of them."""
    items = [one for one in listed(staff, meeting) if one.of_a_family]
    needed, checks = needed_names(items), newest_checks(items)
    return [
        Case(
            reference=one.reference,
            kind=label_of(one.kind),
            minutes=one.minutes,
            name=one.name,
            born_on=one.born_on,
            household=one.household,
            asked=one.asked,
            background=one.background,
            agreement=one.agreement,
            needed=frozenset(key for key, _ in needed[one.pk]),
            checks=[(check.agency.name, check_words(check)) for check in checks[one.pk]],
            tasks=[task_of(task) for task in actions_on(staff, one)[0]],
        )
        for one in items
    ]


def pack_for(staff: Staff, meeting: Meeting, agency: Agency, cases: Sequence[Case] | None = None) -> Pack:
    """Return the pack of one agency for one meeting.

    cases: of the meeting, where they have been read already.

    Source: docs/rules.md, "Packs of a panel".
    """
    every = cases_of(staff, meeting) if cases is None else cases
    return pack_of(
        every,
        agency.pk,
        hub=meeting.hub.name,
        panel=meeting.panel.name,
        starts_at=meeting.starts_at,
        place=meeting.place,
        name=agency.name,
        opening=panel_content().opening_words,
    )


# Minutes


@dataclass(frozen=True, slots=True)
class Part:
    """What the minutes say of one item, and the corrections beside it."""

    item: Item
    heading: str
    lines: Sequence[str]
    corrections: Sequence[Correction] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The minutes of a meeting as this worker may read them.

    agreed: by the agencies that were there.  waits: names of those that have not agreed.
    """

    minutes: Minutes
    parts: Sequence[Part]
    agreed: Sequence[Agreed]
    waits: Sequence[str]

    @property
    def is_agreed(self) -> bool:
        """Tell whether every agency that was there has agreed."""
        return not self.waits


def written(staff: Staff, meeting: Meeting, came: Iterable[Attending]) -> Written | None:
    """Return the minutes of a meeting, with the items that this worker hears of; None while they are not written.

    Source: docs/rules.md, "Minutes of a panel".
    """
    minutes = Minutes.objects.filter(meeting=meeting).select_related("by__account").first()
    if minutes is None:
        return None
    heard = Item.objects.filter(policy.heard_by(staff), meeting=meeting)
    rows = MinutesPart.objects.filter(minutes=minutes, item__in=heard).select_related("item")
    beside: dict[uuid.UUID, list[Correction]] = {}
    said = Correction.objects.filter(item__in=heard).select_related("agency", "by__account")
    for one in said.order_by("at", "pk"):
        beside.setdefault(one.item_id, []).append(one)
    agreed = list(
        Agreed.objects.filter(minutes=minutes).select_related("agency", "by__account").order_by("at")
    )
    there = {one.seat.agency_id: one.seat.agency.name for one in came if one.is_here}
    have = {one.agency_id for one in agreed}
    parts = [
        Part(one.item, one.heading, one.lines, beside.get(one.item_id, ()))
        for one in rows.order_by("item__place", "pk")
    ]
    waits = sorted(name for key, name in there.items() if key not in have)
    return Written(minutes, parts, agreed, waits)
