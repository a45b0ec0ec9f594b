"""Alerts in a worker's own queue: how much of a clock has run, stated danger, and a look again that is due."""

import uuid
from collections.abc import Iterable
from datetime import datetime, time
from itertools import islice

from django.db import transaction

from mash.common.clock import LONDON
from mash.common.editions import content_of
from mash.contact.models import Contact
from mash.desk.alerts import queries
from mash.desk.models import ClockAlarm, ClockAlert, Step
from mash.ledger.actions import record
from mash.partnership.actions import notify_posts
from mash.partnership.models import Staff
from mash.partnership.queries.rota import managers_of, working_week
from mash.triage.looking_again import to_tell

STEPS = {"50": 0.5, "80": 0.8, "100": 1.0}  # share of the time allowed
SUBJECT = "A clock is running out: {reference}"
BODY = "Sign in to see reference {reference}.  {share} of its time has gone."
SHARES = {"50": "Half", "80": "Four fifths", "100": "All"}
DANGER_SUBJECT = "Look at this now: {reference}"
DANGER_BODY = "Sign in to see reference {reference}.  It came in as urgent."
HARM_SUBJECT = "A file needs your attention: {reference}"
HARM_BODY = "Sign in to see reference {reference}.  A file that came with it was stopped."
AGAIN_SUBJECT = "To be looked at again: {reference}"
AGAIN_BODY = "Sign in to see reference {reference}.  The day to look at it again has come."


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
    words = SUBJECT, BODY.replace("{share}", SHARES[step])
    return _tell(alarm.contact, step, alarm.due_at, words, at, managers=step == "100")


@transaction.atomic
def tell_of_danger(*, at: datetime) -> int:
    """Tell whoever is on duty, by day or by night, of each contact that states immediate danger; return how many.

    Once each, without waiting for a share of its clock.  Where nobody is on duty the managers are told.
    Acts as a listed service, each minute.

    Source: docs/rules.md, "Alerts of a clock".
    """
    found = list(queries.stated_danger()[: queries.AT_ONCE])
    return sum(
        _tell(one, Step.DANGER, one.received_at, (DANGER_SUBJECT, DANGER_BODY), at, managers=False)
        for one in found
    )


@transaction.atomic
def tell_to_look_again(*, at: datetime) -> int:
    """Tell its owner, when the hub opens on that day, that a contact is to be looked at again; return how many alerts.

    When the hub opens the next time and nobody has, the managers are told too.  Acts as a listed service, each minute.

    Source: docs/rules.md, "Return for agreement".
    """
    told = 0
    for one in to_tell(at)[: queries.AT_ONCE]:
        begins = datetime.combine(one.look_again_on, time(0), LONDON)
        spans = islice(working_week(one.contact.hub).spans(begins), 2)
        passed = [
            step for step, (opens, _) in zip((Step.AGAIN, Step.LATE), spans, strict=False) if opens <= at
        ]
        if passed and not queries.was_told(one.contact, passed[-1], begins):
            late = passed[-1] == Step.LATE
            told += _tell(one.contact, passed[-1], begins, (AGAIN_SUBJECT, AGAIN_BODY), at, managers=late)
    return told


@transaction.atomic
def tell_of_harm(*, at: datetime) -> int:
    """Tell the managers, and whoever works on it, of each contact with a harmful file; return how many alerts.

    Once for all files that were looked through together.  Acts as a listed service, each minute.

    Source: docs/rules.md, "Files".
    """
    found = {(one.contact_id, one.at): one for one in queries.harm_not_told()[: queries.AT_ONCE]}
    words = HARM_SUBJECT, HARM_BODY
    return sum(_tell(one.contact, Step.HARMFUL, one.at, words, at, managers=True) for one in found.values())


def _tell(
    contact: Contact, step: str, due_at: datetime, words: tuple[str, str], at: datetime, *, managers: bool
) -> int:
    """Put an alert into each queue it belongs in, and send each a reference to sign in for."""
    with content_of(contact.hub_id):
        people = _people(contact, at, managers=managers)
    rows = [
        ClockAlert(hub_id=contact.hub_id, contact=contact, step=step, due_at=due_at, to=one, at=at)
        for one in people
    ]
    ClockAlert.objects.bulk_create(rows, ignore_conflicts=True)
    subject, body = (one.format(reference=contact.reference) for one in words)
    notify_posts(
        hub_id=contact.hub_id,
        to=people,
        subject=subject,
        body=body,
        at=at,
        contact=contact.pk,
        due_at=due_at if step in STEPS else None,
        urgent=step == Step.DANGER,
    )
    if not people:  # nobody to tell: it is tried again in a minute, and no line each minute says so
        return 0
    detail = {"step": step, "to": len(people)}
    record("clock.alerted", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    return len(rows)


def _people(contact: Contact, at: datetime, *, managers: bool) -> list[Staff]:
    people = {one.pk: one for one in queries.whose(contact, at)}
    if managers or not people:
        people |= {one.pk: one for one in managers_of(contact.hub_id, at)}
    return list(people.values())


@transaction.atomic
def see(*, alerts: Iterable[uuid.UUID], by: Staff, at: datetime) -> int:
    """Take alerts out of one's own queue; return how many.  The clock runs on."""
    seen = queries.chosen(by, alerts).update(seen_at=at)
    if seen:
        record("clock.alerts_seen", about="alerts", at=at, hub_id=by.hub_id, detail={"alerts": seen})
    return seen
