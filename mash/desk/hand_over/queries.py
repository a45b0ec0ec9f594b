"""What is on the lists of a hand-over, made from what stands at that moment; and hand-overs as they were written."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.check.models import Check
from mash.common.clock import WorkingWeek
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision.models import Decision, Strategy
from mash.decision.queries.waiting import ratings_waiting_for
from mash.desk.hand_over import policy
from mash.desk.models import HandedOver, HandOver
from mash.partnership.content import hand_overs
from mash.partnership.models import Staff
from mash.partnership.queries.rota import OnDuty, on_duty, working_week
from mash.triage import order
from mash.triage.models import Rating, Route

TO_NIGHT, TO_DAY = "to_emergency_duty", "to_day_team"
BY_HAND = (
    "children_to_be_seen_tonight",
    "people_who_may_call",
    "promises_made_to_families",
    "who_must_be_seen_today",
)
WORDS = {
    "every_red": "Every red",
    "every_unrated": "Not yet rated",
    "stated_immediate_danger": "Immediate danger stated",
    "checks_awaiting_approval": "Check that waits for approval",
    "strategy_discussions_tonight": "Strategy discussion to be held",
    "children_to_be_seen_tonight": "Child to be seen tonight",
    "people_who_may_call": "Somebody who may call",
    "everything_received": "Received in this shift",
    "every_action_taken": "Something was done in this shift",
    "every_red_still_open": "Red and still open",
    "red_checks_and_their_approval": "Red check, and its approval",
    "promises_made_to_families": "Promise made to a family",
    "who_must_be_seen_today": "Somebody who must be seen today",
}
SAYS = {
    "what_worries_us": "What worries us",
    "what_has_been_done": "What has been done",
    "what_is_asked_of_you_and_by_when": "What is asked of you, and by when",
    "what_would_make_it_worse": "What would make it worse",
    "who_is_safe_to_call": "Who is safe to call",
    "staff_safety": "Staff safety",
    "what_happened": "What happened",
    "what_was_decided_and_by_whom": "What was decided, and by whom",
    "what_is_not_done": "What is not done",
    "who_is_expecting_to_hear": "Who is expecting to hear",
}
NAMES = {TO_NIGHT: "Hand over to the emergency duty team", TO_DAY: "Hand over to the day team"}


@dataclass(slots=True)
class Listed:
    """One contact of a hand-over's lists, and which of them it stands on."""

    contact: Contact
    lists: list[str] = field(default_factory=list)
    colour: str = ""
    due_at: datetime | None = None


def make_lists(staff: Staff, which: str, at: datetime) -> list[Listed]:
    """Return what the software puts on a hand-over, each contact once with every list it is on, in the order of work.

    Source: docs/rules.md, "Hand-over of a shift".
    """
    conditions = _to_night() if which == TO_NIGHT else _to_day(shift_began(working_week(staff.hub), at))
    found: dict[uuid.UUID, Listed] = {}
    for name, condition, still_open in conditions:
        rows = Contact.objects.filter(contacts.readable_by(staff), condition)
        rows = order.still_open(rows) if still_open else rows
        for contact in rows.select_related("standing"):
            found.setdefault(contact.pk, _listed(contact)).lists.append(name)
    ranked = order.in_order(Contact.objects.filter(pk__in=list(found))).values_list("pk", flat=True)
    return [found[key] for key in ranked]


def _listed(contact: Contact) -> Listed:
    standing = getattr(contact, "standing", None)
    return Listed(contact, [], standing.colour if standing else "", standing.due_at if standing else None)


def _to_night() -> list[tuple[str, Q, bool]]:
    here = OuterRef("pk")
    unapproved = Check.objects.filter(
        contact=here, closed_at=None, approval_due_at__isnull=False, approved_at=None
    )
    to_hold = Decision.objects.filter(
        contact=here, turned_down_at=None, made_at__isnull=False, outcomes__outcome="strategy_discussion"
    )
    held = Strategy.objects.filter(contact=here)
    return [
        ("stated_immediate_danger", Q(immediate_danger=True), True),
        ("every_red", Q(standing__colour="red"), True),
        ("every_unrated", Q(standing=None), True),
        ("checks_awaiting_approval", Q(Exists(unapproved)), False),
        ("strategy_discussions_tonight", Q(Exists(to_hold)) & ~Q(Exists(held)), False),
    ]


