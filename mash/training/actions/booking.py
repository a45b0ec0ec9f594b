"""Places are taken, given back and exchanged.  The first who come have them; the rest wait in order."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.training import policy
from mash.training.actions.refusals import NotWhole
from mash.training.actions.sessions import tell_of
from mash.training.models import Booking, Learner, Session
from mash.training.queries import sessions as found


@transaction.atomic
def book(*, session: Session, learner: Learner, by: Staff, at: datetime) -> Booking:
    """Take a place for somebody, or the next on the waiting list; of a course of two days on both.  Twice takes one.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Places on a session".
    """
    require(policy.may_book(by, learner))
    if session.day == 2:
        raise NotWhole("Day two is booked together with day one")
    days = [session]
    if session.cohort_id:
        days = list(Session.objects.filter(cohort=session.cohort_id).order_by("day"))
    made = [_take(one, learner, by, at) for one in days]
    return made[0]


def _take(session: Session, learner: Learner, by: Staff, at: datetime) -> Booking:
    now = Session.objects.select_for_update(of=("self",)).get(pk=session.pk, hub=learner.hub_id)
    if now.called_off_at or now.starts_at <= at:
        raise NotWhole("This session takes no bookings any more")
    there = Booking.objects.filter(session=now, learner=learner, given_back_at=None).first()
    if there:
        return there
    made = Booking(hub_id=now.hub_id, session=now, learner=learner, by=by, at=at)
    made.save(force_insert=True)
    record("training.booked", about=made, at=at, hub_id=now.hub_id, detail={"session": str(now.pk)})
    tell_of(now)
    return made


@transaction.atomic
def give_back(*, booking: Booking, by: Staff, at: datetime) -> None:
    """Give a place back; the next who waits has it.  Of day one before it began, day two goes too.  Safe to repeat.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Places on a session".
    """
    require(policy.may_book(by, booking.learner))
    session = booking.session
    if session.starts_at <= at:
        raise NotWhole("It has begun: whoever trains writes down who came")
    _leave(booking, at)
    if session.cohort_id and session.day == 1:
        second = Booking.objects.filter(
            learner=booking.learner_id, given_back_at=None, session__offer=session.offer, session__day=2,
            session__starts_at__gt=at,
        ).select_related("session")  # fmt: skip
        for one in second.order_by("pk"):
            _leave(one, at)


def _leave(booking: Booking, at: datetime) -> None:
    Session.objects.select_for_update(of=("self",)).get(pk=booking.session_id)
    gone = Booking.objects.filter(pk=booking.pk, given_back_at=None).update(given_back_at=at)
    if gone:
        detail = {"session": str(booking.session_id)}
        record("training.given_back", about=booking, at=at, hub_id=booking.hub_id, detail=detail)
        tell_of(booking.session)


@transaction.atomic
def swap(*, booking: Booking, to: Session, by: Staff, at: datetime) -> Booking:
    """Come to day two with another group: in time after one's own day one, and where there is a place.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Courses of two days".
    """
    require(policy.may_book(by, booking.learner))
    if booking.session.starts_at <= at:
        raise NotWhole("This day two has begun")
    Session.objects.select_for_update(of=("self",)).get(pk=to.pk, hub=booking.hub_id)
    if to.pk not in {one.pk for one in found.may_swap_to(booking, at)}:
        raise NotWhole("Choose a second day that has a place and is in time after day one", place="to")
    there = Booking.objects.filter(session=to, learner=booking.learner_id, given_back_at=None).first()
    if there:
        raise NotWhole("They have a place there already", place="to")
    _leave(booking, at)
    made = Booking(hub_id=booking.hub_id, session=to, learner_id=booking.learner_id, by=by, at=at)
    made.save(force_insert=True)
    detail = {"session": str(to.pk), "instead_of": str(booking.session_id)}
    record("training.swapped", about=made, at=at, hub_id=to.hub_id, detail=detail)
    tell_of(to)
    return made
