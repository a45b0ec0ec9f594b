"""Sessions: what is coming, who has a place, who waits, and who came."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.timezone import localdate

from mash.common.clock import months_after
from mash.partnership.models import Staff
from mash.training import policy
from mash.training.content import numbers
from mash.training.dates import is_within_months
from mash.training.models import Attendance, Booking, Came, Learner, Moment, SelfRating, Session

LATEST = 40  # sessions of one person that are looked through for what is still to be said


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place on a session.  waits: which on the waiting list, from 1; 0 for whoever has a place.

    learner: None for whoever may not know who it is.
    """

    booking: Booking
    waits: int
    learner: Learner | None
    came: str


def find(staff: Staff, session_id: uuid.UUID) -> Session:
    """Return a session of one's own hub.  Raises Http404."""
    found = Session.objects.select_related("cohort", "hub", "by__account").filter(
        hub=staff.hub_id, pk=session_id
    )
    session = found.first()
    if session is None:
        raise Http404
    return session


def find_booking(staff: Staff, booking_id: uuid.UUID) -> Booking:
    """Return a booking of somebody whose record one sees.  Raises Http404."""
    seen = Learner.objects.filter(policy.seen_by(staff))
    found = Booking.objects.filter(hub=staff.hub_id, pk=booking_id, learner__in=seen, given_back_at=None)
    booking = found.select_related("session__cohort", "session__hub", "learner").first()
    if booking is None:
        raise Http404
    return booking


