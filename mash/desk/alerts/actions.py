"""Alerts at half, four fifths and all of a contact's clock, in the owner's own queue; at the end the manager's too."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from mash.common.editions import content_of
from mash.contact.models import Contact
from mash.desk.alerts import queries
from mash.desk.models import ClockAlarm, ClockAlert
from mash.ledger.actions import record
from mash.partnership.actions import queue_email
from mash.partnership.models import Staff
from mash.partnership.queries.rota import managers_of

STEPS = {"50": 0.5, "80": 0.8, "100": 1.0}  # share of the time allowed
SUBJECT = "A clock is running out: {reference}"
BODY = "Sign in to see reference {reference}.  {share} of its time has gone."
SHARES = {"50": "Half", "80": "Four fifths", "100": "All"}


@transaction.atomic
def set_alarms(*, at: datetime) -> int:
    """Work out the next alert of each open contact whose due time is new; return how many.  Acts as a listed service.

    Source: docs/rules.md, "Alerts of a clock".
    """
    done = 0
    for contact in queries.without_alarm()[: queries.AT_ONCE]:
        with content_of(contact.hub_id):
            _set(contact, after="", at=at)
        done += 1
    return done


def _set(contact: Contact, *, after: str, at: datetime) -> None:
    clock = queries.clock_of(contact, at)
    standing = getattr(contact, "standing", None)
    if clock is None:
        return
    names = list(STEPS)
    coming = names[names.index(after) + 1 :] if after else names
    step = coming[0] if coming else ""
    ClockAlarm.objects.update_or_create(
        contact=contact,
        defaults={
            "hub_id": contact.hub_id,
            "due_at": standing.due_at if standing and standing.due_at else clock.due_at,
            "step": step,
            "next_at": clock.warn_at(STEPS[step]) if step else None,
        },
    )


@transaction.atomic
def sound_alarms(*, at: datetime) -> int:
    """Tell whose clocks have run half, four fifths or all of their time; return how many alerts.

    Each step of a due time is told once; of steps passed together only the last.  A finished contact is silent.
    Acts as a listed service, each minute: so an alert stands in the queue within a minute.

    Source: docs/rules.md, "Alerts of a clock".
    """
    told = 0
    for alarm in queries.alarms_up(at).select_for_update(of=("self",), skip_locked=True)[: queries.AT_ONCE]:
        with content_of(alarm.hub_id):
            told += _sound(alarm, at)
    return told


def _sound(alarm: ClockAlarm, at: datetime) -> int:
    if not queries.is_open(alarm.contact):
        ClockAlarm.objects.filter(pk=alarm.pk).update(step="", next_at=None)
        return 0
    clock = queries.clock_of(alarm.contact, at)
    passed = [name for name, share in STEPS.items() if clock and clock.warn_at(share) <= at]
    told = _alert(alarm, passed[-1], at) if passed else 0
    _set(alarm.contact, after=passed[-1] if passed else "", at=at)
    return told


def _alert(alarm: ClockAlarm, step: str, at: datetime) -> int:
    contact = alarm.contact
    people = {one.pk: one for one in queries.whose(contact, at)}
    if step == "100" or not people:
        people |= {one.pk: one for one in managers_of(contact.hub_id, at)}
    rows = [
        ClockAlert(hub_id=contact.hub_id, contact=contact, step=step, due_at=alarm.due_at, to=one, at=at)
        for one in people.values()
    ]
    ClockAlert.objects.bulk_create(rows, ignore_conflicts=True)
    for one in people.values():
        queue_email(
            hub_id=contact.hub_id,
            to=one.account.email,
            subject=SUBJECT.format(reference=contact.reference),
            body=BODY.format(reference=contact.reference, share=SHARES[step]),
            at=at,
        )
    record(
        "clock.alerted", about=contact, at=at, hub_id=contact.hub_id, detail={"step": step, "to": len(people)}
    )
    return len(rows)


@transaction.atomic
def see(*, alerts: Iterable[uuid.UUID], by: Staff, at: datetime) -> int:
    """Take alerts out of one's own queue; return how many.  The clock runs on."""
    seen = queries.chosen(by, alerts).update(seen_at=at)
    if seen:
        record("clock.alerts_seen", about="alerts", at=at, hub_id=by.hub_id, detail={"alerts": seen})
    return seen
