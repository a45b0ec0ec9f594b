"""Sessions are planned, moved and called off, and who came is written down."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.clock import months_after
from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.training import policy
from mash.training.actions.refusals import NotWhole
from mash.training.content import Offer, numbers
from mash.training.dates import is_within_months
from mash.training.models import Attendance, Booking, Came, Cohort, Session

TELL = "mash.training.jobs.tell"


@transaction.atomic
def plan_session(
    *,
    key: uuid.UUID,
    offer: Offer,
    starts_at: datetime,
    minutes: int,
    place: str,
    way: str,
    capacity: int,
    taught_by: str,
    taught_kind: str,
    day_two_at: datetime | None = None,
    group: str = "",
    by: Staff,
    at: datetime,
) -> Session:
    """Put a session into the calendar; of a course of two days both, for one group.  Twice plans one.

    day_two_at, group: of a course of two days alone.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Training programmes", "Courses of two days".
    """
    require(policy.may_train(by))
    made = Session.objects.filter(hub=by.hub_id, key=key).first()
    if made:
        return made
    if starts_at <= at:
        raise NotWhole("A session is planned before it begins", place="on")
    cohort = None
    if offer.days == 2:
        _hold_apart(starts_at, day_two_at)
        if not group.strip():
            raise NotWhole("Enter what the group is called", place="group")
        cohort = Cohort(hub_id=by.hub_id, programme=offer.id, label=group.strip(), by=by, at=at)
        cohort.save(force_insert=True)
    same = {
        "hub_id": by.hub_id, "offer": offer.id, "label": offer.label, "version": offer.version, "cohort": cohort,
        "minutes": minutes, "place": place.strip(), "way": way, "capacity": capacity,
        "taught_by": taught_by.strip(), "taught_kind": taught_kind, "by": by, "at": at,
    }  # fmt: skip
    first = Session(key=key, starts_at=starts_at, **same)
    first.save(force_insert=True)
    if cohort and day_two_at:
        Session(key=uuid.uuid4(), starts_at=day_two_at, day=2, **same).save(force_insert=True)
    detail = {"offer": offer.id, "taught": taught_kind, "days": offer.days}
    record("training.session_planned", about=first, at=at, hub_id=by.hub_id, detail=detail)
    return first


def _hold_apart(first: datetime, second: datetime | None) -> None:
    """Hold that day two lies as long after day one as the hub says.  Raises NotWhole."""
    if second is None:
        raise NotWhole("Say when day two is", place="day_two_on")
    rules = numbers()
    earliest, latest = rules["day_two_earliest"], rules["day_two_latest"]
    one, two = localdate(first), localdate(second)
    if not is_within_months(one, two, earliest=earliest, latest=latest):
        ends = (months_after(one, earliest), months_after(one, latest))
        between = " and ".join(f"{on.day} {on:%B %Y}" for on in ends)
        raise NotWhole(
            f"Day two is between {between}: {earliest} to {latest} months later", place="day_two_on"
        )


@transaction.atomic
def change_session(
    *,
    session: Session,
    starts_at: datetime,
    minutes: int,
    place: str,
    capacity: int,
    taught_by: str,
    taught_kind: str,
    by: Staff,
    at: datetime,
) -> None:
    """Move a session, or say who delivers it instead; whoever has a place is told if it changes in their calendar.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Training programmes", "Courses of two days".
    """
    now = _hold(session, by)
    if now.called_off_at:
        raise NotWhole("This session was called off")
    if starts_at != now.starts_at and starts_at <= at:
        raise NotWhole("A session is moved to a time that is still to come", place="on")
    taken = Booking.objects.filter(session=now, given_back_at=None).count()
    if capacity < min(taken, now.capacity):
        raise NotWhole(
            f"{min(taken, now.capacity)} people have a place: nobody loses theirs", place="capacity"
        )
    if now.cohort_id and starts_at != now.starts_at:
        other = Session.objects.filter(cohort=now.cohort_id).exclude(pk=now.pk).first()
        if other:
            _hold_apart(*((starts_at, other.starts_at) if now.day == 1 else (other.starts_at, starts_at)))
    in_calendars = (now.starts_at, now.minutes, now.place) != (starts_at, minutes, place.strip())
    now.starts_at, now.minutes, now.place, now.capacity = starts_at, minutes, place.strip(), capacity
    now.taught_by, now.taught_kind = taught_by.strip(), taught_kind
    now.sequence += in_calendars
    now.save(
        update_fields=["starts_at", "minutes", "place", "capacity", "taught_by", "taught_kind", "sequence"]
    )
    record("training.session_changed", about=now, at=at, hub_id=now.hub_id, detail={"taught": taught_kind})
    tell_of(now)


@transaction.atomic
def call_off(*, session: Session, why: str, by: Staff, at: datetime) -> None:
    """Call a session off, with the reason; it leaves calendars again.  Safe to repeat.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Training programmes".
    """
    now = _hold(session, by)
    if now.called_off_at:
        return
    if now.starts_at <= at:
        raise NotWhole("It has begun: write down who came")
    now.called_off_at, now.called_off_why = at, why.strip()
    now.sequence += 1
    now.save(update_fields=["called_off_at", "called_off_why", "sequence"])
    record("training.called_off", about=now, at=at, hub_id=now.hub_id, why=why.strip())
    tell_of(now)


@transaction.atomic
def record_attendance(*, session: Session, came: Mapping[uuid.UUID, str], by: Staff, at: datetime) -> int:
    """Write down who came to a session; return how many rows changed.  What was written down can be mended.

    came: by key of the booking; one left out stays as it is.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Who came".
    """
    now = _hold(session, by)
    if now.starts_at > at:
        raise NotWhole("Who came is written down once it has begun")
    if now.called_off_at:
        raise NotWhole("This session was called off")
    known = {one.pk: one for one in Attendance.objects.filter(booking__session=now).select_related("booking")}
    there = {one.booking_id: one for one in known.values()}
    changed = 0
    for booking in Booking.objects.filter(session=now, given_back_at=None, pk__in=list(came)).order_by("pk"):
        said = came[booking.pk]
        row = there.get(booking.pk)
        if said not in Came.values or (row and row.came == said):
            continue
        if row:
            row.came, row.by, row.at = said, by, at
            row.save(update_fields=["came", "by", "at"])
        else:
            Attendance(hub_id=now.hub_id, booking=booking, came=said, by=by, at=at).save(force_insert=True)
        changed += 1
    if changed:
        record("training.attendance", about=now, at=at, hub_id=now.hub_id, detail={"changed": changed})
    return changed


def _hold(session: Session, by: Staff) -> Session:
    require(policy.may_train(by))
    return Session.objects.select_for_update(of=("self",)).get(pk=session.pk, hub=by.hub_id)


def tell_of(session: Session) -> None:
    """Have whoever has a place told, by a program: one learner may not know who the next is."""
    order_from("reminders", TELL, session=str(session.pk))
