"""What a program tells people: that they have a place, that it moved, what is coming.  Only it knows who is next."""

import uuid
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from mash.common.clock import months_after
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.training.calendars import CANCEL, PUBLISH, REQUEST, to_ics
from mash.training.content import numbers
from mash.training.models import Attendance, Booking, Came, Learner, Moment, Reminded, SelfRating, Session
from mash.training.queries.records import falling_due
from mash.training.queries.sessions import in_order

SUBJECTS = {
    "place": "You have a place: {label}",
    "off": "Taken out of your calendar: {label}",
    "soon": "Coming soon: {label}",
    "before": "Before it begins, say where you stand: {label}",
    "later": "Half a year later: {label}",
    "due": "A module falls due",
}
BODY = "Sign in and open “Training” to see it.  {page}"


@transaction.atomic
def tell_session(*, session: Session, at: datetime) -> int:
    """Tell everybody who has a place what belongs into their calendar, once for each change; return how many were told.

    Whoever gave theirs back, or whose session was called off, is told to take it out.

    Source: docs/rules.md, "Places on a session".
    """
    now = Session.objects.select_for_update(of=("self",)).select_related("hub").get(pk=session.pk)
    told = 0
    order = in_order(now) if now.called_off_at is None else []
    for booking in order[: now.capacity]:
        told += _tell(now, booking, f"place_{now.sequence}", ("place", REQUEST), at)
    placed = {one.pk for one in order[: now.capacity]}
    gone = Booking.objects.filter(session=now).exclude(pk__in=placed)
    for booking in gone.order_by("pk"):
        had = Reminded.objects.filter(about=booking.pk, step__startswith="place_").exists()
        if had and (booking.given_back_at or now.called_off_at) and now.starts_at > at:
            told += _tell(now, booking, "off", ("off", CANCEL), at)
    if told:
        record("training.told", about=now, at=at, hub_id=now.hub_id, detail={"told": told})
    return told


@transaction.atomic
def remind_when_due(*, session: Session, at: datetime) -> int:
    """Remind whoever has a place before it begins, of day two longer before; return how many were reminded.

    Source: docs/rules.md, "Courses of two days".
    """
    rules = numbers()
    days = (localdate(session.starts_at) - localdate(at)).days
    steps = []
    if session.day == 2 and days <= rules["day_two_reminder"]:
        steps.append("day_two")
    if days <= rules["session_reminder"]:
        steps.append("soon")
    told = 0
    for booking in in_order(session)[: session.capacity]:
        for step in steps:
            told += _tell(session, booking, f"{step}_{session.sequence}", ("soon", PUBLISH), at)
    return told


@transaction.atomic
def ask_again(*, session: Session, at: datetime) -> int:
    """Ask those who came how it is now, some months after the last day of a course; return how many were asked.

    Source: docs/rules.md, "What a course changes".
    """
    if localdate(at) < months_after(localdate(session.starts_at), numbers()["follow_up"]):
        return 0
    came = Attendance.objects.filter(booking__session=session, came__in=[Came.CAME, Came.PART])
    said = set(
        SelfRating.objects.filter(session=session, moment=Moment.LATER).values_list("learner_id", flat=True)
    )
    told = 0
    for row in came.select_related("booking").order_by("pk"):
        if row.booking.learner_id not in said:
            told += _tell(session, row.booking, "later", ("later", ""), at)
    return told


def _tell(session: Session, booking: Booking, step: str, how: tuple[str, str], at: datetime) -> bool:
    """Queue one e-mail, once for each step.  how: id of its subject, and what it asks of a calendar, "" for nothing."""
    subject, method = how
    if Reminded.objects.filter(about=booking.pk, step=step).exists():
        return False
    Reminded.objects.bulk_create([Reminded(hub_id=session.hub_id, about=booking.pk, step=step, at=at)])
    learner = Learner.objects.get(pk=booking.learner_id)
    page = reverse("training:session", args=[session.pk])
    calendar = ""
    if method in (REQUEST, CANCEL):
        calendar = to_ics(session, method=method, to=(learner.name, learner.email), said_at=at)
    notify(
        hub_id=session.hub_id, to=learner.email, subject=SUBJECTS[subject].format(label=session.label)[:160],
        body=BODY.format(page=page), at=at, calendar=calendar, page=page)  # fmt: skip
    return True


@transaction.atomic
def warn_of_refreshers(*, hub_id: uuid.UUID, at: datetime) -> int:
    """Tell learner and line manager, once for each time, that a module falls due soon; return how many were told.

    Source: docs/rules.md, "Refreshers".
    """
    told = 0
    for learner, one in falling_due(hub_id, at):
        about, step = uuid.uuid5(learner.pk, one.module.id), f"due_{one.due_on}"
        if Reminded.objects.filter(about=about, step=step).exists():
            continue
        Reminded.objects.bulk_create([Reminded(hub_id=hub_id, about=about, step=step, at=at)])
        manager = learner.line_manager.account.email if learner.line_manager else ""
        page = reverse("training:learner", args=[learner.pk])
        for to in filter(None, (learner.email, manager)):
            subject, body = SUBJECTS["due"], BODY.format(page=page)
            notify(hub_id=hub_id, to=to, subject=subject, body=body, at=at, page=page)
        told += 1
    return told
