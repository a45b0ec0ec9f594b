"""Panels, who sits on them, when they meet, and what waits for this worker."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.panel import policy
from mash.panel.models import (
    Agreed,
    Came,
    Concluded,
    Confirmed,
    Invited,
    Item,
    Meeting,
    Minutes,
    Needed,
    OwnCheck,
    Panel,
    Present,
    Seat,
    Terms,
)
from mash.partnership.models import Staff
from mash.partnership.queries import lasting

SHOWN_BACK = timedelta(days=90)


def panels_of(staff: Staff) -> QuerySet[Panel]:
    """Return the panels of this worker's hub, by name."""
    return Panel.objects.filter(hub=staff.hub_id).order_by("name", "pk")


def find_panel(staff: Staff, panel_id: uuid.UUID) -> Panel:
    """Return a panel of this worker's hub.  Raises Http404 for any other."""
    return get_object_or_404(Panel.objects.filter(hub=staff.hub_id).select_related("hub"), pk=panel_id)


def find_meeting(staff: Staff, meeting_id: uuid.UUID) -> Meeting:
    """Return a meeting of a panel of this worker's hub.  Raises Http404 for any other."""
    found = Meeting.objects.filter(hub=staff.hub_id).select_related("panel__hub", "hub")
    return get_object_or_404(found, pk=meeting_id)


def find_seat(staff: Staff, seat_id: uuid.UUID) -> Seat:
    """Return a seat that lasts, on a panel of this worker's hub.  Raises Http404 for any other."""
    found = Seat.objects.filter(hub=staff.hub_id, until_at=None)
    return get_object_or_404(found.select_related("panel__hub", "agency", "staff__account"), pk=seat_id)