def with_taken(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Return sessions with how many have booked, as `taken`."""
    return sessions.annotate(taken=Count("bookings", filter=Q(bookings__given_back_at=None)))


def coming(staff: Staff, at: datetime) -> QuerySet[Session]:
    """Return the sessions that have not begun, the next first."""
    found = Session.objects.filter(hub=staff.hub_id, starts_at__gt=at, called_off_at=None)
    return with_taken(found).select_related("cohort").order_by("starts_at", "pk")


def past(staff: Staff, at: datetime) -> QuerySet[Session]:
    """Return the sessions that have begun, or were called off, the latest first."""
    found = Session.objects.filter(Q(starts_at__lte=at) | ~Q(called_off_at=None), hub=staff.hub_id)
    return with_taken(found).select_related("cohort").order_by("-starts_at", "pk")


def in_order(session: Session) -> list[Booking]:
    """Return who has booked and not given it back, in order of coming."""
    found = Booking.objects.filter(session=session, given_back_at=None)
    return list(found.order_by("at", "pk"))


def places(staff: Staff, session: Session) -> list[Place]:
    """Return every place and the waiting list in order, with names as far as a post may know them."""
    bookings = in_order(session)
    seen = Learner.objects.filter(policy.seen_by(staff)).select_related("agency")
    who = seen.in_bulk([one.learner_id for one in bookings])
    came = dict(Attendance.objects.filter(booking__in=bookings).values_list("booking_id", "came"))
    return [
        Place(one, max(0, place - session.capacity), who.get(one.learner_id), came.get(one.pk, ""))
        for place, one in enumerate(bookings, start=1)
    ]


def waits_as(booking: Booking) -> int:
    """Return which on the waiting list a booking is, from 1; 0 where it has a place."""
    order = [one.pk for one in in_order(booking.session)]
    return max(0, order.index(booking.pk) + 1 - booking.session.capacity)


def bookings_of(learner: Learner, sessions: Iterable[Session] = ()) -> dict[uuid.UUID, Booking]:
    """Return somebody's bookings that are not given back, by session; of some sessions, or of all."""
    found = Booking.objects.filter(learner=learner, given_back_at=None)
    wanted = list(sessions)
    if wanted:
        found = found.filter(session__in=wanted)
    return {one.session_id: one for one in found.select_related("session__cohort").order_by("at", "pk")}


def came_of(learner: Learner, session: Session) -> str:
    """Return whether somebody came to a session as it was written down, "" for nothing."""
    found = Attendance.objects.filter(booking__learner=learner, booking__session=session)
    return found.values_list("came", flat=True).order_by("-at").first() or ""


def day_one_of(learner: Learner, programme: str) -> date | None:
    """Return the day on which somebody takes, or took, the first day of a course; None for nobody's."""
    found = Booking.objects.filter(
        learner=learner, given_back_at=None, session__offer=programme, session__day=1,
        session__called_off_at=None,
    ).select_related("session").order_by("-session__starts_at", "pk")  # fmt: skip
    first = found.first()
    return localdate(first.session.starts_at) if first else None


def may_swap_to(booking: Booking, at: datetime) -> Sequence[Session]:
    """Return the second days of other groups that somebody may come to instead: not full, and in time after day one.

    Source: docs/rules.md, "Courses of two days".
    """
    session = booking.session
    first = day_one_of(booking.learner, session.offer)
    if session.day != 2 or first is None:
        return []
    found = with_taken(
        Session.objects.filter(
            hub=session.hub_id, offer=session.offer, day=2, called_off_at=None, starts_at__gt=at
        ).exclude(pk=session.pk)
    )
    rules = numbers()
    return [
        one
        for one in found.select_related("cohort").order_by("starts_at", "pk")
        if one.taken < one.capacity  # type: ignore[attr-defined]
        and is_within_months(
            first,
            localdate(one.starts_at),
            earliest=rules["day_two_earliest"],
            latest=rules["day_two_latest"],
        )
    ]


def crowding(at_places: Sequence[Place]) -> tuple[str, int] | None:
    """Return the agency from which more than the hub's share comes to a session, with how many in a hundred; or None.

    Source: docs/rules.md, "Places on a session".
    """
    having = [one.learner.agency.name for one in at_places if one.learner and not one.waits]
    for name in sorted(set(having)):
        percent = round(100 * having.count(name) / len(having))
        if len(having) >= numbers()["smallest_shown"] and percent > numbers()["one_agency_percent"]:
            return name, percent
    return None


def said_by(learner: Learner, session: Session) -> set[str]:
    """Return at which moments somebody has said already where they stand with a session."""
    found = SelfRating.objects.filter(learner=learner, session=session)
    return set(found.values_list("moment", flat=True))


def other_day(session: Session) -> Session | None:
    """Return the other day of a group, or None."""
    if session.cohort_id is None:
        return None
    return Session.objects.filter(cohort=session.cohort_id).exclude(pk=session.pk).first()


def own_bookings(learner: Learner, at: datetime) -> list[Booking]:
    """Return somebody's places on what is still to come, the next first."""
    found = Booking.objects.filter(learner=learner, given_back_at=None, session__starts_at__gt=at)
    return list(found.select_related("session__cohort").order_by("session__starts_at", "pk"))


def to_say(learner: Learner, at: datetime) -> list[tuple[Session, str]]:
    """Return where somebody is asked now where they stand: before what is soon, and after what they came to."""
    found = Booking.objects.filter(learner=learner, given_back_at=None, session__called_off_at=None)
    found = found.select_related("session__cohort", "attendance").order_by("-session__starts_at", "pk")
    said = set(SelfRating.objects.filter(learner=learner).values_list("session_id", "moment"))
    asked: list[tuple[Session, str]] = []
    months = numbers()["follow_up"]
    for booking in found[:LATEST]:
        one = booking.session
        row = getattr(booking, "attendance", None)
        came = row is not None and row.came in (Came.CAME, Came.PART)
        moments = []
        if at < one.ends_at and one.day == 1:
            moments.append(Moment.BEFORE)
        if came:
            moments.append(Moment.AFTER)
            last = one.cohort_id is None or one.day == 2
            if last and localdate(at) >= months_after(localdate(one.starts_at), months):
                moments.append(Moment.LATER)
        asked += [(one, moment.value) for moment in moments if (one.pk, moment.value) not in said]
    return asked


def history(learner: Learner) -> list[Booking]:
    """Return every place that somebody has or had and did not give back, the latest first, with whether they came."""
    found = Booking.objects.filter(learner=learner, given_back_at=None)
    return list(found.select_related("session__cohort", "attendance").order_by("-session__starts_at", "pk"))