def _to_day(since: datetime) -> list[tuple[str, Q, bool]]:
    here = OuterRef("pk")
    done = [
        Rating.objects.filter(contact=here, at__gte=since),
        Route.objects.filter(contact=here, at__gte=since),
        Check.objects.filter(contact=here, opened_at__gte=since),
        Strategy.objects.filter(contact=here, at__gte=since),
    ]
    acted = Q()
    for rows in done:
        acted |= Q(Exists(rows))
    red_checks = Check.objects.filter(contact=here, closed_at=None, colour="red")
    return [
        ("everything_received", Q(received_at__gte=since), False),
        ("every_action_taken", acted, False),
        ("every_red_still_open", Q(standing__colour="red"), True),
        ("red_checks_and_their_approval", Q(Exists(red_checks)), False),
    ]


def shift_began(week: WorkingWeek, at: datetime) -> datetime:
    """Return when the hub last closed: where the emergency duty team's shift began."""
    closed = at - timedelta(days=1)
    for opens, closes in week.spans(at - timedelta(days=21)):
        if opens > at:
            break
        closed = min(closes, at) if closes <= at else closed
    return closed


# As written


def current(staff: Staff, which: str) -> HandOver | None:
    """Return the hand-over that is being written, or waits to be accepted."""
    if which not in hand_overs():
        raise Http404
    return _rows(staff).filter(which=which, accepted_at=None).first()


def unfinished_of(staff: Staff, who: Staff) -> list[HandOver]:
    """Return the hand-overs that one worker writes, or has handed over and nobody accepted whole."""
    return list(_rows(staff).filter(by=who, accepted_at=None).order_by("at", "pk"))


def newest(staff: Staff, how_many: int = 10) -> list[HandOver]:
    """Return the newest hand-overs of a hub."""
    return list(_rows(staff).order_by("-at")[:how_many])


def find(staff: Staff, hand_over_id: uuid.UUID) -> HandOver:
    """Return a hand-over that this worker may read.  Raises Http404 for any other."""
    return get_object_or_404(_rows(staff), pk=hand_over_id)


def _rows(staff: Staff) -> QuerySet[HandOver]:
    found = HandOver.objects.filter(policy.readable_by(staff))
    return found.select_related("by__account", "accepted_by__account", "hub")


def lines_of(hand_over: HandOver) -> list[HandedOver]:
    """Return the lines of a hand-over in order, with what was said to each; none of a case one is barred from."""
    found = HandedOver.objects.filter(hand_over=hand_over).order_by("place", "pk")
    return list(found.prefetch_related("words__by__account"))


def to_confirm(staff: Staff, lines: Iterable[HandedOver]) -> set[uuid.UUID]:
    """Return the cases on these lines whose rating waits for this worker's word; none for who is no manager.

    Source: docs/rules.md, "The rating is confirmed".
    """
    cases = [one.case for one in lines if one.case]
    return {one.contact_id for one in ratings_waiting_for(staff, among=cases)} if cases else set()


def who_takes(hand_over: HandOver, at: datetime) -> list[OnDuty]:
    """Return who is on duty now on the post that a hand-over goes to."""
    return on_duty(hand_over.hub, at, only=hand_overs()[hand_over.which].to)


def waiting(before: datetime) -> QuerySet[HandOver]:
    """Return the hand-overs offered before a moment and not accepted whole, in every hub."""
    found = HandOver.objects.filter(offered_at__lte=before, accepted_at=None)
    return found.select_related("hub", "by__account").order_by("offered_at", "pk")


def asked_of(which: str) -> list[tuple[str, str]]:
    """Return what each line of a hand-over says: id and label."""
    return [(one, SAYS[one]) for one in hand_overs()[which].each_line_says]


def names_of(lists: Iterable[str]) -> str:
    """Say which lists a line stands on."""
    return ", ".join(WORDS[one] for one in lists)