def own_seat(staff: Staff, panel: Panel) -> Seat | None:
    """Return this post's own seat on a panel, while it lasts."""
    return Seat.objects.filter(panel=panel, staff=staff.pk, until_at=None).select_related("panel").first()


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat with the newest terms that were signed for it.  signed: they last on the day asked about."""

    seat: Seat
    terms: Terms | None
    signed: bool


def sitting_on(panel: Panel, on: date) -> list[Sitting]:
    """Return who sits on a panel: the chair, the deputy chair, then by agency.

    Source: docs/rules.md, "Who sits on a panel".
    """
    seats = seats_of(panel)
    newest = {one.seat_id: one for one in Terms.objects.filter(seat__in=seats).order_by("signed_on", "pk")}
    found = [newest.get(one.pk) for one in seats]
    return [
        Sitting(seat, terms, terms is not None and terms.until_on >= on)
        for seat, terms in zip(seats, found, strict=True)
    ]


ORDER = {"chair": 0, "deputy": 1, "member": 2}


def seats_of(panel: Panel) -> list[Seat]:
    """Return the seats of a panel that last: the chair, the deputy chair, then by agency."""
    found = Seat.objects.filter(panel=panel, until_at=None).select_related("agency", "staff__account")
    rows = found.order_by("agency__name", "stands_in", "staff__account__name", "pk")
    return sorted(rows, key=lambda one: ORDER[one.role])


def may_sit(staff: Staff, panel: Panel, at: datetime) -> list[Staff]:
    """Return the posts of the hub that can be given a seat, by agency and name."""
    taken = Seat.objects.filter(panel=panel, until_at=None).values("staff")
    posts = Staff.objects.filter(lasting(at), hub=staff.hub_id).exclude(pk__in=taken)
    return list(posts.select_related("account", "agency").order_by("agency__name", "account__name", "pk"))


def meetings_of(panel: Panel) -> QuerySet[Meeting]:
    """Return the meetings of a panel, each with how many things stand on its agenda as this worker may know."""
    return Meeting.objects.filter(panel=panel).annotate(
        listed=Count("items", filter=Q(items__taken_off_at=None))
    )


def coming(panel: Panel, at: datetime) -> list[Meeting]:
    """Return the meetings of a panel that are not over, the next first."""
    found = meetings_of(panel).filter(ended_at=None, starts_at__gte=at - SHOWN_BACK)
    return list(found.order_by("starts_at", "pk"))


def held(panel: Panel) -> list[Meeting]:
    """Return the meetings of a panel whose minutes are written, the last first."""
    return list(meetings_of(panel).exclude(ended_at=None).order_by("-starts_at", "pk"))


def invited_to(meeting: Meeting) -> int:
    """Return how many members had the invitation to a meeting as it stands."""
    return Invited.objects.filter(meeting=meeting, sequence=meeting.sequence).count()


def waiting(staff: Staff, panel: Panel) -> list[Item]:
    """Return what waits for a meeting of a panel, the oldest first, as far as this worker hears of it."""
    found = Item.objects.filter(policy.heard_by(staff), panel=panel, meeting=None, taken_off_at=None)
    return list(found.select_related("by__account").order_by("at", "pk"))


# What waits for this worker


@dataclass(frozen=True, slots=True)
class ToDo:
    """What waits for this worker on the panels they sit on.

    checks: families that their agency has not looked up yet.  confirms: decisions made without a quorum.
    minutes: meetings whose minutes their agency has not agreed.  terms: seats for which no terms last.
    """

    checks: list[Item]
    confirms: list[Concluded]
    minutes: list[Meeting]
    terms: list[Seat]


def to_do(staff: Staff, on: date) -> ToDo:
    """Return what waits for this worker on the panels they sit on."""
    seats = list(Seat.objects.filter(staff=staff.pk, until_at=None).select_related("panel__hub", "agency"))
    panels = [one.panel_id for one in seats]
    current = Terms.objects.filter(seat__in=seats, until_on__gte=on).values_list("seat_id", flat=True)
    signed = set(current)
    return ToDo(
        checks=list(_to_check(staff, panels)),
        confirms=to_confirm(staff, panels),
        minutes=list(_to_agree(staff, panels)),
        terms=[one for one in seats if one.pk not in signed],
    )


def _to_check(staff: Staff, panels: Iterable[uuid.UUID]) -> QuerySet[Item]:
    needed = Needed.objects.filter(item=OuterRef("pk"), agency=staff.agency_id, left_at=None)
    looked = OwnCheck.objects.filter(item=OuterRef("pk"), agency=staff.agency_id)
    found = Item.objects.filter(policy.heard_by(staff), Exists(needed), ~Exists(looked), panel__in=panels)
    found = found.filter(meeting__ended_at=None, meeting__called_off_at=None, taken_off_at=None)
    return (
        found.exclude(meeting=None).select_related("meeting__panel").order_by("meeting__starts_at", "place")
    )


def to_confirm(staff: Staff, panels: Iterable[uuid.UUID]) -> list[Concluded]:
    """Return the decisions without a quorum that wait for this worker's agency, the soonest first."""
    newer = Concluded.objects.filter(item=OuterRef("item"), number__gt=OuterRef("number"))
    said = Confirmed.objects.filter(concluded=OuterRef("pk"), agency=staff.agency_id)
    mine = Item.objects.filter(policy.heard_by(staff), panel__in=panels)
    asked = Needed.objects.filter(item=OuterRef("item"), agency=staff.agency_id, left_at=None)
    there = Present.objects.filter(
        meeting=OuterRef("item__meeting"),
        seat__agency=staff.agency_id,
        came__in=[Came.HERE, Came.DEPUTY],
        at__lte=OuterRef("at"),
    )
    found = Concluded.objects.filter(
        ~Exists(newer), ~Exists(said), ~Exists(there), Exists(asked), item__in=mine
    ).exclude(missing=[])
    return list(found.select_related("item__panel").order_by("confirm_by", "pk"))


def _to_agree(staff: Staff, panels: Iterable[uuid.UUID]) -> QuerySet[Meeting]:
    there = Present.objects.filter(
        meeting=OuterRef("pk"), seat__agency=staff.agency_id, came__in=[Came.HERE, Came.DEPUTY]
    )
    agreed = Agreed.objects.filter(minutes__meeting=OuterRef("pk"), agency=staff.agency_id)
    written = Minutes.objects.filter(meeting=OuterRef("pk"))
    found = Meeting.objects.filter(Exists(there), Exists(written), ~Exists(agreed), panel__in=panels)
    return found.select_related("panel").order_by("starts_at", "pk")


def next_meetings(staff: Staff, at: datetime) -> list[Meeting]:
    """Return the next meetings of the panels this worker sits on or keeps, the soonest first."""
    found = Meeting.objects.filter(
        hub=staff.hub_id, ended_at=None, called_off_at=None, starts_at__gte=at - SHOWN_BACK
    )
    if not staff.has(*policy.RUNS):
        found = found.filter(panel__seats__staff=staff.pk, panel__seats__until_at=None)
    return list(found.select_related("panel").order_by("starts_at", "pk")[:10])
